// SPDX-License-Identifier: MIT
// Handlers: calls and returns. Included by dispatch.cpp.

// A call of a fixed-argument Lua function (the tag was looked at) with enough arguments and room on the stack needs no help.
// The arguments are already where the callee has its parameters: its function slot is the caller's R[a].
#define BEGIN_LUA_CALL(callee_slot, argument_field, wanted, slow_path) \
  Value* function = callee_slot; \
  const Prototype* p = function->lua_function()->prototype; \
  if (!enough_arguments(p, argument_field)) [[unlikely]] SLOW(slow_path); \
  Value* registers = function + 1; \
  if (registers + p->frame_size > L->stack_limit) [[unlikely]] SLOW(slow_path); \
  Frame* frame = L->frame; \
  Frame* callee = frame->next; \
  if (callee == nullptr) [[unlikely]] SLOW(slow_path); \
  frame->lua.pc = pc; \
  callee->function = function; \
  callee->wanted_results = static_cast<std::int16_t>(wanted); \
  callee->status = 0; \
  callee->lua.constants = p->constants; \
  L->frame = callee; \
  pc = p->code; \
  base = reinterpret_cast<char*>(registers); \
  constants = reinterpret_cast<const char*>(p->constants); \
  RELOAD_DISPATCH(); \
  NEXT()

HANDLER(call) {
  if (RA.tag != Tag::lua_function) [[unlikely]] CONTINUE_IN(call_weak);
  BEGIN_LUA_CALL(&RA, pc[-1].b, pc[-1].c - 1, call_slow);
}

// The callee takes over the frame, under the same conditions, when the caller has nothing to close and is not vararg.
HANDLER(tail_call) {
  Value* function = &RA;
  if (function->tag != Tag::lua_function || pc[-1].x != 0) [[unlikely]] SLOW(tail_call_slow);
  const Prototype* p = function->lua_function()->prototype;
  unsigned count = pc[-1].b;
  if (!enough_arguments(p, count) || running_function(base)->prototype->is_vararg) [[unlikely]] SLOW(tail_call_slow);
  Value* to = reinterpret_cast<Value*>(base) - 1;
  if (to + 1 + p->frame_size > L->stack_limit) [[unlikely]] SLOW(tail_call_slow);
  const Value* end = function + count;
  for (const Value* from = function; from != end;) *to++ = *from++;
  Frame* frame = L->frame;
  frame->status |= frame_tail_called;
  frame->lua.constants = p->constants;
  pc = p->code;
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

// Back to a Lua function that waits in `call`.
#define RETURN_TO(caller) \
  L->frame = (caller); \
  pc = (caller)->lua.pc; \
  base = reinterpret_cast<char*>((caller)->base()); \
  constants = reinterpret_cast<const char*>((caller)->lua.constants); \
  RELOAD_DISPATCH(); \
  NEXT()

HANDLER(return_one) {
  Frame* frame = L->frame;
  std::uint32_t expectation = expectation_of(frame);
  if (expectation > 1) [[unlikely]] SLOW(return_slow);
  Frame* caller = frame->previous;
  if (expectation == 1) [[likely]] reinterpret_cast<Value*>(base)[-1] = RA;
  RETURN_TO(caller);
}

HANDLER(return_none) {
  Frame* frame = L->frame;
  std::uint32_t expectation = expectation_of(frame);
  if (expectation > 1) [[unlikely]] SLOW(return_slow);
  Frame* caller = frame->previous;
  if (expectation == 1) reinterpret_cast<Value*>(base)[-1].set_nil();
  RETURN_TO(caller);
}

// Several results for an instruction that takes a fixed number of them.
HANDLER(return_) {
  Frame* frame = L->frame;
  unsigned wanted = expectation_of(frame);
  unsigned count = pc[-1].b;
  if (wanted > 255 || count == 0 || pc[-1].x != 0 || running_function(base)->prototype->is_vararg) SLOW(return_slow);
  const Value* from = &RA;
  const Value* end = from + (count - 1);
  Value* to = reinterpret_cast<Value*>(base) - 1;
  Value* to_end = to + wanted;
  Frame* caller = frame->previous;
  while (to != to_end) {
    if (from != end) {
      *to++ = *from++;
    } else {
      (to++)->set_nil();
    }
  }
  RETURN_TO(caller);
}

#undef RETURN_TO

HANDLER(vararg) {
  SLOW(vararg_slow);
}

HANDLER(vararg_prepare) {
  SLOW(vararg_prepare_slow);
}
