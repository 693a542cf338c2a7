// SPDX-License-Identifier: MIT
// The allocator of luaL_newstate: memory goes back to the system after a peak, in slices. A few of these serve all states of the
// process; each may be used from any thread.
//
//   below 256 bytes, and the first megabyte of pieces to 64 KB   malloc
//   to 8 KB       chunks of equal size in runs of pages
//   to 1 MB       runs of pages
//   above         pages of their own (mappings.hpp)
#pragma once

#include <atomic>
#include <cstddef>

#include "mappings.hpp"
#include "page_runs.hpp"
#include "system_memory.hpp"

namespace stdlib {

class PageAllocator {
 public:
  constexpr PageAllocator() : runs_(system_), mappings_(system_) {}
  PageAllocator(const PageAllocator&) = delete;
  PageAllocator& operator=(const PageAllocator&) = delete;

  // The protocol of lua_Alloc, but for the old size, which is known.
  void* resize(void* piece, std::size_t bytes);
  // A slice of giving back (`begins`: a cycle has ended). What may stay is what the highest use of the last two cycles takes and an eighth,
  // but no more than is in use or 64 MB; what large pieces of up to 32 MB together take that were there not long ago, and an eighth; a
  // megabyte. Or, `all`, 64 KB. False when nothing is left to be given back.
  bool give_back(bool begins, bool all);

  // A piece is about to be filled from one end to the other.
  void prepare_filling(void* piece, std::size_t bytes);

  // In bytes: pages in use, and pages that are free but may be in memory. Without what malloc serves.
  std::size_t used() const { return used_pages() * page_bytes; }
  std::size_t kept() const { return kept_pages() * page_bytes; }
  std::size_t system_calls() const { return system_.calls(); }

  static PageAllocator& for_new_state();

 private:
  struct Lock;
  enum class Source : unsigned char { malloc, chunk, run, mapping };
  struct Piece {
    Source source;
    std::size_t capacity;
    Run* run;                      // of a chunk or run
    AddressTable::Entry* mapping;  // of a mapping
  };
  static constexpr unsigned class_count = 81;
  static constexpr std::size_t least_chunk = 256;
  static constexpr std::size_t largest_chunk = 8192;
  static constexpr std::size_t largest_run = std::size_t{PageRuns::longest} * page_bytes;
  static constexpr std::size_t largest_by_malloc = std::size_t{64} << 10;  // of the first; larger ones may be pages of their own there
  static constexpr std::size_t first_bytes = std::size_t{1} << 20;

  static unsigned class_of(std::size_t bytes);
  static std::size_t class_bytes(unsigned size_class);

  Piece locate(void* memory) const;
  bool by_malloc(std::size_t bytes) const;
  void* malloc_again(void* memory, std::size_t bytes);
  void* take(std::size_t bytes);
  void* take_chunk(std::size_t bytes);
  Run* take_run(unsigned pages, RunUse use);
  void* take_mapping(std::size_t bytes);
  void release(void* memory, const Piece& piece);
  void release_chunk(void* memory, Run* run);
  void* resize_in_place(void* memory, const Piece& piece, std::size_t bytes);
  std::size_t used_pages() const { return runs_.used_pages() + mappings_.used_pages(); }
  std::size_t kept_pages() const { return runs_.dirty_pages() + mappings_.dirty_pages(); }
  void note_use();
  static std::size_t above(std::size_t level, std::size_t used);
  void decide_what_stays();

  std::atomic_flag locked_;
  SystemMemory system_;
  PageRuns runs_;
  Mappings mappings_;
  AddressTable known_;           // arenas and mappings
  Run* with_space_[class_count] = {};
  std::atomic<std::size_t> malloced_ = 0;  // bytes of the pieces that malloc serves
  std::size_t peak_ = 0;         // most pages in use since the last cycle,
  std::size_t peak_before_ = 0;  // and in the one before
  std::size_t mapped_peak_ = 0;  // most pages of mappings in use since the last cycle
  std::size_t mapped_level_ = 0;  // such a peak, to 32 MB, that may come again
  std::size_t turned_over_ = 0;  // the peaks of cycles since that one, together
  std::size_t wanted_pages_ = 0;  // so many may be kept,
  std::size_t wanted_mapped_pages_ = 0;  // and of these so many of mappings, when others can go
};

}  // namespace stdlib
