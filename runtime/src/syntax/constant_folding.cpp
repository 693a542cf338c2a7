// SPDX-License-Identifier: MIT
// Operators on constants, done at compile time.
#include "syntax/constant_folding.hpp"

#include <cmath>

#include "value/conversion.hpp"

namespace rt {

namespace {

double as_double(const Expression* e) {
  return e->kind == ExpressionKind::integer ? static_cast<double>(e->integer) : e->number;
}

bool as_integer(const Expression* e, std::int64_t* result) {
  if (e->kind != ExpressionKind::integer) return number_to_integer(e->number, result);
  *result = e->integer;
  return true;
}

bool becomes(Expression* e, std::int64_t value) {
  e->kind = ExpressionKind::integer;
  e->integer = value;
  return true;
}

bool becomes(Expression* e, double value) {
  if (std::isnan(value) || value == 0) return false;
  e->kind = ExpressionKind::number;
  e->number = value;
  return true;
}

std::int64_t wrap(std::uint64_t value) { return static_cast<std::int64_t>(value); }

bool fold_bitwise(Opcode op, Expression* left, const Expression* right) {
  std::int64_t a, b;
  if (!as_integer(left, &a) || !as_integer(right, &b)) return false;
  switch (op) {
    case Opcode::band: return becomes(left, a & b);
    case Opcode::bor: return becomes(left, a | b);
    case Opcode::bxor: return becomes(left, a ^ b);
    case Opcode::shl: return becomes(left, shift_left(a, b));
    default: return becomes(left, b == INT64_MIN ? std::int64_t{0} : shift_left(a, -b));
  }
}

bool fold_integers(Opcode op, Expression* left, std::int64_t a, std::int64_t b) {
  auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
  switch (op) {
    case Opcode::add: return becomes(left, wrap(x + y));
    case Opcode::sub: return becomes(left, wrap(x - y));
    case Opcode::mul: return becomes(left, wrap(x * y));
    case Opcode::mod: return b != 0 && becomes(left, floor_modulo(a, b));
    default: return b != 0 && becomes(left, floor_divide(a, b));
  }
}

}  // namespace

bool fold_arithmetic(Opcode op, Expression* left, const Expression* right) {
  if (!left->is_numeral() || !right->is_numeral()) return false;
  if (op >= Opcode::band && op <= Opcode::shr) return fold_bitwise(op, left, right);
  bool stays_integer = op != Opcode::pow && op != Opcode::div;
  if (stays_integer && left->kind == ExpressionKind::integer && right->kind == ExpressionKind::integer)
    return fold_integers(op, left, left->integer, right->integer);
  double a = as_double(left), b = as_double(right);
  switch (op) {
    case Opcode::add: return becomes(left, a + b);
    case Opcode::sub: return becomes(left, a - b);
    case Opcode::mul: return becomes(left, a * b);
    case Opcode::mod: return b != 0 && becomes(left, floor_modulo(a, b));
    case Opcode::pow: return becomes(left, b == 2 ? a * a : std::pow(a, b));
    case Opcode::div: return b != 0 && becomes(left, a / b);
    default: return b != 0 && becomes(left, std::floor(a / b));
  }
}

bool fold_unary(Opcode op, Expression* operand) {
  switch (op) {
    case Opcode::not_:
      if (!operand->is_constant()) return false;
      operand->kind = operand->is_falsy_constant() ? ExpressionKind::true_ : ExpressionKind::false_;
      return true;
    case Opcode::unm:
      if (operand->kind == ExpressionKind::integer) return becomes(operand, wrap(-static_cast<std::uint64_t>(operand->integer)));
      return operand->kind == ExpressionKind::number && becomes(operand, -operand->number);
    case Opcode::bnot: {
      std::int64_t value;
      return operand->is_numeral() && as_integer(operand, &value) && becomes(operand, ~value);
    }
    default: return false;
  }
}

}  // namespace rt
