// SPDX-License-Identifier: MIT
// Cells from blocks, or from the allocator when they are large.
#include <algorithm>

#include "collector.hpp"

namespace gc {

namespace {
constexpr std::size_t piece_bytes = 2048;
}

void* Collector::take_cell(std::size_t bytes) {
  if (bytes <= max_small_cell) return take_small_cell(cell_class_of(bytes));
  if (bytes > PTRDIFF_MAX / 2) return nullptr;
  bytes = round_to_granule(bytes);
  void* memory = large_.take(bytes);
  if (memory == nullptr) return nullptr;
  heap_.cell_bytes_ += bytes;
  pacer_.charge(bytes);
  return memory;
}

void* Collector::take_small_cell(unsigned size_class) {
  std::size_t count = 0;
  FreeCell* chain = blocks_.take_chain(size_class, *this, &count);
  if (chain == nullptr) chain = blocks_.take_new_block(size_class, &count);
  if (chain == nullptr) return nullptr;
  std::size_t cell_bytes = cell_class_bytes(size_class);
  if (keeps_lists_hidden()) {
    blocks_.of_class(size_class).reserve = next_free(chain);
  } else {
    // While a cycle is under way it gets its turn after a few kilobytes, not after a block: steps are short then.
    if (heap_.phase_ != Phase::idle) count = blocks_.cut_chain(size_class, chain, std::max<std::size_t>(piece_bytes / cell_bytes, 1));
    heap_.free_cells_[size_class] = next_free(chain);
  }
  unpoison(chain, cell_bytes);
  heap_.cell_bytes_ += cell_bytes;
  pacer_.charge(count * cell_bytes);
  return chain;
}

Cell* Collector::allocate(KindId kind, std::size_t bytes) {
  if (kind >= kind_count_) fatal("allocation of an unknown kind");
  before_allocation(true);
  bool refuse = refused();
  void* memory = refuse ? nullptr : take_cell(bytes);
  if (memory == nullptr && emergency() && !refuse) memory = take_cell(bytes);
  if (memory == nullptr) throw OutOfMemory{};
  return heap_.new_cell(memory, kind);
}

void Collector::hide_free_memory() {
  blocks_.reserve_heads();
  storage_.hide_pages();
}

}  // namespace gc
