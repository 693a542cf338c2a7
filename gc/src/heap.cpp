// SPDX-License-Identifier: MIT
// The heap's public face: its beginning, its end, and what needs no more than a word to the collector.
#include "gc/heap.hpp"

#include <new>

#include "collector.hpp"

namespace gc {

Heap::Heap(Allocator allocator, std::size_t embedder_bytes) : allocator_(allocator) {
  void* memory = allocator.function(allocator.context, nullptr, 0, sizeof(Collector));
  if (memory == nullptr) throw OutOfMemory{};
  collector_ = new (memory) Collector(*this, embedder_bytes);
}

Heap::~Heap() {
  collector_->~Collector();
  allocator_.function(allocator_.context, collector_, sizeof(Collector), 0);
}

KindId Heap::add_kind(const Kind& kind, LateCells* late) { return collector_->add_kind(kind, late); }
const Kind& Heap::kind(KindId id) const { return collector_->kind(id); }

void Heap::add_client(CycleClient& client) {
  if (!collector_->clients().push(collector_->memory(), &client)) throw OutOfMemory{};
}

Cell* Heap::allocate_slow(KindId kind, std::size_t bytes) { return collector_->allocate(kind, bytes); }
void* Heap::allocate_storage_slow(std::size_t bytes) { return collector_->allocate_storage(bytes); }
void* Heap::resize_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes) {
  return collector_->resize_storage(storage, old_bytes, new_bytes);
}
void* Heap::shrink_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes) noexcept {
  return collector_->shrink_storage(storage, old_bytes, new_bytes);
}
void* Heap::reallocate(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
  if (new_bytes != 0) return collector_->memory().resize(memory, old_bytes, new_bytes);
  if (memory != nullptr) collector_->memory().release(memory, old_bytes);
  return nullptr;
}
void Heap::free_storage(void* storage, std::size_t bytes) { collector_->release_storage(storage, bytes); }
void* Heap::storage_if_any(std::size_t bytes) noexcept { return collector_->storage_if_any(bytes); }
void Heap::account_external(std::ptrdiff_t bytes) { collector_->account_external(bytes); }

void Heap::collect() { collector_->collect(); }
void Heap::collect_young() { collector_->collect_young(); }
void Heap::complete_cycle() { collector_->complete_cycle(); }
void Heap::forget_ages() { collector_->forget_ages(); }
void Heap::set_generational(bool generational, unsigned minor_percent, unsigned major_percent) {
  generational_ = generational;
  collector_->set_generations(minor_percent, major_percent);
}
bool Heap::step(std::size_t bytes) {
  if (!deterministic_) return collector_->step(bytes);
  collect();
  return true;
}
bool Heap::step_for(std::uint64_t nanoseconds, std::uint64_t* used) { return collector_->step_for(nanoseconds, used); }
Liveness Heap::liveness() const { return collector_->liveness(); }

void Heap::set_stress(unsigned period, std::size_t step_bytes) {
  stress_period_ = stress_left_ = period;
  stress_step_ = step_bytes;
  if (period != 0) collector_->hide_free_memory();
}

unsigned Heap::set_failure(unsigned n) {
  unsigned left = failure_left_;
  failure_left_ = n;
  if (n != 0) collector_->hide_free_memory();
  return left;
}

void Heap::set_deterministic(bool deterministic) {
  deterministic_ = deterministic;
  if (!deterministic) return;
  collector_->hide_free_memory();
  collector_->restart_count();
}

void Heap::set_limits(std::size_t soft, std::size_t hard) {
  collector_->pacer().set_soft_limit(soft, pause_percent_);
  collector_->memory().set_limit(hard);
}
std::size_t Heap::soft_limit() const { return collector_->pacer().soft_limit(); }
std::size_t Heap::hard_limit() const { return collector_->memory().limit(); }

void Heap::set_listener(const Listener& listener) { collector_->chronicle().set_listener(listener); }
Listener Heap::listener() const { return collector_->chronicle().listener(); }
const Times& Heap::times() const { return collector_->chronicle().times(); }

void Heap::set_pacing(unsigned pause_percent, unsigned step_multiplier) {
  pause_percent_ = pause_percent;
  step_multiplier_ = step_multiplier;
  collector_->pacer().set_pause(pause_percent);
}

void Heap::for_each_cell(void (*visit)(Cell*, void*), void* context) {
  collector_->for_each_cell([=](Cell* cell) { visit(cell, context); });
}

void Heap::set_giving_back(GivingBack giving_back) { collector_->set_giving_back(giving_back); }

Statistics Heap::statistics() const { return collector_->statistics(); }

}  // namespace gc
