// SPDX-License-Identifier: MIT
// Emission: single instructions, registers, constants.
#include <cmath>
#include <cstring>
#include <limits>

#include "syntax/emitter.hpp"

namespace rt {

int Emitter::reserve(int count) {
  require(count);
  int first = draft().free_register;
  draft().free_register += count;
  return first;
}

void Emitter::require(int registers) {
  int needed = draft().free_register + registers;
  if (needed <= draft().frame_size) return;
  if (needed >= max_registers) lexer_.error_near_token("function or expression needs too many registers");
  draft().frame_size = needed;
}

int Emitter::emit(Opcode op, unsigned x, unsigned a, unsigned b, unsigned c, int line) {
  Instruction i;
  i.op = op;
  i.x = static_cast<std::uint8_t>(x);
  i.a = static_cast<std::uint16_t>(a);
  i.b = static_cast<std::uint16_t>(b);
  i.c = static_cast<std::uint16_t>(c);
  if (session_.code.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    lexer_.error_near_token("control structure too long");
  session_.lines.push(line);
  session_.code.push(i);
  return pc() - 1;
}

int Emitter::emit_wide(Opcode op, unsigned a, std::int32_t wide, int line) {
  int pc = emit(op, 0, a, 0, 0, line);
  at(pc).wide = wide;
  return pc;
}

std::uint32_t Emitter::constant(const Value& value) {
  auto fresh = static_cast<std::uint32_t>(session_.constants.count() - draft().constant_base);
  session_.constants.reserve(session_.constants.size() + 1);
  std::uint32_t number = session_.constant_index.find(draft().depth, value, fresh);
  if (number == fresh) session_.constants.push(value);
  return number;
}

void Emitter::load_nil(int first, int count, int line) {
  if (pc() > draft().merge_barrier) {  // extend the load just before
    Instruction& previous = at(pc() - 1);
    if (previous.op == Opcode::load_nil && previous.a / scale + previous.b == first) {
      previous.b = static_cast<std::uint16_t>(previous.b + count);
      return;
    }
  }
  emit(Opcode::load_nil, 0, scaled(first), static_cast<unsigned>(count), 0, line);
}

void Emitter::close_from(int reg, int line) {
  if (pc() > draft().merge_barrier && at(pc() - 1).op == Opcode::close && at(pc() - 1).a >= scaled(reg))
    at(pc() - 1).a = static_cast<std::uint16_t>(scaled(reg));  // of an inner and an outer block, ended together
  else
    emit(Opcode::close, 0, scaled(reg), 0, 0, line);
}

void Emitter::load_constant(int target, const Value& value, int line) {
  switch (value.tag) {
    case Tag::nil: load_nil(target, 1, line); return;
    case Tag::false_: emit(Opcode::load_false, 0, scaled(target), 0, 0, line); return;
    case Tag::true_: emit(Opcode::load_true, 0, scaled(target), 0, 0, line); return;
    case Tag::integer:
      if (value.payload.integer == static_cast<std::int32_t>(value.payload.integer)) {
        emit_wide(Opcode::load_integer, scaled(target), static_cast<std::int32_t>(value.payload.integer), line);
        return;
      }
      break;
    case Tag::number: {
      double d = value.payload.number;
      if (d >= -2147483648.0 && d <= 2147483647.0 && d == static_cast<std::int32_t>(d) && !(d == 0 && std::signbit(d))) {
        emit_wide(Opcode::load_number, scaled(target), static_cast<std::int32_t>(d), line);
        return;
      }
      break;
    }
    default: break;
  }
  emit_wide(Opcode::load_constant, scaled(target), static_cast<std::int32_t>(constant(value)), line);
}

bool Emitter::constant_value(const Expression* e, Value* value) const {
  switch (e->kind) {
    case ExpressionKind::nil: *value = Value::nil(); return true;
    case ExpressionKind::false_: *value = Value::boolean(false); return true;
    case ExpressionKind::true_: *value = Value::boolean(true); return true;
    case ExpressionKind::integer: *value = Value::integer(e->integer); return true;
    case ExpressionKind::number: *value = Value::number(e->number); return true;
    case ExpressionKind::string: *value = Value::of(e->string->string); return true;
    default: return false;
  }
}

bool Emitter::scaled_constant(const Expression* e, unsigned* field) {
  Value value;
  if (!constant_value(e, &value)) return false;
  std::uint32_t number = constant(value);
  *field = scaled(number);
  return number < max_scaled_constants;
}

bool Emitter::scaled_key(const Expression* e, unsigned* field) {
  return e->kind == ExpressionKind::string && e->string->string->is_short() && scaled_constant(e, field);
}

Emitter::ValueOperand Emitter::value_operand(Expression* e) {
  unsigned field;
  if (scaled_constant(e, &field)) return {true, field};
  return {false, scaled(any_register(e))};
}

}  // namespace rt
