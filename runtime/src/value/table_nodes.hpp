// SPDX-License-Identifier: MIT
// Inside of tables, shared by table.cpp and table_growth.cpp: hashes, the block of nodes.
#pragma once

#include "memory/global_state.hpp"
#include "value/table.hpp"

namespace rt {

// In front of the nodes, in the same storage: nodes from `free_cursor` on are in use or were passed over.
struct NodeBlock {
  std::uint32_t free_cursor;
  std::uint32_t unused;
};
static_assert(sizeof(NodeBlock) == 8);

inline NodeBlock& block_of(Table* t) { return reinterpret_cast<NodeBlock*>(t->nodes)[-1]; }
inline std::size_t node_count(const Table* t) { return has_hash_part(t) ? std::size_t{t->node_mask} + 1 : 0; }
inline std::size_t node_block_bytes(std::size_t nodes) {
  return nodes == 0 ? 0 : sizeof(NodeBlock) + nodes * sizeof(Node);
}

// Both halves of the product: a multiplication alone would leave the low bits of round numbers and doubles constant.
inline std::uint32_t scatter(std::uint64_t bits) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(bits) * 0x9E3779B97F4A7C15;
  return static_cast<std::uint32_t>(product) ^ static_cast<std::uint32_t>(product >> 64);
}

// Neighbours stay neighbours within runs of 128 (no collisions, few cache misses), the runs are scattered.
inline std::uint32_t hash_of_integer(std::int64_t key) {
  return static_cast<std::uint32_t>(key) ^ scatter(static_cast<std::uint64_t>(key) >> 7);
}

// The key is in stored form: no integral floats, booleans with an empty payload. Not for dead keys.
inline Node* main_node(const Table* t, const Value& key) {
  std::uint32_t hash;
  switch (key.tag) {
    case Tag::short_string: hash = key.payload.cell->extra; break;
    case Tag::long_string: hash = hash_of(static_cast<String*>(key.payload.cell)); break;
    case Tag::integer: hash = hash_of_integer(key.payload.integer); break;
    case Tag::false_:
    case Tag::true_: hash = static_cast<std::uint32_t>(key.tag); break;
    default: hash = scatter(key.payload.bits); break;
  }
  return &t->nodes[hash & t->node_mask];
}

inline Node* find_integer(const Table* t, std::int64_t key) {
  Node* n = &t->nodes[hash_of_integer(key) & t->node_mask];
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
