// SPDX-License-Identifier: MIT
// What keeps cells alive without being reachable from the registry.
#include "memory/finalize.hpp"
#include "memory/global_state.hpp"
#include "memory/kinds.hpp"
#include "vm/interpreter.hpp"
#include "vm/safepoint.hpp"

namespace rt {

void GlobalState::visit_roots(gc::Visitor& visitor) {
  visit_value(visitor, registry);
  if (main_thread != nullptr) visitor.visit(cell_of(main_thread));
  // A host may run a coroutine that nothing refers to any more.
  for (lua_State* L = running; L != nullptr; L = L->resumer) visitor.visit(cell_of(L));
  for (Table* metatable : type_metatables) visitor.visit(metatable);
  for (Table* metatable : weak_metatables) visitor.visit(metatable);
}

void GlobalState::clear_stale_roots() {
  pending_due = has_pending(*this);
  if (met_oversized_stack) thread_to_shrink = threads;
  met_oversized_stack = false;
  request_safepoint_if_needed(*this);
}

void GlobalState::allocating() {
  std::uint64_t made = heap.finalizers_attached() + weak.callbacks_made();
  finalizers_made = made - finalizers_seen;
  finalizers_seen = made;
  if (has_stacks_to_shrink(*this)) request_safepoint(*this);
  if (pending_due || running_finalizer || !has_pending(*this)) return;
  pending_due = true;
  request_safepoint(*this);
}

// Threads are freed later, by the sweep; new ones come to the head of the list.
bool GlobalState::clear_slice(const gc::Liveness& liveness, std::size_t budget) {
  for (; thread_to_clear != nullptr; thread_to_clear = thread_to_clear->next_thread) {
    if (budget-- == 0) return false;
    if (thread_to_clear->next_thread != nullptr) __builtin_prefetch(cell_of(thread_to_clear->next_thread));
    if (!liveness.survives(cell_of(thread_to_clear))) close_upvalues_of_dead_thread(thread_to_clear, liveness);
  }
  return true;
}

}  // namespace rt
