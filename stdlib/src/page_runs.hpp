// SPDX-License-Identifier: MIT
// Runs of pages, cut from arenas of four megabytes that lie at multiples of their size. A run is free, or a piece of memory, or
// cut into chunks of one size. Free runs know which of their pages may be in memory: those can be discarded.
#pragma once

#include <cstddef>
#include <cstdint>

#include "system_memory.hpp"

namespace stdlib {

enum class RunUse : std::uint8_t { nothing, piece, chunks };

struct Run {
  Run* next;      // in the list of its length when it is free, of its size class when it has free chunks
  Run* previous;
  void* chain;           // chunks that were given back
  std::uint16_t pages;
  std::uint16_t used;    // chunks in use
  std::uint16_t carved;  // chunks that have ever been in use: those behind them are untouched
  RunUse use;
  std::uint8_t size_class;
};

struct Arena {
  static constexpr std::size_t bytes = std::size_t{4} << 20;
  static constexpr unsigned page_count = bytes / page_bytes;

  Arena* next;
  Arena* previous;
  std::uint64_t dirty[page_count / 64];  // one bit a page: it may be in memory
  std::uint16_t head[page_count];        // the first page of the run, for its first and last page, and all that have chunks
  Run runs[page_count];                  // by first page

  static Arena* of(const void* memory) {
    return reinterpret_cast<Arena*>(reinterpret_cast<std::uintptr_t>(memory) & ~(std::uintptr_t{bytes} - 1));
  }
  unsigned page_of(const void* memory) const {
    return static_cast<unsigned>((reinterpret_cast<std::uintptr_t>(memory) - reinterpret_cast<std::uintptr_t>(this)) / page_bytes);
  }
  unsigned first_page_of(const Run* run) const { return static_cast<unsigned>(run - runs); }
  std::byte* page(unsigned number) { return reinterpret_cast<std::byte*>(this) + std::size_t{number} * page_bytes; }
};

class PageRuns {
 public:
  static constexpr unsigned longest = 256;  // pages

  explicit constexpr PageRuns(SystemMemory& system) : system_(system) {}

  // A run of so many pages, from 1 to `longest`; null when only a new arena would help.
  Run* take(unsigned pages, RunUse use);
  void release(Run* run);
  // Changes the length in place; false when the pages behind are not free.
  bool resize(Run* run, unsigned pages);
  // Takes a new arena; null without memory. Arenas that became empty go by way of `discard`.
  Arena* add_arena();
  // The run that a piece or chunk lies in.
  static Run* run_of(const void* memory);
  static void* memory_of(Run* run);

  // Gives at most so many pages of free runs back, after looking at a bounded number of runs. An arena that is empty then, and
  // not the last of these, goes: *gone.
  unsigned discard(unsigned most, Arena** gone);
  void unmap(Arena* arena) { system_.unmap(arena, Arena::bytes); }

  std::size_t used_pages() const { return used_pages_; }
  std::size_t dirty_pages() const { return dirty_pages_; }  // of free runs

 private:
  static constexpr unsigned exact_lists = 64;  // of runs of 1 to 64 pages
  static constexpr unsigned list_count = exact_lists + 4;
  static unsigned list_of(unsigned pages);
  void link(Run* run);
  void unlink(Run* run);
  void set_free(Arena* arena, unsigned first, unsigned pages);
  void cover(Arena* arena, unsigned first, unsigned pages, RunUse use);
  bool forget_if_empty(Arena* arena);

  SystemMemory& system_;
  Run* free_[list_count] = {};
  Arena* arenas_ = nullptr;
  Arena* discarding_ = nullptr;  // where discard goes on
  unsigned discarding_page_ = 0;
  std::size_t used_pages_ = 0;
  std::size_t dirty_pages_ = 0;
};

}  // namespace stdlib
