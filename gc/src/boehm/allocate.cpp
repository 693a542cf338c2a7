// SPDX-License-Identifier: MIT
// Cells from bdwgc. A collection may happen here, or whenever the host allocates from bdwgc: both are places where nobody
// holds a cell that is not rooted.
#include "collector.hpp"

namespace gc {

Prefix* Collector::take_cell(std::size_t bytes) {
  if (!memory_.charge(sizeof(Prefix) + bytes)) return nullptr;
  bool hold = heap_.paused_ != 0 || heap_.stopped_ || heap_.deterministic_;
  auto* prefix = static_cast<Prefix*>(bdwgc::allocate(sizeof(Prefix) + bytes, hold));
  if (prefix == nullptr) memory_.discharge(sizeof(Prefix) + bytes);
  return prefix;
}

Cell* Collector::allocate(KindId kind, std::size_t bytes) {
  if (kind >= kind_count_) fatal("allocation of an unknown kind");
  before_allocation(true);
  if (bytes > PTRDIFF_MAX / 2) throw OutOfMemory{};
  bytes = round_to_granule(bytes);
  bool refuse = refused();
  Prefix* prefix = refuse ? nullptr : take_cell(bytes);
  if (prefix == nullptr && emergency() && !refuse) prefix = take_cell(bytes);
  if (prefix == nullptr) throw OutOfMemory{};
  prefix->tag.set(this, Tagged::cell);
  prefix->next = cells_;
  cells_ = prefix;
  ++cell_count_;
  heap_.cell_bytes_ += bytes;
  pacer_.charge(bytes);
  return heap_.new_cell(prefix->cell(), kind);
}

}  // namespace gc
