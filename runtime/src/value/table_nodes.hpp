// SPDX-License-Identifier: MIT
// Inside of tables, shared by table.cpp and table_growth.cpp: hashes, the block of nodes.
#pragma once

#include "memory/global_state.hpp"
#include "value/table.hpp"

namespace rt {

inline std::size_t node_count(const Table* t) { return has_hash_part(t) ? std::size_t{t->node_mask} + 1 : 0; }
inline std::size_t node_block_bytes(std::size_t nodes) {
  return nodes == 0 ? 0 : sizeof(NodeBlock) + nodes * sizeof(Node);
}

// Keys that are not strings come in progressions: numbers with a constant stride, cells allocated one after the other. The
// rest of a division by an odd number keeps such keys apart whatever the stride, and neighbours close to each other.
inline std::uint32_t spread(std::uint32_t bits, std::uint32_t mask) {
  return bits % (mask | 1);
}
inline std::uint32_t fold(std::uint64_t bits) {
  return static_cast<std::uint32_t>(bits) + static_cast<std::uint32_t>(bits >> 32);
}

// The block of a model: its keys and links, without values. `to` belongs to a block of the same size.
inline void copy_keys(const Table* model, Node* to) {
  const Node* from = model->nodes;
  reinterpret_cast<NodeBlock*>(to)[-1] = reinterpret_cast<const NodeBlock*>(from)[-1];
#pragma GCC unroll 1
  for (const Node* end = from + model->node_mask + 1; from != end; ++from, ++to) {
    std::uint64_t tags_and_link;
    static_assert(offsetof(Node, next) + sizeof(from->next) - offsetof(Node, value_tag) == sizeof tags_and_link);
    __builtin_memcpy(&tags_and_link, &from->value_tag, sizeof tags_and_link);
    tags_and_link &= ~std::uint64_t{0xFF};  // the value's tag: nil
    __builtin_memcpy(&to->value_tag, &tags_and_link, sizeof tags_and_link);
    to->key_payload = from->key_payload;
  }
}

inline Node* main_node_of_integer(const Table* t, std::int64_t key) {
  auto bits = static_cast<std::uint64_t>(key);
  if (bits <= UINT32_MAX) [[likely]] return &t->nodes[spread(static_cast<std::uint32_t>(bits), t->node_mask)];
  if (~bits <= UINT32_MAX) return &t->nodes[t->node_mask - spread(static_cast<std::uint32_t>(~bits), t->node_mask)];
  return &t->nodes[spread(fold(bits * 0x9E3779B97F4A7C15), t->node_mask)];
}

// The key is in stored form: no integral floats, booleans with an empty payload. Not for dead keys.
inline Node* main_node(const Table* t, const Value& key) {
  switch (key.tag) {
    case Tag::short_string: return &t->nodes[key.payload.cell->extra & t->node_mask];
    case Tag::integer: return main_node_of_integer(t, key.payload.integer);
    case Tag::long_string: return &t->nodes[hash_of(static_cast<String*>(key.payload.cell)) & t->node_mask];
    case Tag::false_:
    case Tag::true_: return &t->nodes[static_cast<std::uint32_t>(key.tag) & t->node_mask];
    case Tag::number: return &t->nodes[spread(fold(key.payload.bits), t->node_mask)];
    default: return &t->nodes[spread(fold(key.payload.bits >> 3), t->node_mask)];  // addresses
  }
}

inline Node* find_integer(const Table* t, std::int64_t key) {
  Node* n = main_node_of_integer(t, key);
  for (;;) {
    if (n->key_tag == Tag::integer && n->key_payload.integer == key) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

// Puts a key that the table does not have into the hash part; null when that has no free node left.
Value* place_key(gc::Heap& heap, Table* t, const Value& key);
// Makes the array part one or more slots longer, if that leaves more than half of it in use.
bool append_slot(GlobalState& state, Table* t);
// Chooses new sizes for both parts with room for `extra`, a key in stored form.
void rehash(GlobalState& state, Table* t, const Value& extra);

}  // namespace rt
