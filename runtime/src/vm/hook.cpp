// SPDX-License-Identifier: MIT
// What happens between two instructions: hooks, and work that waits for a safepoint. L->dispatch says whether any may.
#include <algorithm>

#include "memory/finalize.hpp"
#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/safepoint.hpp"

namespace rt {

namespace {

constexpr std::size_t stack_slice = 256;  // of work on stacks of threads at rest, at one safepoint

// Does the instruction use values up to L->top?
bool uses_open_list(const Instruction& i) {
  switch (i.op) {
    case Opcode::call:
    case Opcode::tail_call:
    case Opcode::return_:
    case Opcode::set_list: return i.b == 0;
    case Opcode::vararg_prepare: return true;
    default: return false;
  }
}

bool hook_wants(const lua_State* L, int mask) {
  return (L->hook_mask & mask) != 0 && L->hooks_allowed;
}

// The hook asked for a yield: the instruction is executed, without its hooks, when the coroutine goes on.
Continuation yield_from_hook(lua_State* L) {
  Frame* frame = L->frame;
  --frame->lua.pc;
  frame->status |= frame_hook_yielded;
  return yield_values(L, 0);
}

void hook_lua_call(lua_State* L) {
  Frame* frame = L->frame;
  frame->status &= static_cast<std::uint16_t>(~frame_fresh);
  L->old_line_pc = 0;
  if (!hook_wants(L, LUA_MASKCALL)) return;
  bool tail = (frame->status & frame_tail_called) != 0;
  call_hook(L, tail ? LUA_HOOKTAILCALL : LUA_HOOKCALL, -1, 1, prototype_of(frame)->parameter_count);
}

// A new line begins at the instruction, or a loop has jumped back to it.
bool enters_line(const lua_State* L, const Prototype* p, int instruction) {
  if (p->lines == nullptr) return false;
  int old = L->old_line_pc;
  return instruction <= old || old >= static_cast<int>(p->code_size) || line_of(p, instruction) != line_of(p, old);
}

void run_instruction_hooks(lua_State* L, int instruction) {
  const Prototype* p = prototype_of(L->frame);
  if ((L->hook_mask & LUA_MASKCOUNT) != 0 && --L->hook_left == 0) {
    L->hook_left = L->hook_period;
    if (hook_wants(L, LUA_MASKCOUNT)) call_hook(L, LUA_HOOKCOUNT, -1, 0, 0);
  }
  if (hook_wants(L, LUA_MASKLINE) && L->status != LUA_YIELD) {
    bool begins = instruction == 0 || (p->is_vararg && instruction == 1 && L->old_line_pc == 0);
    if (begins || enters_line(L, p, instruction)) call_hook(L, LUA_HOOKLINE, line_of(p, instruction), 0, 0);
    L->old_line_pc = instruction;
  }
}

}  // namespace

// --- safepoints --------------------------------------------------------------------------------------------------------

void request_safepoint(GlobalState& state) {
  if (state.running != nullptr) state.running->dispatch = handler_tables().intercept;
}

void request_safepoint_if_needed(GlobalState& state) {
  lua_State* L = state.running;
  if (L != nullptr && (has_pending_work(state) || wants_smaller_stack(L))) request_safepoint(state);
}

bool has_pending_work(const GlobalState& state) {
  return state.pending_due && !state.running_finalizer && has_pending(const_cast<GlobalState&>(state));
}

void run_pending_work(lua_State* L) {
  run_pending_batch(L);
}

void choose_dispatch(lua_State* L) {
  GlobalState& state = global_of(L);
  if (!has_pending(state)) state.pending_due = false;
  bool stops = L->hook_mask != 0 || has_pending_work(state);
  L->dispatch = stops ? handler_tables().intercept : state.interruption.handlers;
}

Continuation intercept_slow(const Instruction* pc, lua_State* L) {
  Frame* frame = L->frame;
  const Instruction& i = pc[-1];
  frame->lua.pc = pc;
  if (!uses_open_list(i)) L->top = end_of_registers(frame);
  GlobalState& state = global_of(L);
  charge_budget(state, 1);
  if (is_interrupted(state)) {
    take_interrupt(L);
    return signal_error(L);
  }
  if (L->dispatch == state.interruption.handlers) restore_handlers(state);  // the interrupt was taken by a library
  if (has_pending_work(global_of(L))) run_pending_work(L);
  if (wants_smaller_stack(L)) shrink_stack(L);
  if (has_stacks_to_shrink(state)) shrink_stacks(state, stack_slice);
  choose_dispatch(L);
  if (L->hook_mask == 0) return {pc - 1, L};
  if ((frame->status & frame_hook_yielded) != 0) {
    frame->status &= static_cast<std::uint16_t>(~frame_hook_yielded);
    return {pc - 1, L};
  }
  if (i.op == Opcode::vararg_prepare) return {pc - 1, L};  // the function begins behind it
  if ((frame->status & frame_fresh) != 0) hook_lua_call(L);
  run_instruction_hooks(L, current_instruction(frame));
  choose_dispatch(L);
  if (L->status == LUA_YIELD) return yield_from_hook(L);
  return {pc - 1, L};
}

// --- hooks -------------------------------------------------------------------------------------------------------------

void call_hook(lua_State* L, int event, int line, int first_transferred, int transferred) {
  if (L->hook == nullptr || !L->hooks_allowed) return;
  Frame* frame = L->frame;
  if (frame->is_lua()) L->top = std::max(L->top, end_of_registers(frame));
  std::ptrdiff_t top = save_place(L, L->top);
  std::ptrdiff_t frame_top = frame->is_lua() ? 0 : save_place(L, frame->top);
  ensure_stack(L, LUA_MINSTACK);
  frame->top = std::max(frame->is_lua() ? L->top : frame->top, L->top + LUA_MINSTACK);
  lua_Debug record;
  record.event = event;
  record.currentline = line;
  record.i_ci = reinterpret_cast<CallInfo*>(frame);
  L->first_transferred = static_cast<std::uint16_t>(first_transferred);
  L->transferred = static_cast<std::uint16_t>(transferred);
  L->hooks_allowed = false;
  frame->status |= frame_hooked;
  L->hook(L, &record);
  L->hooks_allowed = true;
  frame->status &= static_cast<std::uint16_t>(~frame_hooked);
  if (!frame->is_lua()) frame->top = restore_place(L, frame_top);
  L->top = restore_place(L, top);
}

void hook_native_call(lua_State* L) {
  if (!hook_wants(L, LUA_MASKCALL)) return;
  int arguments = static_cast<int>(L->top - L->frame->base());
  call_hook(L, LUA_HOOKCALL, -1, 1, arguments);
}

Value* hook_return(lua_State* L, Value* first, int count) {
  Frame* frame = L->frame;
  if (hook_wants(L, LUA_MASKRET)) {
    std::ptrdiff_t place = save_place(L, first);
    call_hook(L, LUA_HOOKRET, -1, static_cast<int>(first - frame->function), count);
    first = restore_place(L, place);
  }
  if (frame->previous->is_lua()) L->old_line_pc = current_instruction(frame->previous);
  return first;
}

}  // namespace rt

LUA_API void lua_sethook(lua_State* L, lua_Hook function, int mask, int count) {
  if (function == nullptr || mask == 0) {
    function = nullptr;
    mask = 0;
  }
  L->hook = function;
  L->hook_period = L->hook_left = count;
  L->hook_mask = static_cast<std::uint8_t>(mask);
  // Also from a signal handler: the interpreter looks at its next call, return or backward jump.
  L->dispatch = mask != 0 ? rt::handler_tables().intercept : L->global->interruption.handlers;
}

LUA_API lua_Hook lua_gethook(lua_State* L) {
  return L->hook;
}

LUA_API int lua_gethookmask(lua_State* L) {
  return L->hook_mask;
}

LUA_API int lua_gethookcount(lua_State* L) {
  return L->hook_period;
}
