// SPDX-License-Identifier: MIT
// When the collector gets its turn: in the slow paths of allocation, and when it is asked for a step.
#include <algorithm>

#include "collector.hpp"
#include "gc/cycle_client.hpp"

namespace gc {

void Collector::before_allocation(bool of_cell) {
  if (running_) fatal("allocation while the collector is at work");
  for (CycleClient* client : clients_) client->allocating();
  if (heap_.paused_ != 0 || heap_.stopped_) return pacer_.forgive();
  if (heap_.deterministic_ && of_cell) count_allocation();
  if (heap_.stress_period_ != 0) return stress();
  if (heap_.deterministic_) return;
  if (heap_.phase_ == Phase::idle) {
    if (!pacer_.cycle_due(paced_bytes())) return pacer_.forgive();
  } else if (!pacer_.due()) {
    return;
  }
  Budget work = pacer_.pay(heap_.step_multiplier_, paced_bytes());
  advance(work);
}

void Collector::stress() {
  if (--heap_.stress_left_ != 0) return;
  heap_.stress_left_ = heap_.stress_period_;
  if (heap_.stress_step_ == 0) return heap_.generational_ ? collect_young() : collect();
  step(heap_.stress_step_);
  checkpoint();
}

// The next collection comes when as many cells have been allocated as were alive after this one.
void Collector::count_allocation() {
  if (--until_collection_ != 0) return;
  collect();
  until_collection_ = std::max(cells_in_use(), fewest_between_collections);
}

// Is it the turn of an allocation that is to fail?
bool Collector::refused() {
  if (heap_.failure_left_ > 1) --heap_.failure_left_;
  else if (heap_.failure_left_ == 1) return true;
  return false;
}

std::size_t Collector::paced_bytes() const {
  auto external = static_cast<std::size_t>(std::max<std::ptrdiff_t>(external_bytes_, 0));
  return heap_.bytes_in_use() + external;
}

// The allocator has no more: what is dead goes back to it. False when nothing may be done.
bool Collector::emergency() {
  if (heap_.paused_ != 0) return false;
  collect();
  return true;
}

// The fast paths are told to stop when it is time for a step: the cells themselves may be few and small.
void Collector::account_external(std::ptrdiff_t bytes) {
  external_bytes_ += bytes;
  if (bytes <= 0) return;
  pacer_.charge(static_cast<std::size_t>(bytes));
  if (heap_.phase_ == Phase::idle ? pacer_.cycle_due(paced_bytes()) : pacer_.due()) hide_free_memory();
}

bool Collector::step(std::size_t bytes) {
  if (heap_.paused_ != 0) return false;
  Budget work = Pacer::work_for(bytes, heap_.step_multiplier_);
  return advance(work);
}

// In pieces that take some microseconds, but for those that cannot be divided.
bool Collector::step_for(std::uint64_t nanoseconds, std::uint64_t* used) {
  constexpr std::size_t piece_bytes = 4096;
  bool finished = false;
  chronicle_.begin_pause();
  if (heap_.paused_ == 0) {
    do {
      Budget work = Pacer::work_for(piece_bytes, heap_.step_multiplier_);
      finished = advance(work);
    } while (!finished && chronicle_.elapsed() < nanoseconds);
  }
  *used = chronicle_.elapsed();
  chronicle_.end_pause();
  return finished;
}

}  // namespace gc
