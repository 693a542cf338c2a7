// SPDX-License-Identifier: MIT
// Mappings: taken, kept, discarded; the table of addresses.
#include "mappings.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace stdlib {

// --- addresses ----------------------------------------------------------------------------------------------------------

std::size_t AddressTable::place_of(std::uintptr_t address) const {
  return static_cast<std::size_t>((address / page_bytes * 0x9E3779B97F4A7C15) >> 20) & (capacity_ - 1);
}

AddressTable::Entry* AddressTable::find(const void* address) const {
  if (count_ == 0) return nullptr;
  auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t i = place_of(wanted);; i = (i + 1) & (capacity_ - 1)) {
    if (entries_[i].address == wanted) return &entries_[i];
    if (entries_[i].address == 0) return nullptr;
  }
}

void AddressTable::enter(std::uintptr_t address, std::size_t bytes) {
  std::size_t i = place_of(address);
  while (entries_[i].address != 0) i = (i + 1) & (capacity_ - 1);
  entries_[i] = {address, bytes};
}

bool AddressTable::grow() {
  std::size_t capacity = std::max<std::size_t>(2 * capacity_, 16);
  auto* entries = static_cast<Entry*>(std::calloc(capacity, sizeof(Entry)));
  if (entries == nullptr) return false;
  Entry* old = entries_;
  std::size_t old_capacity = capacity_;
  entries_ = entries;
  capacity_ = capacity;
  for (std::size_t i = 0; i < old_capacity; ++i) {
    if (old[i].address != 0) enter(old[i].address, old[i].bytes);
  }
  std::free(old);
  return true;
}

bool AddressTable::has_room() { return 2 * (count_ + 1) <= capacity_ || grow(); }

void AddressTable::add(const void* address, std::size_t bytes) {
  enter(reinterpret_cast<std::uintptr_t>(address), bytes);
  ++count_;
}

// Entries behind it move up, so that no search stops short of one.
void AddressTable::remove(Entry* entry) {
  --count_;
  auto hole = static_cast<std::size_t>(entry - entries_);
  for (std::size_t i = hole;;) {
    i = (i + 1) & (capacity_ - 1);
    if (entries_[i].address == 0) break;
    std::size_t home = place_of(entries_[i].address);
    if (((i - home) & (capacity_ - 1)) < ((i - hole) & (capacity_ - 1))) continue;
    entries_[hole] = entries_[i];
    hole = i;
  }
  entries_[hole] = {};
}

// --- mappings -----------------------------------------------------------------------------------------------------------

Mappings::Kept* Mappings::best_of(std::size_t bytes) {
  Kept* best = nullptr;
  for (unsigned i = 0; i < kept_count_; ++i) {
    if (kept_[i].bytes >= bytes && (best == nullptr || kept_[i].bytes < best->bytes)) best = &kept_[i];
  }
  return best;
}

void Mappings::drop(Kept* kept) {
  dirty_pages_ -= kept->dirty / page_bytes;
  *kept = kept_[--kept_count_];
}

// What it is too long by is kept in its place.
void* Mappings::take_kept(Kept* kept, std::size_t bytes) {
  Kept taken = *kept;
  drop(kept);
  if (taken.memory == fresh_) fresh_ = nullptr;
  std::size_t used = std::min(taken.dirty, bytes);
  if (taken.bytes > bytes) keep(taken.memory + bytes, taken.bytes - bytes, taken.dirty - used);
  if (used < bytes) system_.prefer_large_pages(taken.memory, bytes, false);
  used_pages_ += bytes / page_bytes;
  return taken.memory;
}

void* Mappings::grow(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
  void* grown = system_.grow(memory, old_bytes, new_bytes, alignment_for(new_bytes));
  if (grown != nullptr) fresh_ = grown;
  return grown;
}

// All kept ones are shorter. When the system has no more the others go.
void* Mappings::take_fresh(std::size_t bytes) {
  if (kept_count_ != 0) {
    Kept* longest = std::max_element(kept_, kept_ + kept_count_, [](const Kept& a, const Kept& b) { return a.bytes < b.bytes; });
    if (void* grown = grow(longest->memory, longest->bytes, bytes)) {
      drop(longest);
      system_.prefer_large_pages(grown, bytes, false);
      return grown;
    }
  }
  fresh_ = system_.map(bytes, alignment_for(bytes));
  if (fresh_ != nullptr || kept_count_ == 0) return fresh_;
  while (kept_count_ != 0) {
    system_.unmap(kept_[0].memory, kept_[0].bytes);
    drop(&kept_[0]);
  }
  return fresh_ = system_.map(bytes, alignment_for(bytes));
}

