// SPDX-License-Identifier: MIT
// Metamethods called in the middle of an instruction: the instruction is finished when they have returned.
#include "memory/global_state.hpp"
#include "syntax/opcode_traits.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

bool jumps_when_true(Opcode op) {
  switch (op) {
    case Opcode::jump_eq:
    case Opcode::jump_eq_k:
    case Opcode::jump_lt:
    case Opcode::jump_le:
    case Opcode::jump_lt_i:
    case Opcode::jump_le_i:
    case Opcode::jump_gt_i:
    case Opcode::jump_ge_i: return true;
    default: return false;
  }
}

}  // namespace

// There is always room for a function and three arguments: stack_reserve.
Continuation call_metamethod(lua_State* L, const Value& method, const Value& a, const Value& b) {
  Value* function = L->top;
  function[0] = method;
  function[1] = a;
  function[2] = b;
  L->top = function + 3;
  return begin_call(L, function, 1, frame_metamethod);
}

Continuation call_metamethod(lua_State* L, const Value& method, const Value& a, const Value& b, const Value& c) {
  Value* function = L->top;
  function[0] = method;
  function[1] = a;
  function[2] = b;
  function[3] = c;
  L->top = function + 4;
  return begin_call(L, function, 0, frame_metamethod);
}

Continuation conditional(const Instruction* pc, lua_State* L, bool outcome) {
  if (outcome == jumps_when_true(pc[-1].op)) pc += static_cast<std::int16_t>(pc[-1].c);
  return {pc, L};
}

Continuation finish_instruction(lua_State* L) {
  const Instruction* pc = L->frame->lua.pc;
  const Instruction i = pc[-1];
  switch (i.op) {
    case Opcode::close:
    case Opcode::return_: return {pc - 1, L};  // the next variable, or the rest
    case Opcode::concat: {
      int operands = L->frame->transfer - 1;
      register_at(L, i.a)[operands - 1] = L->top[-1];
      return continue_concat(pc, L, operands);
    }
    default: break;
  }
  if (traits_of(i.op).jumps()) {
    bool outcome = !L->top[-1].is_falsy();
    if ((L->frame->status & frame_negates) != 0) {
      L->frame->status &= static_cast<std::uint16_t>(~frame_negates);
      outcome = !outcome;
    }
    return conditional(pc, L, outcome);
  }
  if (traits_of(i.op).a == Operand::out) *register_at(L, i.a) = L->top[-1];
  return {pc, L};
}

}  // namespace rt
