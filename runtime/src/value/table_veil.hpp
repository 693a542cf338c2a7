// SPDX-License-Identifier: MIT
// Weak tables (`__mode`) between the instant of death and the slice of clearing that comes to them.
//
// Where something is about to die the collector veils the table beforehand: its parts move to a record, and the table looks
// empty to everybody who goes by the parts. No fast path thus needs a test: whoever finds nothing asks further, for a veiled
// table has a metatable. The functions of table.hpp look behind the veil, and see each entry as it will be when it has been
// cleared. A veil is lifted when all entries have been looked at.
//
// From the flip on an entry is lost when its value was dead then, unless it has been read or stored since (`settled`), or when its
// key does not survive, which is known once reviving is over.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/heap.hpp"
#include "gc/liveness.hpp"
#include "value/table_nodes.hpp"

namespace rt {

struct Veil {
  gc::Heap* heap;
  Value* array;
  Node* nodes;
  std::uint32_t array_size;
  std::uint32_t node_mask;
  bool weak_keys;
  bool weak_values;
  bool revived;          // so was the table: values that were revived with it stay
  std::size_t position;  // entries before have been cleared
  std::size_t bytes;     // of the record
  std::uint64_t settled[];  // a bit for each entry, array part first, when values are weak

  std::size_t entry_count() const { return array_size + (nodes == &empty_node ? 0 : std::size_t{node_mask} + 1); }
  bool is_settled(std::size_t entry) const { return (settled[entry / 64] >> entry % 64 & 1) != 0; }
  void settle(std::size_t entry, bool is_settled = true) {
    std::uint64_t bit = std::uint64_t{1} << entry % 64;
    settled[entry / 64] = is_settled ? settled[entry / 64] | bit : settled[entry / 64] & ~bit;
  }
};

inline Veil* veil_of(const Table* t) { return reinterpret_cast<Veil*>(t->array); }

// False, and nothing is changed, when there is no memory. Never collects. The table has a metatable.
bool veil(gc::Heap& heap, Table* t, bool weak_keys, bool weak_values, bool revived);
// Clears what is lost, up to `budget` entries, which it counts down. True when all is done and the veil is lifted.
bool clear_veiled(Table* t, std::size_t& budget);
// Does at once what is left to do.
void lift_veil(Table* t);
// For a table that dies: the parts come back as they are.
void drop_veil(Table* t);

// The same as the functions without the prefix, for a veiled table.
const Value* veiled_get(const Table* t, const Value& key);
// Null when there is no room: the veil has been lifted then.
Value* veiled_insert(Table* t, const Value& key);
std::uint64_t veiled_length(Table* t);
std::uint64_t veiled_next_position(Table* t, std::uint64_t position, Value* key, Value* value);

// The parts are back in the table while it lives.
class Uncovered {
 public:
  explicit Uncovered(const Table* t) : t_(const_cast<Table*>(t)), veil_(is_veiled(t) ? veil_of(t) : nullptr) {
    if (veil_ != nullptr) uncover(t_, veil_);
  }
  ~Uncovered() {
    if (veil_ != nullptr) cover(t_, veil_);
  }
  Uncovered(const Uncovered&) = delete;
  Uncovered& operator=(const Uncovered&) = delete;

  static void uncover(Table* t, const Veil* veil) {
    t->array = veil->array;
    t->nodes = veil->nodes;
    t->extra = veil->array_size;
    t->node_mask = veil->node_mask;
    t->border = 0;
  }
  static void cover(Table* t, Veil* veil) {
    t->array = reinterpret_cast<Value*>(veil);
    t->nodes = &empty_node;
    t->extra = 0;
    t->node_mask = 0;
    t->border = veiled_border;
  }

 private:
  Table* t_;
  Veil* veil_;
};

// The key's address stays, for `next`.
inline void remove_entry(Node& n) {
  n.value_tag = Tag::nil;
  if (n.key().has_cell()) n.key_tag = Tag::dead_key;
}

}  // namespace rt
