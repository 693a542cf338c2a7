// SPDX-License-Identifier: MIT
// The grammar: tokens, nesting, the chunk as a whole.
#include "syntax/parser.hpp"

#include <cstdio>

#include "vm/call.hpp"
#include "vm/error.hpp"

namespace rt {

void Parser::Level::deepen() {
  lua_State* L = session_.L;
  if (((L->native_calls + 1) & 0xFFFF) >= max_native_calls) {
    ensure_stack(L, 1);
    push(L, Value::of(make_string(session_.state, "C stack overflow")));
    raise(L);
  }
  ++L->native_calls;
  ++count_;
}

Parser::Level::~Level() { session_.L->native_calls -= count_; }

bool Parser::take(TokenKind k) {
  if (!at(k)) return false;
  lexer_.advance();
  return true;
}

void Parser::error_expected(TokenKind k) {
  std::string_view text = token_text(k);
  const char* quote = k == TokenKind::name || k == TokenKind::end_of_chunk ? "" : "'";
  char message[40];
  int length = std::snprintf(message, sizeof message, "%s%.*s%s expected", quote, static_cast<int>(text.size()), text.data(), quote);
  lexer_.error_near_token({message, static_cast<std::size_t>(length)});
}

void Parser::check(TokenKind k) {
  if (!at(k)) error_expected(k);
}

void Parser::expect(TokenKind k) {
  check(k);
  lexer_.advance();
}

void Parser::expect_closing(TokenKind k, TokenKind opening, int line) {
  if (take(k)) return;
  if (line == lexer_.line()) error_expected(k);
  std::string_view what = token_text(k), whom = token_text(opening);
  char message[80];
  int length = std::snprintf(message, sizeof message, "'%.*s' expected (to close '%.*s' at line %d)", static_cast<int>(what.size()),
                             what.data(), static_cast<int>(whom.size()), whom.data(), line);
  lexer_.error_near_token({message, static_cast<std::size_t>(length)});
}

Name* Parser::expect_name() {
  check(TokenKind::name);
  Name* name = lexer_.token().name;
  lexer_.advance();
  return name;
}

bool Parser::at_block_end(bool until_counts) const {
  switch (kind()) {
    case TokenKind::else_: case TokenKind::elseif: case TokenKind::end: case TokenKind::end_of_chunk: return true;
    case TokenKind::until: return until_counts;
    default: return false;
  }
}

Prototype* Parser::chunk() {
  FunctionDraft draft{};
  Block body{};
  scope_.begin_chunk(draft, body);
  emitter_.emit(Opcode::vararg_prepare, 0, 0, 0, 0, lexer_.line());
  lexer_.advance();
  statements();
  check(TokenKind::end_of_chunk);
  emitter_.emit_return({}, 0, scope_.block().inside_to_be_closed);
  return scope_.end_function();
}

}  // namespace rt
