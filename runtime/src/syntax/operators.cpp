// SPDX-License-Identifier: MIT
// Emission of operators: arithmetic, comparisons as values and as jumps, unary operators, concatenation.
#include <cmath>
#include <limits>

#include "syntax/emitter.hpp"

namespace rt {

namespace {

// ORDER opcodes.def: the forms of an arithmetic operator.
Opcode with_constant(Opcode op) {
  return static_cast<Opcode>(static_cast<int>(Opcode::add_k) + (static_cast<int>(op) - static_cast<int>(Opcode::add)));
}
bool is_commutative(Opcode op) {
  return op == Opcode::add || op == Opcode::mul || op == Opcode::band || op == Opcode::bor || op == Opcode::bxor;
}
bool is_bitwise(Opcode op) { return op >= Opcode::band && op <= Opcode::bxor; }
bool is_shift(Opcode op) { return op == Opcode::shl || op == Opcode::shr; }

bool fits_immediate(std::int64_t i) {
  return i >= std::numeric_limits<std::int16_t>::min() && i <= std::numeric_limits<std::int16_t>::max();
}
unsigned immediate(std::int64_t i) { return static_cast<std::uint16_t>(static_cast<std::int16_t>(i)); }

// Number that a comparison takes as an immediate.
bool comparison_immediate(const Expression* e, std::int64_t* value, unsigned* written_as_float) {
  if (e->kind == ExpressionKind::integer) {
    *value = e->integer;
    *written_as_float = 0;
    return fits_immediate(*value);
  }
  if (e->kind != ExpressionKind::number || !(std::fabs(e->number) < 32768.0) || e->number != std::floor(e->number)) return false;
  *value = static_cast<std::int64_t>(e->number);
  *written_as_float = 1;
  return true;
}

// Of two constants, is it the left one that goes to a register?
bool prefers_right_constant(const Expression* comparison) {
  std::int64_t value;
  unsigned written_as_float;
  return comparison->operation <= static_cast<int>(Comparison::ne) ||
         comparison_immediate(comparison->right, &value, &written_as_float) ||
         !comparison_immediate(comparison->left, &value, &written_as_float);
}

}  // namespace

// --- arithmetic --------------------------------------------------------------------------------------------------------

void Emitter::arithmetic(Expression* node, int left, int target) {
  int base = free_register();
  if (left < 0 && node->right->is_numeral()) left = next_register(node->left);  // constants that cannot be folded
  bool done = left < 0 ? arithmetic_constant_first(node, target) : arithmetic_with_constant(node, left, target);
  if (!done) {
    int right = any_register(node->right);
    if (left < 0) left = next_register(node->left);
    emit(static_cast<Opcode>(node->operation), 0, scaled(target), scaled(left), scaled(right), node->line);
  }
  release_to(base);
}

bool Emitter::arithmetic_with_constant(Expression* node, int left, int target) {
  auto op = static_cast<Opcode>(node->operation);
  const Expression* right = node->right;
  bool is_integer = right->kind == ExpressionKind::integer;
  if (is_integer && fits_immediate(right->integer)) {
    if (op == Opcode::add) {
      emit(Opcode::add_i, 0, scaled(target), scaled(left), immediate(right->integer), node->line);
      return true;
    }
    if (op == Opcode::sub && fits_immediate(-right->integer)) {
      emit(Opcode::add_i, 2, scaled(target), scaled(left), immediate(-right->integer), node->line);
      return true;
    }
    if (is_shift(op)) {
      emit(op == Opcode::shl ? Opcode::shl_i : Opcode::shr_i, 0, scaled(target), scaled(left), immediate(right->integer), node->line);
      return true;
    }
  }
  unsigned field;
  if (is_shift(op) || !(is_bitwise(op) ? is_integer : right->is_numeral()) || !scaled_constant(right, &field)) return false;
  emit(with_constant(op), 0, scaled(target), scaled(left), field, node->line);
  return true;
}

// A constant in front of a commutative operator changes places with the right operand.
bool Emitter::arithmetic_constant_first(Expression* node, int target) {
  auto op = static_cast<Opcode>(node->operation);
  const Expression* constant = node->left;
  bool is_integer = constant->kind == ExpressionKind::integer;
  if (!is_commutative(op) || (is_bitwise(op) && !is_integer)) return false;
  unsigned field;
  if (op == Opcode::add && is_integer && fits_immediate(constant->integer)) {
    int right = any_register(node->right);
    emit(Opcode::add_i, 1, scaled(target), scaled(right), immediate(constant->integer), node->line);
    return true;
  }
  if (!scaled_constant(constant, &field)) return false;
  int right = any_register(node->right);
  emit(with_constant(op), 1, scaled(target), scaled(right), field, node->line);
  return true;
}

// --- comparisons -------------------------------------------------------------------------------------------------------

void Emitter::emit_compare_jump(Opcode op, unsigned x, unsigned a, unsigned b, int line, Jumps& jumps) {
  add_jump(jumps, emit(op, x, a, b, 0, line));
}

// Jumps when the comparison's outcome is `when`. `left` negative: the left operand is a constant, not loaded yet.
void Emitter::compare(Expression* node, int left, bool when, Jumps& jumps) {
  int base = free_register();
  if (left < 0 && node->right->is_constant() && prefers_right_constant(node)) left = next_register(node->left);
  if (!compare_with_constant(node, left, when, jumps)) {
    int right = any_register(node->right);
    if (left < 0) left = next_register(node->left);
    if (node->swapped) std::swap(left, right);
    // ORDER opcodes.def and Comparison: eq, ne, lt, nlt, le, nle
    int op = static_cast<int>(Opcode::jump_eq) + (node->operation ^ (when ? 0 : 1));
    emit_compare_jump(static_cast<Opcode>(op), 0, scaled(left), scaled(right), node->line, jumps);
  }
  release_to(base);
}

bool Emitter::compare_with_constant(Expression* node, int left, bool when, Jumps& jumps) {
  bool constant_left = left < 0;
  const Expression* constant = constant_left ? node->left : node->right;
  if (!constant->is_constant()) return false;
  bool inverted = ((node->operation & 1) != 0) == when;
  auto pick = [&](Opcode op) { return static_cast<Opcode>(static_cast<int>(op) + (inverted ? 1 : 0)); };
  auto reg = [&] { return scaled(constant_left ? any_register(node->right) : left); };
  if (node->operation <= static_cast<int>(Comparison::ne)) {
    if (constant->kind <= ExpressionKind::true_) {  // ORDER ExpressionKind and Tag: nil, false, true
      emit_compare_jump(pick(Opcode::jump_eq_nil), static_cast<unsigned>(constant->kind), reg(), 0, node->line, jumps);
      return true;
    }
    std::int64_t number;
    unsigned as_float;
    if (constant->is_numeral() && comparison_immediate(constant, &number, &as_float)) {
      emit_compare_jump(pick(Opcode::jump_eq_i), 0, reg(), immediate(number), node->line, jumps);
      return true;
    }
    unsigned field;
    if (!scaled_constant(constant, &field)) return false;
    unsigned other = reg();
    emit_compare_jump(pick(Opcode::jump_eq_k), 0, other, field, node->line, jumps);
    return true;
  }
  std::int64_t value;
  unsigned written_as_float;
  if (!comparison_immediate(constant, &value, &written_as_float)) return false;
  bool or_equal = node->operation >= static_cast<int>(Comparison::le);
  bool register_first = constant_left == node->swapped;  // in the order of evaluation of the instruction, R < constant
  Opcode op = register_first ? (or_equal ? Opcode::jump_le_i : Opcode::jump_lt_i)
                             : (or_equal ? Opcode::jump_ge_i : Opcode::jump_gt_i);
  emit_compare_jump(pick(op), written_as_float, reg(), immediate(value), node->line, jumps);
  return true;
}

void Emitter::comparison_value(Expression* node, int left, int target) {
  Exits exits;
  compare(node, left, true, exits.make_true);
  finish_exits(false, target, exits, node->line);
}

// --- unary operators, concatenation ------------------------------------------------------------------------------------

void Emitter::unary(Expression* e, int target) {
  Expression* operand = e->left;
  if (static_cast<Opcode>(e->operation) == Opcode::not_ &&
      (operand->kind == ExpressionKind::comparison || operand->kind == ExpressionKind::and_ || operand->kind == ExpressionKind::or_)) {
    truth(e, target);
    return;
  }
  int base = free_register();
  int reg = any_register(operand);
  release_to(base);
  emit(static_cast<Opcode>(e->operation), 0, scaled(target), scaled(reg), 0, e->line);
}

void Emitter::concat(Expression* e, int target) {
  int base = free_register();
  int count = 0;
  for (Expression* operand = e->list.first; operand != nullptr; operand = operand->next, ++count) next_register(operand);
  emit(Opcode::concat, 0, scaled(base), static_cast<unsigned>(count), 0, e->line);
  release_to(base);
  if (target != base) emit(Opcode::move, 0, scaled(target), scaled(base), 0, line_of(e));
}

}  // namespace rt
