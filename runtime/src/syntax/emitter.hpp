// SPDX-License-Identifier: MIT
// From syntax trees to instructions of the function under construction.
//
// Registers are a stack: the locals in order of declaration, above them the temporaries of what is being evaluated. The
// targets of evaluation are either a variable's register or the first free register; in the latter case operands are
// evaluated in the target itself and above, so that nothing is held that is not needed.
#pragma once

#include <cstdint>
#include <string_view>

#include "syntax/ast.hpp"
#include "syntax/lexer.hpp"
#include "syntax/session.hpp"

namespace rt {

class Emitter {
 public:
  Emitter(Session& session, Lexer& lexer) : session_(session), lexer_(lexer) {}

  // --- functions (function_end.cpp) ---
  void begin_function(FunctionDraft& draft, int first_line);
  Prototype* finish_function();  // the draft's prototype; the enclosing function is current again

  // --- registers (instructions.cpp) ---
  int free_register() const { return draft().free_register; }
  int reserve(int count);                      // the first of `count` fresh registers
  void require(int registers);                 // room above the free register, without taking it
  void release_to(int reg) { draft().free_register = reg; }

  // --- instructions (instructions.cpp) ---
  int pc() const { return session_.code.count() - draft().code_base; }
  int emit(Opcode op, unsigned x, unsigned a, unsigned b, unsigned c, int line);
  int emit_wide(Opcode op, unsigned a, std::int32_t wide, int line);
  Instruction& at(int pc) { return session_.code[static_cast<std::size_t>(draft().code_base + pc)]; }
  void set_line(int pc, int line) { session_.lines[static_cast<std::size_t>(draft().code_base + pc)] = line; }
  std::uint32_t constant(const Value& value);
  std::uint32_t constant(Name* name) { return constant(Value::of(name->string)); }
  void load_nil(int first, int count, int line);
  void load_constant(int target, const Value& value, int line);
  int line() const { return lexer_.last_line(); }

  // --- jumps (jumps.cpp) ---
  int place_label();                              // the present pc, as one that jumps may lead to
  void add_jump(Jumps& jumps, int pc);
  void join(Jumps& jumps, Jumps more);            // moves `more` into `jumps`
  void jump(Jumps& jumps, int line);              // an unconditional jump to a place not known yet
  void jump_back(int target, int line);
  void patch(Jumps& jumps, int target);
  void patch_here(Jumps& jumps);
  void set_jump(int pc, int target);
  void close_from(int reg, int line);

  // --- expressions (expressions.cpp, operators.cpp, conditions.cpp, calls.cpp) ---
  void into(Expression* e, int target);           // target: a variable's register, or the free register (not reserved)
  int next_register(Expression* e);               // into a fresh register
  int any_register(Expression* e);                // the variable's own or a fresh one
  void many_values(Expression* e, int wanted);    // from the free register on, which is not reserved; -1: all
  void condition(Expression* e, bool when, Jumps& jumps);  // jumps when e's truth is `when`
  void call_statement(Expression* e);
  // Evaluates a list to exactly `wanted` fresh registers.
  void values(ExpressionList list, int count, int wanted);

  // --- stores and returns (stores.cpp) ---
  // later: the targets assigned before this one; values: those assigned by the statement
  Target prepare_target(Expression* variable, const Expression* later, const Expression* values);
  void store(const Target& target, Expression* value, int line);
  void store_register(const Target& target, int reg, int line);
  void emit_return(ExpressionList list, int count, bool inside_to_be_closed);

  static constexpr unsigned scaled(unsigned number) { return number * scale; }
  static constexpr unsigned scaled(int number) { return static_cast<unsigned>(number) * scale; }

 private:
  friend class LongJumpExpansion;
  // How a place that takes a constant or a register is filled.
  struct ValueOperand {
    bool is_constant;
    unsigned field;  // scaled
  };
  // Where an and/or expression is left before its end: with the value in place, or with a boolean to be made.
  struct Exits {
    Jumps done, make_true, make_false;
  };

  FunctionDraft& draft() { return *session_.function; }
  const FunctionDraft& draft() const { return *session_.function; }
  int line_of(const Expression* e) const { return e->settled != 0 ? e->settled : line(); }

  bool constant_value(const Expression* e, Value* value) const;
  bool scaled_constant(const Expression* e, unsigned* field);       // false when not a constant or out of reach
  bool scaled_key(const Expression* e, unsigned* field);            // short strings only
  ValueOperand value_operand(Expression* e);
  void store_field(const Target& target, ValueOperand value, int line);
  void load_leaf(Expression* e, int target);

  void chain(Expression* e, int target, int wanted);
  void chain_link(Expression* node, int left, int base, int target, int wanted);
  void index(Expression* node, int object, int target);
  void arithmetic(Expression* node, int left, int target);
  bool arithmetic_with_constant(Expression* node, int left, int target);
  bool arithmetic_constant_first(Expression* node, int target);
  void comparison_value(Expression* node, int left, int target);
  void compare(Expression* node, int left, bool when, Jumps& jumps);
  bool compare_with_constant(Expression* node, int left, bool when, Jumps& jumps);
  void emit_compare_jump(Opcode op, unsigned x, unsigned a, unsigned b, int line, Jumps& jumps);
  void call(Expression* node, int base, int wanted);
  void unary(Expression* e, int target);
  void concat(Expression* e, int target);
  void truth(Expression* e, int target);
  void logical(Expression* e, int target);
  bool logical_operands(Expression* e, int target, Exits& exits);
  void exit_with_value(Expression* e, bool stop, int target, Exits& exits);
  void finish_exits(bool has_value, int target, Exits& exits, int line);
  void test(int reg, bool when, Jumps& jumps, int line);
  void table(Expression* e, int target);
  void table_entry(TableField* field, int table, bool is_record);
  void table_list(Expression* e, int table, bool is_record);
  bool model_of(const Expression* e, std::uint32_t* number);

  Session& session_;
  Lexer& lexer_;
};

}  // namespace rt
