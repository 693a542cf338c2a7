// SPDX-License-Identifier: MIT
// Handlers: coroutines resumed and left in place (see vm/coroutine_switch.cpp, which does what is rarer). Included by dispatch.cpp.

// Has the switch to another thread nothing to do besides switching (switch_to)? The collector hears of threads and open upvalues that
// are black: in the generational mode the first switch paints the old ones grey, until the next cycle.
#define SWITCHES_QUIETLY(state, to) \
  ((to)->hook_mask == 0 && !(state).pending_due && cell_of(to)->color != gc::black && \
   ((!(state).heap.marking() && !(state).heap.keeps_old()) || stops_quietly(L)))

#define SWITCH_TO(state, to) \
  (state).running = (to); \
  L = (to); \
  L->dispatch = (state).interruption.handlers; \
  pc = L->frame->lua.pc; \
  RELOAD_REGISTERS(); \
  NEXT()

// Values from `from` up to `end` to `out`, where an instruction of the thread `to` wants `wanted` of them.
#define GIVE(to, out, from, end, wanted) \
  if (wanted == LUA_MULTRET) { \
    while (from != end) *out++ = *from++; \
    (to)->top = out; \
  } \
  for (; wanted > 0; --wanted) { \
    if (from != end) { \
      *out++ = *from++; \
    } else { \
      (out++)->set_nil(); \
    } \
  }

// The usual resumption: of a coroutine that waits in a `coroutine.yield` called by a Lua function. `prepare` fills the slots of the
// function, which lie where R[a] says or behind the variables of a loop.
#define RESUME_IN_PLACE(coroutine, callee, own_slots, arguments, arguments_end, results, continuation, prepare, otherwise) \
  lua_State* co = (coroutine); \
  GlobalState& state = *L->global; \
  Frame* own = L->frame->next; \
  Frame* waiting = co->frame; \
  if (co->status != LUA_YIELD || waiting->status != frame_native || waiting->native.k != nullptr || !waiting->previous->is_lua()) otherwise; \
  if (own == nullptr || L->hook_mask != 0 || L->stack_limit - (arguments_end) <= LUA_MINSTACK || native_depth(L) >= max_native_calls) otherwise; \
  if (!SWITCHES_QUIETLY(state, co)) otherwise; \
  Value* out = waiting->function; \
  int wanted = waiting->wanted_results; \
  if (wanted == LUA_MULTRET && co->stack_limit - out <= (arguments_end) - (arguments)) otherwise; \
  prepare; \
  const Value* from = (arguments); \
  const Value* end = (arguments_end); \
  L->frame->lua.pc = pc; \
  own->function = (callee); \
  own->top = (arguments_end) + LUA_MINSTACK; \
  own->wanted_results = static_cast<std::int16_t>(results); \
  own->status = frame_native; \
  own->native.k = (continuation); \
  own->native.context = 0; \
  L->frame = own; \
  L->top = (callee) + (own_slots); \
  co->resumer = L; \
  co->resumed_by_host = false; \
  co->host_runs = 0; \
  co->native_calls = native_depth(L) + 1; \
  co->status = LUA_OK; \
  co->frame = waiting->previous; \
  GIVE(co, out, from, end, wanted); \
  SWITCH_TO(state, co)

#define WANTED_RESULTS (pc[-1].op == Opcode::tail_call ? LUA_MULTRET : pc[-1].c - 1)
#define END_OF_ARGUMENTS(function) (pc[-1].b != 0 ? (function) + pc[-1].b : L->top)

HANDLER(intrinsic_coroutine_resume) {
  Value* function = &RA;
  Value* last = END_OF_ARGUMENTS(function);
  if (last - function < 2 || !function[1].is_thread() || L->global->resume_continuation == nullptr) SLOW(resume_slow_in_place);
  RESUME_IN_PLACE(&function[1].thread()->state, function, 2, function + 2, last, WANTED_RESULTS, state.resume_continuation, ,
                  SLOW(resume_slow_in_place));
}

// Nothing without upvalues is such a function: the handler of calls finds them by their code.
HANDLER(intrinsic_coroutine_wrapped) {
  SLOW(call_native_slow);
}

HANDLER(call_wrapped) {
  Value* function = &RA;
  const Value& coroutine = function->native_function()->upvalues[0];
  Value* last = END_OF_ARGUMENTS(function);
  if (!coroutine.is_thread() || L->global->wrapped_continuation == nullptr) SLOW(call_native_slow);
  RESUME_IN_PLACE(&coroutine.thread()->state, function, 1, function + 1, last, WANTED_RESULTS, state.wrapped_continuation, ,
                  SLOW(call_wrapped_slow));
}

// A generic loop over such a function.
HANDLER(generic_call_wrapped) {
  Value* loop = &RA;
  if (!is_wrapped(L, loop[0])) CONTINUE_IN(generic_call_weak);
  const Value& coroutine = loop[0].native_function()->upvalues[0];
  if (!coroutine.is_thread() || L->global->wrapped_continuation == nullptr) SLOW(generic_call_slow);
  RESUME_IN_PLACE(&coroutine.thread()->state, loop + 4, 1, loop + 1, loop + 3, pc[-1].b, state.wrapped_continuation, loop[4] = loop[0],
                  SLOW(generic_call_slow));
}

// To a Lua function that waits in one of the above.
HANDLER(intrinsic_coroutine_yield) {
  Value* function = &RA;
  const Value* from = function + 1;
  Value* end = END_OF_ARGUMENTS(function);
  lua_State* resumer = L->resumer;
  Frame* own = L->frame->next;
  GlobalState& state = *L->global;
  if (resumer == nullptr || L->resumed_by_host || L->host_runs != 0 || !is_yieldable(L)) SLOW(call_native_slow);
  if (own == nullptr || L->stack_limit - end <= LUA_MINSTACK || !SWITCHES_QUIETLY(state, resumer)) SLOW(yield_slow);
  Frame* waiting = resumer->frame;
  lua_KFunction k = waiting->native.k;
  if (waiting->status != frame_native || k == nullptr || !waiting->previous->is_lua()) SLOW(yield_slow);
  if (k != state.wrapped_continuation && k != state.resume_continuation) SLOW(yield_slow);
  Value* out = waiting->function;
  int wanted = waiting->wanted_results;
  if (wanted == LUA_MULTRET && resumer->stack_limit - out <= end - function) SLOW(yield_slow);
  L->frame->lua.pc = pc;
  own->function = function;
  own->top = end + LUA_MINSTACK;
  own->wanted_results = static_cast<std::int16_t>(WANTED_RESULTS);
  own->status = frame_native;
  own->native.k = nullptr;
  own->transfer = static_cast<std::int32_t>(end - from);
  L->frame = own;
  L->top = function + 1;
  L->status = LUA_YIELD;
  L->resumer = nullptr;
  if (k == state.resume_continuation && wanted != 0) {
    (out++)->set_boolean(true);
    if (wanted > 0) --wanted;
  }
  GIVE(resumer, out, from, end, wanted);
  resumer->frame = waiting->previous;
  SWITCH_TO(state, resumer);
}

#undef END_OF_ARGUMENTS
#undef WANTED_RESULTS
#undef RESUME_IN_PLACE
#undef GIVE
#undef SWITCH_TO
#undef SWITCHES_QUIETLY
