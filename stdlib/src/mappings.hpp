// SPDX-License-Identifier: MIT
// Pieces above a megabyte: each has pages of its own from the system, which are kept when it is freed, for the next ones, until they
// have been discarded from their ends. A piece grows by giving its pages another address. One that needs more pages than any kept
// one has takes the longest of those and lets it grow.
//
// Pieces of four megabytes and more may have large pages: they lie at a multiple of these. Whoever fills a piece as soon as he has it (a
// very large table) wants them: they are fewer to obtain and fewer to look up. What is used by and by has none, whatever its pages
// were before: obtaining one takes long, if the system has to find or to clear it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "system_memory.hpp"

namespace stdlib {

// Addresses and how many bytes are there; open addressing, no address twice.
class AddressTable {
 public:
  struct Entry {
    std::uintptr_t address;  // 0: none
    std::size_t bytes;
  };
  Entry* find(const void* address) const;
  bool has_room();  // for one more; false without memory
  void add(const void* address, std::size_t bytes);
  void remove(Entry* entry);
  bool empty() const { return count_ == 0; }

 private:
  std::size_t place_of(std::uintptr_t address) const;
  void enter(std::uintptr_t address, std::size_t bytes);
  bool grow();

  Entry* entries_ = nullptr;
  std::size_t capacity_ = 0;  // a power of two, or 0
  std::size_t count_ = 0;
};

class Mappings {
 public:
  explicit constexpr Mappings(SystemMemory& system) : system_(system) {}

  // Sizes are multiples of a page. Null without memory.
  void* take(std::size_t bytes);
  void* resize(void* memory, std::size_t old_bytes, std::size_t new_bytes);
  void release(void* memory, std::size_t bytes);
  // `memory` is about to be filled from one end to the other.
  void prepare_filling(void* memory, std::size_t bytes);
  // Discards at most so many pages of what is kept. Returns how many.
  unsigned discard(unsigned most);

  std::size_t used_pages() const { return used_pages_; }
  std::size_t dirty_pages() const { return dirty_pages_; }  // of what is kept

 private:
  struct Kept {
    std::byte* memory;
    std::size_t bytes;
    std::size_t dirty;  // so many bytes from the beginning on may be in memory
  };
  static std::size_t alignment_for(std::size_t bytes) { return bytes >= least_aligned ? large_page_bytes : page_bytes; }
  Kept* best_of(std::size_t bytes);
  void* take_fresh(std::size_t bytes);
  void* grow(void* memory, std::size_t old_bytes, std::size_t new_bytes);
  bool join(const Kept& kept);
  bool extend(void* memory, std::size_t old_bytes, std::size_t new_bytes);
  void* take_kept(Kept* kept, std::size_t bytes);
  void keep(void* memory, std::size_t bytes, std::size_t dirty);
  void drop(Kept* kept);

  static constexpr unsigned most_kept = 64;
  static constexpr std::size_t least_aligned = 2 * large_page_bytes;
  SystemMemory& system_;
  Kept kept_[most_kept] = {};
  unsigned kept_count_ = 0;
  std::size_t used_pages_ = 0;
  std::size_t dirty_pages_ = 0;
  void* fresh_ = nullptr;  // the last that got pages from the system
};

}  // namespace stdlib
