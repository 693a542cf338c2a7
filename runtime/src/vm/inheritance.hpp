// SPDX-License-Identifier: MIT
// A cache of fields that objects do not have themselves but inherit, through tables in `__index` only, however far up.
//
// An entry says: from an object with this metatable, which lacks the key, the search ends in this node; it counts as long as its value
// is not nil (`empty_node`: the search finds nothing). `self` keeps a guess of the entry in its byte x, others find it by hash.
//
// Everything the search has gone through has `NodeBlock::inherits` set, and none of these tables had the key with a value of nil. What
// could make another search of it forgets all entries, therefore: a new key, or nodes that move, in such a table (place_key,
// free_nodes); its metatable replaced; a new value of `__index`. Stores that find the key where the hint says do not look at the
// block: so the compiler has `__index` never stored by them (Emitter::prepare_target). Veiled tables are not gone through, and at the
// flip all is forgotten, because addresses are used again.
#pragma once

#include <cstdint>

#include "memory/global_state.hpp"

namespace rt {

inline unsigned inherited_slot(const Table* metatable, const String* key) {
  return (static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(metatable) >> 4) + key->extra) % inherited_slots;
}

// Searches, and makes an entry. The node that has the field, or `empty_node`; null when the search is not of this kind.
const Node* find_inherited(GlobalState& state, const Table* metatable, const String* key);

}  // namespace rt
