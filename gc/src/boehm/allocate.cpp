// SPDX-License-Identifier: MIT
// Cells from bdwgc: small ones a list at a time, of which the fast path is shown a handful; large ones one by one.
#include "collector.hpp"

namespace gc {

namespace {
constexpr std::size_t handful_bytes = 4096;
}

// A free cell of the size says in its header how many bytes it has.
void Collector::keep_free(Prefix* prefix, unsigned size_class) {
  auto* cell = static_cast<FreeCell*>(prefix->cell());
  set_free(cell);
  cell->extra = static_cast<std::uint32_t>(cell_class_bytes(size_class));
  cell->next = free_[size_class];
  free_[size_class] = cell;
}

// As many as bdwgc gives at a time, and as the limit allows.
bool Collector::refill(unsigned size_class) {
  std::size_t bytes = sizeof(Prefix) + cell_class_bytes(size_class);
  for (Prefix *prefix = bdwgc::allocate_list(bytes), *next; prefix != nullptr; prefix = next) {
    next = bdwgc::next_of(prefix);
    if (!memory_.charge(bytes)) {
      bdwgc::release(prefix);
      continue;
    }
    prefix->tag.set(this, Tagged::cell);
    prefix->next = cells_;
    cells_ = prefix;
    keep_free(prefix, size_class);
  }
  return free_[size_class] != nullptr;
}

Cell* Collector::take_small_cell(unsigned size_class) {
  if (free_[size_class] == nullptr && !refill(size_class)) return nullptr;
  std::size_t bytes = cell_class_bytes(size_class);
  std::size_t most = keeps_lists_hidden() ? 1 : handful_bytes / bytes;
  FreeCell* first = free_[size_class];
  FreeCell* last = first;
  std::size_t count = 1;
  for (; count < most && last->next != nullptr; ++count) last = last->next;
  free_[size_class] = last->next;
  last->next = nullptr;
  heap_.free_cells_[size_class] = first->next;
  cell_count_ += count;
  heap_.cell_bytes_ += bytes;
  pacer_.charge(count * bytes);
  return first;
}

Cell* Collector::take_large_cell(std::size_t bytes) {
  if (bytes > PTRDIFF_MAX / 2) return nullptr;
  bytes = round_to_granule(bytes);
  if (!memory_.charge(sizeof(Prefix) + bytes)) return nullptr;
  auto* prefix = static_cast<Prefix*>(bdwgc::allocate(sizeof(Prefix) + bytes, true));
  if (prefix == nullptr) {
    memory_.discharge(sizeof(Prefix) + bytes);
    return nullptr;
  }
  prefix->tag.set(this, Tagged::cell);
  prefix->next = cells_;
  cells_ = prefix;
  ++cell_count_;
  heap_.cell_bytes_ += bytes;
  pacer_.charge(bytes);
  return prefix->cell();
}

Cell* Collector::take_cell(std::size_t bytes) {
  return bytes <= max_small_cell ? take_small_cell(cell_class_of(bytes)) : take_large_cell(bytes);
}

Cell* Collector::allocate(KindId kind, std::size_t bytes) {
  if (kind >= kind_count_) fatal("allocation of an unknown kind");
  before_allocation(true);
  bool refuse = refused();
  Cell* cell = refuse ? nullptr : take_cell(bytes);
  if (cell == nullptr && emergency() && !refuse) cell = take_cell(bytes);
  if (cell == nullptr) throw OutOfMemory{};
  return heap_.new_cell(cell, kind);
}

void Collector::hide_free_memory() {
  storage_.hide_pages();
  for (unsigned size_class = 0; size_class < cell_class_count; ++size_class) {
    while (FreeCell* cell = heap_.free_cells_[size_class]) {
      heap_.free_cells_[size_class] = cell->next;
      cell->next = free_[size_class];
      free_[size_class] = cell;
      --cell_count_;
    }
  }
}

}  // namespace gc
