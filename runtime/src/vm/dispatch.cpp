// SPDX-License-Identifier: MIT
// The interpreter's handlers put together: the tables, and the way in.
#include "memory/global_state.hpp"
#include "vm/handler.hpp"
#include "vm/interpreter.hpp"
#include "vm/table_access.hpp"
#include "vm/weak_fast.hpp"

namespace rt {

namespace {

constexpr Instruction pseudo_instruction(PseudoOpcode op) {
  return Instruction{static_cast<Opcode>(op), 0, 0, {{0, 0}}};
}

}  // namespace

const Instruction leave_code[1] = {pseudo_instruction(pseudo_leave)};
const Instruction native_code[1] = {pseudo_instruction(pseudo_native)};
const Instruction resume_code[1] = {pseudo_instruction(pseudo_resume)};

#if MAYFLY_TAIL_CALLS

namespace {

extern const Handler normal_table[handler_count];

#include "vm/handlers_arithmetic.hpp"
#include "vm/handlers_weak.hpp"
#include "vm/handlers_call.hpp"
#include "vm/handlers_closure.hpp"
#include "vm/handlers_compare.hpp"
#include "vm/handlers_load.hpp"
#include "vm/handlers_loop.hpp"
#include "vm/handlers_pseudo.hpp"
#include "vm/handlers_table.hpp"

// ORDER PseudoOpcode
#define PSEUDO_HANDLERS handle_leave, handle_native, handle_resume

const Handler normal_table[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) handle_##name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
    PSEUDO_HANDLERS};

const Handler intercept_table[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) handle_intercept,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
    PSEUDO_HANDLERS};

}  // namespace

const void* const* const normal_dispatch = reinterpret_cast<const void* const*>(normal_table);
const void* const* const intercept_dispatch = reinterpret_cast<const void* const*>(intercept_table);

// Apart from `run`, whose catch clauses would get registers back that a preserve_none function does not keep.
[[gnu::noinline]] void enter(const Instruction* pc, lua_State* L) {
  char* base;
  const char* constants;
  const void* const* dispatch;
  RELOAD_REGISTERS();
  static_cast<const Handler*>(static_cast<const void*>(dispatch))[static_cast<unsigned>(pc->op)](pc + 1, base, L, constants, dispatch);
}

#else

namespace {

const void* const table_marks[2] = {};

}  // namespace

const void* const* const normal_dispatch = &table_marks[0];
const void* const* const intercept_dispatch = &table_marks[1];

[[gnu::noinline]] void enter(const Instruction* pc, lua_State* L) {
#define PSEUDO_LABELS &&handle_leave, &&handle_native, &&handle_resume
  static const void* const normal_labels[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) &&handle_##name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
      PSEUDO_LABELS};
  static const void* const intercept_labels[handler_count] = {
#define MAYFLY_OPCODE(name, a, b, c) &&handle_intercept,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
      PSEUDO_LABELS};
  const void* const* const normal_table = normal_labels;
  char* base;
  const char* constants;
  const void* const* dispatch;

resume:
  RELOAD_REGISTERS();
  NEXT();

#include "vm/handlers_arithmetic.hpp"
#include "vm/handlers_weak.hpp"
#include "vm/handlers_call.hpp"
#include "vm/handlers_closure.hpp"
#include "vm/handlers_compare.hpp"
#include "vm/handlers_load.hpp"
#include "vm/handlers_loop.hpp"
#include "vm/handlers_pseudo.hpp"
#include "vm/handlers_table.hpp"
}

#endif

}  // namespace rt
