// SPDX-License-Identifier: MIT
// Errors on their way to who catches them, and the runs of the interpreter that they may leave.
//
// Inside a run an error goes from frame to frame: a C function that waits in mayfly_tailpcallk (or in a lua_pcallk whose
// C++ frames a yield has unwound) catches it; at the bottom of a coroutine that the interpreter itself resumed it becomes
// the result of that resumption. At the frame the run was entered for it leaves as a LuaError.
#include <utility>

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
  frame->native.recover_status = status;
  frame->status |= frame_closing;
  return continue_closing(L);
}

// An error has been caught. Room that was needed by what overflowed the stack, or ran out of memory, is given back.
void shrink_stack_after(lua_State* L, int status) {
  if (L->overflowed || (status == LUA_ERRMEM && wants_smaller_stack(L))) shrink_stack(L);
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

// The value of an error that has none of its own, or whose value another thread has.
void settle_error_value(lua_State* L, const LuaError& error) {
  if (error.thread != L) push(L, error.thread->top[-1]);
  if (error.status == LUA_ERRERR) L->top[-1] = Value::of(global_of(L).handler_message);
}

enum class Pending { none, error, memory, yield };

// What was under way when the run began, put back however it ends.
class RunScope {
 public:
  explicit RunScope(lua_State* L) : L_(L), previous_(std::exchange(L->global->running, L)), resumer_(L->resumer) {
    if (L->resumer == nullptr && previous_ != L) L->resumer = previous_;  // keeps it reachable
    note_written(L);
    if (previous_ != nullptr && previous_ != L) thread_stopped(previous_);
    ++L->global->protections;
  }
  ~RunScope() {
    --L_->global->protections;
    if (previous_ != L_) thread_stopped(L_);
    L_->global->running = previous_;
    L_->resumer = resumer_;
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;

 private:
  lua_State* L_;
  lua_State* previous_;
  lua_State* resumer_;
};

// Executes until the run is over (0) or an error leaves it (its status).
int run_protected(lua_State* L, const Instruction* pc) {
  RunScope scope(L);
  GlobalState& state = global_of(L);
  Frame* entry = L->frame;
  Continuation next{pc, L};
  Pending pending = Pending::none;
  LuaError error{};
  for (;;) {
    try {
      if (pending == Pending::memory) push(state.running, Value::of(state.memory_message));
      if (pending == Pending::yield) {
        next = deliver_yield(error.thread);
      } else if (pending != Pending::none) {
        if (pending == Pending::error) settle_error_value(state.running, error);
        pending = Pending::none;
        if (!find_handler(state.running, error.status, &next)) return error.status;
      }
      pending = Pending::none;
      enter(next.pc, next.L);
      return std::exchange(state.leaving_status, LUA_OK);
    } catch (const LuaError& e) {
      pending = Pending::error;
      error = e;
    } catch (const gc::OutOfMemory&) {
      pending = Pending::memory;
      error.status = LUA_ERRMEM;
    } catch (const YieldUnwinding& y) {
      if (y.thread == L) {
        entry->status &= static_cast<std::uint16_t>(~frame_entry);
        throw;
      }
      pending = Pending::yield;
      error.thread = y.thread;
    }
  }
}

}  // namespace

int run(lua_State* L, const Instruction* pc) {
  Frame* entry = L->frame;
  int status = run_protected(L, pc);
  // The frames stay until the error is caught (a coroutine that dies keeps them); this one has no run any more.
  if (status != LUA_OK) entry->status &= static_cast<std::uint16_t>(~frame_entry);
  return status;
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
    return begin_call(L, function, 0, 0);
  }
  if (after_error) return finish_protected_call(L, frame);
  frame->status &= static_cast<std::uint16_t>(~frame_closing);
  return return_values(L, L->top - frame->transfer, frame->transfer);
}

// --- protected calls from C++ ------------------------------------------------------------------------------------------

namespace {

struct ProtectedState {
  lua_State* L;
  Frame* frame;
  std::ptrdiff_t error_handler;
  std::uint32_t native_calls;
  bool hooks_allowed;

  void restore() const {
    L->frame = frame;
    L->native_calls = native_calls;
    L->hooks_allowed = hooks_allowed;
    L->error_handler = error_handler;
  }
};

// The body with its errors turned into a status; the error value is then on top of L's stack.
int run_body(lua_State* L, ProtectedBody body, void* context) {
  struct Count {
    int& protections;
    explicit Count(int& p) : protections(p) { ++protections; }
    ~Count() { --protections; }
  } count(global_of(L).protections);
  try {
    int status = body(L, context);
    if (status != LUA_OK) settle_error_value(L, {L, status});
    return status;
  } catch (const LuaError& error) {
    settle_error_value(L, error);
    return error.status;
  } catch (const gc::OutOfMemory&) {
    push(L, Value::of(global_of(L).memory_message));
    return LUA_ERRMEM;
  }
}

}  // namespace

int catch_errors(lua_State* L, ProtectedBody body, void* context) {
  ProtectedState before{L, L->frame, L->error_handler, L->native_calls, L->hooks_allowed};
  int status = run_body(L, body, context);
  if (status != LUA_OK) before.restore();
  return status;
}

int protect(lua_State* L, ProtectedBody body, void* context, std::ptrdiff_t old_top, std::ptrdiff_t handler) {
  ProtectedState before{L, L->frame, L->error_handler, L->native_calls, L->hooks_allowed};
  L->error_handler = handler;
  int status;
  try {
    status = catch_errors(L, body, context);
  } catch (const YieldUnwinding&) {
    throw;
  } catch (...) {  // the host's own exception passes through: what Lua had under way is dropped
    before.restore();
    close_upvalues(L, restore_place(L, old_top));
    while (has_to_be_closed(L, restore_place(L, old_top))) pop_to_be_closed(L);
    note_caught(global_of(L));
    throw;
  }
  if (status != LUA_OK) {
    status = close_scope_protected(L, old_top, status);
    Value* place = restore_place(L, old_top);
    *place = L->top[-1];
    L->top = place + 1;
    shrink_stack_after(L, status);
  }
  L->error_handler = before.error_handler;
  if (status != LUA_OK) note_caught(global_of(L));
  return status;
}

}  // namespace rt
