// SPDX-License-Identifier: MIT
// The interpreter's handlers put together: the tables, and the way in.
#include "memory/global_state.hpp"
#include "value/table_nodes.hpp"
#include "value/userdata.hpp"
#include "vm/handler.hpp"
#include "vm/interpreter.hpp"
#include "vm/intrinsic.hpp"
#include "vm/table_access.hpp"
#include "vm/weak_access.hpp"
#include "vm/weak_fast.hpp"

namespace rt {

// In the order of the numbers in mayfly/intrinsic.h; nothing is at place 0.
#define INTRINSICS(X) \
  X(assert) X(getmetatable) X(ipairs) X(next) X(pairs) X(pcall) X(rawget) X(rawset) X(select) X(setmetatable) X(tonumber) X(tostring) \
  X(type) X(math_abs) X(math_ceil) X(math_floor) X(math_max) X(math_min) X(math_sqrt) X(string_byte) X(string_char) \
  X(string_len) X(string_sub) X(table_insert) X(table_remove) X(table_unpack) X(coroutine_resume) X(coroutine_yield) X(coroutine_wrapped) X(weakref_get)

namespace {

constexpr Instruction pseudo_instruction(PseudoOpcode op) {
  return Instruction{static_cast<Opcode>(op), 0, 0, {{0, 0}}};
}

// The instructions that a budget is charged at: all that may lead backwards, into a function or out of one.
constexpr bool is_charged(Opcode op, Operand b, Operand c) {
  switch (op) {
    case Opcode::call:
    case Opcode::call_local:
    case Opcode::call_upvalue:
    case Opcode::tail_call:
    case Opcode::return_:
    case Opcode::return_none:
    case Opcode::return_one:
    case Opcode::generic_call: return true;
    default: return b == Operand::wide_jump || c == Operand::jump16;
  }
}

constexpr bool has_wide_jump[opcode_count] = {
#define MAYFLY_OPCODE(name, a, b, c) Operand::b == Operand::wide_jump,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
};

constexpr bool jumps_far(Opcode op) {
  return has_wide_jump[static_cast<unsigned>(op)];
}

}  // namespace

const Instruction leave_code[1] = {pseudo_instruction(pseudo_leave)};
const Instruction native_code[1] = {pseudo_instruction(pseudo_native)};
const Instruction resume_code[1] = {pseudo_instruction(pseudo_resume)};

#if MAYFLY_TAIL_CALLS

namespace {

extern const Handler normal_table[handler_count];
extern const Handler intrinsic_table[MAYFLY_INTRINSIC_END];

#include "vm/handlers_metamethod.hpp"
#include "vm/handlers_arithmetic.hpp"
#include "vm/handlers_weak.hpp"
#include "vm/handlers_coroutine.hpp"
#include "vm/handlers_call.hpp"
#include "vm/handlers_closure.hpp"
#include "vm/handlers_compare.hpp"
#include "vm/handlers_intrinsic.hpp"
#include "vm/handlers_load.hpp"
#include "vm/handlers_loop.hpp"
#include "vm/handlers_pseudo.hpp"
#include "vm/handlers_table.hpp"
#include "vm/handlers_fused.hpp"

#define PSEUDO_HANDLERS handle_leave, handle_native, handle_resume  // ORDER PseudoOpcode

const Handler normal_table[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) handle_##name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) handle_##first##_then_##second,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
    PSEUDO_HANDLERS};

#define MAYFLY_NAMED_INTRINSIC(name) handle_intrinsic_##name,
const Handler intrinsic_table[MAYFLY_INTRINSIC_END] = {handle_call_native, INTRINSICS(MAYFLY_NAMED_INTRINSIC)};
#undef MAYFLY_NAMED_INTRINSIC

const Handler intercept_table[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) handle_intercept,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) handle_intercept,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
    PSEUDO_HANDLERS};

const Handler charged_table[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) is_charged(Opcode::name, Operand::b, Operand::c) ? handle_charged : handle_##name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) handle_##first,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
    PSEUDO_HANDLERS};

}  // namespace

HandlerTables handler_tables() {
  return {reinterpret_cast<const void* const*>(normal_table), reinterpret_cast<const void* const*>(intercept_table),
          reinterpret_cast<const void* const*>(charged_table)};
}

// Apart from `run`, whose catch clauses would get registers back that a preserve_none function does not keep.
[[gnu::noinline]] void enter_function(const Instruction* pc, lua_State* L, Value* base, const Value* constants) {
  const void* const* dispatch = L->dispatch;
  // Another thread may be writing the entry (vm/interrupt.hpp).
  auto* handler = __atomic_load_n(static_cast<const Handler*>(static_cast<const void*>(dispatch)) + static_cast<unsigned>(pc->op), __ATOMIC_RELAXED);
  handler(pc + 1, reinterpret_cast<char*>(base), L, reinterpret_cast<const char*>(constants), dispatch, word_of(pc), L->frame);
}

void enter(const Instruction* pc, lua_State* L) {
  enter_function(pc, L, L->frame->base(), L->frame->lua.constants);
}

#else

namespace {

// The labels' addresses are known to the function alone: asked for `tables`, it does nothing else.
[[gnu::noinline]] void interpret(const Instruction* pc, lua_State* L, HandlerTables* tables) {
#define PSEUDO_LABELS &&handle_leave, &&handle_native, &&handle_resume
  static const void* const normal_labels[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) &&handle_##name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) &&handle_##first##_then_##second,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
      PSEUDO_LABELS};
  static const void* const intercept_labels[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) &&handle_intercept,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) &&handle_intercept,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
      PSEUDO_LABELS};
  static const void* const charged_labels[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) is_charged(Opcode::name, Operand::b, Operand::c) ? &&handle_charged : &&handle_##name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) &&handle_##first,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
      PSEUDO_LABELS};
  if (tables != nullptr) {
    *tables = {normal_labels, intercept_labels, charged_labels};
    return;
  }
#define MAYFLY_NAMED_INTRINSIC(name) &&handle_intrinsic_##name,
  static const void* const intrinsic_labels[MAYFLY_INTRINSIC_END] = {&&handle_call_native, INTRINSICS(MAYFLY_NAMED_INTRINSIC)};
#undef MAYFLY_NAMED_INTRINSIC
  const void* const* const normal_table = normal_labels;
  char* base;
  const char* constants;
  const void* const* dispatch;

resume:
  RELOAD_REGISTERS();
  NEXT();

#include "vm/handlers_metamethod.hpp"
#include "vm/handlers_arithmetic.hpp"
#include "vm/handlers_weak.hpp"
#include "vm/handlers_coroutine.hpp"
#include "vm/handlers_call.hpp"
#include "vm/handlers_closure.hpp"
#include "vm/handlers_compare.hpp"
#include "vm/handlers_intrinsic.hpp"
#include "vm/handlers_load.hpp"
#include "vm/handlers_loop.hpp"
#include "vm/handlers_pseudo.hpp"
#include "vm/handlers_table.hpp"
#include "vm/handlers_fused.hpp"
}

}  // namespace

void enter(const Instruction* pc, lua_State* L) {
  interpret(pc, L, nullptr);
}

void enter_function(const Instruction* code, lua_State* L, Value*, const Value*) {
  interpret(code, L, nullptr);
}

HandlerTables handler_tables() {
  HandlerTables tables;
  interpret(nullptr, nullptr, &tables);
  return tables;
}

#endif

}  // namespace rt
