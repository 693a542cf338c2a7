// SPDX-License-Identifier: MIT
// Reading a weak ref without a call, for the handlers.
#pragma once

#include "memory/global_state.hpp"
#include "value/kinds.hpp"
#include "value/thread.hpp"
#include "weak/ref.hpp"
#include "weak/type.hpp"

namespace rt {

inline bool is_ref(const Value& v) {
  return v.tag == Tag::weak &&
         static_cast<unsigned>(v.payload.cell->kind - runtime_kind_count) <= static_cast<unsigned>(weak::Kind::ref);
}

// False when there is more to it than to look: the referent may be dead but not cleared, or has to be marked.
inline bool read_ref(const lua_State* L, const Value& ref, Value* result) {
  const auto* r = static_cast<const weak::Ref*>(ref.payload.cell);
  const gc::Cell* target = r->target;
  if (target == nullptr) {
    result->set_nil();
    return true;
  }
  const gc::Heap& heap = L->global->heap;
  if (heap.is_dead(target) || (heap.marking() && target->color <= gc::white_odd)) return false;
  Tag tag = static_cast<Tag>(r->target_tag());
  result->payload.cell = r->target;
  result->tag = tag;
  return true;
}

}  // namespace rt
