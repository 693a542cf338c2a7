// SPDX-License-Identifier: MIT
// Calls and returns of every kind: slow paths of the call instructions, C functions and what they ask for by returning.
#include "vm/call.hpp"

#include <algorithm>

#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/intrinsic.hpp"
#include "vm/message.hpp"
#include "vm/scope.hpp"
#include "vm/weak_access.hpp"
#include "vm/weak_fast.hpp"

namespace rt {

namespace {

constexpr unsigned leaves_instruction = frame_entry | frame_metamethod | frame_resume_base;

Continuation begin_lua_call(lua_State* L, Value* function, int wanted_results, unsigned status) {
  const Prototype* p = function->lua_function()->prototype;
  if (L->stack_limit - L->top <= p->frame_size) {
    std::ptrdiff_t place = save_place(L, function);
    grow_stack(L, p->frame_size);
    function = restore_place(L, place);
  }
  Frame* frame = next_frame(L);
  for (Value* end = function + 1 + p->parameter_count; L->top < end;) (L->top++)->set_nil();
  frame->function = function;
  if (!L->frame->is_lua()) status |= frame_called_natively;
  if ((L->hook_mask & LUA_MASKCALL) != 0) status |= frame_fresh;
  frame->expect(wanted_results, status);
  frame->lua.constants = p->constants;
  frame->lua.pc = p->code;
  frame->lua.extra_arguments = 0;
  frame->transfer = 0;
  L->frame = frame;
  return {p->code, L};
}

Frame* push_native_frame(lua_State* L, Value* function, int wanted_results, unsigned status) {
  if (L->stack_limit - L->top <= LUA_MINSTACK) {
    std::ptrdiff_t place = save_place(L, function);
    grow_stack(L, LUA_MINSTACK);
    function = restore_place(L, place);
  }
  Frame* frame = next_frame(L);
  frame->function = function;
  frame->top = L->top + LUA_MINSTACK;
  frame->wanted_results = static_cast<std::int16_t>(wanted_results);
  frame->status = static_cast<std::uint16_t>(status | frame_native);
  frame->native.k = nullptr;
  L->frame = frame;
  return frame;
}

NativeCode native_code_of(const Value& function) {
  return function.tag == Tag::light_function ? function.payload.code : function.native_function()->code;
}

// Results to where the function was, as many as are wanted; L->top is behind them.
void place_results(lua_State* L, Value* to, const Value* first, int count, int wanted) {
  if (wanted == LUA_MULTRET) wanted = count;
  int present = std::min(count, wanted);
  int i = 0;
  for (; i < present; ++i) to[i] = first[i];
  for (; i < wanted; ++i) to[i].set_nil();
  L->top = to + wanted;
}

Continuation tail_request(lua_State* L, unsigned status) {
  Frame* frame = L->frame;
  frame->native.k = L->request.k;
  frame->native.context = L->request.context;
  Value* function = L->top - L->request.arguments - 1;
  frame->transfer = static_cast<std::int32_t>(function - L->stack);
  if (status == frame_protected) {
    frame->saved_handler = L->error_handler;
    L->error_handler = L->request.handler;
    if (!L->hooks_allowed) status |= frame_unhookable;
  }
  frame->status |= static_cast<std::uint16_t>(status);
  return begin_call(L, function, L->request.results, 0);
}

// The frame on top is done: its results to the caller, and on with whatever the caller is.
Continuation leave_frame(lua_State* L, Value* first, int count) {
  Frame* frame = L->frame;
  L->frame = frame->previous;
  place_results(L, frame->function, first, count, frame->wanted_results);
  if ((frame->status & leaves_instruction) == 0) {
    if (L->frame->is_lua()) return {L->frame->lua.pc, L};
    return {resume_code, L};
  }
  if ((frame->status & frame_entry) != 0) return {leave_code, L};
  if ((frame->status & frame_metamethod) != 0) return finish_instruction(L);
  return coroutine_finished(L, static_cast<int>(L->top - frame->function));
}

Continuation close_then_return(lua_State* L, int count) {
  Frame* frame = L->frame;
  frame->status &= static_cast<std::uint16_t>(~frame_close_on_return);
  frame->status |= frame_closing;
  frame->native.recover_status = closing_normally;
  frame->transfer = count;
  return continue_closing(L);
}

}  // namespace

// --- beginning ---------------------------------------------------------------------------------------------------------

Continuation call_native(lua_State* L, Value* function, int wanted_results) {
  NativeCode code = native_code_of(*function);
  push_native_frame(L, function, wanted_results, 0);
  if (L->hook_mask != 0) [[unlikely]] hook_native_call(L);
  int result = code(L);
  Frame* frame = L->frame;
  if (result < 0 || frame->status != frame_native || L->hook_mask != 0) [[unlikely]] return after_native(L, result);
  L->frame = frame->previous;
  place_results(L, frame->function, L->top - result, result, frame->wanted_results);
  return {L->frame->lua.pc, L};
}

Value* prepend_call_metamethod(lua_State* L, Value* function) {
  const Value* method = metamethod_of(*L->global, *function, Event::call);
  if (method->is_nil()) {
    push_call_message(L, function);
    return nullptr;
  }
  std::ptrdiff_t place = save_place(L, function);
  ensure_stack(L, 1);
  function = restore_place(L, place);
  std::copy_backward(function, L->top, L->top + 1);
  ++L->top;
  *function = *method;
  return function;
}

Continuation begin_call(lua_State* L, Value* function, int wanted_results, unsigned status) {
  for (;;) {
    switch (function->tag) {
      case Tag::lua_function: return begin_lua_call(L, function, wanted_results, status);
      case Tag::light_function:
      case Tag::native_function: push_native_frame(L, function, wanted_results, status); return {native_code, L};
      default: break;
    }
    function = prepend_call_metamethod(L, function);
    if (function == nullptr) return signal_error(L);
  }
}

Continuation native_slow(const Instruction*, lua_State* L) {
  if (L->hook_mask != 0) [[unlikely]] hook_native_call(L);
  return after_native(L, native_code_of(*L->frame->function)(L));
}

Continuation after_native(lua_State* L, int result) {
  switch (result) {
    case tail_call_code: return tail_request(L, 0);
    case tail_protected_call_code: return tail_request(L, frame_protected);
    case tail_resume_code: return resume_from_native(L);
    case tail_error_code: return signal_error(L);
    case tail_yield_code:
      L->frame->native.k = L->request.k;
      L->frame->native.context = L->request.context;
      return yield_values(L, L->request.results);
    default: break;
  }
  if ((L->frame->status & frame_close_on_return) != 0) return close_then_return(L, result);
  return return_values(L, L->top - result, result);
}

// --- returning ---------------------------------------------------------------------------------------------------------

Continuation return_values(lua_State* L, Value* first, int count) {
  if (L->hook_mask != 0) [[unlikely]] first = hook_return(L, first, count);
  return leave_frame(L, first, count);
}

Continuation resume_slow(const Instruction*, lua_State* L) {
  Frame* frame = L->frame;
  if ((frame->status & frame_closing) != 0) return continue_closing(L);
  if ((frame->status & frame_protected) != 0) {
    frame->status &= static_cast<std::uint16_t>(~(frame_protected | frame_unhookable));
    L->error_handler = frame->saved_handler;
  }
  return resume_native(L, LUA_YIELD, L->stack + frame->transfer);
}

Continuation resume_native(lua_State* L, int status, Value* first) {
  Frame* frame = L->frame;
  lua_KFunction k = frame->native.k;
  if (k == nullptr) return after_native(L, static_cast<int>(L->top - first));
  frame->native.k = nullptr;
  ensure_stack(L, LUA_MINSTACK);
  frame->top = std::max(frame->top, L->top + LUA_MINSTACK);
  return after_native(L, k(L, status, frame->native.context));
}

int finish_pcall(lua_State* L, int status, lua_KContext) {
  Value* first = L->frame->base();
  std::copy_backward(first, L->top, L->top + 1);
  ++L->top;
  first->set_boolean(status == LUA_OK || status == LUA_YIELD);
  return static_cast<int>(L->top - first);
}

// --- slow paths of the instructions ------------------------------------------------------------------------------------

Continuation call_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Value* function = register_at(L, i.a);
  if (i.b != 0) L->top = function + i.b;
  L->frame->lua.pc = pc;
  if (function->tag == Tag::light_function || function->tag == Tag::native_function) [[likely]] {
    return call_native(L, function, i.c - 1);
  }
  if (is_ref(*function)) {
    Value referent = weak_referent(L, *function);
    place_results(L, function, &referent, 1, i.c - 1);
    return {pc, L};
  }
  return begin_call(L, function, i.c - 1, 0);
}

