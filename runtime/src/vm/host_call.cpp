// SPDX-License-Identifier: MIT
// Calls from C++: into the interpreter and out of it again, and protected calls.
//
// A call has a run of its own. In the usual case (a Lua function on the running thread, no hooks) that is a frame, `enter`, and a
// return that ends the run (return_to_host); the rest is apart, so that it costs nothing there. An error that no frame of the run
// catches ends the run with a status; only who asked for the call unprotected turns it into an exception.
#include <utility>

#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/scope.hpp"

namespace rt {

namespace {

// The value of an error that has none of its own, or whose value another thread has.
void settle_error_value(lua_State* L, const LuaError& error) {
  if (error.thread != L) push(L, error.thread->top[-1]);
  if (error.status == LUA_ERRERR) L->top[-1] = Value::of(global_of(L).handler_message);
}

// --- runs --------------------------------------------------------------------------------------------------------------

enum class Pending { none, error, memory, yield, left };

// What an exception brought: the handler within the run to go on with. False: there is none.
bool take_up(lua_State* L, Pending pending, const LuaError& error, Continuation* next) {
  GlobalState& state = global_of(L);
  if (pending == Pending::yield) {
    *next = deliver_yield(error.thread);
    return true;
  }
  if (pending == Pending::memory) push(state.running, Value::of(state.memory_message));
  if (pending == Pending::error) settle_error_value(state.running, error);
  return find_handler(state.running, error.status, next);
}

// Executes; what leaves that as an exception is told by the result.
template <class Body>
[[gnu::always_inline]] inline Pending execute(lua_State* L, Frame* entry, LuaError* error, Body body) {
  try {
    return body();
  } catch (const LuaError& e) {
    *error = e;
    return Pending::error;
  } catch (const gc::OutOfMemory&) {
    error->status = LUA_ERRMEM;
    return Pending::memory;
  } catch (const YieldUnwinding& y) {
    if (y.thread == L) {
      entry->status &= static_cast<std::uint16_t>(~frame_entry);
      throw;
    }
    error->thread = y.thread;
    return Pending::yield;
  }
}

// After an exception: until the run is over (0) or an error leaves it (its status).
[[gnu::noinline]] int go_on(lua_State* L, Frame* entry, Pending pending, LuaError error) {
  do {
    pending = execute(L, entry, &error, [&] {
      Continuation next;
      if (!take_up(L, pending, error, &next)) return Pending::left;
      enter(next.pc, next.L);
      return Pending::none;
    });
  } while (pending != Pending::none && pending != Pending::left);
  return pending == Pending::left ? error.status : std::exchange(global_of(L).leaving_status, LUA_OK);
}

[[gnu::always_inline]] inline int finish_run(lua_State* L, Frame* entry, Pending pending, const LuaError& error) {
  int status;
  if (pending != Pending::none) [[unlikely]] {
    status = go_on(L, entry, pending, error);
  } else {
    status = global_of(L).leaving_status;
    if (status == LUA_OK) [[likely]] return LUA_OK;
    global_of(L).leaving_status = LUA_OK;
  }
  // The frames stay until the error is caught (a coroutine that dies keeps them); this one has no run any more.
  if (status != LUA_OK) entry->status &= static_cast<std::uint16_t>(~frame_entry);
  return status;
}

}  // namespace

int run(lua_State* L, const Instruction* pc) {
  Frame* entry = L->frame;
  LuaError error{};
  Pending pending = execute(L, entry, &error, [&] {
    enter(pc, L);
    return Pending::none;
  });
  return finish_run(L, entry, pending, error);
}

// --- calls -------------------------------------------------------------------------------------------------------------

namespace {

// What was under way when the call began, put back however it ends.
class CallScope {
 public:
  CallScope(lua_State* L, GlobalState& state)
      : L_(L), state_(state), previous_(state.running), resumer_(L->resumer), native_calls_(L->native_calls) {
    if (previous_ != L) [[unlikely]] start(L, state);
    note_written(L);
    ++state.protections;
    ++L->host_runs;
  }
  ~CallScope() {
    --L_->host_runs;
    --state_.protections;
    if (previous_ != L_) [[unlikely]] thread_stopped(L_);
    state_.running = previous_;
    L_->resumer = resumer_;
    L_->native_calls = native_calls_;
  }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  [[gnu::noinline]] static void start(lua_State* L, GlobalState& state) {
    if (L->resumer == nullptr) L->resumer = state.running;  // keeps it reachable
    if (state.running != nullptr) thread_stopped(state.running);
    state.running = L;
  }