void* Mappings::take(std::size_t bytes) {
  if (Kept* kept = best_of(bytes)) return take_kept(kept, bytes);
  void* memory = take_fresh(bytes);
  if (memory != nullptr) used_pages_ += bytes / page_bytes;
  return memory;
}

void Mappings::prepare_filling(void* memory, std::size_t bytes) {
  if (memory == fresh_ && bytes >= least_aligned) system_.prefer_large_pages(memory, bytes, true);
}

// With one that it lies next to, if the dirty part of both together is a beginning.
bool Mappings::join(const Kept& kept) {
  for (unsigned i = 0; i < kept_count_; ++i) {
    Kept other = kept_[i];
    const Kept& low = other.memory < kept.memory ? other : kept;
    const Kept& high = other.memory < kept.memory ? kept : other;
    if (low.memory + low.bytes != high.memory || (low.dirty != low.bytes && high.dirty != 0)) continue;
    std::byte* memory = low.memory;
    std::size_t bytes = low.bytes + high.bytes, dirty = low.dirty + high.dirty;
    drop(&kept_[i]);
    keep(memory, bytes, dirty);
    return true;
  }
  return false;
}

// When there is no room for one more the shortest goes.
void Mappings::keep(void* memory, std::size_t bytes, std::size_t dirty) {
  if (join({static_cast<std::byte*>(memory), bytes, dirty})) return;
  if (kept_count_ == most_kept) {
    Kept* shortest = std::min_element(kept_, kept_ + kept_count_, [](const Kept& a, const Kept& b) { return a.bytes < b.bytes; });
    if (shortest->bytes >= bytes) return system_.unmap(memory, bytes);
    system_.unmap(shortest->memory, shortest->bytes);
    drop(shortest);
  }
  kept_[kept_count_++] = {static_cast<std::byte*>(memory), bytes, dirty};
  dirty_pages_ += dirty / page_bytes;
}

void Mappings::release(void* memory, std::size_t bytes) {
  used_pages_ -= bytes / page_bytes;
  keep(memory, bytes, bytes);
}

// Into a kept one behind it.
bool Mappings::extend(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
  for (unsigned i = 0; i < kept_count_; ++i) {
    Kept* kept = &kept_[i];
    if (kept->memory != static_cast<std::byte*>(memory) + old_bytes || kept->bytes < new_bytes - old_bytes) continue;
    take_kept(kept, new_bytes - old_bytes);
    return true;
  }
  return false;
}

// A kept one that is long enough is in memory already: copying is no slower than clearing new pages. The system does not move what
// it takes for more than one mapping.
void* Mappings::resize(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
  if (new_bytes <= old_bytes) {
    if (new_bytes == old_bytes) return memory;
    used_pages_ -= (old_bytes - new_bytes) / page_bytes;
    keep(static_cast<std::byte*>(memory) + new_bytes, old_bytes - new_bytes, old_bytes - new_bytes);
    return memory;
  }
  if (extend(memory, old_bytes, new_bytes)) return memory;
  Kept* kept = best_of(new_bytes);
  if (kept == nullptr || kept->dirty < new_bytes) {
    if (void* grown = grow(memory, old_bytes, new_bytes)) {
      used_pages_ += (new_bytes - old_bytes) / page_bytes;
      return grown;
    }
  }
  void* moved = take(new_bytes);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, old_bytes);
  release(memory, old_bytes);
  return moved;
}

// What is no longer in memory is unmapped.
unsigned Mappings::discard(unsigned most) {
  if (kept_count_ == 0) return 0;
  Kept* last = &kept_[kept_count_ - 1];
  std::size_t bytes = std::min(last->dirty, std::size_t{most} * page_bytes);
  if (bytes != 0) system_.discard(last->memory + last->dirty - bytes, bytes);
  last->dirty -= bytes;
  dirty_pages_ -= bytes / page_bytes;
  if (last->dirty == 0) {
    system_.unmap(last->memory, last->bytes);
    drop(last);
  }
  return static_cast<unsigned>(bytes / page_bytes);
}

}  // namespace stdlib
