// SPDX-License-Identifier: MIT
// What the sources that work on tables share: buckets, finding, and whether an entry is lost.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "weak/find.hpp"
#include "weak/registry.hpp"

namespace weak {

// Bits of Table::detail beside TableFlag.
enum : std::uint8_t { holds_keys_weakly_flag = 4, holds_values_weakly_flag = 8 };

// For a capacity, a power of two; at least two, so that the entries are aligned.
inline std::uint32_t buckets_for(std::uint32_t capacity) { return capacity < 2 ? 2 : capacity; }
inline std::size_t block_bytes(std::size_t buckets, std::size_t capacity) {
  return buckets * sizeof(std::uint32_t) + capacity * sizeof(Entry);
}
inline std::size_t block_bytes(const Table* t) {
  return t->capacity == 0 ? 0 : block_bytes(bucket_count(t), t->capacity);
}
inline unsigned shift_for(std::uint32_t buckets) { return 64u - static_cast<unsigned>(std::countr_zero(buckets)); }

inline constexpr std::size_t endless = SIZE_MAX >> 16;  // a budget beyond this is that of a collection in one go

// Numbers that are free hold the next free one instead of a table.
inline bool is_free_number(const Table* t) { return (reinterpret_cast<std::uintptr_t>(t) & 1) != 0; }

struct TableAccess {
  static Registry& registry(const Table* t) { return *t->registry; }
  static gc::Heap& heap(const Table* t) { return t->registry->heap_; }

  static std::uint32_t bucket_of(const Table* t, const Slot& key) {
    if (key.is_mortal()) return place_of_address(key.bits, t->mask);
    return key.has_cell() ? t->registry->embedder_.hash(key) & t->mask : place_of(key.bits, t->mask);
  }
  static std::uint32_t* bucket(const Table* t, const Slot& key) { return buckets_of(t) + bucket_of(t, key); }
  static bool same_key(const Table* t, const Entry& e, const Slot& key) {
    if (e.key_tag != key.tag) return false;
    if (e.key_bits == key.bits) return true;
    return key.has_cell() && !key.is_mortal() && t->registry->embedder_.equal(e.key(), key);
  }
  // The entry of a key, removed ones included; null when there is none.
  static Entry* find(const Table* t, const Slot& key) {
    std::uint32_t i = *bucket(t, key);
    while (i != no_entry) {
      Entry& e = t->entries[i];
      if (same_key(t, e, key)) return &e;
      i = e.chain;
    }
    return nullptr;
  }
  // The link that leads to slot i, which is in use.
  static std::uint32_t* link_to(const Table* t, std::uint32_t i) {
    std::uint32_t* link = bucket(t, t->entries[i].key());
    while (*link != i) link = &t->entries[*link].chain;
    return link;
  }
  static void link_entry(Table* t, std::uint32_t i) {
    std::uint32_t* head = bucket(t, t->entries[i].key());
    t->entries[i].chain = *head;
    *head = i;
  }

  static void unlink_entry(Table* t, std::uint32_t i) {
    *link_to(t, i) = t->entries[i].chain;
    t->entries[i].key_tag = nil_tag;
    t->entries[i].value_tag = nil_tag;
    if (t->last == i) t->last = no_entry;
  }

  static bool survives(const Table* t, const gc::Cell* cell) { return heap(t).liveness().survives(cell); }
  static std::uint8_t birth_mark(const Table* t) { return t->registry->birth_mark(); }
  // Has the entry, which has a value, died though it is not yet cleared?
  static bool is_lost(const Table* t, const Entry& e) {
    if (e.birth == birth_mark(t)) return false;
    gc::Heap& heap = t->registry->heap_;
    if ((t->detail & holds_keys_weakly_flag) != 0) {
      const gc::Cell* key = e.key().cell;
      if ((t->detail & table_long) != 0 ? !survives(t, key) : heap.is_dead(key)) return true;
    }
    return (t->detail & holds_values_weakly_flag) != 0 && heap.is_dead(e.value().cell);
  }
  // The first slot that may lead to a cell born since the last flip but one, or the last when no cycle is under way.
  static std::uint32_t first_young(const Table* t) {
    return (t->detail & table_changed) != 0 ? 0 : t->registry->tables_.young_from()[t->number];
  }
  static void set_first_young(Table* t, std::uint32_t slot) { t->registry->tables_.young_from()[t->number] = slot; }
  static bool is_live(const Table* t, const Entry& e) { return e.value_tag != nil_tag && !is_lost(t, e); }

  static void entries_moved(Table* t, const Entry* old) {
    if (t->registry->heap_.tracing()) t->registry->entries_moved(t, old);
  }
  // A reference has been stored in slot i: what must be marked because of it is.
  static void stored(Table* t, std::uint32_t i) { t->registry->stored(t, i); }
  // Takes back the slots of what is dead, and of what was removed.
  static void settle(Table* t) { t->registry->settle(t, 0); }
  // Takes back the slots of what is dead.
  static void settle_dead(Table* t) { t->registry->settle(t, t->registry->first_mortal(t)); }
  // Does the walk under way have free slots at `position`? Then where they end, else `position`.
  static std::uint32_t skip_gap(const Table* t, std::uint32_t position) {
    const Registry::Walk& walk = t->registry->walk_;
    return walk.table == t && position >= walk.write && position < walk.read ? walk.read : position;
  }
  static bool is_walked(const Table* t) { return t->registry->walk_.table == t; }
  static void capacity_changed(Table* t, std::uint32_t from, std::uint32_t to) {
    if (t->registry->kind_of(t) != Kind::key_table) return;
    std::size_t& total = t->registry->tables_.key_entries;
    total = total - from + to;
    if (to > from) t->registry->grow_index(total);
  }
};

// The block of every table without room: two empty buckets.
extern std::uint32_t empty_block[2];
inline Entry* no_entries() { return reinterpret_cast<Entry*>(empty_block + 2); }
inline constexpr std::uint32_t empty_mask = 1;

}  // namespace weak
