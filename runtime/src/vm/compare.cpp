// SPDX-License-Identifier: MIT
// Equality and order: mixed numbers, strings, metamethods.
#include <cstring>

#include "memory/global_state.hpp"
#include "value/conversion.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/message.hpp"
#include "vm/operation.hpp"
#include "vm/weak_access.hpp"

namespace rt {

namespace {

// Integers up to here are doubles too.
constexpr std::int64_t exact_limit = std::int64_t{1} << 53;

bool fits_double(std::int64_t i) {
  return -exact_limit <= i && i <= exact_limit;
}

bool integer_less(std::int64_t i, double d) {
  if (fits_double(i)) return static_cast<double>(i) < d;
  std::int64_t rounded;
  if (number_to_integer(d, &rounded, Rounding::ceil)) return i < rounded;
  return d > 0;  // beyond the integers, or NaN
}

bool integer_less_equal(std::int64_t i, double d) {
  if (fits_double(i)) return static_cast<double>(i) <= d;
  std::int64_t rounded;
  if (number_to_integer(d, &rounded, Rounding::floor)) return i <= rounded;
  return d > 0;
}

bool less_integer(double d, std::int64_t i) {
  if (fits_double(i)) return d < static_cast<double>(i);
  std::int64_t rounded;
  if (number_to_integer(d, &rounded, Rounding::floor)) return rounded < i;
  return d < 0;
}

bool less_equal_integer(double d, std::int64_t i) {
  if (fits_double(i)) return d <= static_cast<double>(i);
  std::int64_t rounded;
  if (number_to_integer(d, &rounded, Rounding::ceil)) return rounded <= i;
  return d < 0;
}

// Both numbers.
bool number_less(const Value& a, const Value& b) {
  if (a.is_integer()) {
    return b.is_integer() ? a.payload.integer < b.payload.integer : integer_less(a.payload.integer, b.payload.number);
  }
  return b.is_number() ? a.payload.number < b.payload.number : less_integer(a.payload.number, b.payload.integer);
}

bool number_less_equal(const Value& a, const Value& b) {
  if (a.is_integer()) {
    return b.is_integer() ? a.payload.integer <= b.payload.integer
                          : integer_less_equal(a.payload.integer, b.payload.number);
  }
  return b.is_number() ? a.payload.number <= b.payload.number : less_equal_integer(a.payload.number, b.payload.integer);
}

// By the locale's order, piece by piece between embedded zeros.
int compare_strings(const String* a, const String* b) {
  const char* x = a->data;
  const char* y = b->data;
  std::size_t x_left = a->length();
  std::size_t y_left = b->length();
  for (;;) {
    if (int order = std::strcoll(x, y); order != 0) return order;
    std::size_t piece = std::strlen(x);
    if (piece == y_left) return piece == x_left ? 0 : 1;
    if (piece == x_left) return -1;
    x += piece + 1;
    x_left -= piece + 1;
    y += piece + 1;
    y_left -= piece + 1;
  }
}

// Decides without metamethods if possible.
bool raw_order(const Value& a, const Value& b, Event event, bool* outcome) {
  if (a.is_numeric() && b.is_numeric()) {
    *outcome = event == Event::lt ? number_less(a, b) : number_less_equal(a, b);
    return true;
  }
  if (a.is_string() && b.is_string()) {
    int order = compare_strings(a.string(), b.string());
    *outcome = event == Event::lt ? order < 0 : order <= 0;
    return true;
  }
  return false;
}

const Value* order_method(GlobalState& state, const Value& a, const Value& b, Event event) {
  const Value* method = metamethod_of(state, a, event);
  return method->is_nil() ? metamethod_of(state, b, event) : method;
}

// The metamethod that decides a == b: null when the answer is *outcome.
const Value* equality_method(lua_State* L, const Value& a, const Value& b, bool* outcome) {
  *outcome = raw_equals(a, b);
  if (*outcome || a.tag != b.tag || a.tag < Tag::table) return nullptr;
  if (a.is_weak() && weak_equals(L, a, b)) return *outcome = true, nullptr;
  if (!a.is_table() && !a.is_userdata() && !a.is_weak()) return nullptr;
  const Value* method = order_method(global_of(L), a, b, Event::eq);
  return method->is_nil() ? nullptr : method;
}

bool call_order(lua_State* L, const Value& method, const Value& a, const Value& b) {
  Value* function = L->top;
  function[0] = method;
  function[1] = a;
  function[2] = b;
  L->top = function + 3;
  call_unyieldable(L, function, 1);
  return !(--L->top)->is_falsy();
}

bool order(lua_State* L, const Value& a, const Value& b, Event event) {
  bool outcome;
  if (raw_order(a, b, event, &outcome)) return outcome;
  const Value* method = order_method(global_of(L), a, b, event);
  if (!method->is_nil()) return call_order(L, *method, a, b);
  if (event == Event::le) method = order_method(global_of(L), b, a, Event::lt);
  if (method->is_nil()) raise_compare(L, &a, &b);
  return !call_order(L, *method, b, a);
}

Continuation order_in_run(const Instruction* pc, lua_State* L, const Value& a, const Value& b, Event event) {
  bool outcome;
  if (raw_order(a, b, event, &outcome)) return conditional(pc, L, outcome);
  const Value* method = order_method(global_of(L), a, b, event);
  if (!method->is_nil()) return call_metamethod(L, *method, a, b);
  if (event == Event::le) {  // as Lua 5.3 did, and distributions of 5.4 still do: a <= b is not (b < a)
    method = order_method(global_of(L), b, a, Event::lt);
    if (!method->is_nil()) {
      L->frame->status |= frame_negates;
      return call_metamethod(L, *method, b, a);
    }
  }
  push_compare_message(L, &a, &b);
  return signal_error(L);
}

}  // namespace

bool raw_equals(const Value& a, const Value& b) {
  if (a.tag != b.tag) {
    if (!a.is_numeric() || !b.is_numeric()) return false;
    const Value& integer = a.is_integer() ? a : b;
    const Value& number = a.is_integer() ? b : a;
    std::int64_t exact;
    return number_to_integer(number.payload.number, &exact) && exact == integer.payload.integer;
  }
  switch (a.tag) {
    case Tag::nil:
    case Tag::false_:
    case Tag::true_: return true;
    case Tag::number: return a.payload.number == b.payload.number;
    case Tag::long_string: return equal(a.string(), b.string());
    default: return a.payload.bits == b.payload.bits;
  }
}

bool equals(lua_State* L, const Value& a, const Value& b) {
  bool outcome;
  const Value* method = equality_method(L, a, b, &outcome);
  return method != nullptr ? call_order(L, *method, a, b) : outcome;
}

bool less_than(lua_State* L, const Value& a, const Value& b) {
  return order(L, a, b, Event::lt);
}

bool less_equal(lua_State* L, const Value& a, const Value& b) {
  return order(L, a, b, Event::le);
}

// --- slow paths --------------------------------------------------------------------------------------------------------

Continuation equal_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  const Value& a = *register_at(L, i.a);
  const Value& b = i.op == Opcode::jump_eq || i.op == Opcode::jump_ne ? *register_at(L, i.b) : *constant_at(L, i.b);
  bool outcome;
  const Value* method = equality_method(L, a, b, &outcome);
  return method != nullptr ? call_metamethod(L, *method, a, b) : conditional(pc, L, outcome);
}

Continuation compare_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  const Value& a = *register_at(L, i.a);
  if (i.op <= Opcode::jump_nle) {
    Event event = i.op <= Opcode::jump_nlt ? Event::lt : Event::le;
    return order_in_run(pc, L, a, *register_at(L, i.b), event);
  }
  auto written = static_cast<std::int16_t>(i.b);
  Value immediate = i.x != 0 ? Value::number(written) : Value::integer(written);
  switch (i.op) {
    case Opcode::jump_lt_i:
    case Opcode::jump_nlt_i: return order_in_run(pc, L, a, immediate, Event::lt);
    case Opcode::jump_le_i:
    case Opcode::jump_nle_i: return order_in_run(pc, L, a, immediate, Event::le);
    case Opcode::jump_gt_i:
    case Opcode::jump_ngt_i: return order_in_run(pc, L, immediate, a, Event::lt);
    default: return order_in_run(pc, L, immediate, a, Event::le);
  }
}

}  // namespace rt
