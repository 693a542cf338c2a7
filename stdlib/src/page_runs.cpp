// SPDX-License-Identifier: MIT
// Runs of pages: taken, released, joined with their neighbours, discarded.
#include "page_runs.hpp"

#include <algorithm>
#include <bit>

namespace stdlib {

namespace {

constexpr unsigned header_pages = (sizeof(Arena) + page_bytes - 1) / page_bytes;
constexpr unsigned usable_pages = Arena::page_count - header_pages;
constexpr unsigned runs_per_search = 512;

// Sets (or clears) the bits of [first, first + pages); how many of them have changed.
unsigned mark_dirty(Arena* arena, unsigned first, unsigned pages, bool dirty) {
  unsigned changed = 0;
  for (unsigned end = first + pages; first < end;) {
    unsigned stop = std::min(end, (first | 63) + 1);
    std::uint64_t mask = (stop - first == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (stop - first)) - 1) << (first & 63);
    std::uint64_t& word = arena->dirty[first / 64];
    changed += static_cast<unsigned>(std::popcount((dirty ? ~word : word) & mask));
    word = dirty ? word | mask : word & ~mask;
    first = stop;
  }
  return changed;
}

// The first page from `page` on, up to `end`, that is dirty, or that is not.
unsigned find_page(const Arena* arena, unsigned page, unsigned end, bool dirty) {
  while (page < end) {
    std::uint64_t word = arena->dirty[page / 64];
    word = (dirty ? word : ~word) >> (page & 63);
    if (word != 0) return std::min(page + static_cast<unsigned>(std::countr_zero(word)), end);
    page = (page | 63) + 1;
  }
  return end;
}

}  // namespace

unsigned PageRuns::list_of(unsigned pages) {
  if (pages <= exact_lists) return pages - 1;
  return exact_lists + static_cast<unsigned>(std::bit_width((pages - 1) / exact_lists)) - 1;
}

void PageRuns::link(Run* run) {
  Run*& list = free_[list_of(run->pages)];
  run->previous = nullptr;
  run->next = list;
  if (list != nullptr) list->previous = run;
  list = run;
}

void PageRuns::unlink(Run* run) {
  if (run->next != nullptr) run->next->previous = run->previous;
  (run->previous != nullptr ? run->previous->next : free_[list_of(run->pages)]) = run->next;
}

// Its first and last page lead to its head; with chunks, all of them. The cursor stays at the beginning of a run.
void PageRuns::cover(Arena* arena, unsigned first, unsigned pages, RunUse use) {
  if (arena == discarding_ && discarding_page_ > first && discarding_page_ < first + pages) discarding_page_ = first;
  arena->runs[first] = {nullptr, nullptr, nullptr, static_cast<std::uint16_t>(pages), 0, 0, use, 0};
  arena->head[first] = arena->head[first + pages - 1] = static_cast<std::uint16_t>(first);
  if (use == RunUse::chunks) std::fill_n(arena->head + first, pages, static_cast<std::uint16_t>(first));
}

void PageRuns::set_free(Arena* arena, unsigned first, unsigned pages) {
  cover(arena, first, pages, RunUse::nothing);
  link(&arena->runs[first]);
}

Arena* PageRuns::add_arena() {
  auto* arena = static_cast<Arena*>(system_.map(Arena::bytes, Arena::bytes));
  if (arena == nullptr) return nullptr;
  arena->previous = nullptr;
  arena->next = arenas_;
  if (arenas_ != nullptr) arenas_->previous = arena;
  arenas_ = arena;
  set_free(arena, header_pages, usable_pages);
  return arena;
}

Run* PageRuns::run_of(const void* memory) {
  Arena* arena = Arena::of(memory);
  return &arena->runs[arena->head[arena->page_of(memory)]];
}

void* PageRuns::memory_of(Run* run) {
  Arena* arena = Arena::of(run);
  return arena->page(arena->first_page_of(run));
}

