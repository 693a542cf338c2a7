// SPDX-License-Identifier: MIT
// The cache of inherited fields: the search that fills it.
#include "vm/inheritance.hpp"

#include <cstring>

namespace rt {

namespace {

constexpr int max_levels = 16;

// The node of a key, whatever its value.
Node* node_of(const Table* t, const String* key) {
  Node* node = &t->nodes[key->extra & t->node_mask];
  while (!node->is_string_key(key)) {
    if (node->next == 0) return nullptr;
    node += node->next;
  }
  return node;
}

// The tables a search has gone through.
struct Path {
  const Table* tables[2 * max_levels];
  int count = 0;

  // Without a hash part there is nothing that could be watched. Nor is there in a veiled table, as it looks.
  bool add(const Table* t) {
    if (!has_hash_part(t)) return false;
    tables[count++] = t;
    return true;
  }
};

Node* search(GlobalState& state, const Table* metatable, const String* key, Path& path) {
  const String* index_name = state.event_names[static_cast<int>(Event::index)];
  for (int level = 0; level < max_levels; ++level) {
    if (!path.add(metatable)) return nullptr;
    Node* index = node_of(metatable, index_name);
    if (index == nullptr) return &empty_node;
    if (index->value_tag != Tag::table) return nullptr;
    const Table* parent = index->value()->table();
    if (!path.add(parent)) return nullptr;
    if (Node* node = node_of(parent, key)) return node->value_tag != Tag::nil ? node : nullptr;
    metatable = parent->metatable;
    if (metatable == nullptr) return &empty_node;
  }
  return nullptr;
}

}  // namespace

const Node* find_inherited(GlobalState& state, const Table* metatable, const String* key) {
  Path path;
  Node* node = search(state, metatable, key, path);
  if (node == nullptr) return nullptr;
  if (state.inherited == none_inherited) {
    void* memory = state.heap.reallocate(nullptr, 0, sizeof none_inherited);
    if (memory == nullptr) return nullptr;
    state.inherited = static_cast<const InheritedField*>(std::memset(memory, 0, sizeof none_inherited));
  }
  for (int i = 0; i < path.count; ++i) block_of(path.tables[i]).inherits = 1;
  const_cast<InheritedField*>(state.inherited)[inherited_slot(metatable, key)] = {metatable, key, node};
  state.any_inherited = true;
  return node;
}

}  // namespace rt
