// SPDX-License-Identifier: MIT
// Sweeping: a block at a time, by the allocator when it wants cells of that size, by the cycle's steps otherwise.
#include "collector.hpp"

namespace gc {

void Collector::begin_sweep() {
  heap_.phase_ = Phase::sweeping;
  blocks_.begin_sweep();
  large_.begin_sweep();
}

bool Collector::sweep_slice(Budget& work) {
  while (!work.exhausted()) {
    if (Block* block = blocks_.next_unswept()) {
      work.spend(8 + block->capacity / 2);
      sweep_block(block);
    } else if (LargeCell* large = large_.next_unswept()) {
      work.spend(8);
      std::size_t before = heap_.bytes_in_use();
      if (sweep_cell(large->cell())) {
        heap_.cell_bytes_ -= large->bytes;
        large_.release(large);
      } else {
        large_.keep(large);
      }
      swept_bytes_ += before - heap_.bytes_in_use();
    } else {
      return true;
    }
  }
  return false;
}

// Builds the chain of free cells in the order of addresses.
void Collector::sweep_block(Block* block) {
  std::size_t before = heap_.bytes_in_use();
  std::uint32_t old_free_count = block->free_count;
  FreeCell* first = nullptr;
  FreeCell* last = nullptr;
  std::uint32_t free_count = 0;
  for (std::size_t index = 0; index < block->capacity; ++index) {
    Cell* cell = block->cell(index);
    if (!is_free(cell)) {
      if (!sweep_cell(cell)) continue;
      heap_.cell_bytes_ -= block->cell_bytes;
      set_free(cell);
      poison(cell, block->cell_bytes);
    }
    auto* free = static_cast<FreeCell*>(cell);
    if (last == nullptr) {
      first = free;
    } else {
      set_next_free(last, free);
    }
    last = free;
    ++free_count;
  }
  if (last != nullptr) set_next_free(last, nullptr);
  block->free = first;
  block->free_count = free_count;
  swept_bytes_ += before - heap_.bytes_in_use();
  blocks_.swept(block, old_free_count);
}

bool Collector::sweep_cell(Cell* cell) {
  if (cell->color == heap_.dead_color_ && (cell->marks & pinned) == 0) {
    destroy_cell(cell);
    return true;
  }
  cell->color = heap_.newborn_color_;
  return false;
}

void Collector::destroy_cell(Cell* cell) {
  if (auto destroy = kinds_[cell->kind].destroy) destroy(cell, heap_);
}

}  // namespace gc
