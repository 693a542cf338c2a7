// SPDX-License-Identifier: MIT
// Taking back the slots of entries that died or were removed, in slices.
//
// A walk goes over the slots of one table in order: `read` is the next slot to look at, [0, write) hold the entries that
// stay, the slots between are free. Every state between two steps is a proper table, so the walk may rest while the
// script runs; what is appended meanwhile lies behind `read`. When it ends, the slots are dense and the table may shrink.
//
// Cursors: a cursor between `write` and `read` is about to see the entry at `read`, so it is moved to `write` before that
// entry is. The others are not concerned until `read` reaches them.
#include <algorithm>
#include <cstring>

#include "table_access.hpp"
#include "weak/registry.hpp"

namespace weak {

namespace {

constexpr std::uint32_t small_table = 4096;  // entries that are relinked in one go
constexpr std::uint32_t ahead = 8;  // entries between the one looked at and the one whose cells are asked for

void fetch_mortal(const Table* t, const Entry& e) {
  if ((t->detail & holds_keys_weakly_flag) != 0 && (e.waits & wait_over) == 0) __builtin_prefetch(e.key().cell);
  if ((t->detail & holds_values_weakly_flag) != 0) __builtin_prefetch(e.value().cell);
}

// Numbers that are free hold the next free one instead of a table.
bool is_free_number(const Table* t) { return (reinterpret_cast<std::uintptr_t>(t) & 1) != 0; }

// Puts the cursors in (write, read] at `write`. Returns the first position of a cursor behind `read`.
std::uint32_t move_cursors(Table* t, std::uint32_t write, std::uint32_t read) {
  std::uint32_t first = no_entry;
  for (Cursor* c = t->cursors; c != nullptr; c = c->next) {
    if (c->extra > read) {
      first = std::min(first, c->extra);
    } else if (c->extra > write) {
      c->extra = write;
    }
  }
  return first;
}

// May the slot of an entry be kept that was removed, or lost its value, for a traversal by `next`?
bool is_wanted(const Table* t, const Entry& e) {
  bool asked = (t->detail & table_traversed) != 0 || (t->last != no_entry && &e == &t->entries[t->last]);
  return asked && (!e.key().has_cell() || TableAccess::survives(t, e.key().cell));
}

// Does the entry stay? Takes the value out of one that is dead.
bool stays(Table* t, Entry& e) {
  if (e.value_tag != nil_tag) {
    if ((e.waits & wait_over) != 0 || !TableAccess::is_lost(t, e)) {
      if (e.birth != TableAccess::birth_mark(t)) e.birth = 0;
      return true;
    }
    e.value_tag = nil_tag;
    --t->extra;
  }
  return is_wanted(t, e);
}

void move_entry(Table* t, std::uint32_t from, std::uint32_t to) {
  *TableAccess::link_to(t, from) = to;
  t->entries[to] = t->entries[from];
  t->entries[from].key_tag = nil_tag;
  t->entries[from].value_tag = nil_tag;
  if (t->last == from) t->last = to;
}

void relink(Table* t) {
  std::fill_n(buckets_of(t), bucket_count(t), no_entry);
  for (std::uint32_t i = 0; i < t->used; ++i) {
    if (t->entries[i].key_tag != nil_tag) TableAccess::link_entry(t, i);
  }
}

}  // namespace

void Registry::begin_walk(Walk& walk, Table* table) {
  walk = {table, 0, 0};
  const gc::Liveness liveness = heap_.liveness();
  Cursor** link = &table->cursors;
  while (Cursor* c = *link) {
    if (liveness.survives(c)) {
      link = &c->next;
    } else {
      *link = c->next;
    }
  }
}

// Returns true when the walk has come to its end.
bool Registry::run_walk(Walk& walk, std::size_t& budget) {
  std::uint32_t before = walk.table->extra;
  bool ended = take_back_slots(walk, budget);
  cleared_ += before - walk.table->extra;
  return ended;
}

bool Registry::take_back_slots(Walk& walk, std::size_t& budget) {
  Table* t = walk.table;
  std::uint32_t first_cursor = t->cursors == nullptr ? no_entry : move_cursors(t, walk.write, walk.read);
  for (; walk.read < t->used; ++walk.read) {
    if (budget == 0) return false;
    --budget;
    if (walk.read + ahead < t->used) fetch_mortal(t, t->entries[walk.read + ahead]);
    if (walk.read >= first_cursor) first_cursor = move_cursors(t, walk.write, walk.read);
    Entry& e = t->entries[walk.read];
    if (e.key_tag == nil_tag) continue;
    bool kept = stays(t, e);
    e.waits = 0;
    if (!kept) {
      TableAccess::unlink_entry(t, walk.read);
    } else {
      if (walk.write != walk.read) move_entry(t, walk.read, walk.write);
      ++walk.write;
    }
  }
  return true;
}

void Registry::finish_walk(Walk& walk) {
  Table* t = walk.table;
  move_cursors(t, walk.write, no_entry - 1);
  t->used = walk.write;
  t->settled = heap_.flips();
  t->detail &= static_cast<std::uint8_t>(~table_traversed);
  shrink(t);
  walk = {};
}

// The whole walk at once, for a table about to be measured or to make room.
void Registry::settle(Table* table) {
  Walk own;
  Walk& walk = walk_.table == table ? walk_ : own;
  if (walk.table == nullptr) begin_walk(walk, table);
  std::size_t unlimited = SIZE_MAX;
  run_walk(walk, unlimited);
  finish_walk(walk);
}

// After a mass death: the storage behind the entries is given back, and that of the buckets when few entries are left
// (else the next growth does it). Kept when the allocator has no smaller piece.
void Registry::shrink(Table* t) {
  if (t->capacity <= 8 || t->used > t->capacity / 4) return;
  std::uint32_t before = t->capacity;
  std::uint32_t buckets = bucket_count(t);
  std::uint32_t capacity = std::bit_ceil(std::max(t->used * 2, std::uint32_t{4}));
  bool few = t->used <= small_table;
  std::uint32_t new_buckets = few ? capacity : buckets;
  std::size_t old_bytes = block_bytes(t);
  auto* block = reinterpret_cast<char*>(buckets_of(t));
  auto entries_at = [](char* at, std::uint32_t count) { return at + count * sizeof(std::uint32_t); };
  if (few) std::memmove(entries_at(block, new_buckets), entries_at(block, buckets), t->used * sizeof(Entry));
  if (void* shrunk = heap_.shrink_storage(block, old_bytes, block_bytes(new_buckets, capacity))) {
    block = static_cast<char*>(shrunk);
  } else {
    if (few) std::memmove(entries_at(block, buckets), entries_at(block, new_buckets), t->used * sizeof(Entry));
    new_buckets = buckets;
    capacity = before;
  }
  t->entries = reinterpret_cast<Entry*>(entries_at(block, new_buckets));
  t->capacity = capacity;
  t->mask = new_buckets - 1;
  if (few) relink(t);
  TableAccess::capacity_changed(t, before, capacity);
}

void Registry::release_number(Table* table) {
  TableAccess::capacity_changed(table, table->capacity, 0);
  tables_.by_number[table->number] = reinterpret_cast<Table*>((static_cast<std::uintptr_t>(tables_.free) << 1) | 1);
  tables_.free = table->number;
}

// Asks for the memory of the tables that come next: they may lie anywhere.
void Registry::fetch_tables(std::uint32_t position) const {
  if (position + 3 * ahead >= tables_.used) return;
  const Table* t = tables_.by_number[position + 3 * ahead];
  __builtin_prefetch(t);
  __builtin_prefetch(reinterpret_cast<const char*>(t) + sizeof(Table) - 1);
  t = tables_.by_number[position + 2 * ahead];
  if (!is_free_number(t)) __builtin_prefetch(t->entries);
  t = tables_.by_number[position + ahead];
  if (!is_free_number(t) && t->used != 0) fetch_mortal(t, t->entries[0]);
}

// Every table of the heap: the dead ones are forgotten, the others walked.
bool Registry::clear_tables(const gc::Liveness& liveness, std::size_t& budget) {
  for (; position_ < tables_.used; ++position_) {
    if (walk_.table == nullptr) {
      if (budget == 0) return false;
      --budget;
      fetch_tables(position_);
      Table* t = tables_.by_number[position_];
      if (is_free_number(t)) continue;
      if (!liveness.survives(t)) {
        release_number(t);
        continue;
      }
      if (t->settled == heap_.flips()) continue;
      begin_walk(walk_, t);
    }
    if (!run_walk(walk_, budget)) return false;
    finish_walk(walk_);
  }
  return true;
}

}  // namespace weak
