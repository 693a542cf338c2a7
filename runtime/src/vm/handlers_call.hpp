// SPDX-License-Identifier: MIT
// Handlers: calls and returns. Included by dispatch.cpp.

// A call of a fixed-argument Lua function with enough arguments needs no help if there is room on the stack. The arguments
// are already where the callee has its parameters: its function slot is the caller's R[a].
#define BEGIN_LUA_CALL(p, callee_slot, wanted, slow_path) \
  Value* registers = (callee_slot) + 1; \
  if (registers + p->frame_size > L->stack_limit) [[unlikely]] SLOW(slow_path); \
  Frame* frame = FRAME; \
  Frame* callee = frame->next; \
  if (callee == nullptr) [[unlikely]] SLOW(slow_path); \
  frame->lua.pc = pc; \
  callee->function = (callee_slot); \
  callee->expect(wanted, 0); \
  callee->lua.constants = p->constants; \
  SET_FRAME(callee); \
  pc = p->code; \
  base = reinterpret_cast<char*>(registers); \
  constants = reinterpret_cast<const char*>(p->constants); \
  RELOAD_DISPATCH(); \
  NEXT()

// A vararg function: it and its fixed parameters move above the extra arguments, as vararg_prepare would do.
HANDLER(call_vararg) {
  Value* function = &RA;
  const Prototype* p = function->lua_function()->prototype;
  unsigned given = pc[-1].b != 0 ? pc[-1].b - 1 : static_cast<unsigned>(L->top - function - 1);
  unsigned fixed = p->parameter_count;
  Value* arguments = function + 1;
  Value* moved = arguments + given;
  Frame* frame = FRAME;
  Frame* callee = frame->next;
  if (moved + fixed + 1 + p->frame_size > L->stack_limit || callee == nullptr || given < fixed) [[unlikely]] SLOW(call_slow);
  frame->lua.pc = pc;
  callee->function = moved;
  callee->expect(pc[-1].c - 1, 0);
  callee->lua.constants = p->constants;
  callee->lua.extra_arguments = static_cast<std::int32_t>(given - fixed);
  SET_FRAME(callee);
  *moved++ = *function;
  base = reinterpret_cast<char*>(moved);
  for (; fixed != 0; --fixed) {
    *moved++ = *arguments;
    (arguments++)->set_nil();
  }
  pc = p->code + 1;
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

// A Lua function with fewer arguments than parameters, or with an open list of arguments.
HANDLER(call_with_any_count) {
  Value* function = &RA;
  const Prototype* p = function->lua_function()->prototype;
  if (p->is_vararg) CONTINUE_IN(call_vararg);
  Value* end = pc[-1].b != 0 ? function + pc[-1].b : L->top;
  Value* registers = function + 1;
  Frame* frame = FRAME;
  Frame* callee = frame->next;
  if (registers + p->frame_size > L->stack_limit || callee == nullptr) [[unlikely]] SLOW(call_slow);
  for (Value* parameters_end = registers + p->parameter_count; end < parameters_end; ++end) end->set_nil();
  frame->lua.pc = pc;
  callee->function = function;
  callee->expect(pc[-1].c - 1, 0);
  callee->lua.constants = p->constants;
  SET_FRAME(callee);
  pc = p->code;
  base = reinterpret_cast<char*>(registers);
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

HANDLER(call_native) {
  Value& function = RA;
  if (function.tag != Tag::light_function) {
    if (function.is_table() && function.table()->metatable != nullptr) CONTINUE_IN(call_table);
    if (is_wrapped(L, function)) CONTINUE_IN(call_wrapped);
    if (function.tag == Tag::native_function) SLOW(call_native_slow);
    if (pc[-1].c != 2 || !is_ref(function) || !read_ref(L, function, &function)) CONTINUE_IN(call_weak);
    NEXT();
  }
  unsigned place = OPERAND_X % intrinsic_places;
  if (function.payload.code != L->global->intrinsics[place]) SLOW(call_native_slow);
  GO_TO_INTRINSIC(place);
}

INLINE_HANDLER(call) {
  Value* function = &RA;
  if (function->tag != Tag::lua_function) CONTINUE_IN(call_native);
  const Prototype* p = function->lua_function()->prototype;
  if (!enough_arguments(p, pc[-1].b)) [[unlikely]] CONTINUE_IN(call_with_any_count);
  BEGIN_LUA_CALL(p, function, pc[-1].c - 1, call_slow);
}

// The callee is read where it lies: a ref gives its referent without a frame. Else it goes where `call` wants it.
#define LOCAL_CALLEE (*reinterpret_cast<const Value*>(base + OPERAND_X * std::size_t{scale}))
#define UPVALUE_CALLEE (*running_function(base)->upvalues[OPERAND_X]->place)
#define CALL_IN_PLACE(callee_place) \
  const Value& callee = callee_place; \
  Value* out = &RA; \
  if (!is_ref(callee) || !read_ref(L, callee, out)) { \
    *out = callee; \
    CONTINUE_IN(call); \
  } \
  NEXT()
#define READ_IN_PLACE(callee_place, name) \
  const Value& callee = callee_place; \
  if (!is_ref(callee) || !read_ref_between_cycles(L, callee, &RA)) [[unlikely]] CONTINUE_IN(name); \
  NEXT()

HANDLER(call_local_generally) { CALL_IN_PLACE(LOCAL_CALLEE); }
HANDLER(call_upvalue_generally) { CALL_IN_PLACE(UPVALUE_CALLEE); }
HANDLER(call_local) { READ_IN_PLACE(LOCAL_CALLEE, call_local_generally); }
HANDLER(call_upvalue) { READ_IN_PLACE(UPVALUE_CALLEE, call_upvalue_generally); }

#undef READ_IN_PLACE
#undef LOCAL_CALLEE
#undef UPVALUE_CALLEE
#undef CALL_IN_PLACE

HANDLER(tail_call_native) {
  const Value& function = RA;
  unsigned guess = pc[-1].c;
  if (function.tag != Tag::light_function || guess < tail_guess || OPERAND_X != 0) SLOW(tail_call_slow);
  unsigned place = guess % intrinsic_places;
  if (function.payload.code != L->global->intrinsics[place]) SLOW(call_native_slow);
  GO_TO_INTRINSIC(place);
}

// The same for any number of arguments, and from a vararg function.
HANDLER(tail_call_with_any_count) {
  Value* function = &RA;
  const Prototype* p = function->lua_function()->prototype;
  if (p->is_vararg) SLOW(tail_call_slow);
  Frame* frame = FRAME;
  const Prototype* own = running_function(base)->prototype;
  const Value* end = pc[-1].b != 0 ? function + pc[-1].b : L->top;
  Value* to = reinterpret_cast<Value*>(base) - 1;
  if (own->is_vararg) to -= frame->lua.extra_arguments + own->parameter_count + 1;
  Value* registers = to + 1;
  if (registers + p->frame_size > L->stack_limit) [[unlikely]] SLOW(tail_call_slow);
  for (const Value* from = function; from != end;) *to++ = *from++;
  for (Value* parameters_end = registers + p->parameter_count; to < parameters_end; ++to) to->set_nil();
  frame->function = registers - 1;
  frame->status |= frame_tail_called;
  frame->lua.constants = p->constants;
  pc = p->code;
  base = reinterpret_cast<char*>(registers);
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

// The callee takes over the frame, under the same conditions, when the caller has nothing to close and is not vararg.
INLINE_HANDLER(tail_call) {
  Value* function = &RA;
  if (function->tag != Tag::lua_function) CONTINUE_IN(tail_call_native);
  if (OPERAND_X != 0) [[unlikely]] SLOW(tail_call_slow);
  const Prototype* p = function->lua_function()->prototype;
  unsigned count = pc[-1].b;
  if (!enough_arguments(p, count) || running_function(base)->prototype->is_vararg) [[unlikely]] {
    CONTINUE_IN(tail_call_with_any_count);
  }
  Value* to = reinterpret_cast<Value*>(base) - 1;
  if (to + 1 + p->frame_size > L->stack_limit) [[unlikely]] SLOW(tail_call_slow);
  const Value* end = function + count;
  for (const Value* from = function; from != end;) *to++ = *from++;
  Frame* frame = FRAME;
  frame->status |= frame_tail_called;
  frame->lua.constants = p->constants;
  pc = p->code;
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

// Back to a Lua function that waits in `call`.
#define RETURN_TO(caller) \
  SET_FRAME(caller); \
  pc = (caller)->lua.pc; \
  base = reinterpret_cast<char*>((caller)->base()); \
  constants = reinterpret_cast<const char*>((caller)->lua.constants); \
  RELOAD_DISPATCH(); \
  NEXT()

// A metamethod called in the middle of an instruction: its result finishes that.
HANDLER(return_from_metamethod) {
  Frame* caller = FRAME->previous;
  const Instruction* next = caller->lua.pc;
  MetamethodUse use = metamethod_use[static_cast<unsigned>(plain(next[-1].op))];
  if (use != MetamethodUse::nothing && pc[-1].op != Opcode::return_one) {
    const Value* end = pc[-1].b != 0 ? &RA + (pc[-1].b - 1) : L->top;
    if (pc[-1].op == Opcode::return_none || end == &RA) SLOW(return_slow);
  }
  if (use == MetamethodUse::other || (caller->status & frame_negates) != 0) SLOW(return_slow);
  const Value& result = RA;
  base = reinterpret_cast<char*>(caller->base());
  if (use == MetamethodUse::result) {
    *reinterpret_cast<Value*>(base + next[-1].a) = result;
  } else if (use != MetamethodUse::nothing && result.is_falsy() == (use == MetamethodUse::jump_when_false)) {
    next += static_cast<std::int16_t>(next[-1].c);
  }
  SET_FRAME(caller);
  pc = next;
  constants = reinterpret_cast<const char*>(caller->lua.constants);
  RELOAD_DISPATCH();
  NEXT();
}

// A function called by `pcall` in place (intrinsic_pcall): `true` and its results are those of `pcall`.
HANDLER(return_from_pcall) {
  Frame* protector = L->frame->previous;
  if (protector->status != (frame_native | frame_protected) || protector->native.k != finish_pcall) SLOW(return_slow);
  const Value* from = &RA;
  const Value* end = pc[-1].b != 0 ? from + (pc[-1].b - 1) : L->top;
  if (pc[-1].op != Opcode::return_) end = from + (pc[-1].op == Opcode::return_one ? 1 : 0);
  Value* to = protector->function;
  Frame* caller = protector->previous;
  int wanted = protector->wanted_results;
  L->error_handler = protector->saved_handler;
  (to++)->set_boolean(true);
  if (wanted == LUA_MULTRET) {
    while (from != end) *to++ = *from++;
    L->top = to;
    RETURN_TO(caller);
  }
  for (; wanted > 1; --wanted) {
    if (from != end) {
      *to++ = *from++;
    } else {
      (to++)->set_nil();
    }
  }
  RETURN_TO(caller);
}

// A function called from C++ (host_call.cpp): its results, and the run is over.
HANDLER(return_to_host) {
  Frame* frame = FRAME;
  const Value* from = &RA;
  const Value* end = pc[-1].b != 0 ? from + (pc[-1].b - 1) : L->top;
  if (pc[-1].op != Opcode::return_) end = from + (pc[-1].op == Opcode::return_one ? 1 : 0);
  Value* to = reinterpret_cast<Value*>(base) - 1;
  const Prototype* p = to->lua_function()->prototype;
  if (p->is_vararg) to -= frame->lua.extra_arguments + p->parameter_count + 1;
  L->frame = frame->previous;
  int wanted = frame->wanted_results;
  if (wanted == LUA_MULTRET) wanted = static_cast<int>(end - from);
  for (; wanted != 0; --wanted) {
    if (from != end) {
      *to++ = *from++;
    } else {
      (to++)->set_nil();
    }
  }
  L->top = to;
  return;
}

// Any number of results for any number wanted, from vararg functions and tail called ones too.
HANDLER(return_generally) {
  Frame* frame = FRAME;
  Value* to = reinterpret_cast<Value*>(base) - 1;
  if (pc[-1].op == Opcode::return_ && OPERAND_X != 0) {
    if (L->to_be_closed > to) SLOW(return_slow);
    CLOSE_UPVALUES(to, return_slow);
  }
  unsigned status = frame->status & ~frame_tail_called;
  if (status != 0) {
    if (status == (frame_entry | frame_called_natively)) CONTINUE_IN(return_to_host);
    if (status == frame_metamethod) CONTINUE_IN(return_from_metamethod);
    if (status == frame_called_natively) CONTINUE_IN(return_from_pcall);
    SLOW(return_slow);
  }
  const Value* from = &RA;
  const Value* end = pc[-1].b != 0 ? from + (pc[-1].b - 1) : L->top;
  if (pc[-1].op != Opcode::return_) end = from + (pc[-1].op == Opcode::return_one ? 1 : 0);
  const Prototype* p = to->lua_function()->prototype;
  if (p->is_vararg) to -= frame->lua.extra_arguments + p->parameter_count + 1;
  Frame* caller = frame->previous;
  int wanted = frame->wanted_results;
  if (wanted == LUA_MULTRET) {
    while (from != end) *to++ = *from++;
    L->top = to;
    RETURN_TO(caller);
  }
  for (; wanted != 0; --wanted) {
    if (from != end) {
      *to++ = *from++;
    } else {
      (to++)->set_nil();
    }
  }
  RETURN_TO(caller);
}

// One result: as the last arguments of a call, from a function that was tail called, or for C++ that wants one. None, and C++ wants none.
HANDLER(return_one_otherwise) {
  Frame* frame = FRAME;
  std::uint32_t expectation = expectation_of(frame);
  std::uint32_t results = expectation & ~(std::uint32_t{frame_tail_called} << 16);
  if (results == 1 || results == UINT16_MAX) {
    reinterpret_cast<Value*>(base)[-1] = RA;
    L->top = reinterpret_cast<Value*>(base);
    RETURN_TO(frame->previous);
  }
  if (expectation != expected_by_host + 1) CONTINUE_IN(return_generally);
  reinterpret_cast<Value*>(base)[-1] = RA;
  L->top = reinterpret_cast<Value*>(base);
  L->frame = frame->previous;
  return;
}

HANDLER(return_none_otherwise) {
  Frame* frame = FRAME;
  if (expectation_of(frame) != expected_by_host) CONTINUE_IN(return_generally);
  L->top = reinterpret_cast<Value*>(base) - 1;
  L->frame = frame->previous;
  return;
}

INLINE_HANDLER(return_one) {
  Frame* frame = FRAME;
  std::uint32_t expectation = expectation_of(frame);
  if (expectation > 1) [[unlikely]] CONTINUE_IN(return_one_otherwise);
  Frame* caller = frame->previous;
  if (expectation == 1) [[likely]] reinterpret_cast<Value*>(base)[-1] = RA;
  RETURN_TO(caller);
}

INLINE_HANDLER(return_none) {
  Frame* frame = FRAME;
  std::uint32_t expectation = expectation_of(frame);
  if (expectation > 1) [[unlikely]] CONTINUE_IN(return_none_otherwise);
  Frame* caller = frame->previous;
  if (expectation == 1) reinterpret_cast<Value*>(base)[-1].set_nil();
  RETURN_TO(caller);
}

// Several results for an instruction that takes a fixed number of them.
HANDLER(return_) {
  Frame* frame = FRAME;
  unsigned wanted = expectation_of(frame);
  unsigned count = pc[-1].b;
  if (wanted > 255 || count == 0 || OPERAND_X != 0 || running_function(base)->prototype->is_vararg) {
    CONTINUE_IN(return_generally);
  }
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
  Value* out = &RA;
  auto extra = static_cast<std::size_t>(L->frame->lua.extra_arguments);
  const Value* from = reinterpret_cast<Value*>(base) - 1 - extra;
  const Value* end = reinterpret_cast<Value*>(base) - 1;
  if (pc[-1].b == 0) {
    if (static_cast<std::size_t>(L->stack_limit - out) <= extra) [[unlikely]] SLOW(vararg_slow);
    while (from != end) *out++ = *from++;
    L->top = out;
    NEXT();
  }
  for (unsigned wanted = pc[-1].b; wanted != 1; --wanted) {
    if (from != end) {
      *out++ = *from++;
    } else {
      (out++)->set_nil();
    }
  }
  NEXT();
}

HANDLER(vararg_prepare) {
  SLOW(vararg_prepare_slow);
}