Run* PageRuns::take(unsigned pages, RunUse use) {
  Run* found = nullptr;
  for (unsigned list = list_of(pages); list < list_count && found == nullptr; ++list) {
    for (found = free_[list]; found != nullptr && found->pages < pages;) found = found->next;
  }
  if (found == nullptr) return nullptr;
  unlink(found);
  Arena* arena = Arena::of(found);
  unsigned first = arena->first_page_of(found);
  if (found->pages > pages) set_free(arena, first + pages, found->pages - pages);
  cover(arena, first, pages, use);
  dirty_pages_ -= pages - mark_dirty(arena, first, pages, true);
  used_pages_ += pages;
  return found;
}

void PageRuns::release(Run* run) {
  Arena* arena = Arena::of(run);
  unsigned first = arena->first_page_of(run);
  unsigned pages = run->pages;
  used_pages_ -= pages;
  dirty_pages_ += pages;
  if (unsigned behind = first + pages; behind < Arena::page_count && arena->runs[behind].use == RunUse::nothing) {
    unlink(&arena->runs[behind]);
    pages += arena->runs[behind].pages;
  }
  if (first > header_pages) {
    Run* before = &arena->runs[arena->head[first - 1]];
    if (before->use == RunUse::nothing) {
      unlink(before);
      pages += before->pages;
      first -= before->pages;
    }
  }
  set_free(arena, first, pages);
}

bool PageRuns::resize(Run* run, unsigned pages) {
  Arena* arena = Arena::of(run);
  unsigned first = arena->first_page_of(run);
  unsigned before = run->pages;
  if (pages > before) {
    unsigned behind = first + before;
    if (behind == Arena::page_count) return false;
    Run* free = &arena->runs[behind];
    if (free->use != RunUse::nothing || free->pages < pages - before) return false;
    unlink(free);
    if (unsigned left = free->pages - (pages - before); left != 0) set_free(arena, first + pages, left);
    dirty_pages_ -= pages - before - mark_dirty(arena, behind, pages - before, true);
    used_pages_ += pages - before;
    cover(arena, first, pages, RunUse::piece);
  } else if (pages < before) {
    cover(arena, first, pages, RunUse::piece);
    cover(arena, first + pages, before - pages, RunUse::piece);
    release(&arena->runs[first + pages]);
  }
  return true;
}

// An arena in which nothing is in use or in memory, when it is not the only one.
bool PageRuns::forget_if_empty(Arena* arena) {
  Run* run = &arena->runs[header_pages];
  if (run->use != RunUse::nothing || run->pages != usable_pages || (arena == arenas_ && arena->next == nullptr)) return false;
  if (find_page(arena, header_pages, Arena::page_count, true) != Arena::page_count) return false;
  unlink(run);
  if (arena->next != nullptr) arena->next->previous = arena->previous;
  (arena->previous != nullptr ? arena->previous->next : arenas_) = arena->next;
  return true;
}

unsigned PageRuns::discard(unsigned most, Arena** gone) {
  *gone = nullptr;
  for (unsigned looked_at = 0; looked_at < runs_per_search; ++looked_at) {
    if (discarding_ == nullptr || discarding_page_ >= Arena::page_count) {
      discarding_ = discarding_ == nullptr || discarding_->next == nullptr ? arenas_ : discarding_->next;
      discarding_page_ = header_pages;
      if (discarding_ == nullptr) return 0;
    }
    Arena* arena = discarding_;
    Run* run = &arena->runs[discarding_page_];
    unsigned end = discarding_page_ + run->pages;
    unsigned from = run->use == RunUse::nothing ? find_page(arena, discarding_page_, end, true) : end;
    if (from == end) {
      discarding_page_ = end;
      continue;
    }
    unsigned stop = std::min(find_page(arena, from, end, false), from + most);
    system_.discard(arena->page(from), std::size_t{stop - from} * page_bytes);
    mark_dirty(arena, from, stop - from, false);
    dirty_pages_ -= stop - from;
    if (forget_if_empty(arena)) {
      *gone = arena;
      discarding_ = arena->next;
      discarding_page_ = header_pages;
    }
    return stop - from;
  }
  return 0;
}

}  // namespace stdlib
