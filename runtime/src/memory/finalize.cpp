// SPDX-License-Identifier: MIT
// Running `__gc` metamethods and the callbacks of the weak types.
#include "memory/finalize.hpp"

#include "api/warning.hpp"
#include "memory/global_state.hpp"
#include "value/userdata.hpp"
#include "vm/call.hpp"
#include "vm/error.hpp"
#include "vm/weak_access.hpp"

namespace rt {

namespace {

// Nothing that waits is run meanwhile, hooks are off, and the running frame says what it is doing.
class Quiet {
 public:
  explicit Quiet(lua_State* L) : L_(L), frame_(L->frame), status_(frame_->status), hooks_allowed_(L->hooks_allowed) {
    global_of(L).running_finalizer = true;
    L->hooks_allowed = false;
    frame_->status |= frame_finalizer;
  }
  ~Quiet() {
    global_of(L_).running_finalizer = false;
    L_->hooks_allowed = hooks_allowed_;
    if ((status_ & frame_finalizer) == 0) frame_->status &= static_cast<std::uint16_t>(~frame_finalizer);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  lua_State* L_;
  Frame* frame_;
  std::uint16_t status_;
  bool hooks_allowed_;
};

// Calls the function below the `arguments` values on top; both are gone afterwards. An error becomes a warning.
void call_quietly(lua_State* L, int arguments, const char* where) {
  ++global_of(L).finalizers_run;
  if (call_protected(L, L->top - arguments - 1, 0, Yields::forbidden, 0) == LUA_OK) return;
  warn_about_error(L, where);
  --L->top;
}

Table* metatable_of_cell(gc::Cell* object) {
  return is_table_kind(object->kind) ? static_cast<Table*>(object)->metatable
                                    : static_cast<Userdata*>(object)->metatable;
}

void call_finalizer(lua_State* L, gc::Cell* object) {
  const Value* finalizer = metamethod(global_of(L), metatable_of_cell(object), Event::gc);
  if (finalizer->is_nil()) return;  // it has been taken away since
  push(L, *finalizer);
  push(L, Value::of(is_table_kind(object->kind) ? Tag::table : Tag::userdata, object));
  call_quietly(L, 1, "__gc");
}

// Callbacks come before the `__gc` of what they tell of: that waits until all refs of the cycle have been looked at. When the
// state closes there is no next time.
bool has_due_finalizers(const GlobalState& state) {
  return state.heap.has_finalizable() && (state.closing || !state.weak.expects_notices());
}

bool run_next_notice(lua_State* L) {
  int arguments = push_weak_notice(L);
  if (arguments < 0) return false;
  call_quietly(L, arguments, "weak callback");
  return true;
}

bool run_next(lua_State* L) {
  if (run_next_notice(L)) return true;
  if (!has_due_finalizers(global_of(L))) return false;
  call_finalizer(L, global_of(L).heap.pop_finalizable());
  return true;
}

}  // namespace

void attach_finalizer(GlobalState& state, gc::Cell* object, Table* metatable) {
  if ((object->marks & gc::finalizable) != 0 || state.closing) return;
  if (!metamethod(state, metatable, Event::gc)->is_nil()) state.heap.attach_finalizer(object);
}

bool has_pending(GlobalState& state) {
  return has_due_finalizers(state) || state.weak.has_notices();
}

void run_pending(lua_State* L) {
  // What waits is not run only to be stopped at once.
  if (global_of(L).running_finalizer || is_interrupted(global_of(L)) || !has_pending(global_of(L))) return;
  ensure_stack(L, LUA_MINSTACK);
  Quiet quiet(L);
  while (!is_interrupted(global_of(L)) && run_next(L)) {
  }
}

void run_all_pending(lua_State* L) {
  GlobalState& state = global_of(L);
  run_pending(L);
  while (state.heap.has_finalizable() && !state.running_finalizer && !is_interrupted(state)) {
    state.heap.complete_cycle();
    if (!has_pending(state)) return;  // the collector may not run
    run_pending(L);
  }
}

void run_pending_batch(lua_State* L) {
  constexpr std::uint64_t least_batch = 32;
  GlobalState& state = global_of(L);
  if (is_interrupted(state)) return;
  state.pending_due = false;
  if (state.running_finalizer || !has_pending(state)) return;
  ensure_stack(L, LUA_MINSTACK);
  std::uint64_t batch = least_batch + 2 * state.finalizers_made;
  Quiet quiet(L);
  while (batch-- != 0 && !is_interrupted(state) && run_next(L)) {
  }
  if (is_interrupted(state)) state.pending_due = true;  // they wait until that is over
}

void run_all_finalizers(lua_State* L) {
  GlobalState& state = global_of(L);
  ensure_stack(L, LUA_MINSTACK);
  Quiet quiet(L);
  // What has died is told of first, also when the cycle in which it died has not yet come to its refs.
  if (state.weak.expects_notices()) state.heap.complete_cycle();
  while (run_next_notice(L)) {
  }
  for (int arguments; (arguments = push_weak_finalizer_at_exit(L)) >= 0;) call_quietly(L, arguments, "weak finalizer");
  state.heap.finalize_all();
  while (run_next(L)) {
  }
}

}  // namespace rt
