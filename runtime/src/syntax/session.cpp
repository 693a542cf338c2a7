// SPDX-License-Identifier: MIT
// What all parts of one compilation share: its roots.
#include "syntax/session.hpp"

namespace rt {

Session::Session(lua_State* L, GlobalState& state)
    : L(L),
      state(state),
      names(state),
      trees(state.heap, 2048),
      code(state.heap),
      lines(state.heap),
      constants(state.heap),
      children(state.heap),
      upvalues(state.heap),
      locals(state.heap),
      long_jumps(state.heap),
      targets(state.heap),
      jump_links(state.heap),
      constant_index(state.heap) {
  state.heap.add_roots(*this);
}

Session::~Session() { state.heap.remove_roots(*this); }

// Strings in constants, upvalues and locals are all among the names; models are constants only.
void Session::visit_roots(gc::Visitor& visitor) {
  names.visit(visitor);
  visitor.visit(source);
  visitor.visit(unfinished);
  for (std::size_t i = 0; i < constants.size(); ++i) {
    if (constants[i].is_table()) visitor.visit(constants[i].cell());
  }
  for (std::size_t i = 0; i < children.size(); ++i) visitor.visit(children[i]);
}

}  // namespace rt
