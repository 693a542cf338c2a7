// SPDX-License-Identifier: MIT
// Sweeping: a block at a time, by the allocator when it wants cells of that size, by the cycle's steps otherwise.
#include <algorithm>

#include "collector.hpp"

namespace gc {

namespace {

constexpr std::size_t cells_per_unit = 8;
constexpr std::size_t cells_fetched_for = 16;
constexpr std::size_t least_heap_fetched_for = std::size_t{8} << 20;  // what is smaller lies in caches

}  // namespace

void Collector::begin_sweep() {
  heap_.phase_ = Phase::sweeping;
  chronicle_.enter(Stage::sweeping);
  blocks_.begin_sweep(gives_all_back_, heap_.minor_);
  large_.begin_sweep(heap_.minor_);
}

bool Collector::sweep_slice(Budget& work) {
  while (!work.exhausted()) {
    if (Block* block = blocks_.next_unswept()) {
      work.spend(sweep_block(block));
    } else if (LargeCell* large = large_.next_unswept()) {
      work.spend(8);
      std::size_t before = heap_.bytes_in_use();
      if (sweep_cell(large->cell())) {
        heap_.cell_bytes_ -= large->bytes;
        large_.release(large);
      } else {
        large_.keep(large, heap_.keeps_old_ && large->cell()->color <= white_odd);
      }
      swept_bytes_ += before - heap_.bytes_in_use();
    } else {
      return true;
    }
  }
  return false;
}

// What a cell that stays becomes. Old ones stay black, those that wait for the next cycle grey, and the young, born since the
// flip, white: true for these. (`kept` writes nothing to a cell that is usual: memory that has only been read need not be
// written back.)
template <Collector::Painting painting>
[[gnu::always_inline]] inline bool Collector::paint_survivor(Cell* cell, std::uint8_t newborn) {
  if constexpr (painting == Painting::kept) {
    if (cell->color > white_odd) {
      if ((cell->marks & (revived_even | revived_odd)) != 0) {  // it may not be marked again for long
        cell->marks &= static_cast<std::uint8_t>(~(revived_even | revived_odd));
      }
      return false;
    }
  }
  if constexpr (painting == Painting::repainted) cell->marks &= static_cast<std::uint8_t>(~remembered);
  cell->color = newborn;
  return painting != Painting::newborn;
}

Collector::Painting Collector::painting() const {
  if (heap_.phase_ == Phase::repainting) return Painting::repainted;
  return heap_.keeps_old_ ? Painting::kept : Painting::newborn;
}

// What the dead of a group of cells will touch when they are destroyed comes from memory meanwhile, for all of them at once. Returns
// for how many.
std::size_t Collector::fetch_for_dead(std::byte* place, const std::byte* end, std::size_t cell_bytes) {
  const Cell* found[cells_fetched_for];
  std::size_t count = 0;
  for (; place != end; place += cell_bytes) {
    auto* cell = reinterpret_cast<Cell*>(place);
    if (is_free(cell) || cell->color != heap_.dead_color_ || (fetching_dead_kinds_ >> cell->kind & 1) == 0) continue;
    kinds_[cell->kind]->fetch_dead(cell, heap_, false);
    found[count++] = cell;
  }
  for (std::size_t i = 0; i < count; ++i) kinds_[found[i]->kind]->fetch_dead(found[i], heap_, true);
  return count;
}

std::size_t Collector::sweep_block(Block* block) {
  switch (painting()) {
    case Painting::newborn: return sweep_block_as<Painting::newborn>(block);
    case Painting::kept: return sweep_block_as<Painting::kept>(block);
    case Painting::repainted: break;
  }
  return sweep_block_as<Painting::repainted>(block);
}

// Builds the chain of free cells in the order of addresses. What the loop compares with is kept in locals: its stores
// could be stores to the heap's fields for all the compiler knows.
template <Collector::Painting painting>
std::size_t Collector::sweep_block_as(Block* block) {
  std::size_t before = heap_.bytes_in_use();
  std::uint32_t old_free_count = block->free_count;
  FreeCell anchor;
  FreeCell* last = &anchor;
  std::uint32_t free_count = 0;
  std::uint32_t dead_count = 0;
  std::size_t fetched_for = 0;
  const std::uint8_t dead = heap_.dead_color_;
  const std::uint8_t newborn = heap_.newborn_color_;
  bool has_young = false;
  const std::uint32_t destroying = destroying_kinds_;
  const std::size_t cell_bytes = block->cell_bytes;
  const std::size_t capacity = block->capacity;
  auto* const end = reinterpret_cast<std::byte*>(block->cell(block->capacity));
  const std::uint32_t fetching = before >= least_heap_fetched_for ? fetching_dead_kinds_ : 0;
  auto* const begin = reinterpret_cast<std::byte*>(block->cell(0));
  auto* fetched = begin;
  for (auto* place = begin; place != end; place += cell_bytes) {
    __builtin_prefetch(place + sweep_bytes_ahead);
    auto* cell = reinterpret_cast<FreeCell*>(place);
    if (!is_free(cell)) {
      if (cell->color != dead || (cell->marks & pinned) != 0) {
        has_young |= paint_survivor<painting>(cell, newborn);
        continue;
      }
      if ((destroying >> cell->kind & 1) != 0) {
        if ((fetching >> cell->kind & 1) != 0 && place >= fetched) {
          fetched = place + std::min(cells_fetched_for * cell_bytes, static_cast<std::size_t>(end - place));
          fetched_for += fetch_for_dead(place, fetched, cell_bytes);
        }
        destroy_cell(cell);
      }
      set_free(cell);
      poison(cell, cell_bytes);
      ++dead_count;
    }
    set_next_free(last, cell);
    last = cell;
    ++free_count;
  }
  set_next_free(last, nullptr);
  block->free = anchor.next;
  block->free_count = free_count;
  heap_.cell_bytes_ -= dead_count * cell_bytes;
  swept_bytes_ += before - heap_.bytes_in_use();
  blocks_.swept(block, old_free_count, has_young);
  return 8 + (capacity + cells_per_unit - 1) / cells_per_unit + dead_count + fetched_for * units_per_entry;
}

bool Collector::sweep_cell(Cell* cell) {
  if (cell->color == heap_.dead_color_ && (cell->marks & pinned) == 0) {
    destroy_cell(cell);
    return true;
  }
  switch (painting()) {
    case Painting::newborn: paint_survivor<Painting::newborn>(cell, heap_.newborn_color_); break;
    case Painting::kept: paint_survivor<Painting::kept>(cell, heap_.newborn_color_); break;
    case Painting::repainted: paint_survivor<Painting::repainted>(cell, heap_.newborn_color_); break;
  }
  return false;
}

void Collector::destroy_cell(Cell* cell) {
  if (auto destroy = kinds_[cell->kind]->destroy) destroy(cell, heap_);
}

}  // namespace gc
