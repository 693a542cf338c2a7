// SPDX-License-Identifier: MIT
// Metamethods called in the middle of an instruction: the instruction is finished when they have returned.
#include "memory/global_state.hpp"
#include "syntax/opcode_traits.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

constexpr bool jumps_when_true(Opcode op) {
  switch (op) {
    case Opcode::jump_eq:
    case Opcode::jump_eq_k:
    case Opcode::jump_eq_i:
    case Opcode::jump_lt:
    case Opcode::jump_le:
    case Opcode::jump_lt_i:
    case Opcode::jump_le_i:
    case Opcode::jump_gt_i:
    case Opcode::jump_ge_i: return true;
    default: return false;
  }
}

constexpr MetamethodUse use_of(Opcode op, Operand a, Operand c) {
  switch (op) {
    case Opcode::concat:
    case Opcode::close:
    case Opcode::return_: return MetamethodUse::other;
    case Opcode::set_global:
    case Opcode::set_global_k:
    case Opcode::set_table:
    case Opcode::set_table_k:
    case Opcode::set_upvalue_table:
    case Opcode::set_upvalue_table_k:
    case Opcode::set_integer:
    case Opcode::set_integer_k:
    case Opcode::set_field:
    case Opcode::set_field_k:
    case Opcode::init_field:
    case Opcode::init_field_k: return MetamethodUse::nothing;
    default: break;
  }
  if (c == Operand::jump16) return jumps_when_true(op) ? MetamethodUse::jump_when_true : MetamethodUse::jump_when_false;
  return a == Operand::out ? MetamethodUse::result : MetamethodUse::other;
}

// A call of a Lua function with a fixed number of parameters needs no more than a frame.
bool begin_at_once(lua_State* L, Value* function, int wanted_results) {
  if (function->tag != Tag::lua_function || L->hook_mask != 0) return false;
  const Prototype* p = function->lua_function()->prototype;
  Frame* frame = L->frame->next;
  if (p->is_vararg || frame == nullptr || function + 1 + p->frame_size > L->stack_limit) return false;
  for (Value *from = L->top, *end = function + 1 + p->parameter_count; from < end; ++from) from->set_nil();
  frame->function = function;
  frame->expect(wanted_results, frame_metamethod);
  frame->lua.constants = p->constants;
  frame->lua.pc = p->code;
  frame->transfer = 0;
  L->frame = frame;
  return true;
}

Continuation begin(lua_State* L, Value* function, int wanted_results) {
  if (begin_at_once(L, function, wanted_results)) [[likely]] return {L->frame->lua.pc, L};
  return begin_call(L, function, wanted_results, frame_metamethod);
}

}  // namespace

const MetamethodUse metamethod_use[opcode_count] = {
#define MAYFLY_OPCODE(name, a, b, c) use_of(Opcode::name, Operand::a, Operand::c),
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
};

// There is always room for a function and three arguments: stack_reserve.
Continuation call_metamethod(lua_State* L, const Value& method, const Value& a, const Value& b) {
  Value* function = L->top;
  function[0] = method;
  function[1] = a;
  function[2] = b;
  L->top = function + 3;
  return begin(L, function, 1);
}

Continuation call_metamethod(lua_State* L, const Value& method, const Value& a, const Value& b, const Value& c) {
  Value* function = L->top;
  function[0] = method;
  function[1] = a;
  function[2] = b;
  function[3] = c;
  L->top = function + 4;
  return begin(L, function, 0);
}

Continuation conditional(const Instruction* pc, lua_State* L, bool outcome) {
  if (outcome == jumps_when_true(pc[-1].op)) pc += static_cast<std::int16_t>(pc[-1].c);
  return {pc, L};
}

Continuation finish_instruction(lua_State* L) {
  const Instruction* pc = L->frame->lua.pc;
  const Instruction i = pc[-1];
  switch (plain(i.op)) {
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