  lua_State* L_;
  GlobalState& state_;
  lua_State* previous_;
  lua_State* resumer_;
  std::uint32_t native_calls_;
};

// A frame for the usual case; null: not that.
[[gnu::always_inline]] inline Frame* begin_plainly(lua_State* L, Value* function, int wanted_results) {
  Frame* frame = L->frame->next;
  if (frame == nullptr || L->hook_mask != 0 || native_depth(L) >= max_native_calls) [[unlikely]] return nullptr;
  std::ptrdiff_t room = L->stack_limit - L->top;
  if (function->tag == Tag::lua_function) [[likely]] {
    const Prototype* p = function->lua_function()->prototype;
    if (room <= p->frame_size) [[unlikely]] return nullptr;
    for (Value* end = function + 1 + p->parameter_count; L->top < end;) (L->top++)->set_nil();
    frame->status = frame_entry | frame_called_natively;
    frame->lua.constants = p->constants;
    frame->lua.pc = p->code;
    frame->lua.extra_arguments = 0;
    frame->transfer = 0;
  } else if (function->tag == Tag::light_function || function->tag == Tag::native_function) {
    if (room <= LUA_MINSTACK) [[unlikely]] return nullptr;
    frame->status = frame_entry | frame_native;
    frame->top = L->top + LUA_MINSTACK;
    frame->native.k = nullptr;
  } else {
    return nullptr;
  }
  frame->function = function;
  frame->wanted_results = static_cast<std::int16_t>(wanted_results);
  L->frame = frame;
  return frame;
}

struct Beginning {
  const Instruction* pc;
  int status;
};

void check_depth(lua_State* L) {
  unsigned depth = native_depth(L);
  if (depth == max_native_calls) {
    raise_message(L, "C stack overflow");
  } else if (depth >= max_native_calls / 10 * 11) {  // what handles the overflow has gone as deep again
    push(L, Value::nil());
    throw_error(L, LUA_ERRERR);
  }
}

// The general case. An error here belongs to who calls: there is no frame of the run yet.
[[gnu::noinline]] Beginning begin_generally(lua_State* L, Value* function, int wanted_results) {
  try {
    check_depth(L);
    while (!function->is_function()) {
      function = prepend_call_metamethod(L, function);
      if (function != nullptr) continue;
      if (L->error_handler != 0) call_message_handler(L);
      return {nullptr, LUA_ERRRUN};
    }
    return {begin_call(L, function, wanted_results, frame_entry).pc, LUA_OK};
  } catch (const LuaError& error) {
    settle_error_value(L, error);
    return {nullptr, error.status};
  } catch (const gc::OutOfMemory&) {
    push(L, Value::of(global_of(L).memory_message));
    return {nullptr, LUA_ERRMEM};
  }
}

// The C function on top is called. Its results are placed at once if it does nothing but return them.
[[gnu::always_inline]] inline void run_native(lua_State* L, Frame* frame) {
  const Value& function = *frame->function;
  int count = (function.tag == Tag::light_function ? function.payload.code : function.native_function()->code)(L);
  if (count < 0 || frame->status != (frame_entry | frame_native) || L->hook_mask != 0) [[unlikely]] {
    Continuation next = after_native(L, count);
    enter(next.pc, next.L);
    return;
  }
  L->frame = frame->previous;
  Value* to = frame->function;
  const Value* from = L->top - count;
  int wanted = frame->wanted_results;
  if (wanted == LUA_MULTRET) wanted = count;
  for (; wanted != 0; --wanted, ++to) {
    if (count != 0) {
      *to = *from++;
      --count;
    } else {
      to->set_nil();
    }
  }
  L->top = to;
}

// A foreign exception has ended what was called from `frame` at `function`: somebody may catch it there. Calls are left and upvalues
// closed as for an error; `__close` metamethods are not called.
[[gnu::noinline]] void drop_calls(lua_State* L, Frame* frame, std::ptrdiff_t function) {
  L->frame = frame;
  Value* place = restore_place(L, function);
  close_upvalues(L, place);
  while (has_to_be_closed(L, place)) pop_to_be_closed(L);
  L->top = place;
}

[[gnu::always_inline]] inline int call_counted(lua_State* L, Value* function, int wanted_results, Yields yields) {
  CallScope scope(L, global_of(L));
  L->native_calls += static_cast<std::uint32_t>(yields);
  Frame* caller = L->frame;
  std::ptrdiff_t place = save_place(L, function);
  const Instruction* pc;
  Frame* entry = begin_plainly(L, function, wanted_results);
  if (entry != nullptr) [[likely]] {
    pc = (entry->status & frame_native) == 0 ? entry->lua.pc : nullptr;
  } else {
    Beginning beginning = begin_generally(L, function, wanted_results);
    if (beginning.status != LUA_OK) return beginning.status;
    pc = beginning.pc;
    entry = L->frame;
  }
  LuaError error{};
  try {
    Pending pending = execute(L, entry, &error, [&] {
      if (pc != nullptr) {
        enter(pc, L);
      } else {
        run_native(L, entry);
      }
      return Pending::none;
    });
    return finish_run(L, entry, pending, error);
  } catch (const YieldUnwinding&) {
    throw;
  } catch (...) {
    drop_calls(L, caller, place);
    throw;
  }
}

}  // namespace

int call_caught(lua_State* L, Value* function, int wanted_results, Yields yields) {
  return call_counted(L, function, wanted_results, yields);
}

void call_unyieldable(lua_State* L, Value* function, int wanted_results) {
  int status = call_counted(L, function, wanted_results, Yields::forbidden);
  if (status != LUA_OK) [[unlikely]] throw_error(L, status);
}

// --- protected calls ---------------------------------------------------------------------------------------------------

namespace {

struct ProtectedState {
  lua_State* L;
  Frame* frame;
  std::ptrdiff_t error_handler;
  std::uint32_t native_calls;
  bool hooks_allowed;