namespace {

// call_native with fewer questions, for a function whose arguments end at L->top. The results it wants are 0 or more, or all.
[[gnu::always_inline]] inline Continuation call_quickly(const Instruction* pc, lua_State* L, Value* function, NativeCode code, int wanted_results) {
  Frame* frame = L->frame->next;
  if (frame == nullptr || L->stack_limit - L->top <= LUA_MINSTACK || L->hook_mask != 0) return call_native(L, function, wanted_results);
  frame->function = function;
  frame->top = L->top + LUA_MINSTACK;
  frame->wanted_results = static_cast<std::int16_t>(wanted_results);
  frame->status = frame_native;
  frame->native.k = nullptr;
  L->frame = frame;
  int count = code(L);
  if (count < 0 || frame->status != frame_native || L->hook_mask != 0) [[unlikely]] return after_native(L, count);
  Value* out = frame->function;
  L->frame = frame->previous;
  if (frame->wanted_results == 1) [[likely]] {
    if (count != 0) {
      *out = L->top[-count];
    } else {
      out->set_nil();
    }
  } else if (frame->wanted_results != 0) {
    place_results(L, out, L->top - count, count, frame->wanted_results);
  }
  return {pc, L};
}

}  // namespace

Continuation call_native_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Value* function = register_at(L, i.a);
  if (i.b != 0) L->top = function + i.b;
  L->frame->lua.pc = pc;
  NativeCode code = native_code_of(*function);
  if (i.op == Opcode::tail_call) return call_quickly(pc, L, function, code, LUA_MULTRET);
  if (i.x == 0 && function->tag == Tag::light_function) guess_intrinsic(pc - 1, global_of(L), code);
  return call_quickly(pc, L, function, code, i.c - 1);
}

