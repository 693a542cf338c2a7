// SPDX-License-Identifier: MIT
// Errors on their way to who catches them.
//
// Inside a run an error goes from frame to frame: a C function that waits in mayfly_tailpcallk (or in a lua_pcallk whose
// C++ frames a yield has unwound) catches it; at the bottom of a coroutine that the interpreter itself resumed it becomes
// the result of that resumption. At the frame the run was entered for it leaves as a LuaError.
#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/scope.hpp"

namespace rt {

namespace {

// An error has reached the C function `frame`, which is protected.
Continuation recover(lua_State* L, Frame* frame, int status) {
  L->frame = frame;
  L->hooks_allowed = (frame->status & frame_unhookable) == 0;
  if ((frame->status & frame_closing) == 0) forget_finished(L, L->stack + frame->transfer, L->top - 1);
  frame->native.recover_status = status;
  frame->status |= frame_closing;
  return continue_closing(L);
}

// The rest of a lua_pcallk or mayfly_tailpcallk that has caught an error: the variables are closed.
Continuation finish_protected_call(lua_State* L, Frame* frame) {
  Value* place = L->stack + frame->transfer;
  *place = L->top[-1];
  L->top = place + 1;
  frame->status &= static_cast<std::uint16_t>(~(frame_closing | frame_protected | frame_unhookable));
  L->error_handler = frame->saved_handler;
  shrink_stack_after(L, frame->native.recover_status);
  return resume_native(L, frame->native.recover_status, L->stack + frame->transfer);
}

}  // namespace

void shrink_stack_after(lua_State* L, int status) {
  if (L->overflowed || (status == LUA_ERRMEM && wants_smaller_stack(L))) shrink_stack(L);
}

bool find_handler(lua_State* L, int status, Continuation* handler) {
  for (Frame* frame = L->frame; frame != &L->base_frame; frame = frame->previous) {
    if ((frame->status & frame_protected) != 0 && !is_unwinding_uncatchably(global_of(L))) {
      *handler = recover(L, frame, status);
      return true;
    }
    if ((frame->status & frame_entry) != 0) return false;
  }
  if (L->resumed_by_host || L->resumer == nullptr || L == global_of(L).main_thread) return false;
  *handler = coroutine_died(L, status);
  return true;
}

Continuation unwind(lua_State* L, int status) {
  Continuation handler;
  if (find_handler(L, status, &handler)) return handler;
  global_of(L).leaving_status = status;  // of the run: no C++ exception is needed to get there
  return {leave_code, L};
}

void call_message_handler(lua_State* L) {
  bool of_script = restore_place(L, L->error_handler)->tag == Tag::lua_function;
  if (of_script && is_unwinding_uncatchably(global_of(L))) return;
  push(L, L->top[-1]);
  L->top[-2] = *restore_place(L, L->error_handler);
  call_unyieldable(L, L->top - 2, 1);
}

Continuation signal_error(lua_State* L) {
  if (L->error_handler != 0) call_message_handler(L);
  return unwind(L, LUA_ERRRUN);
}

// Variables of a C function: after an error the ones of what it called, and the error value travels on top of the stack;
// otherwise its own, with its results on top.
Continuation continue_closing(lua_State* L) {
  Frame* frame = L->frame;
  bool after_error = frame->native.recover_status != closing_normally;
  Value* from = after_error ? L->stack + frame->transfer : frame->base();
  close_upvalues(L, from);
  if (has_to_be_closed(L, from)) {
    Value error = after_error ? L->top[-1] : Value::nil();
    Value* variable = pop_to_be_closed(L);
    if (after_error) {
      variable[1] = error;
      L->top = variable + 2;
    }
    Value* function = L->top;
    push(L, *metamethod_of(global_of(L), *variable, Event::close));
    push(L, *variable);
    push(L, error);
    if (after_error) variable->set_nil();
    return begin_call(L, function, 0, 0);
  }
  if (after_error) return finish_protected_call(L, frame);
  frame->status &= static_cast<std::uint16_t>(~frame_closing);
  return return_values(L, L->top - frame->transfer, frame->transfer);
}

}  // namespace rt
