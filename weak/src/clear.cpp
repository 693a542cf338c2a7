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

constexpr std::uint32_t small_table = 8192;  // entries that are walked over and linked anew in one go,
constexpr std::size_t least_for_small = 64;  // when so much of the step is left at least
constexpr std::uint32_t ahead = 8;  // entries between the one looked at and the one whose cells are asked for

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

// What a walk asks about the entries of a table, with the answers that stay the same at hand.
class Verdict {
 public:
  explicit Verdict(const Table* t)
      : table_(t), heap_(TableAccess::heap(t)), birth_(TableAccess::birth_mark(t)),
        keys_((t->detail & holds_keys_weakly_flag) != 0), values_((t->detail & holds_values_weakly_flag) != 0),
        long_((t->detail & table_long) != 0), traversed_((t->detail & table_traversed) != 0) {}

  // As TableAccess::is_lost.
  bool is_lost(const Entry& e) const {
    if (e.birth == birth_) return false;
    if (keys_ && (e.waits & wait_over) == 0 && !lives(e.key().cell, long_)) return true;
    return values_ && !lives(e.value().cell, false);
  }
  // May the slot of an entry be kept that was removed, or lost its value, for a traversal by `next`?
  bool is_wanted(const Entry& e) const {
    bool asked = traversed_ || (table_->last != no_entry && &e == &table_->entries[table_->last]);
    return asked && (!e.key().has_cell() || heap_.liveness().survives(e.key().cell));
  }
  bool is_newborn(const Entry& e) const { return e.birth == birth_; }
  void fetch(const Entry& e) const {
    if (keys_ && (e.waits & wait_over) == 0) __builtin_prefetch(e.key().cell);
    if (values_) __builtin_prefetch(e.value().cell);
  }

 private:
  bool lives(const gc::Cell* cell, bool revived_counts) const {
    return revived_counts ? heap_.liveness().survives(cell) : !heap_.is_dead(cell);
  }

  const Table* table_;
  const gc::Heap& heap_;
  const std::uint8_t birth_;
  const bool keys_, values_, long_, traversed_;
};

// Does the entry stay? Takes the value out of one that is dead.
[[gnu::always_inline]] inline bool stays(Table* t, const Verdict& verdict, Entry& e) {
  if (e.value_tag != nil_tag) {
    if (!verdict.is_lost(e)) {
      if (!verdict.is_newborn(e)) e.birth = 0;
      return true;
    }
    e.value_tag = nil_tag;
    --t->extra;
  }
  return verdict.is_wanted(e);
}

void move_entry(Table* t, std::uint32_t from, std::uint32_t to) {
  *TableAccess::link_to(t, from) = to;
  t->entries[to] = t->entries[from];
  t->entries[from].key_tag = nil_tag;
  t->entries[from].value_tag = nil_tag;
  if (t->last == from) t->last = to;
}

bool is_too_large(const Table* t) { return t->capacity > 8 && t->used <= t->capacity / 4; }

// Has marking seen each entry's key marked, then or when it ceased to wait, and is there nothing else for a walk to do? What was
// entered or given another value since shows.
bool needs_no_walk(const Table* t, bool waited_in_vain) {
  unsigned reasons = table_changed | table_traversed | table_untidy;
  if (waited_in_vain) reasons |= table_waited;
  return t->alive == t->used && t->extra == t->used && (t->detail & reasons) == 0;
}

void relink(Table* t) {
  std::fill_n(buckets_of(t), bucket_count(t), no_entry);
  for (std::uint32_t i = 0; i < t->used; ++i) {
    if (t->entries[i].key_tag != nil_tag) TableAccess::link_entry(t, i);
  }
}

}  // namespace

// Where a walk has to begin that looks for what died at this cycle's flip.
std::uint32_t Registry::first_mortal(const Table* table) const {
  return heap_.minor() ? std::min(TableAccess::first_young(table), table->used) : 0;
}

