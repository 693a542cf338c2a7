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

// What was under way on the running thread when the call began, put back however it ends.
class CallScope {
 public:
  CallScope(lua_State* L, Yields yields) : L_(L), counts_(L->call_counts()) {
    note_written(L);
    ++global_of(L).protections;
    L->set_call_counts(counts_ + static_cast<std::uint64_t>(yields));
  }
  [[gnu::always_inline]] ~CallScope() {
    GlobalState& state = global_of(L_);
    --state.protections;
    state.running = L_;
    L_->set_call_counts(counts_);
  }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  lua_State* L_;
  std::uint64_t counts_;
};

// While a thread that is not the running one is called.
class SwitchScope {
 public:
  explicit SwitchScope(lua_State* L) : L_(L), previous_(global_of(L).running), resumer_(L->resumer) {
    if (resumer_ == nullptr) L->resumer = previous_;  // keeps it reachable
    if (previous_ != nullptr) thread_stopped(previous_);
    global_of(L).running = L;
  }
  ~SwitchScope() {
    thread_stopped(L_);
    global_of(L_).running = previous_;
    L_->resumer = resumer_;
    note_written(L_);
  }
  SwitchScope(const SwitchScope&) = delete;
  SwitchScope& operator=(const SwitchScope&) = delete;

 private:
  lua_State* L_;
  lua_State* previous_;
  lua_State* resumer_;
};

// A call without anything unusual: of a function, on the running thread, without hooks and with a frame to be had.
inline bool begins_plainly(const lua_State* L) {
  return global_of(const_cast<lua_State*>(L)).running == L && L->frame->next != nullptr && L->hook_mask == 0 &&
         native_depth(L) + 1 < max_native_calls;
}
inline bool is_native(const Value& function) {
  return function.tag == Tag::light_function || function.tag == Tag::native_function;
}

void check_depth(lua_State* L) {
  unsigned depth = native_depth(L);
  if (depth == max_native_calls) {
    raise_message(L, "C stack overflow");
  } else if (depth >= max_native_calls / 10 * 11) {  // what handles the overflow has gone as deep again
    push(L, Value::nil());
    throw_error(L, LUA_ERRERR);
  }
}

struct Beginning {
  const Instruction* pc;
  int status;
};

// The general case. An error here belongs to who calls: there is no frame of the run yet.
Beginning begin_generally(lua_State* L, Value* function, int wanted_results) {
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

// A foreign exception has ended what was called from `frame` at `function`: somebody may catch it there. Calls are left and upvalues
// closed as for an error; `__close` metamethods are not called.
[[gnu::noinline]] void drop_calls(lua_State* L, Frame* frame, std::ptrdiff_t function) {
  L->frame = frame;
  Value* place = restore_place(L, function);
  close_upvalues(L, place);
  while (has_to_be_closed(L, place)) pop_to_be_closed(L);
  L->top = place;
}

// Executes the body with the frame on top, called for the value at `function` by what C++ runs.
template <class Body>
[[gnu::always_inline]] inline int run_called(lua_State* L, std::ptrdiff_t function, Body body) {
  Frame* entry = L->frame;
  LuaError error{};
  try {
    Pending pending = execute(L, entry, &error, [&] {
      body(entry);
      return Pending::none;
    });
    return finish_run(L, entry, pending, error);
  } catch (const YieldUnwinding&) {
    throw;
  } catch (...) {
    drop_calls(L, entry->previous, function);
    throw;
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
  if (wanted == 1 && count == 1) [[likely]] {
    *to = *from;
    L->top = to + 1;
    return;
  }
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

[[gnu::noinline]] int call_generally(lua_State* L, Value* function, int wanted_results, Yields yields) {
  if (global_of(L).running != L) {
    SwitchScope scope(L);
    return call_caught(L, function, wanted_results, yields);
  }
  CallScope scope(L, yields);
  std::ptrdiff_t place = save_place(L, function);
  Beginning beginning = begin_generally(L, function, wanted_results);
  if (beginning.status != LUA_OK) return beginning.status;
  return run_called(L, place, [&](Frame*) { enter(beginning.pc, L); });
}

// The value at `function` is a C function, and the call begins plainly.
[[gnu::noinline]] int call_native_plainly(lua_State* L, Value* function, int wanted_results, Yields yields) {
  if (L->stack_limit - L->top <= LUA_MINSTACK) [[unlikely]] return call_generally(L, function, wanted_results, yields);
  CallScope scope(L, yields);
  Frame* frame = L->frame->next;
  frame->function = function;
  frame->top = L->top + LUA_MINSTACK;
  frame->native.k = nullptr;
  frame->expect(wanted_results, frame_entry | frame_native);
  L->frame = frame;
  return run_called(L, save_place(L, function), [&](Frame* entry) { run_native(L, entry); });
}

inline bool is_plain_script(const lua_State* L, const Value* function) {
  return function->tag == Tag::lua_function && begins_plainly(L) &&
         L->top + function->lua_function()->prototype->frame_size < L->stack_limit;
}

// is_plain_script says that this is the way.
[[gnu::always_inline]] inline int call_script_plainly(lua_State* L, Value* function, int wanted_results, Yields yields) {
  CallScope scope(L, yields);
  const Prototype* p = function->lua_function()->prototype;
  Frame* frame = L->frame->next;
  for (Value* end = function + 1 + p->parameter_count; L->top < end;) (L->top++)->set_nil();
  frame->function = function;
  frame->lua.constants = p->constants;
  frame->expect(wanted_results, frame_entry | frame_called_natively);
  L->frame = frame;
  return run_called(L, save_place(L, function), [&](Frame*) { enter_function(p->code, L, function + 1, p->constants); });
}

[[gnu::always_inline]] inline int call_otherwise(lua_State* L, Value* function, int wanted_results, Yields yields) {
  return is_native(*function) && begins_plainly(L) ? call_native_plainly(L, function, wanted_results, yields)
                                                   : call_generally(L, function, wanted_results, yields);
}

// Apart from the question which way to go: that needs no registers saved.
[[gnu::noinline]] void call_script_unyieldable(lua_State* L, Value* function, int wanted_results) {
  int status = call_script_plainly(L, function, wanted_results, Yields::forbidden);
  if (status != LUA_OK) [[unlikely]] throw_error(L, status);
}

[[gnu::noinline]] void call_otherwise_unyieldable(lua_State* L, Value* function, int wanted_results) {
  int status = call_otherwise(L, function, wanted_results, Yields::forbidden);
  if (status != LUA_OK) [[unlikely]] throw_error(L, status);
}

}  // namespace

int call_caught(lua_State* L, Value* function, int wanted_results, Yields yields) {
  if (!is_plain_script(L, function)) [[unlikely]] return call_otherwise(L, function, wanted_results, yields);
  return call_script_plainly(L, function, wanted_results, yields);
}

void call_unyieldable(lua_State* L, Value* function, int wanted_results) {
  if (!is_plain_script(L, function)) [[unlikely]] return call_otherwise_unyieldable(L, function, wanted_results);
  call_script_unyieldable(L, function, wanted_results);
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
    status = is_plain_script(L, function) ? call_script_plainly(L, function, wanted_results, yields)
                                          : call_otherwise(L, function, wanted_results, yields);
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
