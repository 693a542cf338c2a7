// SPDX-License-Identifier: MIT
// The grammar. Statements are emitted as they are read; expressions become trees first.
#pragma once

#include "syntax/emitter.hpp"
#include "syntax/lexer.hpp"
#include "syntax/scope.hpp"
#include "syntax/session.hpp"

namespace rt {

class Parser {
 public:
  Parser(Session& session, Lexer& lexer) : session_(session), lexer_(lexer), emitter_(session, lexer), scope_(session, lexer, emitter_) {}

  Prototype* chunk();

 private:
  // Counts against the limit of nested C calls while it lives.
  class Level {
   public:
    explicit Level(Session& session) : session_(session) { deepen(); }
    ~Level();
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    void deepen();

   private:
    Session& session_;
    unsigned count_ = 0;
  };

  struct Elements {
    ExpressionList list{};
    int count = 0;
  };

  // --- tokens (parser.cpp) ---
  TokenKind kind() const { return lexer_.kind(); }
  bool at(TokenKind k) const { return lexer_.kind() == k; }
  bool take(TokenKind k);
  void check(TokenKind k);
  void expect(TokenKind k);
  void expect_closing(TokenKind k, TokenKind opening, int line);
  Name* expect_name();
  [[noreturn]] void error_expected(TokenKind k);
  bool at_block_end(bool until_counts) const;

  // --- statements (statements.cpp, loops.cpp) ---
  void statements();
  void statement();
  void block_of_statements();
  void if_statement(int line);
  void if_branch(Jumps& past_all);
  void while_statement(int line);
  void repeat_statement(int line);
  void for_statement(int line);
  void numeric_for(Name* name, int line);
  void generic_for(Name* first, int line);
  void for_body(int first_register, int line, int variables, bool numeric);
  void do_statement(int line);
  void function_statement(int line);
  void local_function();
  void local_statement();
  Attribute attribute();
  void define_locals(int last_variable, int count, Elements values, int to_be_closed);
  void label_statement(int line);
  void goto_statement();
  void break_statement();
  void return_statement();
  void expression_statement();
  void assignment(Expression* first);
  void multiple_assignment(ExpressionList targets, int count, Elements values);

  // --- expressions (parse_expressions.cpp) ---
  Expression* expression() { return binary_expression(0); }
  Expression* binary_expression(int limit);
  Expression* simple_expression();
  Expression* suffixed_expression();
  Expression* primary_expression();
  Expression* field_of(Expression* object);
  Expression* call_of(Expression* callee, Name* method);
  void call_arguments(Expression* call);
  Expression* table_constructor();
  void table_field(Expression* table, TableField** last);
  Expression* function_body(bool is_method, int line);
  void parameters();
  Elements expression_list();
  Expression* unary_operation(Opcode op, Expression* operand, int line);
  Expression* binary_operation(TokenKind op, Expression* left, Expression* right, int line);
  Expression* joined(ExpressionKind kind, Expression* left, Expression* right, int line);
  Expression* string_constant(Name* text);
  void check_registers(int more);
  // The value of `e` is asked for here: what loads it gets the line of the last token.
  Expression* settle(Expression* e) {
    if (e->settled == 0) e->settled = lexer_.last_line();
    return e;
  }

  Session& session_;
  Lexer& lexer_;
  Emitter emitter_;
  Scope scope_;
  int pending_ = 0;  // registers that will hold what was read before in the expressions around
};

}  // namespace rt
