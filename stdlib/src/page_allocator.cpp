// SPDX-License-Identifier: MIT
// Pieces of the allocator: where each comes from and goes to.
#include "page_allocator.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <thread>

#ifdef __linux__
#include <malloc.h>
#else
static std::size_t malloc_usable_size(void*) { return 0; }  // nothing moves there
#endif

namespace stdlib {

namespace {

constexpr unsigned classes_per_doubling = 16;
constexpr std::size_t least_run_bytes = 4 * page_bytes;
constexpr std::size_t chunks_per_run = 8;
constexpr unsigned pages_per_slice = 64;
constexpr std::size_t always_kept = (std::size_t{1} << 20) / page_bytes;
constexpr std::size_t most_kept = (std::size_t{64} << 20) / page_bytes;  // unless more is in use
constexpr std::size_t most_level = (std::size_t{32} << 20) / page_bytes;
constexpr std::size_t turnovers = 4;
constexpr std::size_t kept_of_all = (std::size_t{64} << 10) / page_bytes;
constexpr unsigned allocator_count = 16;

std::size_t round_to_page(std::size_t bytes) { return (bytes + page_bytes - 1) & ~(page_bytes - 1); }
unsigned pages_of(std::size_t bytes) { return static_cast<unsigned>(round_to_page(bytes) / page_bytes); }

}  // namespace

// States of different threads seldom share one: whoever does waits a moment.
struct PageAllocator::Lock {
  std::atomic_flag& flag;
  explicit Lock(std::atomic_flag& f) : flag(f) {
    while (flag.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  }
  ~Lock() { flag.clear(std::memory_order_release); }
};

// Each is made when it is wanted: most processes have one state, and the others stay pages that nobody has touched.
PageAllocator& PageAllocator::for_new_state() {
  struct Place {
    std::once_flag made;
    alignas(PageAllocator) std::byte memory[sizeof(PageAllocator)];
  };
  static Place places[allocator_count];
  static std::atomic<unsigned> next = 0;
  Place& place = places[next.fetch_add(1, std::memory_order_relaxed) % allocator_count];
  std::call_once(place.made, [&place] { new (place.memory) PageAllocator; });
  return *std::launder(reinterpret_cast<PageAllocator*>(place.memory));
}

// Classes are a sixteenth of a power of two apart: powers of two and their halves again, the sizes of tables, are exact.
unsigned PageAllocator::class_of(std::size_t bytes) {
  if (bytes <= least_chunk) return 0;
  auto doubling = static_cast<unsigned>(std::bit_width((bytes - 1) / least_chunk)) - 1;
  std::size_t step = (least_chunk << doubling) / classes_per_doubling;
  return doubling * classes_per_doubling + static_cast<unsigned>((bytes - 1 - (least_chunk << doubling)) / step) + 1;
}

std::size_t PageAllocator::class_bytes(unsigned size_class) {
  if (size_class == 0) return least_chunk;
  unsigned doubling = (size_class - 1) / classes_per_doubling;
  std::size_t step = (least_chunk << doubling) / classes_per_doubling;
  return (least_chunk << doubling) + ((size_class - 1) % classes_per_doubling + 1) * step;
}

bool PageAllocator::by_malloc(std::size_t bytes) const {
  if (bytes < least_chunk || !SystemMemory::available()) return true;
  return bytes <= largest_by_malloc && malloced_.load(std::memory_order_relaxed) + bytes <= first_bytes;
}

// As malloc, realloc and free, with account of what is theirs.
void* PageAllocator::malloc_again(void* memory, std::size_t bytes) {
  std::size_t before = memory == nullptr ? 0 : malloc_usable_size(memory);
  void* resized = nullptr;
  if (bytes == 0) {
    std::free(memory);
  } else {
    resized = std::realloc(memory, bytes);
    if (resized == nullptr) return nullptr;
  }
  malloced_.fetch_add((resized == nullptr ? 0 : malloc_usable_size(resized)) - before, std::memory_order_relaxed);
  return resized;
}

PageAllocator::Piece PageAllocator::locate(void* memory) const {
  if (known_.empty()) return {Source::malloc, 0, nullptr, nullptr};
  if (reinterpret_cast<std::uintptr_t>(memory) % page_bytes == 0) {
    if (AddressTable::Entry* mapping = known_.find(memory)) return {Source::mapping, mapping->bytes, nullptr, mapping};
  }
  if (known_.find(Arena::of(memory)) == nullptr) return {Source::malloc, 0, nullptr, nullptr};
  Run* run = PageRuns::run_of(memory);
  if (run->use == RunUse::chunks) return {Source::chunk, class_bytes(run->size_class), run, nullptr};
  return {Source::run, run->pages * page_bytes, run, nullptr};
}

// --- taking and releasing ---------------------------------------------------------------------------------------------

void PageAllocator::note_use() {
  peak_ = std::max(peak_, used_pages());
  mapped_peak_ = std::max(mapped_peak_, mappings_.used_pages());
}

void* PageAllocator::take(std::size_t bytes) {
  void* memory;
  if (bytes <= largest_chunk) {
    memory = take_chunk(bytes);
  } else if (bytes <= largest_run) {
    Run* run = take_run(pages_of(bytes), RunUse::piece);
    memory = run == nullptr ? nullptr : PageRuns::memory_of(run);
  } else {
    memory = bytes > PTRDIFF_MAX - page_bytes ? nullptr : take_mapping(round_to_page(bytes));
  }
  return memory;
}

Run* PageAllocator::take_run(unsigned pages, RunUse use) {
  Run* run = runs_.take(pages, use);
  if (run == nullptr) {
    Arena* arena = known_.has_room() ? runs_.add_arena() : nullptr;
    if (arena == nullptr) return nullptr;
    known_.add(arena, Arena::bytes);
    run = runs_.take(pages, use);
  }
  note_use();
  return run;
}

void* PageAllocator::take_mapping(std::size_t bytes) {
  void* memory = known_.has_room() ? mappings_.take(bytes) : nullptr;
  if (memory == nullptr) return nullptr;
  known_.add(memory, bytes);
  note_use();
  return memory;
}

// In the list of a class are the runs with free chunks.
void* PageAllocator::take_chunk(std::size_t bytes) {
  unsigned size_class = class_of(bytes);
  std::size_t chunk_bytes = class_bytes(size_class);
  Run*& list = with_space_[size_class];
  Run* run = list;
  if (run == nullptr) {
    run = take_run(pages_of(std::max(least_run_bytes, chunks_per_run * chunk_bytes)), RunUse::chunks);
    if (run == nullptr) return nullptr;
    run->size_class = static_cast<std::uint8_t>(size_class);
    list = run;
  }
  void* chunk = run->chain;
  if (chunk != nullptr) {
    std::memcpy(&run->chain, chunk, sizeof run->chain);
  } else {
    chunk = static_cast<std::byte*>(PageRuns::memory_of(run)) + run->carved++ * chunk_bytes;
  }
  ++run->used;
  if (run->chain == nullptr && (run->carved + std::size_t{1}) * chunk_bytes > run->pages * page_bytes) {
    list = run->next;
    if (list != nullptr) list->previous = nullptr;
  }
  return chunk;
}

void PageAllocator::release_chunk(void* memory, Run* run) {
  std::size_t chunk_bytes = class_bytes(run->size_class);
  Run*& list = with_space_[run->size_class];
  bool was_full = run->chain == nullptr && (run->carved + std::size_t{1}) * chunk_bytes > run->pages * page_bytes;
  std::memcpy(memory, &run->chain, sizeof run->chain);
  run->chain = memory;
  --run->used;
  if (was_full) {
    run->previous = nullptr;
    run->next = list;
    if (list != nullptr) list->previous = run;
    list = run;
  }
  bool only = list == run && run->next == nullptr;
  if (run->used != 0 || only) return;
  if (run->next != nullptr) run->next->previous = run->previous;
  (run->previous != nullptr ? run->previous->next : list) = run->next;
  runs_.release(run);
}

void PageAllocator::release(void* memory, const Piece& piece) {
  if (piece.source == Source::chunk) return release_chunk(memory, piece.run);
  if (piece.source == Source::run) return runs_.release(piece.run);
  known_.remove(piece.mapping);
  mappings_.release(memory, piece.capacity);
}

// Null: it has to move.
void* PageAllocator::resize_in_place(void* memory, const Piece& piece, std::size_t bytes) {
  if (piece.source == Source::chunk) {
    return bytes >= least_chunk && bytes <= largest_chunk && class_of(bytes) == piece.run->size_class ? memory : nullptr;
  }
  if (piece.source == Source::run) {
    if (bytes <= largest_chunk || bytes > largest_run || !runs_.resize(piece.run, pages_of(bytes))) return nullptr;
    note_use();
    return memory;
  }
  if (bytes <= largest_run || bytes > PTRDIFF_MAX - page_bytes) return nullptr;
  std::size_t rounded = round_to_page(bytes);
  void* resized = mappings_.resize(memory, piece.capacity, rounded);
  if (resized == nullptr) return nullptr;
  known_.remove(piece.mapping);
  known_.add(resized, rounded);
  note_use();
  return resized;
}

// What malloc gave stays with it as long as it is small.
void* PageAllocator::resize(void* memory, std::size_t bytes) {
  Piece piece{Source::malloc, 0, nullptr, nullptr};
  {
    Lock lock(locked_);
    if (memory != nullptr) piece = locate(memory);
    bool is_malloced = piece.source == Source::malloc;
    if (bytes == 0) {
      if (!is_malloced) release(memory, piece);
    } else if (void* resized = is_malloced ? nullptr : resize_in_place(memory, piece, bytes)) {
      return resized;
    } else if (!by_malloc(bytes)) {
      void* moved = take(bytes);
      if (moved == nullptr || memory == nullptr) return moved;
      if (is_malloced) piece.capacity = malloc_usable_size(memory);
      std::memcpy(moved, memory, std::min(bytes, piece.capacity));
      if (is_malloced) {
        malloc_again(memory, 0);
      } else {
        release(memory, piece);
      }
      return moved;
    }
  }
  if (piece.source == Source::malloc) return malloc_again(memory, bytes);
  if (bytes == 0) return nullptr;
  void* moved = malloc_again(nullptr, bytes);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(bytes, piece.capacity));
  Lock lock(locked_);
  release(memory, locate(memory));
  return moved;
}

void PageAllocator::prepare_filling(void* piece, std::size_t bytes) {
  Lock lock(locked_);
  mappings_.prepare_filling(piece, round_to_page(bytes));
}

// --- giving back ----------------------------------------------------------------------------------------------------------

// Pages kept so that use can reach the level again: an eighth more, as the same pieces do not always find places in the same pages.
std::size_t PageAllocator::above(std::size_t level, std::size_t used) {
  level += level / 8;
  return level > used ? level - used : 0;
}

// A heap that has become small has short cycles: a large array that is dropped and made anew goes through many. So they are weighed by
// their peaks until the level of mappings is given up.
void PageAllocator::decide_what_stays() {
  std::size_t used = used_pages();
  turned_over_ += std::max(peak_, always_kept);
  if (mapped_peak_ >= mapped_level_ / 4 * 3) {
    mapped_level_ = std::min(std::max(mapped_peak_, mapped_level_), most_level);
    turned_over_ = 0;
  } else if (turned_over_ >= turnovers * mapped_level_) {
    mapped_level_ = mapped_peak_;
    turned_over_ = 0;
  }
  wanted_mapped_pages_ = above(mapped_level_, mappings_.used_pages());
  std::size_t by_peak = std::min(above(std::max(peak_, peak_before_), used), std::max(used, most_kept));
  wanted_pages_ = std::max({by_peak, wanted_mapped_pages_, always_kept});
  peak_before_ = peak_;
  peak_ = used;
  mapped_peak_ = mappings_.used_pages();
}

bool PageAllocator::give_back(bool begins, bool all) {
  Lock lock(locked_);
  if (begins) {
    decide_what_stays();
    if (all) {
      wanted_pages_ = kept_of_all;
      mapped_level_ = wanted_mapped_pages_ = 0;
    }
  }
  if (kept_pages() <= wanted_pages_) return false;
  bool mapped = mappings_.dirty_pages() > wanted_mapped_pages_ || runs_.dirty_pages() == 0;
  if (mapped && mappings_.discard(pages_per_slice) != 0) return kept_pages() > wanted_pages_;
  Arena* gone;
  runs_.discard(pages_per_slice, &gone);
  if (gone != nullptr) {
    known_.remove(known_.find(gone));
    runs_.unmap(gone);
  }
  return kept_pages() > wanted_pages_;
}

}  // namespace stdlib
