// SPDX-License-Identifier: MIT
// Coroutines. Resumed by the interpreter itself (mayfly_tailresume), a coroutine runs in the same `run` as its resumer: a
// switch is a change of L. Resumed by a host (lua_resume), it has a run of its own.
//
//   L->resumer           who waits for it, while it runs
//   L->resumed_by_host   the resumer waits in C++: leaving the run is the way back
//   L->host_runs         runs entered on the coroutine itself by calls from C++ since: a yield has to unwind them first
#include <algorithm>
#include <utility>

#include "memory/finalize.hpp"
#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/scope.hpp"

namespace rt {

namespace {

// Why the coroutine cannot be resumed with so many arguments on its stack, or null.
const char* refusal(const lua_State* co, int argument_count) {
  if (co->status == LUA_YIELD) return nullptr;
  if (co->status != LUA_OK) return "cannot resume dead coroutine";
  if (co->frame != &co->base_frame) return "cannot resume non-suspended coroutine";
  if (co->top - (co->base_frame.function + 1) == argument_count) return "cannot resume dead coroutine";
  return nullptr;
}

bool has_room(lua_State* L, std::ptrdiff_t slots) {
  return L->stack_limit - L->top > slots || (L->top - L->stack) + slots + LUA_MINSTACK < max_stack;
}

// Copies the `count` values on top of `from`; `to` has been asked for room.
void copy_values(lua_State* from, lua_State* to, int count) {
  ensure_stack(to, static_cast<std::size_t>(count));
  std::copy(from->top - count, from->top, to->top);
  to->top += count;
}

// Back to who resumed the coroutine, within this run: the `count` values on top of the coroutine are for it.
Continuation deliver(lua_State* co, int status, int count) {
  lua_State* L = std::exchange(co->resumer, nullptr);
  switch_to(L);
  Continuation next;
  if (status <= LUA_YIELD && hand_over(co, L, count, &next)) [[likely]] return next;
  std::ptrdiff_t first = save_place(L, L->top);
  if (has_room(L, count)) {
    copy_values(co, L, count);
    co->top -= count;
  } else {
    co->top -= count;
    status = LUA_ERRRUN;
    push(L, Value::of(make_string(global_of(L), "too many results to resume")));
  }
  return resume_native(L, status, restore_place(L, first));
}

Continuation refuse(lua_State* L, const char* message) {
  std::ptrdiff_t first = save_place(L, L->top);
  push(L, Value::of(make_string(global_of(L), message)));
  return resume_native(L, LUA_ERRRUN, restore_place(L, first));
}

}  // namespace

void switch_to(lua_State* L) {
  GlobalState& state = global_of(L);
  if (state.running != nullptr && state.running != L) thread_stopped(state.running);
  note_written(L);
  state.running = L;
  if (L->hook_mask == 0 && !state.pending_due) [[likely]] {
    L->dispatch = state.interruption.handlers;
  } else {
    choose_dispatch(L);
  }
}

// --- resuming ----------------------------------------------------------------------------------------------------------

Continuation start_or_continue(lua_State* L, int argument_count) {
  Value* first = L->top - argument_count;
  if (L->status == LUA_OK) return begin_call(L, first - 1, LUA_MULTRET, frame_resume_base);
  L->status = LUA_OK;
  Frame* frame = L->frame;
  if (frame->is_lua()) {  // it yielded inside a hook
    L->top = first;
    return {frame->lua.pc, L};
  }
  // It yielded without continuation: what it gets are the results of the function that yielded.
  if (frame->status == frame_native && frame->native.k == nullptr) return return_values(L, first, argument_count);
  frame->transfer = static_cast<std::int32_t>(first - L->stack);
  return {resume_code, L};
}

Continuation resume_from_native(lua_State* L) {
  lua_State* co = L->request.coroutine;
  int argument_count = L->request.arguments;
  Frame* frame = L->frame;
  frame->native.k = L->request.k;
  frame->native.context = L->request.context;
  const char* reason = refusal(co, 0);
  // No C stack is used, but a script that resumes without end should get an error before memory runs out.
  if (reason == nullptr && native_depth(L) >= max_native_calls) reason = "C stack overflow";
  if (reason == nullptr && !has_room(co, argument_count)) reason = "too many arguments to resume";
  if (reason != nullptr) {
    L->top -= argument_count;
    return refuse(L, reason);
  }
  copy_values(L, co, argument_count);
  L->top -= argument_count;
  co->resumer = L;
  co->resumed_by_host = false;
  co->host_runs = 0;
  co->native_calls = native_depth(L) + 1;
  switch_to(co);
  return start_or_continue(co, argument_count);
}

namespace {

int refuse_host(lua_State* L, const char* message, int argument_count) {
  L->top -= argument_count;
  push(L, Value::of(make_string(global_of(L), message)));
  return LUA_ERRRUN;
}

// Runs the coroutine for a resumer that waits in C++. Not catch_errors: the frames of a coroutine that dies are kept.
int run_resumed(lua_State* L, int argument_count) {
  struct Resumed {
    lua_State* L;
    lua_State* previous;
    explicit Resumed(lua_State* co) : L(co), previous(global_of(co).running) {
      L->resumer = previous != L ? previous : nullptr;
      L->resumed_by_host = true;
      L->host_runs = 0;
      ++global_of(L).protections;
      switch_to(L);
    }
    ~Resumed() {
      --global_of(L).protections;
      L->resumer = nullptr;
      L->resumed_by_host = false;
      switch_to(previous);
    }
  } resumed(L);
  try {
    int status = run(L, start_or_continue(L, argument_count).pc);
    if (status == LUA_ERRERR) L->top[-1] = Value::of(global_of(L).handler_message);
    return status != LUA_OK ? status : L->status;
  } catch (const YieldUnwinding&) {
    return LUA_YIELD;
  } catch (const LuaError& error) {
    if (error.thread != L) push(L, error.thread->top[-1]);
    if (error.status == LUA_ERRERR) L->top[-1] = Value::of(global_of(L).handler_message);
    return error.status;
  } catch (const gc::OutOfMemory&) {
    push(L, Value::of(global_of(L).memory_message));
    return LUA_ERRMEM;
  }
}

}  // namespace

int resume(lua_State* L, lua_State* from, int argument_count, int* result_count) {
  if (const char* reason = refusal(L, argument_count)) return refuse_host(L, reason, argument_count);
  unsigned depth = from != nullptr ? native_depth(from) : 0;
  if (depth >= max_native_calls) return refuse_host(L, "C stack overflow", argument_count);
  L->native_calls = depth + 1;
  int status = run_resumed(L, argument_count);
  if (status > LUA_YIELD) {
    L->status = static_cast<std::uint8_t>(status);
    push(L, L->top[-1]);  // the host takes one copy away, close_thread needs the other
    L->frame->top = L->top;
    note_caught(global_of(L));
  }
  *result_count = status == LUA_YIELD ? L->frame->transfer : static_cast<int>(L->top - (L->frame->function + 1));
  return status;
}

// --- yielding ----------------------------------------------------------------------------------------------------------

Continuation yield_values(lua_State* L, int count) {
  L->status = LUA_YIELD;
  L->frame->transfer = count;
  if (L->host_runs > 0) throw YieldUnwinding{L};
  if (L->resumed_by_host) return {leave_code, L};
  return deliver_yield(L);
}

Continuation deliver_yield(lua_State* L) {
  return deliver(L, LUA_YIELD, L->frame->transfer);
}

int yield(lua_State* L, int result_count, lua_KContext context, lua_KFunction k) {
  if (!is_yieldable(L)) {
    raise_message(L, L != global_of(L).main_thread ? "attempt to yield across a C-call boundary"
                                                   : "attempt to yield from outside a coroutine");
  }
  L->status = LUA_YIELD;
  Frame* frame = L->frame;
  frame->transfer = result_count;
  if (frame->is_lua()) return 0;  // inside a hook, whose caller does the rest (hook.cpp)
  frame->native.k = k;
  frame->native.context = context;
  throw YieldUnwinding{L};
}

// --- ending ------------------------------------------------------------------------------------------------------------

Continuation coroutine_finished(lua_State* L, int count) {
  if (L->resumed_by_host) return {leave_code, L};
  return deliver(L, LUA_OK, count);
}

Continuation coroutine_died(lua_State* L, int status) {
  L->status = static_cast<std::uint8_t>(status);
  push(L, L->top[-1]);
  L->frame->top = L->top;
  return deliver(L, status, 1);
}

int close_thread(lua_State* L, lua_State* from) {
  int status = L->status == LUA_YIELD ? LUA_OK : L->status;
  L->native_calls = from != nullptr ? native_depth(from) : 0;
  L->frame = &L->base_frame;
  L->base_frame.function = L->stack;
  L->stack->set_nil();
  L->status = LUA_OK;
  L->hooks_allowed = true;
  L->error_handler = 0;
  std::ptrdiff_t first = save_place(L, L->stack + 1);
  status = close_scope_protected(L, first, status == LUA_OK ? closing_normally : status);
  Value* place = restore_place(L, first);
  if (status != LUA_OK) {
    *place = L->top[-1];
    L->top = place + 1;
  } else {
    L->top = place;
  }
  L->base_frame.top = L->top + LUA_MINSTACK;
  if (L->stack_limit - L->stack > max_stack) shrink_stack(L);
  return status;
}

}  // namespace rt

