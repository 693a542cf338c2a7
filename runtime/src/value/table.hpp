// SPDX-License-Identifier: MIT
// Tables: an array part for keys 1..array_size and a hash part of chained nodes in one power-of-two block.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"
#include "value/kinds.hpp"
#include "value/string.hpp"
#include "value/value.hpp"

namespace rt {

struct GlobalState;

// One entry of the hash part. The first 16 bytes can be used as the entry's Value: Value copies touch its payload and
// tag only, so the key's tag and the link live behind the value's tag.
//
//   0        8         9        10     12     16
//   +--------+---------+--------+------+------+--------+
//   | value  | value's | key's  |      | next | key    |
//   | payload| tag     | tag    |      |      | payload|
//   +--------+---------+--------+------+------+--------+
// next: distance in nodes to the next one in the chain of this main position; 0 ends it.
// A free node has key tag nil. A node whose value is nil keeps its key (for `next`) until a rehash.
struct Node {
  Payload value_payload;
  Tag value_tag;
  Tag key_tag;
  std::uint16_t unused;
  std::int32_t next;
  Payload key_payload;

  Value* value() { return reinterpret_cast<Value*>(this); }
  Value key() const { return {key_payload, key_tag}; }
  bool is_string_key(const String* s) const { return key_payload.cell == s && key_tag == Tag::short_string; }
};
static_assert(sizeof(Node) == 24);

// A constructor's part is in the table's own cell, behind it, when both fit into max_table_cell bytes: the array part or, when there is
// one, the hash part (but for the first tables of a heap). Such a cell has the kind kind_table_with_part. When the table has outgrown the part, its place holds the
// number of bytes the cell has.
//
//   header: detail = bits of metamethods known to be absent (Event order, first 8), extra = array_size
struct Table : gc::Cell {
  Value* array;             // array_size values, the unused ones nil
  Node* nodes;              // node_mask + 1 nodes, or the shared empty node
  Table* metatable;
  std::uint32_t node_mask;  // number of nodes - 1; 0 also for the shared empty node
  std::uint32_t border;     // hint for length(): some earlier border; or veiled_border

  std::uint32_t array_size() const { return extra; }
};
static_assert(sizeof(Table) == 40);

inline constexpr std::size_t max_table_cell = 256;
inline constexpr std::size_t max_part_within = max_table_cell - sizeof(Table);
// Is it the storage of a part that was made with the table?
inline bool is_within(const Table* t, const void* part) { return part == t + 1 && t->kind == kind_table_with_part; }

inline Value Value::of(Table* t) { return {Payload{.cell = t}, Tag::table}; }
inline Table* Value::table() const { return static_cast<Table*>(payload.cell); }

// A weak table that is about to be cleared may be veiled (table_veil.hpp): it looks empty, and is not. Who goes by the parts and
// finds nothing in a table with a metatable asks further.
inline constexpr std::uint32_t veiled_border = UINT32_MAX;
inline bool is_veiled(const Table* t) { return t->border == veiled_border; }

// In front of the nodes, in the same storage: nodes from `free_cursor` on are in use or were passed over.
struct NodeBlock {
  std::uint32_t free_cursor;
  std::uint32_t inherits;  // not 0: the cache of inherited fields may have gone through this table (vm/inheritance.hpp)
};
static_assert(sizeof(NodeBlock) == 8);

// What every table without a hash part has; never written.
struct EmptyHashPart {
  NodeBlock block;
  Node node;
};
extern EmptyHashPart empty_hash_part;
inline constexpr Node& empty_node = empty_hash_part.node;
inline bool has_hash_part(const Table* t) { return t->nodes != &empty_node; }
inline NodeBlock& block_of(const Table* t) { return reinterpret_cast<NodeBlock*>(t->nodes)[-1]; }

// May collect and throw. The table is filled before anything else is allocated.
Table* make_table(GlobalState& state, std::size_t array_slots = 0, std::size_t hash_slots = 0);

// Raw access (no metamethods). The result is the slot of the value, or a shared nil (`absent`) that must not be written.
extern const Value absent;
const Value* get(const Table* t, const Value& key);  // floats with integral values find integer keys
const Value* get_integer(const Table* t, std::int64_t key);
const Value* get_short(const Table* t, const String* key);
inline const Value* get_index(const Table* t, std::int64_t key) {  // array part inline
  std::uint64_t position = static_cast<std::uint64_t>(key) - 1;
  if (position < t->array_size()) return &t->array[position];
  return get_integer(t, key);
}

// Raw store with barrier. Key must not be nil or NaN (the caller raises the error of the manual); a nil value removes.
// May collect and throw when the table must grow: table, key and value must be reachable.
void set(GlobalState& state, Table* t, const Value& key, const Value& value);
void set_integer(GlobalState& state, Table* t, std::int64_t key, const Value& value);
void set_string(GlobalState& state, Table* t, String* key, const Value& value);
// Makes room for a new key and returns its (nil) slot. For handlers that have looked already: the key must be absent,
// that is, get() returned &absent (a slot that holds nil is written directly instead).
Value* insert_key(GlobalState& state, Table* t, const Value& key);

// The border `#t` returns (manual 3.4.7), without metamethods.
std::uint64_t length(Table* t);

// Traversal (manual: next). `key` in: nil or a key of the table; out: the next key and its value. Returns false at the
// end. Throws nothing; sets *valid to false when the key was not found.
bool next(Table* t, Value* key, Value* value, bool* valid);
// The same by position (0 first): returns the position to go on from, or 0 at the end.
std::uint64_t next_position(Table* t, std::uint64_t position, Value* key, Value* value);

void resize(GlobalState& state, Table* t, std::size_t array_slots, std::size_t hash_slots);
std::size_t bytes_of_table(const Table* t);  // the cell
std::size_t bytes_outside(const Table* t);   // storage owned by the table
void free_parts(GlobalState& state, Table* t);  // the sweep's call for a table that dies

}  // namespace rt