  explicit ProtectedState(lua_State* thread)
      : L(thread), frame(L->frame), error_handler(L->error_handler), native_calls(L->native_calls), hooks_allowed(L->hooks_allowed) {}
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

// The host's own exception passes through: what Lua had under way is dropped.
void pass_through(const ProtectedState& before, std::ptrdiff_t old_top) {
  before.restore();
  lua_State* L = before.L;
  close_upvalues(L, restore_place(L, old_top));
  while (has_to_be_closed(L, restore_place(L, old_top))) pop_to_be_closed(L);
  note_caught(global_of(L));
}

// An error has been caught, its value is on top of the stack. The variables are closed, for which `handler` is still in force.
[[gnu::noinline]] int finish_caught(const ProtectedState& before, std::ptrdiff_t old_top, std::ptrdiff_t handler, int status) {
  lua_State* L = before.L;
  before.restore();
  L->error_handler = handler;
  status = close_scope_protected(L, old_top, status);
  Value* place = restore_place(L, old_top);
  *place = L->top[-1];
  L->top = place + 1;
  shrink_stack_after(L, status);
  L->error_handler = before.error_handler;
  note_caught(global_of(L));
  return status;
}

}  // namespace

int catch_errors(lua_State* L, ProtectedBody body, void* context) {
  ProtectedState before(L);
  int status = run_body(L, body, context);
  if (status != LUA_OK) before.restore();
  return status;
}

int protect(lua_State* L, ProtectedBody body, void* context, std::ptrdiff_t old_top, std::ptrdiff_t handler) {
  ProtectedState before(L);
  L->error_handler = handler;
  int status;
  try {
    status = run_body(L, body, context);
  } catch (const YieldUnwinding&) {
    throw;
  } catch (...) {
    pass_through(before, old_top);
    throw;
  }
  if (status != LUA_OK) return finish_caught(before, old_top, handler, status);
  L->error_handler = before.error_handler;
  return LUA_OK;
}

int call_protected(lua_State* L, Value* function, int wanted_results, Yields yields, std::ptrdiff_t handler) {
  ProtectedState before(L);
  std::ptrdiff_t place = save_place(L, function);
  L->error_handler = handler;
  int status;
  try {
    status = call_counted(L, function, wanted_results, yields);
  } catch (const YieldUnwinding&) {
    throw;
  } catch (...) {
    pass_through(before, place);
    throw;
  }
  if (status != LUA_OK) [[unlikely]] {
    settle_error_value(L, {L, status});
    return finish_caught(before, place, handler, status);
  }
  L->error_handler = before.error_handler;
  return LUA_OK;
}

}  // namespace rt
