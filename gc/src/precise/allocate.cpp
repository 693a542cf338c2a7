// SPDX-License-Identifier: MIT
// The slow paths of allocation: here, and nowhere else, the collector gets its turn.
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
  if (heap_.stress_step_ == 0) return collect();
  step(heap_.stress_step_);
  checkpoint();
}

// The next collection comes when as many cells have been allocated as were alive after this one.
void Collector::count_allocation() {
  if (--until_collection_ != 0) return;
  collect();
  until_collection_ = std::max(blocks_.cells_in_use() + large_.count(), fewest_between_collections);
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
  FreeCell*& rest = keeps_lists_hidden() ? blocks_.of_class(size_class).reserve : heap_.free_cells_[size_class];
  rest = next_free(chain);
  unpoison(chain, cell_class_bytes(size_class));
  heap_.cell_bytes_ += cell_class_bytes(size_class);
  pacer_.charge(count * cell_class_bytes(size_class));
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

// The fast paths are told to stop when it is time for a step: the cells themselves may be few and small.
void Collector::account_external(std::ptrdiff_t bytes) {
  external_bytes_ += bytes;
  if (bytes <= 0) return;
  pacer_.charge(static_cast<std::size_t>(bytes));
  if (heap_.phase_ == Phase::idle ? pacer_.cycle_due(paced_bytes()) : pacer_.due()) hide_free_memory();
}

void Collector::hide_free_memory() {
  blocks_.reserve_heads();
  storage_.hide_pages();
}

}  // namespace gc
