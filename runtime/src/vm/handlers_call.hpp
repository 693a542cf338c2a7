// SPDX-License-Identifier: MIT
// Handlers: calls and returns. Included by dispatch.cpp.

// A call of a fixed-argument Lua function with enough arguments and room on the stack needs no help. The arguments are
// already where the callee has its parameters: its function slot is the caller's R[a].
HANDLER(call) {
  Value* function = &RA;
  if (function->tag != Tag::lua_function) [[unlikely]] SLOW(call_slow);
  const Prototype* p = function->lua_function()->prototype;
  if (!enough_arguments(p, pc[-1].b)) [[unlikely]] SLOW(call_slow);
  Value* registers = function + 1;
  if (registers + p->frame_size > L->stack_limit) [[unlikely]] SLOW(call_slow);
  Frame* frame = L->frame;
  Frame* callee = frame->next;
  if (callee == nullptr) [[unlikely]] SLOW(call_slow);
  frame->lua.pc = pc;
  callee->function = function;
  callee->wanted_results = static_cast<std::int16_t>(pc[-1].c - 1);
  callee->status = 0;
  callee->lua.constants = p->constants;
  L->frame = callee;
  pc = p->code;
  base = reinterpret_cast<char*>(registers);
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

HANDLER(tail_call) {
  SLOW(tail_call_slow);
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

#undef RETURN_TO

HANDLER(return_) {
  SLOW(return_slow);
}

HANDLER(vararg) {
  SLOW(vararg_slow);
}

HANDLER(vararg_prepare) {
  SLOW(vararg_prepare_slow);
}
