// SPDX-License-Identifier: MIT
// From bytes to tokens: numbers and strings.
#include <cstdio>

#include "syntax/character.hpp"
#include "syntax/lexer.hpp"
#include "value/conversion.hpp"

namespace rt {

// --- numbers -----------------------------------------------------------------------------------------------------------

// Short decimal integers that lie in one piece; everything else in finish_number.
void Lexer::read_number(Token& token) {
  constexpr int safe_digits = 18;  // always fit in 64 bits
  const char* start = stream_.next;
  const char* p = start;
  std::int64_t value = 0;
  while (p != stream_.end && p - start < safe_digits && is_digit(static_cast<unsigned char>(*p))) value = value * 10 + (*p++ - '0');
  bool ended = p != stream_.end && *p != '.' && !continues_name(static_cast<unsigned char>(*p));
  text_.clear();
  if (!ended) {
    finish_number(token);
    return;
  }
  stream_.next = p;
  token.kind = TokenKind::integer;
  token.integer = value;
  token.spelling = {start, static_cast<std::size_t>(p - start)};
}

// Takes everything that looks like part of a number, right or wrong, and converts it as a whole. text_ holds "" or ".".
void Lexer::finish_number(Token& token) {
  const char* exponent_marks = "eE";
  if (text_.size() == 0) {
    int first = peek();
    save_and_skip();
    if (first == '0' && (peek() == 'x' || peek() == 'X')) {
      save_and_skip();
      exponent_marks = "pP";
    }
  }
  for (;;) {
    int byte = peek();
    if (byte == exponent_marks[0] || byte == exponent_marks[1]) {
      save_and_skip();
      if (peek() == '-' || peek() == '+') save_and_skip();
    } else if (is_hexadecimal(byte) || byte == '.') {
      save_and_skip();
    } else {
      break;
    }
  }
  if (starts_name(peek())) save_and_skip();  // "3x": malformed as a whole
  Value value;
  if (!parse_number(text(), &value)) {
    Buffer<char> quoted(state_.heap);
    quoted.push('\'');
    quoted.append(text_.data(), text_.size());
    quoted.push('\'');
    raise_at("malformed number", {quoted.data(), quoted.size()});
  }
  token.spelling = text();
  if (value.is_integer()) {
    token.kind = TokenKind::integer;
    token.integer = value.payload.integer;
  } else {
    token.kind = TokenKind::number;
    token.number = value.payload.number;
  }
}

// --- quoted strings ----------------------------------------------------------------------------------------------------

// Contents so far in text_ are shown behind the opening quote.
void Lexer::string_error(std::string_view message, char quote) {
  Buffer<char> near(state_.heap);
  near.push('\'');
  near.push(quote);
  std::string_view shown = text().substr(0, text().find('\0'));
  near.append(shown.data(), shown.size());
  near.push('\'');
  raise_at(message, {near.data(), near.size()});
}

// The escape sequence so far is in text_ as written; the offending byte is shown with it.
void Lexer::escape_error(std::string_view message, char quote) {
  if (peek() != end_of_input) save_and_skip();
  string_error(message, quote);
}

void Lexer::read_string(Token& token, char quote) {
  skip();
  token.kind = TokenKind::string;
  token.delimiter = quote;
  const char* start = stream_.next;
  const char* p = start;
  while (p != stream_.end && *p != quote && *p != '\\' && *p != '\n' && *p != '\r') ++p;
  std::string_view plain(start, static_cast<std::size_t>(p - start));
  stream_.next = p;
  if (p != stream_.end && *p == quote) {  // the common case: no escapes, all in one piece
    token.name = names_.find(plain);
    skip();
    return;
  }
  text_.clear();
  text_.append(plain.data(), plain.size());
  for (int byte = peek(); byte != static_cast<unsigned char>(quote); byte = peek()) {
    switch (byte) {
      case end_of_input: raise_at("unfinished string", "<eof>");
      case '\n': case '\r': string_error("unfinished string", quote);
      case '\\': read_escape(quote); break;
      default: save_and_skip(); break;
    }
  }
  token.name = names_.find(text());
  skip();
}

void Lexer::read_escape(char quote) {
  escape_start_ = text_.size();
  save_and_skip();  // the backslash stays in the text for messages until the sequence is complete
  int meaning;
  switch (peek()) {
    case 'a': meaning = '\a'; break;
    case 'b': meaning = '\b'; break;
    case 'f': meaning = '\f'; break;
    case 'n': meaning = '\n'; break;
    case 'r': meaning = '\r'; break;
    case 't': meaning = '\t'; break;
    case 'v': meaning = '\v'; break;
    case '\\': case '"': case '\'': meaning = peek(); break;
    case 'x': read_hexadecimal_escape(quote); return;
    case 'u': read_utf8_escape(quote); return;
    case '\n': case '\r':
      text_.truncate(escape_start_);
      end_line();
      save('\n');
      return;
    case 'z': skip_blanks_of_escape(); return;
    case end_of_input: text_.truncate(escape_start_); return;  // the string's loop reports it
    default:
      if (!is_digit(peek())) escape_error("invalid escape sequence", quote);
      read_decimal_escape(quote);
      return;
  }
  skip();
  text_.truncate(escape_start_);
  save(meaning);
}

void Lexer::skip_blanks_of_escape() {
  text_.truncate(escape_start_);
  skip();
  while (is_blank(peek())) {
    if (peek() == '\n' || peek() == '\r')
      end_line();
    else
      skip();
  }
}

unsigned Lexer::read_hexadecimal_digit(char quote) {
  int byte = peek();
  if (!is_hexadecimal(byte)) escape_error("hexadecimal digit expected", quote);
  save_and_skip();
  return hexadecimal_value(byte);
}

void Lexer::read_hexadecimal_escape(char quote) {
  save_and_skip();
  unsigned high = read_hexadecimal_digit(quote);
  unsigned value = high * 16 + read_hexadecimal_digit(quote);
  text_.truncate(escape_start_);
  save(static_cast<int>(value));
}

void Lexer::read_decimal_escape(char quote) {
  int value = 0;
  for (int i = 0; i < 3 && is_digit(peek()); ++i) {
    value = value * 10 + (peek() - '0');
    save_and_skip();
  }
  if (value > 255) escape_error("decimal escape too large", quote);
  text_.truncate(escape_start_);
  save(value);
}

void Lexer::read_utf8_escape(char quote) {
  save_and_skip();
  if (peek() != '{') escape_error("missing '{'", quote);
  save_and_skip();
  std::uint32_t point = read_hexadecimal_digit(quote);
  while (is_hexadecimal(peek())) {
    int byte = peek();
    if (point > (0x7FFFFFFFu >> 4)) escape_error("UTF-8 value too large", quote);
    save_and_skip();
    point = point * 16 + hexadecimal_value(byte);
  }
  if (peek() != '}') escape_error("missing '}'", quote);
  skip();
  text_.truncate(escape_start_);
  if (point < 0x80) {
    save(static_cast<int>(point));
    return;
  }
  // The original UTF-8: up to six bytes, 31 bits.
  int continuation = point < 0x800 ? 1 : point < 0x10000 ? 2 : point < 0x200000 ? 3 : point < 0x4000000 ? 4 : 5;
  unsigned lead_marks = (0xFF00u >> (continuation + 1)) & 0xFF;
  save(static_cast<int>(lead_marks | (point >> (6 * continuation))));
  while (continuation-- > 0) save(static_cast<int>(0x80 | ((point >> (6 * continuation)) & 0x3F)));
}

// --- long brackets -----------------------------------------------------------------------------------------------------

// At '[': a long string, or false when it is just a bracket (which is then consumed).
bool Lexer::read_long_bracket(Token& token) {
  skip();
  std::uint32_t level = 0;
  while (take('=')) ++level;
  if (take('[')) {
    token.kind = TokenKind::string;
    token.delimiter = '[';
    token.level = level;
    read_long_text(&token, level);
    return true;
  }
  if (level == 0) return false;
  Buffer<char> near(state_.heap);
  near.push('\'');
  near.push('[');
  for (std::uint32_t i = 0; i < level; ++i) near.push('=');
  near.push('\'');
  raise_at("invalid long string delimiter", {near.data(), near.size()});
}

// Behind the opening bracket. Comments (no token) are not kept.
void Lexer::read_long_text(Token* token, std::uint32_t level) {
  int first_line = line_;
  text_.clear();
  if (peek() == '\n' || peek() == '\r') end_line();
  for (;;) {
    int byte = peek();
    if (byte == end_of_input) {
      char message[64];
      std::snprintf(message, sizeof message, "unfinished long %s (starting at line %d)", token != nullptr ? "string" : "comment", first_line);
      raise_at(message, "<eof>");
    }
    if (byte == ']') {
      std::size_t before = text_.size();
      std::uint32_t found = 0;
      save_and_skip();
      for (; found < level && peek() == '='; ++found) save_and_skip();
      if (found == level && peek() == ']') {
        skip();
        text_.truncate(before);
        break;
      }
      continue;
    }
    if (byte == '\n' || byte == '\r') {
      end_line();
      save('\n');
    } else {
      const char* p = stream_.next;
      while (p != stream_.end && *p != ']' && *p != '\n' && *p != '\r') ++p;
      if (token != nullptr) text_.append(stream_.next, static_cast<std::size_t>(p - stream_.next));
      stream_.next = p;
    }
    if (token == nullptr) text_.clear();
  }
  if (token != nullptr) token->name = names_.find(text());
}

}  // namespace rt
