// SPDX-License-Identifier: MIT
// Stopping scripts from outside, and budgets.
#include "vm/interrupt.hpp"

#include <mayfly/interrupt.h>

#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/message.hpp"

namespace rt {

namespace {

// The entries are words that the running thread reads one at a time; which order it sees them in does not matter.
void store_entries(const void** to, const void* const* from, int count) {
  for (int i = 0; i < count; ++i) __atomic_store_n(&to[i], from[i], __ATOMIC_RELAXED);
}

// Also on other threads and in signal handlers.
void request(GlobalState& state, const HandlerTables& tables) {
  if (__atomic_exchange_n(&state.interruption.requested, true, __ATOMIC_SEQ_CST)) return;  // it is being done, or has been done
  store_entries(state.interruption.handlers, tables.intercept, all_opcode_count);
}

// "source:line: " of the Lua function that is running or has called the C function that is.
void push_caller_position(lua_State* L) {
  lua_Debug record;
  if (!L->frame->is_lua() && lua_getstack(L, 1, &record) != 0) {
    lua_getinfo(L, "Sl", &record);
    if (record.currentline > 0) {
      lua_pushfstring(L, "%s:%d: ", record.short_src, record.currentline);
      return;
    }
  }
  lua_pushstring(L, "");
}

void forget(Interruption& interruption) {
  interruption.unwinding = false;
  interruption.out_of_budget = false;
  static_cast<void>(__atomic_exchange_n(&interruption.requested, false, __ATOMIC_SEQ_CST));
}

}  // namespace

void restore_handlers(GlobalState& state) {
  Interruption& interruption = state.interruption;
  HandlerTables tables = handler_tables();
  store_entries(interruption.handlers, interruption.has_budget ? tables.charged : tables.normal, handler_count);
  // An interrupt that has come meanwhile may have written its entries before: they are written again.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (__atomic_load_n(&interruption.requested, __ATOMIC_SEQ_CST)) store_entries(interruption.handlers, tables.intercept, all_opcode_count);
}

bool is_interrupted(const GlobalState& state) {
  return __atomic_load_n(&state.interruption.requested, __ATOMIC_RELAXED);
}

bool is_unwinding_uncatchably(const GlobalState& state) {
  return state.interruption.unwinding;
}

void take_interrupt(lua_State* L) {
  GlobalState& state = global_of(L);
  Interruption& interruption = state.interruption;
  const char* text = interruption.out_of_budget ? "instruction budget used up" : "interrupted!";
  if (interruption.uncatchable) {
    interruption.unwinding = true;
  } else if (!state.running_finalizer) {  // what a finalizer interrupts is to be stopped too
    forget(interruption);
    restore_handlers(state);
  }
  push_caller_position(L);
  push_message(L, "%s", text);
  lua_concat(L, 2);
}

void note_caught(GlobalState& state) {
  if (!state.interruption.unwinding || state.protections != 0) return;
  forget(state.interruption);
  restore_handlers(state);
}

void charge_budget(GlobalState& state, std::int64_t work) {
  Interruption& interruption = state.interruption;
  if (!interruption.has_budget || (interruption.budget -= work) >= 0) return;
  interruption.budget = 0;
  interruption.has_budget = false;
  interruption.out_of_budget = true;
  request(state, handler_tables());
  restore_handlers(state);
}

Continuation charge_slow(const Instruction* pc, lua_State* L) {
  charge_budget(global_of(L), 0);
  return {pc - 1, L};  // once more, through the table as it is by then
}

}  // namespace rt

LUA_API void mayfly_interrupt(lua_State* L) {
  rt::request(*L->global, rt::handler_tables());
}

LUA_API void mayfly_clearinterrupt(lua_State* L) {
  rt::forget(L->global->interruption);
  rt::restore_handlers(*L->global);
}

LUA_API int mayfly_setuncatchable(lua_State* L, int uncatchable) {
  bool before = L->global->interruption.uncatchable;
  L->global->interruption.uncatchable = uncatchable != 0;
  return before;
}

LUA_API lua_Integer mayfly_getbudget(lua_State* L) {
  return L->global->interruption.budget;
}

LUA_API lua_Integer mayfly_setbudget(lua_State* L, lua_Integer n) {
  rt::Interruption& interruption = L->global->interruption;
  lua_Integer before = mayfly_getbudget(L);
  interruption.has_budget = n >= 0;
  interruption.budget = n >= 0 ? n : -1;
  rt::restore_handlers(*L->global);
  return before;
}

LUA_API void mayfly_safepoint(lua_State* L, size_t work) {
  rt::GlobalState& state = *L->global;
  if (state.interruption.has_budget) rt::charge_budget(state, work < INT64_MAX ? static_cast<std::int64_t>(work) : INT64_MAX);
  if (!rt::is_interrupted(state)) return;
  rt::take_interrupt(L);
  rt::raise(L);
}
