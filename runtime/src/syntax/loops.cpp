// SPDX-License-Identifier: MIT
// The grammar of loops.
#include "syntax/parser.hpp"

namespace rt {

// A short condition is emitted twice, before the loop and behind its body, so that each round takes one jump instead of two.
void Parser::while_statement(int line) {
  constexpr int short_condition = 8;
  lexer_.advance();
  int start = emitter_.place_label();
  Expression* condition = settle(expression());
  Jumps exit;
  emitter_.condition(condition, false, exit);
  int body = emitter_.place_label();
  Block loop{};
  scope_.enter(loop, true);
  expect(TokenKind::do_);
  block_of_statements();
  if (body - start <= short_condition) {
    Jumps again;
    emitter_.condition(condition, true, again);
    emitter_.patch(again, body);
  } else {
    emitter_.jump_back(start, emitter_.line());
  }
  expect_closing(TokenKind::end, TokenKind::while_, line);
  scope_.leave();
  emitter_.patch_here(exit);
}

void Parser::repeat_statement(int line) {
  int start = emitter_.place_label();
  Block loop{}, body{};
  scope_.enter(loop, true);
  scope_.enter(body, false);
  lexer_.advance();
  statements();
  expect_closing(TokenKind::until, TokenKind::repeat, line);
  Expression* condition = settle(expression());  // sees the body's variables
  Jumps again;
  emitter_.condition(condition, false, again);
  bool must_close = body.must_close;
  scope_.leave();
  if (must_close) {  // the way out has closed already
    Jumps exit;
    emitter_.jump(exit, emitter_.line());
    emitter_.patch_here(again);
    emitter_.close_from(body.registers, emitter_.line());
    emitter_.jump_back(start, emitter_.line());
    emitter_.patch_here(exit);
  } else {
    emitter_.patch(again, start);
  }
  scope_.leave();
}

void Parser::for_statement(int line) {
  Block loop{};
  scope_.enter(loop, true);
  lexer_.advance();
  Name* name = expect_name();
  switch (kind()) {
    case TokenKind::assign: numeric_for(name, line); break;
    case TokenKind::comma: case TokenKind::in: generic_for(name, line); break;
    default: lexer_.error_near_token("'=' or 'in' expected");
  }
  expect_closing(TokenKind::end, TokenKind::for_, line);
  scope_.leave();
}

void Parser::numeric_for(Name* name, int line) {
  int base = emitter_.free_register();
  Name* hidden = session_.names.find("(for state)");
  for (int i = 0; i < 3; ++i) scope_.declare(hidden);
  scope_.declare(name);
  lexer_.advance();
  emitter_.next_register(settle(expression()));
  expect(TokenKind::comma);
  emitter_.next_register(settle(expression()));
  if (take(TokenKind::comma))
    emitter_.next_register(settle(expression()));
  else
    emitter_.load_constant(emitter_.reserve(1), Value::integer(1), emitter_.line());
  scope_.activate(3);
  for_body(base, line, 1, true);
}

void Parser::generic_for(Name* first, int) {
  int base = emitter_.free_register();
  Name* hidden = session_.names.find("(for state)");
  for (int i = 0; i < 4; ++i) scope_.declare(hidden);
  scope_.declare(first);
  int variables = 1;
  while (take(TokenKind::comma)) {
    scope_.declare(expect_name());
    ++variables;
  }
  expect(TokenKind::in);
  int line = lexer_.line();
  Elements values = expression_list();
  settle(values.list.last);
  emitter_.values(values.list, values.count, 4);
  scope_.activate(4);
  scope_.mark_to_be_closed();
  emitter_.require(3);  // for the call of the iterator
  for_body(base, line, variables, false);
}

void Parser::for_body(int base, int line, int variables, bool numeric) {
  expect(TokenKind::do_);
  int prepare = emitter_.emit_wide(numeric ? Opcode::for_prepare : Opcode::generic_prepare, Emitter::scaled(base), 0, emitter_.line());
  emitter_.place_label();
  Block body{};
  scope_.enter(body, false);
  scope_.activate(variables);
  emitter_.reserve(variables);
  block_of_statements();
  scope_.leave();
  int loop;
  if (numeric) {
    loop = emitter_.emit_wide(Opcode::for_loop, Emitter::scaled(base), 0, line);
    emitter_.set_jump(prepare, emitter_.place_label());
  } else {
    emitter_.set_jump(prepare, emitter_.place_label());
    emitter_.emit(Opcode::generic_call, 0, Emitter::scaled(base), static_cast<unsigned>(variables), 0, line);
    loop = emitter_.emit_wide(Opcode::generic_loop, Emitter::scaled(base), 0, line);
    emitter_.place_label();
  }
  emitter_.set_jump(loop, prepare + 1);
}

}  // namespace rt
