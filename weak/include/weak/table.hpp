// SPDX-License-Identifier: MIT
// Weak tables and sets: entries in the order of their insertion, found through chained buckets. See src/table.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"
#include "weak/slot.hpp"
#include "weak/type.hpp"

namespace weak {

class Registry;
struct Cursor;

struct Entry;

// Where something waits for its key to be marked: an entry's address, or twice a position in Index::pool and one. 0: none.
using Place = std::uintptr_t;

// Bits of Entry::waits.
enum Wait : std::uint8_t {
  wait_listed = 1,  // in the index
  wait_long = 2,    // of a table whose keys die only after finalization
  wait_over = 4,    // the key has been marked in the cycle that traced the entry last, before the flip: the walk need not look at it
};

//   0            8            16    17    18      19      20      24
//   +------------+------------+-----+-----+-------+-------+-------+-------------+
//   | key        | value      | key | value| birth | waits | chain | wait        |
//   | payload    | payload    | tag | tag  |       |       |       |             |
//   +------------+------------+-----+-----+-------+-------+-------+-------------+
// key tag nil: a free slot. value tag nil: removed; the key stays in its chain for `next` until the slot is taken back.
struct Entry {
  std::uint64_t key_bits;
  std::uint64_t value_bits;
  std::uint8_t key_tag;
  std::uint8_t value_tag;
  std::uint8_t birth;
  std::uint8_t waits;
  std::uint32_t chain;
  Place wait;  // the next place in the same bucket of the Registry's index

  Slot key() const { return Slot::of(key_bits, key_tag); }
  Slot value() const { return Slot::of(value_bits, value_tag); }
};
static_assert(sizeof(Entry) == 32);

//   header: detail = TableFlag bits, extra = entries with a value (the dead ones that are not yet cleared included)
struct Table : gc::Cell {
  Entry* entries;             // the buckets (bucket_count 32-bit slots) lie directly before
  std::uint32_t used;         // slots [0, used) have been given out
  std::uint32_t number;       // in the Registry
  std::uint32_t settled;      // Heap::flips() when it was last cleared
  std::uint32_t alive;        // entries whose keys marking has found marked, or made wait, when it has looked at all; else 0
  Registry* registry;         // what lies above is all that most cycles look at
  std::uint32_t mask;         // bucket_count - 1
  std::uint32_t capacity;     // entries there is room for
  std::uint32_t last;         // slot that `next` handed out last
  Cursor* cursors;            // traversals under way
};

enum TableFlag : std::uint8_t {
  table_long = 1,       // its keys die only after finalization (the rule of `__mode`)
  table_changed = 16,   // an entry that was there when it was last cleared has been given another value
  table_untidy = 32,    // the next walk has to look for more than the dead: it may have cursors, or room to give back
  table_waited = 64,    // some of `alive` had to wait for their keys
  table_traversed = 2,  // `next` by key was used since the last clearing: removed keys that live are kept till the next
};

// A traversal: the next slot to look at. It stays right whatever happens to the table. Holds what it handed out last.
//   header: extra = position
struct Cursor : gc::Cell {
  Table* table;
  Cursor* next;     // of the same table
  gc::Cell* key;    // null: not a cell, or the traversal has not begun or is over
  gc::Cell* value;
};

// --- reading (never allocates, never fails) ---------------------------------------------------------------------------
// False (and *value nil) when there is no live entry.
bool get(Table* table, const Slot& key, Slot* value);
// Exact number of live entries.
std::size_t length(Table* table);
// The entry after `key` (nil: the first one). False at the end. *valid is false when the key is not known.
bool next(Table* table, Slot* key, Slot* value, bool* valid);
bool advance(Cursor* cursor, Slot* key, Slot* value);
// The first live entry at or behind *position, which is set to the position behind it. Positions hold until the heap is
// used.
bool entry_from(Table* table, std::uint32_t* position, Slot* key, Slot* value);

// --- writing ------------------------------------------------------------------------------------------------------------
// Stores; a nil value removes. What must be weak has to be mortal (the caller has checked: see can_hold); float keys that
// are integers come as integers, NaN and nil never. May collect and throw OutOfMemory: table, key and value must be rooted.
void set(Table* table, const Slot& key, const Slot& value);
void clear(Table* table);
// Removes the newest live entry and hands it out; false when there is none. Never allocates.
bool pop(Table* table, Slot* key, Slot* value);
// May `slot` stand on the weak side(s) of a table of this type?
inline bool holds_keys_weakly(Type type) { return type == Type::key_table || type == Type::kv_table || type == Type::set; }
inline bool holds_values_weakly(Type type) { return type == Type::value_table || type == Type::kv_table; }

}  // namespace weak
