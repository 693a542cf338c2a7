// SPDX-License-Identifier: MIT
// Operators on numbers: mixed and unusual operands, metamethods.
#include <cmath>

#include "memory/global_state.hpp"
#include "value/conversion.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/message.hpp"
#include "vm/operation.hpp"

namespace rt {

namespace {

Event event_of(int op) {
  return static_cast<Event>(static_cast<int>(Event::add) + op);  // ORDER Event, LUA_OPADD
}

bool is_bitwise(int op) {
  return (op >= LUA_OPBAND && op <= LUA_OPSHR) || op == LUA_OPBNOT;
}

std::int64_t wrap(std::uint64_t u) {
  return static_cast<std::int64_t>(u);
}

std::int64_t integer_operation(lua_State* L, int op, std::int64_t a, std::int64_t b) {
  auto x = static_cast<std::uint64_t>(a);
  auto y = static_cast<std::uint64_t>(b);
  switch (op) {
    case LUA_OPADD: return wrap(x + y);
    case LUA_OPSUB: return wrap(x - y);
    case LUA_OPMUL: return wrap(x * y);
    case LUA_OPMOD:
      if (b == 0) raise_message(L, "attempt to perform 'n%%0'");
      return floor_modulo(a, b);
    case LUA_OPIDIV:
      if (b == 0) raise_message(L, "attempt to divide by zero");
      return floor_divide(a, b);
    case LUA_OPBAND: return a & b;
    case LUA_OPBOR: return a | b;
    case LUA_OPBXOR: return a ^ b;
    case LUA_OPSHL: return shift_left(a, b);
    case LUA_OPSHR: return shift_left(a, wrap(0 - y));
    case LUA_OPUNM: return wrap(0 - x);
    default: return ~a;  // LUA_OPBNOT
  }
}

double float_operation(int op, double a, double b) {
  switch (op) {
    case LUA_OPADD: return a + b;
    case LUA_OPSUB: return a - b;
    case LUA_OPMUL: return a * b;
    case LUA_OPMOD: return floor_modulo(a, b);
    case LUA_OPPOW: return b == 2 ? a * a : std::pow(a, b);
    case LUA_OPDIV: return a / b;
    case LUA_OPIDIV: return std::floor(a / b);
    default: return -a;  // LUA_OPUNM
  }
}

bool exact_integer(const Value& v, std::int64_t* result) {
  if (v.is_integer()) return *result = v.payload.integer, true;
  return v.is_number() && number_to_integer(v.payload.number, result);
}

const Value* binary_method(GlobalState& state, const Value& a, const Value& b, Event event) {
  const Value* method = metamethod_of(state, a, event);
  return method->is_nil() ? metamethod_of(state, b, event) : method;
}

Continuation operate(const Instruction* pc, lua_State* L, int op, const Value* a, const Value* b) {
  Value result;
  if (raw_arithmetic(L, op, *a, *b, &result)) {
    *register_at(L, pc[-1].a) = result;
    return {pc, L};
  }
  const Value* method = binary_method(global_of(L), *a, *b, event_of(op));
  if (!method->is_nil()) return call_metamethod(L, *method, *a, *b);
  push_arithmetic_message(L, a, b, event_of(op));
  return signal_error(L);
}

constexpr int distance(Opcode from, Opcode to) {
  return static_cast<int>(to) - static_cast<int>(from);
}

// The operator of add_k ... bxor_k, which leave out the shifts.
constexpr int operator_with_constant(Opcode op) {
  return distance(Opcode::add_k, op);
}
static_assert(distance(Opcode::add, Opcode::shr) == LUA_OPSHR && distance(Opcode::add_k, Opcode::bxor_k) == LUA_OPBXOR);

}  // namespace

bool raw_arithmetic(lua_State* L, int op, const Value& a, const Value& b, Value* result) {
  if (is_bitwise(op)) {
    std::int64_t x, y;
    if (!exact_integer(a, &x) || !exact_integer(b, &y)) return false;
    result->set_integer(integer_operation(L, op, x, y));
    return true;
  }
  if (a.is_integer() && b.is_integer() && op != LUA_OPDIV && op != LUA_OPPOW) {
    result->set_integer(integer_operation(L, op, a.payload.integer, b.payload.integer));
    return true;
  }
  double x, y;
  if (!numeric_to_double(a, &x) || !numeric_to_double(b, &y)) return false;
  result->set_number(float_operation(op, x, y));
  return true;
}

void arithmetic(lua_State* L, int op, const Value& a, const Value& b, Value* result) {
  std::ptrdiff_t place = save_place(L, result);
  Value outcome;
  if (raw_arithmetic(L, op, a, b, &outcome)) {
    *restore_place(L, place) = outcome;
    return;
  }
  const Value* method = binary_method(global_of(L), a, b, event_of(op));
  if (method->is_nil()) {
    push_arithmetic_message(L, &a, &b, event_of(op));
    raise(L);
  }
  Value* function = L->top;
  function[0] = *method;
  function[1] = a;
  function[2] = b;
  L->top = function + 3;
  call_unyieldable(L, function, 1);
  *restore_place(L, place) = *--L->top;
}

// --- slow paths --------------------------------------------------------------------------------------------------------

Continuation arithmetic_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  const Value* left = register_at(L, i.b);
  if (plain(i.op) <= Opcode::shr) return operate(pc, L, distance(Opcode::add, plain(i.op)), left, register_at(L, i.c));
  Value immediate = Value::integer(static_cast<std::int16_t>(i.c));
  const Value* right = &immediate;
  int op;
  switch (plain(i.op)) {
    case Opcode::add_i:
      op = LUA_OPADD;
      if (i.x == 2) {
        op = LUA_OPSUB;
        immediate = Value::integer(-immediate.payload.integer);
      }
      break;
    case Opcode::shl_i: op = LUA_OPSHL; break;
    case Opcode::shr_i: op = LUA_OPSHR; break;
    default:
      op = operator_with_constant(plain(i.op));
      right = constant_at(L, i.c);
      break;
  }
  return i.x == 1 ? operate(pc, L, op, right, left) : operate(pc, L, op, left, right);
}

Continuation unary_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  const Value* operand = register_at(L, i.b);
  return operate(pc, L, plain(i.op) == Opcode::unm ? LUA_OPUNM : LUA_OPBNOT, operand, operand);
}

}  // namespace rt
