// SPDX-License-Identifier: MIT
// Finding entries inline: for the sources of this room, and for an embedder that reads and stores without a call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/heap.hpp"
#include "weak/table.hpp"

namespace weak {

inline constexpr std::uint32_t no_entry = UINT32_MAX;
inline constexpr std::uint64_t hash_multiplier = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio

// A place among mask + 1 (a power of two). Numbers that differ in those bits only keep their order and never meet; what is
// above scatters them. So dense integers, and cells made one after the other, are found where they are expected next.
inline std::uint32_t place_of(std::uint64_t number, std::size_t mask) {
  std::uint64_t above = number & ~std::uint64_t{mask};
  return static_cast<std::uint32_t>((number + ((above * hash_multiplier) >> 32)) & mask);
}
inline std::uint32_t place_of_address(std::uint64_t address, std::size_t mask) { return place_of(address >> 4, mask); }

// Storage of a table: bucket_count heads of chains, then `capacity` entries.
inline std::uint32_t bucket_count(const Table* t) { return t->mask + 1; }
inline std::uint32_t* buckets_of(const Table* t) {
  return reinterpret_cast<std::uint32_t*>(t->entries) - bucket_count(t);
}

// The entry of a key that equals no other than one of the same bits and tag, given its bucket; removed entries included, null
// when there is none.
inline Entry* find_entry(const Table* t, std::uint32_t bucket, std::uint64_t bits, std::uint8_t tag) {
  Entry* entries = t->entries;
  for (std::uint32_t i = buckets_of(t)[bucket]; i != no_entry; i = entries[i].chain) {
    if (entries[i].key_bits == bits && entries[i].key_tag == tag) return &entries[i];
  }
  return nullptr;
}

// A new entry without a value for a key that the table does not have. There must be room: used < capacity.
inline Entry* append_entry(Table* t, std::uint32_t bucket, std::uint64_t bits, std::uint8_t tag) {
  std::uint32_t* head = &buckets_of(t)[bucket];
  std::uint32_t i = t->used++;
  Entry* e = &t->entries[i];
  e->key_bits = bits;
  e->key_tag = tag;
  e->value_tag = nil_tag;
  e->waits = 0;
  e->chain = *head;
  *head = i;
  return e;
}

// Has the table been cleared since the last flip? Then every entry with a value is alive, and `extra` is their number. So
// it is always but between the flip and the end of clearing.
inline bool is_settled(const Table* t, const gc::Heap& heap) { return t->settled == heap.flips(); }

// Entry::birth of what is stored, Ref::birth of what is made now: alive even when its object was dead at the last flip.
inline std::uint8_t birth_mark(const gc::Heap& heap) { return static_cast<std::uint8_t>(1 + (heap.flips() & 1)); }

}  // namespace weak