void Registry::begin_walk(Walk& walk, Table* table, std::uint32_t first) {
  walk = {table, first, first};
  table->detail &= static_cast<std::uint8_t>(~(table_changed | table_untidy));
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

// The same for a small table, or one that the budget suffices for: what stays is linked anew at the end, instead of being
// unlinked and moved one by one.
void Registry::take_back_at_once(Walk& walk) {
  Table* t = walk.table;
  const Verdict verdict(t);
  std::uint32_t first_cursor = t->cursors == nullptr ? no_entry : move_cursors(t, 0, 0);
  std::uint32_t write = 0;
  for (std::uint32_t read = 0; read < t->used; ++read) {
    if (read + ahead < t->used) verdict.fetch(t->entries[read + ahead]);
    if (read >= first_cursor) first_cursor = move_cursors(t, write, read);
    Entry& e = t->entries[read];
    if (e.key_tag == nil_tag) continue;
    bool kept = stays(t, verdict, e);
    e.waits = 0;
    if (t->last == read) t->last = kept ? write : no_entry;
    if (!kept) continue;
    if (write != read) t->entries[write] = e;
    if (verdict.is_newborn(e)) walk.young = std::min(walk.young, write);
    ++write;
  }
  walk.read = t->used;
  walk.write = write;
  if (write == t->used) return;
  t->used = write;
  relink(t);
}

bool Registry::take_back_slots(Walk& walk, std::size_t& budget) {
  Table* t = walk.table;
  if (walk.read == 0 && t->used <= std::max<std::size_t>(budget, small_table)) {
    if (t->used <= budget || budget >= least_for_small) {
      budget -= std::min<std::size_t>(budget, t->used);
      take_back_at_once(walk);
      return true;
    }
    if (!walk.put_off) {  // this step has little left: the next one may have enough
      walk.put_off = true;
      budget = 0;
      return false;
    }
  }
  const Verdict verdict(t);
  std::uint32_t first_cursor = t->cursors == nullptr ? no_entry : move_cursors(t, walk.write, walk.read);
  for (; walk.read < t->used; ++walk.read) {
    if (budget == 0) return false;
    --budget;
    if (walk.read + ahead < t->used) verdict.fetch(t->entries[walk.read + ahead]);
    if (walk.read >= first_cursor) first_cursor = move_cursors(t, walk.write, walk.read);
    Entry& e = t->entries[walk.read];
    if (e.key_tag == nil_tag) continue;
    bool kept = stays(t, verdict, e);
    e.waits = 0;
    if (!kept) {
      TableAccess::unlink_entry(t, walk.read);
    } else {
      if (walk.write != walk.read) move_entry(t, walk.read, walk.write);
      if (verdict.is_newborn(t->entries[walk.write])) walk.young = std::min(walk.young, walk.write);
      ++walk.write;
    }
  }
  return true;
}

// A table that has filled since the walk before is left its room, as it will probably fill again; but not when everything is
// to be given back.
void Registry::finish_walk(Walk& walk, bool thorough) {
  Table* t = walk.table;
  bool was_filled = walk.read > t->capacity / 2;
  move_cursors(t, walk.write, no_entry - 1);
  t->used = walk.write;
  TableAccess::set_first_young(t, std::min(walk.young, walk.write));
  t->settled = heap_.flips();
  t->alive = 0;
  t->detail &= static_cast<std::uint8_t>(~table_traversed);
  if (thorough || !was_filled) shrink(t);
  if (t->cursors != nullptr || is_too_large(t)) t->detail |= table_untidy;
  walk = {};
}

// The whole walk at once, for a table about to be measured or (from the first slot on) to make room.
void Registry::settle(Table* table, std::uint32_t first) {
  Walk own;
  Walk& walk = walk_.table == table ? walk_ : own;
  if (walk.table == nullptr) begin_walk(walk, table, first);
  std::size_t unlimited = SIZE_MAX;
  run_walk(walk, unlimited);
  finish_walk(walk, false);
}

// After a mass death: the storage behind the entries is given back, and that of the buckets when few entries are left
// (else the next growth does it). Kept when the allocator has no smaller piece.
void Registry::shrink(Table* t) {
  if (!is_too_large(t)) return;
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
  --tables_.count;
}

// Asks for the memory of the tables that come next: they may lie anywhere.
void Registry::fetch_tables(std::uint32_t position) const {
  if (position + 3 * ahead >= tables_.used) return;
  const Table* t = tables_.by_number[position + 3 * ahead];
  __builtin_prefetch(t);
  t = tables_.by_number[position + 2 * ahead];
  if (!is_free_number(t) && !needs_no_walk(t, waited_in_vain_)) {
    __builtin_prefetch(t->entries);
    __builtin_prefetch(&t->cursors);
  }
  t = tables_.by_number[position + ahead];
  if (!is_free_number(t) && !needs_no_walk(t, waited_in_vain_) && t->used != 0) Verdict(t).fetch(t->entries[0]);
}

// Every table of the heap: the dead ones are forgotten, the others walked.
bool Registry::clear_tables(const gc::Liveness& liveness, std::size_t& budget) {
  const bool asked_for = budget > endless;
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
      if (needs_no_walk(t, waited_in_vain_)) {
        t->settled = heap_.flips();
        TableAccess::set_first_young(t, t->used);
        continue;
      }
      std::uint32_t first = first_mortal(t);
      if (first != 0 && first == t->used && t->cursors == nullptr) {
        t->settled = heap_.flips();
        continue;
      }
      begin_walk(walk_, t, first);
    }
    if (!run_walk(walk_, budget)) return false;
    finish_walk(walk_, asked_for);
  }
  return true;
}

}  // namespace weak
