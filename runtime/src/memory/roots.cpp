// SPDX-License-Identifier: MIT
// What keeps cells alive without being reachable from the registry.
#include "memory/global_state.hpp"
#include "memory/kinds.hpp"
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
  close_upvalues_of_dead_threads(*this);
  request_safepoint_if_needed(*this);
}

}  // namespace rt
