// SPDX-License-Identifier: MIT
// Weak tables and sets: reading, storing, traversal.
//
// Entries stand in an array in the order of their insertion. A new one takes the slot behind the last; a removed one
// keeps its slot (its value is nil) until a walk (clear.cpp) takes the slots of removed and dead entries back, which keeps
// the order. So:
//   - a traversal by cursor is a position in the array. An entry that lives throughout is before it or behind it, and
//     stays so: slots are never reused out of order, and a walk moves the table's cursors along with the entries;
//   - a traversal by `next` finds the slot of the key it is given. A key that was removed, or whose value died, is found
//     as long as it is the last that `next` handed out, else at least until the cycle after is complete or the table has
//     to make room for a new entry;
//   - marking may rely on slots: while marking, no walk runs over a table whose entries are traced or wait.
// Chains of entries start in buckets that lie before the array; `chain` links by slot.
//
// A key or value that died at the flip is seen as absent at once (TableAccess::is_lost) and taken out by the walk. What is
// stored after the flip bears the flip's birth mark, so that an entry for an object revived by its finalizer counts again.
#include "weak/table.hpp"

#include <algorithm>
#include <cstring>

#include "gc/allocate.hpp"
#include "table_access.hpp"

namespace weak {

alignas(8) std::uint32_t empty_block[2] = {no_entry, no_entry};

namespace {

constexpr std::uint32_t max_capacity = std::uint32_t{1} << 30;

// Gives the table a block of `capacity` slots (a power of two, more than before) and relinks its entries.
void move_to(Table* t, void* block, std::uint32_t capacity) {
  auto* heads = static_cast<std::uint32_t*>(block);
  auto* entries = reinterpret_cast<Entry*>(heads + buckets_for(capacity));
  if (t->used != 0) std::memcpy(static_cast<void*>(entries), t->entries, t->used * sizeof(Entry));
  std::fill_n(heads, buckets_for(capacity), no_entry);
  Entry* old = t->entries;
  void* old_block = buckets_of(t);
  std::size_t old_bytes = block_bytes(t);
  std::uint32_t before = t->capacity;
  t->entries = entries;
  t->capacity = capacity;
  t->mask = buckets_for(capacity) - 1;
  for (std::uint32_t i = 0; i < t->used; ++i) {
    if (entries[i].key_tag != nil_tag) TableAccess::link_entry(t, i);
  }
  TableAccess::entries_moved(t, old);
  if (old_bytes != 0) TableAccess::heap(t).free_storage(old_block, old_bytes);
  TableAccess::capacity_changed(t, before, capacity);
}

// Room for at least `wanted` slots. Allocation may collect, which may walk over the table and shrink it.
void grow(Table* t, std::size_t wanted) {
  if (wanted > max_capacity) throw gc::OutOfMemory{};
  std::uint32_t capacity = std::bit_ceil(static_cast<std::uint32_t>(wanted));
  std::size_t bytes = block_bytes(buckets_for(capacity), capacity);
  gc::Heap& heap = TableAccess::heap(t);
  void* block = heap.allocate_storage(bytes);
  if (t->capacity >= capacity) {
    heap.free_storage(block, bytes);
  } else {
    move_to(t, block, capacity);
  }
}

void make_room(Table* t) {
  if (t->used < t->capacity) return;
  gc::Heap& heap = TableAccess::heap(t);
  bool numbered = heap.tracing() && TableAccess::registry(t).kind_of(t) == Kind::key_table;
  if (t->extra <= t->used - t->used / 4 && !numbered) {
    t->detail &= static_cast<std::uint8_t>(~table_traversed);
    TableAccess::settle(t);
    heap.restart_trace(t);
    if (t->used < t->capacity) return;
  }
  grow(t, std::size_t{t->used} + 1);
}

// The first live entry at or behind `position`; false when there is none.
bool scan(Table* t, std::uint32_t position, std::uint32_t* found) {
  if ((t->detail & table_long) != 0) TableAccess::heap(t).finish_reviving();
  for (std::uint32_t i = TableAccess::skip_gap(t, position); i < t->used; ++i) {
    if (!TableAccess::is_live(t, t->entries[i])) continue;
    *found = i;
    return true;
  }
  return false;
}

void hand_out(Table* t, const Slot& slot) {
  if (slot.has_cell()) TableAccess::heap(t).shade(slot.cell);
}

void hand_out(Table* t, std::uint32_t i, Slot* key, Slot* value) {
  *key = t->entries[i].key();
  *value = t->entries[i].value();
  hand_out(t, *key);
  hand_out(t, *value);
}

}  // namespace

bool get(Table* t, const Slot& key, Slot* value) {
  const Entry* e = TableAccess::find(t, key);
  if (e == nullptr || !TableAccess::is_live(t, *e)) {
    *value = Slot::nil();
    return false;
  }
  *value = e->value();
  hand_out(t, *value);
  return true;
}

void set(Table* t, const Slot& key, const Slot& value) {
  Entry* e = TableAccess::find(t, key);
  if (value.is_nil()) {
    if (e == nullptr || e->value_tag == nil_tag) return;
    e->value_tag = nil_tag;
    --t->extra;
    return;
  }
  if (e == nullptr) {
    make_room(t);
    // The allocation may have collected, never run a script: the key is still absent.
    e = append_entry(t, TableAccess::bucket_of(t, key), key.bits, key.tag);
  } else if (e->birth != TableAccess::birth_mark(t)) {
    t->detail |= table_changed;
  }
  if (e->value_tag == nil_tag) ++t->extra;
  e->value_bits = value.bits;
  e->value_tag = value.tag;
  e->birth = TableAccess::birth_mark(t);
  TableAccess::stored(t, static_cast<std::uint32_t>(e - t->entries));
}

void clear(Table* t) {
  for (std::uint32_t i = 0; i < t->used; ++i) t->entries[i].value_tag = nil_tag;
  t->extra = 0;
  // The slots go with the next walk, which also gives the storage back.
}

// The slots behind the newest entry are given back at once, so that popping all entries is linear; not while a walk is
// under way, and not those that wait for their key.
bool pop(Table* t, Slot* key, Slot* value) {
  std::uint32_t i = t->used;
  while (i != 0 && !TableAccess::is_live(t, t->entries[i - 1])) --i;
  if (i != 0) {
    hand_out(t, i - 1, key, value);
    t->entries[i - 1].value_tag = nil_tag;
    --t->extra;
  }
  while (t->used != 0 && !TableAccess::is_walked(t)) {
    const Entry& newest = t->entries[t->used - 1];
    if (newest.value_tag != nil_tag || (newest.waits & wait_listed) != 0 || t->last == t->used - 1) break;
    if (newest.key_tag != nil_tag) TableAccess::unlink_entry(t, t->used - 1);
    --t->used;
  }
  t->detail |= table_untidy;
  TableAccess::set_first_young(t, std::min(TableAccess::first_young(t), t->used));
  for (Cursor* c = t->cursors; c != nullptr; c = c->next) c->extra = std::min(c->extra, t->used);
  return i != 0;
}

std::size_t length(Table* t) {
  gc::Heap& heap = TableAccess::heap(t);
  heap.finish_reviving();
  if (heap.phase() >= gc::Phase::clearing && t->settled != heap.flips()) TableAccess::settle_dead(t);
  return t->extra;
}

bool next(Table* t, Slot* key, Slot* value, bool* valid) {
  *valid = true;
  std::uint32_t position = 0;
  if (!key->is_nil()) {
    const Entry* e = TableAccess::find(t, *key);
    if (e == nullptr) {
      *valid = false;
      return false;
    }
    position = static_cast<std::uint32_t>(e - t->entries) + 1;
  }
  t->detail |= table_traversed;
  t->last = no_entry;
  if (!scan(t, position, &t->last)) return false;
  hand_out(t, t->last, key, value);
  return true;
}

bool entry_from(Table* t, std::uint32_t* position, Slot* key, Slot* value) {
  std::uint32_t found;
  if (!scan(t, *position, &found)) return false;
  *position = found + 1;
  hand_out(t, found, key, value);
  return true;
}

namespace {
void hold(Cursor* cursor, gc::Cell** place, const Slot& slot) {
  if (!slot.has_cell()) return;
  *place = slot.cell;
  TableAccess::heap(cursor->table).barrier(cursor, slot.cell);
}
}  // namespace

bool advance(Cursor* cursor, Slot* key, Slot* value) {
  Table* t = cursor->table;
  std::uint32_t found;
  cursor->key = cursor->value = nullptr;
  if (!scan(t, cursor->extra, &found)) {
    cursor->extra = t->used;
    return false;
  }
  cursor->extra = found + 1;
  hand_out(t, found, key, value);
  hold(cursor, &cursor->key, *key);
  hold(cursor, &cursor->value, *value);
  return true;
}

Table* Registry::make_table(Type type, std::size_t size_hint, bool long_keys) {
  static constexpr Kind kinds[type_count] = {Kind::shared_ref, Kind::key_table, Kind::value_table, Kind::kv_table,
                                             Kind::set};
  while (tables_.free == none && tables_.used == tables_.capacity) {
    std::uint32_t capacity = tables_.capacity == 0 ? 16 : tables_.capacity * 2;
    auto* grown = static_cast<Table**>(heap_.allocate_storage(Tables::bytes(capacity)));
    const Tables old = tables_;
    tables_.by_number = grown;
    tables_.capacity = capacity;
    if (old.used != 0) {
      std::memcpy(grown, old.by_number, old.used * sizeof(Table*));
      std::memcpy(tables_.young_from(), old.young_from(), old.used * sizeof(std::uint32_t));
    }
    const NumberSet old_late = late_.numbers;
    late_.numbers.place(tables_.late(), capacity);
    for (std::uint32_t n = old_late.next(0); n != none; n = old_late.next(std::size_t{n} + 1)) late_.numbers.insert(n);
    heap_.free_storage(old.by_number, Tables::bytes(old.capacity));
  }
  Kind kind = kinds[static_cast<unsigned>(type)];
  auto* t = static_cast<Table*>(heap_.allocate(static_cast<gc::KindId>(first_kind_ + static_cast<unsigned>(kind)), sizeof(Table)));
  t->detail = static_cast<std::uint8_t>((long_keys ? table_long : 0) |
                                        (holds_keys_weakly(type) ? holds_keys_weakly_flag : 0) |
                                        (holds_values_weakly(type) ? holds_values_weakly_flag : 0));
  t->extra = 0;
  t->registry = this;
  t->entries = no_entries();
  t->cursors = nullptr;
  t->capacity = t->used = t->alive = 0;
  t->settled = heap_.flips();
  t->last = no_entry;
  t->mask = empty_mask;
  if (tables_.free != none) {
    t->number = tables_.free;
    tables_.free = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(tables_.by_number[t->number]) >> 1);
  } else {
    t->number = tables_.used++;
  }
  tables_.by_number[t->number] = t;
  ++tables_.count;
  TableAccess::set_first_young(t, 0);
  if (size_hint != 0) {
    gc::Handle<Table> keep(heap_, t);
    t->detail |= table_untidy;
    grow(t, size_hint);
  }
  return t;
}

Cursor* Registry::make_cursor(Table* table) {
  auto* cursor = static_cast<Cursor*>(
      heap_.allocate(static_cast<gc::KindId>(first_kind_ + static_cast<unsigned>(Kind::cursor)), sizeof(Cursor)));
  cursor->extra = 0;
  cursor->table = table;
  cursor->key = cursor->value = nullptr;
  cursor->next = table->cursors;
  table->cursors = cursor;
  table->detail |= table_untidy;
  return cursor;
}

}  // namespace weak
