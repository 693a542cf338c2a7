// SPDX-License-Identifier: MIT
// From bytes to tokens: names, symbols, comments, messages. Numbers and strings are in lexer_literals.cpp.
#include "syntax/lexer.hpp"

#include <cstring>
#include <limits>

#include "syntax/character.hpp"
#include "syntax/chunk_name.hpp"
#include "vm/call.hpp"
#include "vm/error.hpp"

namespace rt {

Lexer::Lexer(GlobalState& state, lua_State* L, ChunkStream& stream, Names& names, String* source)
    : state_(state), L_(L), stream_(stream), names_(names), source_(source), text_(state.heap) {}

void Lexer::advance() {
  last_line_ = line_;
  if (has_ahead_) {
    token_ = ahead_;
    has_ahead_ = false;
  } else {
    read(token_);
  }
}

TokenKind Lexer::look_ahead() {
  read(ahead_);
  has_ahead_ = true;
  return ahead_.kind;
}

bool Lexer::take(char expected) {
  if (peek() != static_cast<unsigned char>(expected)) return false;
  skip();
  return true;
}

// Counts a line end of one or two different characters ("\n", "\r", "\r\n", "\n\r").
void Lexer::end_line() {
  char first = *stream_.next++;
  int second = peek();
  if ((second == '\n' || second == '\r') && second != first) skip();
  if (line_ == std::numeric_limits<int>::max()) error_near_token("chunk has too many lines");
  ++line_;
}

void Lexer::read(Token& token) {
  for (;;) {
    int byte = peek();
    switch (byte) {
      case end_of_input: token.kind = TokenKind::end_of_chunk; return;
      case '\n': case '\r': end_line(); continue;
      case ' ': case '\t': case '\f': case '\v': skip(); continue;
      case '-':
        skip();
        if (peek() != '-') {
          token.kind = TokenKind::minus;
          return;
        }
        skip();
        skip_comment();
        continue;
      case '[':
        if (read_long_bracket(token)) return;
        token.kind = TokenKind::open_bracket;
        return;
      case '=': skip(); token.kind = take('=') ? TokenKind::equal : TokenKind::assign; return;
      case '<':
        skip();
        token.kind = take('=') ? TokenKind::less_equal : take('<') ? TokenKind::shift_left : TokenKind::less;
        return;
      case '>':
        skip();
        token.kind = take('=') ? TokenKind::greater_equal : take('>') ? TokenKind::shift_right : TokenKind::greater;
        return;
      case '/': skip(); token.kind = take('/') ? TokenKind::double_slash : TokenKind::slash; return;
      case '~': skip(); token.kind = take('=') ? TokenKind::not_equal : TokenKind::tilde; return;
      case ':': skip(); token.kind = take(':') ? TokenKind::double_colon : TokenKind::colon; return;
      case '"': case '\'': read_string(token, static_cast<char>(byte)); return;
      case '.':
        text_.clear();
        save_and_skip();
        if (take('.')) {
          token.kind = take('.') ? TokenKind::dots : TokenKind::concat;
          return;
        }
        if (!is_digit(peek())) {
          token.kind = TokenKind::dot;
          return;
        }
        finish_number(token);
        return;
      case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        read_number(token);
        return;
      default:
        if (starts_name(byte)) {
          read_name(token);
          return;
        }
        skip();
        token.kind = symbol_of(byte);
        token.delimiter = static_cast<char>(byte);
        return;
    }
  }
}

void Lexer::read_name(Token& token) {
  const char* start = stream_.next;
  const char* end = stream_.end;
  const char* p = start + 1;
  while (p != end && continues_name(static_cast<unsigned char>(*p))) ++p;
  stream_.next = p;
  std::string_view text(start, static_cast<std::size_t>(p - start));
  if (p == end) {  // the name may go on in the next piece
    text_.clear();
    text_.append(text.data(), text.size());
    while (continues_name(peek())) save_and_skip();
    text = this->text();
  }
  token.kind = reserved_word(text);
  if (token.kind == TokenKind::name) token.name = names_.find(text);
}

// After "--".
void Lexer::skip_comment() {
  if (peek() == '[') {
    skip();
    std::uint32_t level = 0;
    while (take('=')) ++level;
    if (take('[')) {
      read_long_text(nullptr, level);
      return;
    }
  }
  for (;;) {
    const char* p = stream_.next;
    while (p != stream_.end && *p != '\n' && *p != '\r') ++p;
    stream_.next = p;
    if (p != stream_.end || !stream_.refill()) return;
  }
}

// --- messages ----------------------------------------------------------------------------------------------------------

namespace {

// "'text'" up to the first zero byte, as C strings end there.
void append_quoted(Buffer<char>& out, std::string_view text) {
  out.push('\'');
  text = text.substr(0, text.find('\0'));
  out.append(text.data(), text.size());
  out.push('\'');
}

void append(Buffer<char>& out, std::string_view text) { out.append(text.data(), text.size()); }

void append_number(Buffer<char>& out, int number) {
  char digits[12];
  int count = 0;
  do digits[count++] = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0) out.push(digits[--count]);
}

}  // namespace

void Lexer::raise_at(std::string_view message, std::string_view near) {
  Buffer<char> out(state_.heap);
  char source[LUA_IDSIZE];
  append(out, {source, display_chunk_name(source, source_->view())});
  out.push(':');
  append_number(out, line_);
  append(out, ": ");
  append(out, message);
  if (!near.empty()) {
    append(out, " near ");
    append(out, near);
  }
  ensure_stack(L_, 1);
  String* text = make_string(state_, {out.data(), out.size()});
  push(L_, Value::of(text));
  raise(L_, LUA_ERRSYNTAX);
}

void Lexer::error_without_token(std::string_view message) { raise_at(message, {}); }

void Lexer::error_near_token(std::string_view message) {
  Buffer<char> near(state_.heap);
  switch (token_.kind) {
    case TokenKind::end_of_chunk: append(near, "<eof>"); break;
    case TokenKind::name: append_quoted(near, token_.name->text()); break;
    case TokenKind::integer: case TokenKind::number: append_quoted(near, token_.spelling); break;
    case TokenKind::string: {
      Buffer<char> spelling(state_.heap);
      auto border = [&](char bracket) {
        spelling.push(token_.delimiter == '[' ? bracket : token_.delimiter);
        if (token_.delimiter != '[') return;
        for (std::uint32_t i = 0; i < token_.level; ++i) spelling.push('=');
        spelling.push(bracket);
      };
      border('[');
      append(spelling, token_.name->text());
      border(']');
      append_quoted(near, {spelling.data(), spelling.size()});
      break;
    }
    case TokenKind::stray:
      if (token_.delimiter == '\0') break;  // lua5.4 names no token that is a zero
      if (is_printable(static_cast<unsigned char>(token_.delimiter))) {
        append_quoted(near, {&token_.delimiter, 1});
      } else {
        append(near, "'<\\");
        append_number(near, static_cast<unsigned char>(token_.delimiter));
        append(near, ">'");
      }
      break;
    default: append_quoted(near, token_text(token_.kind)); break;
  }
  raise_at(message, {near.data(), near.size()});
}

}  // namespace rt
