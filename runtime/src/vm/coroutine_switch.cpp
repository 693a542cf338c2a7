// SPDX-License-Identifier: MIT
// Coroutines resumed and left in place: `coroutine.resume`, the functions of `coroutine.wrap` and `coroutine.yield` called from Lua
// functions, without calling the library's functions.
//
// The frames are those that the calls would have pushed, so that tracebacks, errors and the general way (coroutine.cpp) find
// what they expect: whichever side took the short way, the other may take the long one.
//
//   resumer     [resume] [co] ...      frame of the library's function, with its continuation
//   coroutine   [yield] values ...     frame of coroutine.yield, without continuation
#include <algorithm>

#include "memory/global_state.hpp"
#include "vm/interpreter.hpp"
#include "vm/intrinsic.hpp"

namespace rt {

namespace {

int results_of_call(const Instruction& i) { return i.op == Opcode::tail_call ? LUA_MULTRET : i.c - 1; }
Value* end_of_arguments(const lua_State* L, const Instruction& i, Value* function) { return i.b != 0 ? function + i.b : L->top; }

// The frame of a C function that is not called. Its slots end at `top`.
void push_frame(lua_State* L, const Instruction* pc, Value* function, Value* top, Value* end, int wanted_results, lua_KFunction k) {
  Frame* frame = L->frame->next;
  L->frame->lua.pc = pc;
  frame->function = function;
  frame->top = end + LUA_MINSTACK;
  frame->wanted_results = static_cast<std::int16_t>(wanted_results);
  frame->status = frame_native;
  frame->native.k = k;
  frame->native.context = 0;
  L->frame = frame;
  L->top = top;
}

bool can_push_frame(const lua_State* L, const Value* end) {
  return L->frame->next != nullptr && L->stack_limit - end > LUA_MINSTACK && L->hook_mask == 0;
}

// Values to where an instruction wants so many.
void give(lua_State* L, Value* out, const Value* from, std::ptrdiff_t count, int wanted) {
  if (wanted == LUA_MULTRET) {
    L->top = std::copy(from, from + count, out);
    return;
  }
  for (; wanted > 0 && count > 0; --wanted, --count) *out++ = *from++;
  for (; wanted > 0; --wanted) (out++)->set_nil();
}

// Does the coroutine wait in a `coroutine.yield` that a Lua function has called, with room for what it gets?
bool waits_in_yield(const lua_State* co, std::ptrdiff_t count) {
  const Frame* frame = co->frame;
  return co->status == LUA_YIELD && frame->status == frame_native && frame->native.k == nullptr && frame->previous->is_lua() &&
         co->stack_limit - frame->function > count;
}

bool waits_in_beginning(const lua_State* co, std::ptrdiff_t count) {
  return co->status == LUA_OK && co->frame == &co->base_frame && co->top - co->base_frame.function == 2 &&
         co->stack_limit - co->top > count;
}

// A resumption of `co` by the C function at `function`, whose own slots end at `top`; false when it has to be called.
bool resume_in_place(const Instruction* pc, lua_State* L, lua_State* co, Value* function, Value* top, const Value* arguments,
                     Value* end, int wanted_results, lua_KFunction k, Continuation* next) {
  std::ptrdiff_t count = end - arguments;
  if (k == nullptr || !can_push_frame(L, end) || co->hook_mask != 0 || native_depth(L) >= max_native_calls) return false;
  bool begins = waits_in_beginning(co, count);
  if (!begins && !waits_in_yield(co, count)) return false;
  push_frame(L, pc, function, top, end, wanted_results, k);
  co->resumer = L;
  co->resumed_by_host = false;
  co->host_runs = 0;
  co->native_calls = native_depth(L) + 1;
  switch_to(co);
  if (begins) {
    co->top = std::copy(arguments, static_cast<const Value*>(end), co->top);
    *next = start_or_continue(co, static_cast<int>(count));
    return true;
  }
  co->status = LUA_OK;
  Frame* frame = co->frame;
  co->frame = frame->previous;
  give(co, frame->function, arguments, count, frame->wanted_results);
  *next = {co->frame->lua.pc, co};
  return true;
}

}  // namespace

Continuation resume_slow_in_place(const Instruction* pc, lua_State* L) {
  Value* function = register_at(L, pc[-1].a);
  Value* end = end_of_arguments(L, pc[-1], function);
  Continuation next;
  if (end - function < 2 || !function[1].is_thread() ||
      !resume_in_place(pc, L, &function[1].thread()->state, function, function + 2, function + 2, end, results_of_call(pc[-1]),
                       L->global->resume_continuation, &next)) {
    return call_native_slow(pc, L);
  }
  return next;
}

bool resume_wrapped(const Instruction* pc, lua_State* L, Value* function, Value* end, int wanted_results, Continuation* next) {
  const Value& coroutine = function->native_function()->upvalues[0];
  return coroutine.is_thread() && resume_in_place(pc, L, &coroutine.thread()->state, function, function + 1, function + 1, end, wanted_results,
                                                  L->global->wrapped_continuation, next);
}

Continuation call_wrapped_slow(const Instruction* pc, lua_State* L) {
  Value* function = register_at(L, pc[-1].a);
  Continuation next;
  if (resume_wrapped(pc, L, function, end_of_arguments(L, pc[-1], function), results_of_call(pc[-1]), &next)) return next;
  return call_native_slow(pc, L);
}

Continuation yield_slow(const Instruction* pc, lua_State* L) {
  Value* function = register_at(L, pc[-1].a);
  Value* end = end_of_arguments(L, pc[-1], function);
  if (L->resumer == nullptr || L->resumed_by_host || L->host_runs > 0 || !is_yieldable(L) || !can_push_frame(L, end)) {
    return call_native_slow(pc, L);
  }
  push_frame(L, pc, function, end, end, results_of_call(pc[-1]), nullptr);
  L->frame->transfer = static_cast<std::int32_t>(end - function - 1);
  L->status = LUA_YIELD;
  return deliver_yield(L);
}

bool hand_over(lua_State* co, lua_State* L, int count, Continuation* next) {
  const GlobalState& state = global_of(L);
  Frame* frame = L->frame;
  lua_KFunction k = frame->native.k;
  if (frame->status != frame_native || k == nullptr || L->hook_mask != 0 || !frame->previous->is_lua()) return false;
  bool tells_success = k == state.resume_continuation;
  if (!tells_success && k != state.wrapped_continuation) return false;
  Value* out = frame->function;
  int wanted = frame->wanted_results;
  if (wanted == LUA_MULTRET && L->stack_limit - out <= count + 1) return false;
  L->frame = frame->previous;
  co->top -= count;
  if (tells_success && wanted != 0) {
    (out++)->set_boolean(true);
    if (wanted > 0) --wanted;
  }
  give(L, out, co->top, count, wanted);
  *next = {L->frame->lua.pc, L};
  return true;
}

}  // namespace rt

LUA_API void mayfly_setcontinuation(lua_State* L, int intrinsic, lua_KFunction k) {
  if (intrinsic == MAYFLY_INTRINSIC_COROUTINE_RESUME) L->global->resume_continuation = k;
  if (intrinsic == MAYFLY_INTRINSIC_COROUTINE_WRAPPED) L->global->wrapped_continuation = k;
}
