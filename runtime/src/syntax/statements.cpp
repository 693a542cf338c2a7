// SPDX-License-Identifier: MIT
// The grammar of statements other than loops.
#include "syntax/parser.hpp"

namespace rt {

void Parser::statements() {
  while (!at_block_end(true)) {
    bool is_last = at(TokenKind::return_);
    statement();
    if (is_last) return;
  }
}

void Parser::block_of_statements() {
  Block block{};
  scope_.enter(block, false);
  statements();
  scope_.leave();
}

void Parser::statement() {
  ArenaScope trees(session_.trees);
  Level level(session_);
  int line = lexer_.line();
  switch (kind()) {
    case TokenKind::semicolon: lexer_.advance(); break;
    case TokenKind::if_: if_statement(line); break;
    case TokenKind::while_: while_statement(line); break;
    case TokenKind::do_: do_statement(line); break;
    case TokenKind::for_: for_statement(line); break;
    case TokenKind::repeat: repeat_statement(line); break;
    case TokenKind::function: function_statement(line); break;
    case TokenKind::local:
      lexer_.advance();
      if (take(TokenKind::function))
        local_function();
      else
        local_statement();
      break;
    case TokenKind::double_colon: label_statement(line); break;
    case TokenKind::return_: return_statement(); break;
    case TokenKind::break_: break_statement(); break;
    case TokenKind::goto_: goto_statement(); break;
    default: expression_statement(); break;
  }
  emitter_.release_to(session_.function->active_registers);
}

void Parser::do_statement(int line) {
  lexer_.advance();
  block_of_statements();
  expect_closing(TokenKind::end, TokenKind::do_, line);
}

// --- if ----------------------------------------------------------------------------------------------------------------

void Parser::if_statement(int line) {
  Jumps past_all;
  do if_branch(past_all);
  while (at(TokenKind::elseif));
  if (take(TokenKind::else_)) block_of_statements();
  expect_closing(TokenKind::end, TokenKind::if_, line);
  emitter_.patch_here(past_all);
}

// At `if` or `elseif`. A branch that begins with a jump forward becomes a condition that jumps there itself.
void Parser::if_branch(Jumps& past_all) {
  lexer_.advance();
  Expression* condition = expression();
  expect(TokenKind::then);
  settle(condition);
  Jumps otherwise;
  Block block{};
  bool is_break = at(TokenKind::break_), is_goto = at(TokenKind::goto_), only_jumps = false;
  if (is_break || is_goto) {
    int line = lexer_.line();
    lexer_.advance();
    if (is_goto) line = lexer_.line();
    Name* label = is_goto ? expect_name() : nullptr;
    bool forward = is_break || !scope_.is_visible(label);
    Jumps leaving;
    emitter_.condition(condition, forward, forward ? leaving : otherwise);
    scope_.enter(block, false);
    if (forward)
      scope_.jump_to(label, leaving, line);
    else
      scope_.jump_to(label, line);
    while (take(TokenKind::semicolon)) {}
    only_jumps = at_block_end(false);
    if (forward && !only_jumps) emitter_.jump(otherwise, emitter_.line());
  } else {
    emitter_.condition(condition, false, otherwise);
    scope_.enter(block, false);
  }
  statements();
  scope_.leave();
  bool more = at(TokenKind::else_) || at(TokenKind::elseif);
  if (more && !only_jumps) emitter_.jump(past_all, emitter_.line());
  emitter_.patch_here(otherwise);
}

// --- labels ------------------------------------------------------------------------------------------------------------

void Parser::label_statement(int line) {
  lexer_.advance();
  Name* name = expect_name();
  expect(TokenKind::double_colon);
  while (at(TokenKind::semicolon) || at(TokenKind::double_colon)) statement();
  scope_.check_new_label(name);
  scope_.place_label(name, line, at_block_end(false));
}

void Parser::goto_statement() {
  lexer_.advance();
  int line = lexer_.line();
  Name* name = expect_name();
  scope_.jump_to(name, line);
}

void Parser::break_statement() {
  int line = lexer_.line();
  lexer_.advance();
  scope_.jump_to(nullptr, line);
}

void Parser::return_statement() {
  lexer_.advance();
  Elements values;
  if (!at_block_end(true) && !at(TokenKind::semicolon)) {
    values = expression_list();
    settle(values.list.last);
  }
  emitter_.emit_return(values.list, values.count, scope_.block().inside_to_be_closed);
  take(TokenKind::semicolon);
}

// --- declarations ------------------------------------------------------------------------------------------------------

void Parser::function_statement(int line) {
  lexer_.advance();
  Expression* variable = scope_.resolve(expect_name());
  while (at(TokenKind::dot)) variable = field_of(variable);
  bool is_method = at(TokenKind::colon);
  if (is_method) variable = field_of(variable);
  Expression* function = function_body(is_method, line);
  scope_.check_assignable(variable);
  Target target = emitter_.prepare_target(variable, nullptr, function);
  if (target.kind == Target::local) function->line = line;
  emitter_.store(target, function, line);
}

void Parser::local_function() {
  int variable = scope_.declare(expect_name());
  scope_.activate(1);
  emitter_.next_register(function_body(false, lexer_.line()));
  scope_.begin_description_here(variable);
}

Attribute Parser::attribute() {
  if (!take(TokenKind::less)) return Attribute::regular;
  Name* name = expect_name();
  expect(TokenKind::greater);
  if (name->text() == "const") return Attribute::constant;
  if (name->text() == "close") return Attribute::to_be_closed;
  Buffer<char> message(session_.state.heap);
  auto append = [&](std::string_view text) { message.append(text.data(), text.size()); };
  append("unknown attribute '");
  append(name->text());
  append("'");
  lexer_.error_without_token({message.data(), message.size()});
}

void Parser::local_statement() {
  int last = -1, count = 0, to_be_closed = -1;
  do {
    last = scope_.declare(expect_name());
    Attribute kind = attribute();
    scope_.variable(last).attribute = kind;
    if (kind == Attribute::to_be_closed) {
      if (to_be_closed >= 0) lexer_.error_without_token("multiple to-be-closed variables in local list");
      to_be_closed = last;
    }
    ++count;
  } while (take(TokenKind::comma));
  Elements values;
  if (take(TokenKind::assign)) {
    values = expression_list();
    settle(values.list.last);
  }
  define_locals(last, count, values, to_be_closed);
}

void Parser::define_locals(int last, int count, Elements values, int to_be_closed) {
  if (count == values.count && scope_.variable(last).attribute == Attribute::constant && values.list.last->is_constant()) {
    const Expression* constant = values.list.last;
    Value value = Value::nil();
    switch (constant->kind) {
      case ExpressionKind::nil: break;
      case ExpressionKind::false_: value = Value::boolean(false); break;
      case ExpressionKind::true_: value = Value::boolean(true); break;
      case ExpressionKind::integer: value = Value::integer(constant->integer); break;
      case ExpressionKind::number: value = Value::number(constant->number); break;
      default: value = Value::light_userdata(constant->string); break;
    }
    if (count == 1) {
      values.list = {};
    } else {
      Expression* before = values.list.first;
      while (before->next != constant) before = before->next;
      before->next = nullptr;
      before->parenthesized = true;  // one value though it is the last now
      values.list.last = before;
    }
    emitter_.values(values.list, count - 1, count - 1);
    scope_.activate(count - 1);
    scope_.activate_constant(last, value);
    return;
  }
  emitter_.values(values.list, values.count, count);
  scope_.activate(count);
  if (to_be_closed < 0) return;
  scope_.mark_to_be_closed();
  emitter_.emit(Opcode::to_be_closed, 0, Emitter::scaled(static_cast<int>(scope_.variable(to_be_closed).place)), 0, 0, emitter_.line());
}

// --- assignments and calls ---------------------------------------------------------------------------------------------

void Parser::expression_statement() {
  Expression* e = suffixed_expression();
  if (at(TokenKind::assign) || at(TokenKind::comma)) {
    assignment(e);
    return;
  }
  if (!e->is_call()) lexer_.error_near_token("syntax error");
  emitter_.call_statement(e);
}

void Parser::assignment(Expression* e) {
  Level level(session_);
  ExpressionList targets{};
  int count = 0;
  for (;;) {
    if (!e->is_variable()) lexer_.error_near_token("syntax error");
    scope_.check_assignable(e);
    targets.add(e);
    ++count;
    if (!take(TokenKind::comma)) break;
    e = suffixed_expression();
    level.deepen();
  }
  expect(TokenKind::assign);
  Elements values = expression_list();
  settle(values.list.last);
  if (count == 1 && values.count == 1)
    emitter_.store(emitter_.prepare_target(targets.first, nullptr, values.list.first), values.list.first, emitter_.line());
  else
    multiple_assignment(targets, count, values);
}

void Parser::multiple_assignment(ExpressionList targets, int count, Elements values) {
  Buffer<Target>& prepared = session_.targets;
  prepared.clear();
  for (Expression* e = targets.first; e != nullptr; e = e->next) {
    prepared.push(emitter_.prepare_target(e, e->next, values.list.first));
  }
  if (values.count == count) {  // the last value needs no register of its own
    Expression* last = values.list.first;
    for (; last->next != nullptr; last = last->next) emitter_.next_register(last);
    emitter_.store(prepared.back(), last, emitter_.line());
    --count;
  } else {
    emitter_.values(values.list, values.count, count);
  }
  int reg = emitter_.free_register();
  while (count-- > 0) emitter_.store_register(prepared[static_cast<std::size_t>(count)], --reg, emitter_.line());
}

}  // namespace rt