// The step of a generic loop whose iterator is a C function.
Continuation iterate_native_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Value* loop = register_at(L, i.a);
  std::copy(loop, loop + 3, loop + 4);
  L->top = loop + 7;
  L->frame->lua.pc = pc;
  return call_quickly(pc, L, loop + 4, native_code_of(loop[4]), i.b);
}

// A C function is called in place, a ref is read; the results are returned by the return_ that follows every tail_call. A Lua
// function takes over the frame.
Continuation tail_call_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Frame* frame = L->frame;
  Value* function = register_at(L, i.a);
  if (i.b != 0) L->top = function + i.b;
  frame->lua.pc = pc;
  if (i.x != 0) close_upvalues(L, frame->base());
  if (is_ref(*function)) {
    *function = weak_referent(L, *function);
    L->top = function + 1;
    return {pc, L};
  }
  while (!function->is_function()) {
    function = prepend_call_metamethod(L, function);
    if (function == nullptr) return signal_error(L);
  }
  if (function->tag != Tag::lua_function) {
    if (i.c == 0 && function->tag == Tag::light_function) guess_intrinsic(pc - 1, global_of(L), function->payload.code);
    return call_native(L, function, LUA_MULTRET);
  }
  // Room is made first: once the frame is gone, nothing may fail.
  std::ptrdiff_t place = save_place(L, function);
  ensure_stack(L, function->lua_function()->prototype->frame_size);
  function = restore_place(L, place);
  const Prototype* p = prototype_of(frame);
  Value* to = frame->function;
  if (p->is_vararg) to -= frame->lua.extra_arguments + p->parameter_count + 1;
  L->top = std::copy(function, L->top, to);
  L->frame = frame->previous;
  return begin_call(L, to, frame->wanted_results, (frame->status & leaves_instruction) | frame_tail_called);
}

Continuation return_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Frame* frame = L->frame;
  const Prototype* p = prototype_of(frame);
  frame->lua.pc = pc;
  Value* first = frame->base();
  int count = 0;
  if (i.op != Opcode::return_none) {
    first = register_at(L, i.a);
    count = i.op == Opcode::return_one ? 1 : i.b != 0 ? i.b - 1 : static_cast<int>(L->top - first);
  }
  if (i.op == Opcode::return_ && i.x != 0) {
    if ((frame->status & frame_closing) != 0) {
      count = frame->transfer;
      frame->status &= static_cast<std::uint16_t>(~frame_closing);
    }
    if (has_to_be_closed(L, frame->base())) {
      frame->transfer = count;
      frame->status |= frame_closing;
      L->top = std::max(first + count, end_of_registers(frame));
      return close_next(L);
    }
    close_upvalues(L, frame->base());
  }
  if (L->hook_mask != 0) [[unlikely]] {
    L->top = std::max(first + count, end_of_registers(frame));
    first = hook_return(L, first, count);
  }
  if (p->is_vararg) frame->function -= frame->lua.extra_arguments + p->parameter_count + 1;
  return leave_frame(L, first, count);
}

Continuation vararg_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Frame* frame = L->frame;
  int extra = frame->lua.extra_arguments;
  int wanted = i.b != 0 ? i.b - 1 : extra;
  if (i.b == 0) {
    frame->lua.pc = pc;
    L->top = end_of_registers(frame);
    ensure_stack(L, static_cast<std::size_t>(extra));
    L->top = register_at(L, i.a) + extra;
  }
  Value* out = register_at(L, i.a);
  const Value* arguments = frame->function - extra;
  int present = std::min(wanted, extra);
  for (int n = 0; n < present; ++n) out[n] = arguments[n];
  for (int n = present; n < wanted; ++n) out[n].set_nil();
  return {pc, L};
}

// The function and its fixed parameters move above the extra arguments, which stay where they are:
//   function p1 p2 x1 x2 x3   becomes   function nil nil x1 x2 x3 function p1 p2
Continuation vararg_prepare_slow(const Instruction* pc, lua_State* L) {
  Frame* frame = L->frame;
  const Prototype* p = prototype_of(frame);
  int given = static_cast<int>(L->top - frame->base());
  int fixed = p->parameter_count;
  frame->lua.pc = pc;
  ensure_stack(L, static_cast<std::size_t>(p->frame_size) + 1);
  Value* function = frame->function;
  Value* to = L->top;
  *to++ = *function;
  for (int n = 1; n <= fixed; ++n) {
    *to++ = function[n];
    function[n].set_nil();
  }
  frame->function = L->top;
  frame->lua.extra_arguments = given - fixed;
  L->top = end_of_registers(frame);
  return {pc, L};
}

// --- calls from C++ ----------------------------------------------------------------------------------------------------

}  // namespace rt
