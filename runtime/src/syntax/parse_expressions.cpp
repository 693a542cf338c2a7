// SPDX-License-Identifier: MIT
// The grammar of expressions.
#include <utility>

#include "syntax/constant_folding.hpp"
#include "syntax/parser.hpp"

namespace rt {

namespace {

constexpr int unary_priority = 12;

struct Priority {
  int left, right;  // right below left: right associative
};

// Priority of a binary operator; left 0 when the token is none.
Priority priority_of(TokenKind op) {
  switch (op) {
    case TokenKind::or_: return {1, 1};
    case TokenKind::and_: return {2, 2};
    case TokenKind::less: case TokenKind::greater: case TokenKind::less_equal: case TokenKind::greater_equal:
    case TokenKind::not_equal: case TokenKind::equal: return {3, 3};
    case TokenKind::bar: return {4, 4};
    case TokenKind::tilde: return {5, 5};
    case TokenKind::ampersand: return {6, 6};
    case TokenKind::shift_left: case TokenKind::shift_right: return {7, 7};
    case TokenKind::concat: return {9, 8};
    case TokenKind::plus: case TokenKind::minus: return {10, 10};
    case TokenKind::star: case TokenKind::slash: case TokenKind::double_slash: case TokenKind::percent: return {11, 11};
    case TokenKind::caret: return {14, 13};
    default: return {0, 0};
  }
}

// The operator as an instruction; only for arithmetic and bitwise ones.
Opcode arithmetic_opcode(TokenKind op) {
  switch (op) {
    case TokenKind::plus: return Opcode::add;
    case TokenKind::minus: return Opcode::sub;
    case TokenKind::star: return Opcode::mul;
    case TokenKind::percent: return Opcode::mod;
    case TokenKind::caret: return Opcode::pow;
    case TokenKind::slash: return Opcode::div;
    case TokenKind::double_slash: return Opcode::idiv;
    case TokenKind::ampersand: return Opcode::band;
    case TokenKind::bar: return Opcode::bor;
    case TokenKind::tilde: return Opcode::bxor;
    case TokenKind::shift_left: return Opcode::shl;
    default: return Opcode::shr;
  }
}

}  // namespace

Expression* Parser::string_constant(Name* text) {
  Expression* e = session_.make(ExpressionKind::string);
  e->string = text;
  return e;
}

// Registers are given out when a statement has been read; that there will be too many is told where it shows.
void Parser::check_registers(int more) {
  if (emitter_.free_register() + pending_ + more >= max_registers)
    lexer_.error_near_token("function or expression needs too many registers");
}

// Operators binding tighter than `limit`.
Expression* Parser::binary_expression(int limit) {
  Level level(session_);
  Expression* left;
  Opcode prefix = Opcode::extra;
  switch (kind()) {
    case TokenKind::not_: prefix = Opcode::not_; break;
    case TokenKind::minus: prefix = Opcode::unm; break;
    case TokenKind::tilde: prefix = Opcode::bnot; break;
    case TokenKind::hash: prefix = Opcode::len; break;
    default: break;
  }
  if (prefix == Opcode::extra) {
    left = simple_expression();
  } else {
    int line = lexer_.line();
    lexer_.advance();
    left = unary_operation(prefix, settle(binary_expression(unary_priority)), line);
  }
  for (;;) {
    TokenKind op = kind();
    Priority priority = priority_of(op);
    if (priority.left <= limit) return left;
    int line = lexer_.line();
    lexer_.advance();
    settle(left);
    bool takes_register = left->kind != ExpressionKind::local && !left->is_numeral();
    if (takes_register) check_registers(1);
    pending_ += takes_register;
    Expression* right = settle(binary_expression(priority.right));
    pending_ -= takes_register;
    left = binary_operation(op, left, right, line);
  }
}

Expression* Parser::unary_operation(Opcode op, Expression* operand, int line) {
  if (fold_unary(op, operand)) {
    operand->settled = 0;
    return operand;
  }
  Expression* e = session_.make(ExpressionKind::unary);
  e->operation = static_cast<std::uint8_t>(op);
  e->line = line;
  e->left = operand;
  return e;
}

// An operator with any number of operands: joins those of `left` and `right` where they are of the same kind.
Expression* Parser::joined(ExpressionKind kind, Expression* left, Expression* right, int line) {
  bool to_the_right = kind == ExpressionKind::concat;
  Expression* e = to_the_right ? right : left;
  if (e->kind != kind) {
    Expression* operand = e;
    e = session_.make(kind);
    e->list = {operand, operand};
    e->count = 1;
  }
  if (to_the_right) {
    left->next = e->list.first;
    e->list.first = left;
  } else {
    e->list.add(right);
  }
  ++e->count;
  if (e->line == 0) e->line = line;  // the line of a concatenation is that of its last operator
  e->settled = 0;
  e->parenthesized = false;
  return e;
}

Expression* Parser::binary_operation(TokenKind op, Expression* left, Expression* right, int line) {
  switch (op) {
    case TokenKind::or_:
    case TokenKind::and_:
      if (left->is_constant() && left->is_falsy_constant() == (op == TokenKind::or_)) {
        right->parenthesized = true;  // one value, and not a call any more
        return right;
      }
      return joined(op == TokenKind::or_ ? ExpressionKind::or_ : ExpressionKind::and_, left, right, line);
    case TokenKind::concat: return joined(ExpressionKind::concat, left, right, line);
    default: break;
  }
  Expression* e;
  Comparison comparison;
  bool swapped = false;
  switch (op) {
    case TokenKind::equal: comparison = Comparison::eq; break;
    case TokenKind::not_equal: comparison = Comparison::ne; break;
    case TokenKind::less: comparison = Comparison::lt; break;
    case TokenKind::less_equal: comparison = Comparison::le; break;
    case TokenKind::greater: comparison = Comparison::lt; swapped = true; break;
    case TokenKind::greater_equal: comparison = Comparison::le; swapped = true; break;
    default: {
      Opcode opcode = arithmetic_opcode(op);
      if (fold_arithmetic(opcode, left, right)) {
        left->settled = 0;
        return left;
      }
      e = session_.make(ExpressionKind::arithmetic);
      e->operation = static_cast<std::uint8_t>(opcode);
      e->line = line;
      e->left = left;
      e->right = right;
      return e;
    }
  }
  e = session_.make(ExpressionKind::comparison);
  e->operation = static_cast<std::uint8_t>(comparison);
  e->swapped = swapped;
  e->line = lexer_.last_line();  // of its last token, unlike arithmetic
  e->left = left;
  e->right = right;
  return e;
}

Expression* Parser::simple_expression() {
  Expression* e;
  switch (kind()) {
    case TokenKind::integer: e = session_.make(ExpressionKind::integer); e->integer = lexer_.token().integer; break;
    case TokenKind::number: e = session_.make(ExpressionKind::number); e->number = lexer_.token().number; break;
    case TokenKind::string: e = string_constant(lexer_.token().name); break;
    case TokenKind::nil: e = session_.make(ExpressionKind::nil); break;
    case TokenKind::true_: e = session_.make(ExpressionKind::true_); break;
    case TokenKind::false_: e = session_.make(ExpressionKind::false_); break;
    case TokenKind::dots:
      if (!session_.function->is_vararg) lexer_.error_near_token("cannot use '...' outside a vararg function");
      e = session_.make(ExpressionKind::vararg);
      e->line = lexer_.last_line();
      break;
    case TokenKind::open_brace: return table_constructor();
    case TokenKind::function:
      lexer_.advance();
      return function_body(false, lexer_.line());
    default: return suffixed_expression();
  }
  lexer_.advance();
  return e;
}

Expression* Parser::primary_expression() {
  switch (kind()) {
    case TokenKind::name: {
      Name* name = lexer_.token().name;
      lexer_.advance();
      return scope_.resolve(name);
    }
    case TokenKind::open_paren: {
      int line = lexer_.line();
      lexer_.advance();
      Expression* e = expression();
      expect_closing(TokenKind::close_paren, TokenKind::open_paren, line);
      e->parenthesized = true;
      return settle(e);
    }
    default: lexer_.error_near_token("unexpected symbol");
  }
}

Expression* Parser::suffixed_expression() {
  Expression* e = primary_expression();
  for (;;) {
    switch (kind()) {
      case TokenKind::dot:
        e = field_of(e);
        break;
      case TokenKind::open_bracket: {
        settle(e);
        lexer_.advance();
        Expression* key = settle(expression());
        expect(TokenKind::close_bracket);
        Expression* indexed = session_.make(ExpressionKind::index);
        indexed->left = e;
        indexed->right = key;
        e = indexed;
        break;
      }
      case TokenKind::colon: {
        lexer_.advance();
        settle(e);
        Name* name = expect_name();
        e = call_of(e, name);
        break;
      }
      case TokenKind::open_paren: case TokenKind::string: case TokenKind::open_brace:
        settle(e);
        e = call_of(e, nullptr);
        break;
      default: return e;
    }
  }
}

// At '.' or ':'.
Expression* Parser::field_of(Expression* object) {
  settle(object);
  lexer_.advance();
  Expression* e = session_.make(ExpressionKind::index);
  e->left = object;
  e->right = string_constant(expect_name());
  return e;
}

Expression* Parser::call_of(Expression* callee, Name* method) {
  Expression* e = session_.make(method != nullptr ? ExpressionKind::method : ExpressionKind::call);
  e->left = callee;
  e->name = method;
  e->arguments = nullptr;
  e->line = lexer_.line();
  if (method != nullptr) e->settled = lexer_.last_line();
  int registers = method != nullptr ? 2 : 1;
  check_registers(registers);
  pending_ += registers;
  call_arguments(e);
  pending_ -= registers;
  return e;
}

void Parser::call_arguments(Expression* call) {
  switch (kind()) {
    case TokenKind::string:
      call->arguments = string_constant(lexer_.token().name);
      lexer_.advance();
      settle(call->arguments);
      return;
    case TokenKind::open_brace:
      call->arguments = settle(table_constructor());
      return;
    case TokenKind::open_paren: {
      int line = lexer_.line();
      lexer_.advance();
      if (take(TokenKind::close_paren)) return;
      Elements elements = expression_list();
      expect_closing(TokenKind::close_paren, TokenKind::open_paren, line);
      settle(elements.list.last);
      call->arguments = elements.list.first;
      return;
    }
    default: lexer_.error_near_token("function arguments expected");
  }
}

// The last expression is not settled yet.
Parser::Elements Parser::expression_list() {
  Elements elements;
  for (;;) {
    Expression* e = expression();
    elements.list.add(e);
    ++elements.count;
    if (!take(TokenKind::comma)) break;
    settle(e);
    check_registers(1);
    ++pending_;
  }
  pending_ -= elements.count - 1;
  return elements;
}

Expression* Parser::table_constructor() {
  Expression* table = session_.make(ExpressionKind::table);
  table->line = lexer_.last_line();
  table->fields = nullptr;
  table->positional = 0;
  int line = lexer_.line();
  check_registers(1);
  ++pending_;
  lexer_.advance();
  TableField** last = &table->fields;
  Expression* positional = nullptr;  // the field before, when it waits to be put into a register
  while (!at(TokenKind::close_brace)) {
    if (positional != nullptr) settle(positional);
    table_field(table, last);
    positional = (*last)->key == nullptr ? (*last)->value : nullptr;
    last = &(*last)->next;
    if (!at(TokenKind::comma) && !at(TokenKind::semicolon)) break;
    lexer_.advance();
  }
  expect_closing(TokenKind::close_brace, TokenKind::open_brace, line);
  if (positional != nullptr) settle(positional);
  table->end_line = lexer_.last_line();
  --pending_;
  return table;
}

void Parser::table_field(Expression* table, TableField** last) {
  TableField* field = session_.trees.make<TableField>();
  field->next = nullptr;
  field->key = nullptr;
  ++table->count;
  if (at(TokenKind::open_bracket)) {
    lexer_.advance();
    field->key = settle(expression());
    expect(TokenKind::close_bracket);
    expect(TokenKind::assign);
  } else if (at(TokenKind::name) && lexer_.look_ahead() == TokenKind::assign) {
    field->key = string_constant(expect_name());
    lexer_.advance();
  } else {
    ++table->positional;
  }
  field->value = expression();
  field->line = lexer_.last_line();
  *last = field;
}

// Behind the word `function` (and the name): the prototype as an expression.
Expression* Parser::function_body(bool is_method, int line) {
  FunctionDraft draft{};
  Block body{};
  int pending_outside = std::exchange(pending_, 0);
  scope_.begin_function(draft, body, line);
  expect(TokenKind::open_paren);
  if (is_method) {
    scope_.declare(session_.names.find("self"));
    scope_.activate(1);
  }
  parameters();
  expect(TokenKind::close_paren);
  {
    ArenaScope trees(session_.trees);
    statements();
  }
  draft.last_line = lexer_.line();
  expect_closing(TokenKind::end, TokenKind::function, line);
  emitter_.emit_return({}, 0, scope_.block().inside_to_be_closed);
  scope_.end_function();
  pending_ = pending_outside;
  Expression* e = session_.make(ExpressionKind::closure);
  e->child = session_.children.count() - session_.function->child_base - 1;
  e->line = lexer_.last_line();
  return e;
}

void Parser::parameters() {
  FunctionDraft& draft = *session_.function;
  int declared = 0;
  if (!at(TokenKind::close_paren)) {
    do {
      if (at(TokenKind::name)) {
        scope_.declare(expect_name());
        ++declared;
      } else if (take(TokenKind::dots)) {
        draft.is_vararg = true;
      } else {
        lexer_.error_near_token("<name> or '...' expected");
      }
    } while (!draft.is_vararg && take(TokenKind::comma));
  }
  scope_.activate(declared);
  draft.parameter_count = draft.active_variables;
  if (draft.is_vararg) emitter_.emit(Opcode::vararg_prepare, 0, 0, static_cast<unsigned>(draft.parameter_count), 0, lexer_.last_line());
  emitter_.reserve(draft.active_variables);
}

}  // namespace rt
