// SPDX-License-Identifier: MIT
// Cells from bdwgc. A collection may happen here, or whenever the host allocates from bdwgc: both are places where nobody
// holds a cell that is not rooted.
#include <algorithm>

#include "collector.hpp"

namespace gc {

void Collector::before_allocation() {
  if (running_) fatal("allocation while the collector is at work");
  if (heap_.paused_ != 0 || heap_.stopped_) return pacer_.forgive();
  if (heap_.stress_period_ != 0) return stress();
  if (heap_.phase_ == Phase::idle) {
    if (!pacer_.cycle_due(paced_bytes())) return pacer_.forgive();
    bdwgc::collect();
  } else if (!pacer_.due()) {
    return;
  }
  Budget work = pacer_.pay(heap_.step_multiplier_);
  advance(work);
}

void Collector::stress() {
  if (--heap_.stress_left_ != 0) return;
  heap_.stress_left_ = heap_.stress_period_;
  if (heap_.stress_step_ == 0) return collect();
  step(heap_.stress_step_);
  checkpoint();
}

std::size_t Collector::paced_bytes() const {
  auto external = static_cast<std::size_t>(std::max<std::ptrdiff_t>(external_bytes_, 0));
  return heap_.bytes_in_use() + external;
}

bool Collector::emergency() {
  if (heap_.paused_ != 0) return false;
  collect();
  return true;
}

Cell* Collector::allocate(KindId kind, std::size_t bytes) {
  if (kind >= kind_count_) fatal("allocation of an unknown kind");
  before_allocation();
  if (bytes > PTRDIFF_MAX / 2) throw OutOfMemory{};
  bytes = round_to_granule(bytes);
  bool hold = heap_.paused_ != 0 || heap_.stopped_;
  void* object = bdwgc::allocate(sizeof(Prefix) + bytes, hold);
  if (object == nullptr && emergency()) object = bdwgc::allocate(sizeof(Prefix) + bytes, hold);
  if (object == nullptr) throw OutOfMemory{};
  auto* prefix = static_cast<Prefix*>(object);
  prefix->tag.set(this, Tagged::cell);
  prefix->next = cells_;
  cells_ = prefix;
  ++cell_count_;
  heap_.cell_bytes_ += bytes;
  pacer_.charge(bytes);
  return heap_.new_cell(prefix->cell(), kind);
}

}  // namespace gc
