// SPDX-License-Identifier: MIT
// A heap's part of a collection. bdwgc.cpp states the order of the part in which the world is stopped; what follows, in
// slices, is advance().
#include <algorithm>

#include "collector.hpp"
#include "gc/cycle_client.hpp"

namespace gc {

namespace {
constexpr std::size_t units_per_marked_cell = 4;
}

// --- the mutator asks -----------------------------------------------------------------------------------------------------

void Collector::complete_cycle() {
  if (heap_.paused_ != 0 || heap_.phase_ == Phase::idle) return;
  Budget work = Budget::unlimited();
  advance(work);
}

void Collector::collect() {
  if (heap_.paused_ != 0) return;
  if (running_) fatal("a collection was asked for while the collector is at work");
  chronicle_.begin_pause();
  Budget work = Budget::unlimited();
  if (heap_.phase_ != Phase::idle) advance(work);  // what died since that flip is for the next one
  gives_all_back_ = true;
  advance(work);
  chronicle_.end_pause();
}

// A whole collection of bdwgc, to the flip, when nothing is left to be done of the last one; it counts as work. Then what
// follows the flip. True when the cycle is complete.
bool Collector::advance(Budget& work) {
  chronicle_.begin_pause();
  if (heap_.phase_ == Phase::idle) {
    bdwgc::collect();
    work.spend(units_per_marked_cell * cell_count_);
  }
  bool finished = heap_.phase_ == Phase::idle || advance_phases(work);  // idle: the host has disabled bdwgc
  chronicle_.end_pause();
  return finished;
}

bool Collector::advance_phases(Budget& work) {
  running_ = true;
  bool finished = heap_.phase_ != Phase::clearing || clear_slice(work);
  if (finished && heap_.phase_ == Phase::clearing) begin_sweep();
  finished = finished && sweep_slice(work);
  running_ = false;
  return finished;
}

// A new collection begins before the heap is through with the last one.
void Collector::finish_pending() {
  if (heap_.phase_ != Phase::clearing && heap_.phase_ != Phase::sweeping) return;
  chronicle_.begin_pause();
  collecting_ = true;
  Budget work = Budget::unlimited();
  advance_phases(work);
  collecting_ = false;
  chronicle_.end_pause();
}

// --- marking --------------------------------------------------------------------------------------------------------------

void Collector::begin_cycle() {
  chronicle_.begin_pause();
  chronicle_.begin_cycle();
  for (CycleClient* client : clients_) client->cycle_started();
  heap_.phase_ = Phase::marking;
  running_ = true;
}

void Collector::visit_roots() {
  roots_.visit(visitor_);
  finalizers_.visit_queue(visitor_);
}

void Collector::mark(Cell* cell) {
  cell->marks = static_cast<std::uint8_t>((cell->marks & ~(revived_even | revived_odd)) | revived_);
  cell->color = grey;
  bdwgc::reach(Prefix::of(cell));
}

void Collector::trace(Cell* cell) {
  cell->color = black;
  if ((cell->marks & watched) != 0) {
    cell->marks &= static_cast<std::uint8_t>(~watched);
    for (CycleClient* client : clients_) client->watched_cell_marked(cell, visitor_);
  }
  auto trace = kinds_[cell->kind].trace;
  if (trace == nullptr) return;
  for (std::size_t from = 0; from != trace_complete;) {
    visitor_.budget_ = PTRDIFF_MAX;
    from = trace(cell, visitor_, from);
  }
}

bool Collector::converge() {
  bool more = false;
  for (CycleClient* client : clients_) more |= client->converge(visitor_);
  return more;
}

void Collector::mark_everything() {
  for_each_cell([this](Cell* cell) {
    if (cell->color <= white_odd) mark(cell);
  });
}

// --- the flip -------------------------------------------------------------------------------------------------------------

// The instant of death. The other white is that of the newborn from here on.
void Collector::declare_dead() {
  chronicle_.enter(Stage::flip);
  heap_.dead_color_ = heap_.newborn_color_;
  heap_.dead_mark_ = heap_.parity_ == 0 ? revived_even : revived_odd;
  heap_.newborn_color_ = heap_.newborn_color_ == white_even ? white_odd : white_even;
  heap_.phase_ = Phase::reviving;
  ++heap_.flips_;
  clearing_client_ = 0;
  bytes_at_flip_ = heap_.bytes_in_use();
  swept_bytes_ = 0;
}

void Collector::before_resurrection() {
  for (CycleClient* client : clients_) client->before_resurrection(liveness());
}

// All of them are separated before the first is marked: a cell that only another's finalizer reaches gets its own.
void Collector::revive_finalizable() {
  Budget work = Budget::unlimited();
  finalizers_.begin_separation();
  finalizers_.separate_dead(heap_.dead_color_, work);
  revived_ = heap_.dead_mark_;
  finalizers_.visit_separated(visitor_, work);
}

void Collector::after_resurrection() {
  revived_ = 0;
  finalizers_.end_separation();
  heap_.finalizable_waiting_ = finalizers_.waiting();
  heap_.phase_ = Phase::clearing;
  for (CycleClient* client : clients_) client->after_resurrection(liveness());
  roots_.clear_stale();
}

// Edges that nothing has reached may yet be seen by finalizers of the host's objects: their targets die now.
void Collector::cut_host_edges() {
  for (HostEdge** link = &host_edges; *link != nullptr;) {
    HostEdge* edge = *link;
    if (bdwgc::is_reached(edge)) {
      link = &edge->next;
      continue;
    }
    *link = edge->next;
    edge->tag.set(nullptr, Tagged::host_edge);
    edge->content.target = nullptr;
  }
}

// Of the cells, bdwgc takes those that were free: the dead stay until the sweep has met them, the pinned for ever.
void Collector::retain_cells() {
  cell_count_ = 0;
  for (Prefix** link = &cells_; *link != nullptr;) {
    Prefix* prefix = *link;
    Cell* cell = prefix->cell();
    if (!is_free(cell)) {
      bdwgc::retain(prefix);
      ++cell_count_;
      link = &prefix->next;
      continue;
    }
    *link = prefix->next;
    memory_.discharge(sizeof(Prefix) + cell->extra);
    prefix->tag.clear();
  }
  std::fill_n(free_, cell_class_count, nullptr);
  std::fill_n(heap_.free_cells_, cell_class_count, nullptr);
  running_ = false;
  chronicle_.enter(Stage::clearing);
  chronicle_.end_pause();
}

// --- after the flip -------------------------------------------------------------------------------------------------------

void Collector::begin_sweep() {
  heap_.phase_ = Phase::sweeping;
  chronicle_.enter(Stage::sweeping);
  sweeping_ = &cells_;
  checkpoint();
}

bool Collector::sweep_slice(Budget& work) {
  while (Prefix* prefix = *sweeping_) {
    if (work.exhausted()) return false;
    work.spend(2);
    Cell* cell = prefix->cell();
    if (!is_free(cell)) {
      if (cell->color != heap_.dead_color_ || (cell->marks & pinned) != 0) {
        cell->color = heap_.newborn_color_;
        sweeping_ = &prefix->next;
        continue;
      }
      if (kinds_[cell->kind].fetch_dead != nullptr) work.spend(units_per_entry);
      if (!sweep(prefix)) {
        *sweeping_ = prefix->next;
        give_back(prefix);
        continue;
      }
    }
    sweeping_ = &prefix->next;
  }
  if (!give_back_slice(work)) return false;
  finish_cycle();
  return true;
}

// The cell is dead. True when it is kept, free.
bool Collector::sweep(Prefix* prefix) {
  Cell* cell = prefix->cell();
  std::size_t before = heap_.bytes_in_use();
  std::size_t bytes = bytes_of(cell);
  heap_.cell_bytes_ -= bytes;
  --cell_count_;
  destroy_cell(cell);
  swept_bytes_ += before - heap_.bytes_in_use();
  if (bytes <= max_small_cell && !gives_all_back_) {
    keep_free(prefix, cell_class_of(bytes));
    return true;
  }
  memory_.discharge(sizeof(Prefix) + bytes);
  return false;
}

void Collector::give_back(Prefix* prefix) {
  if (collecting_) {
    prefix->tag.clear();  // nothing refers to it: the collection that begins takes it
  } else {
    bdwgc::release(prefix);
  }
}

std::size_t Collector::bytes_of(const Cell* cell) const {
  std::size_t size = kinds_[cell->kind].size(cell);
  return size <= max_small_cell ? cell_class_bytes(cell_class_of(size)) : round_to_granule(size);
}

void Collector::destroy_cell(Cell* cell) {
  if (auto destroy = kinds_[cell->kind].destroy) destroy(cell, heap_);
}

void Collector::finish_cycle() {
  heap_.phase_ = Phase::idle;
  heap_.dead_color_ = no_color;
  heap_.dead_mark_ = 0;
  heap_.parity_ ^= 1;
  ++cycles_;
  gives_all_back_ = false;
  sweeping_ = nullptr;
  for (CycleClient* client : clients_) client->cycle_finished();
  std::size_t live = bytes_at_flip_ > swept_bytes_ ? bytes_at_flip_ - swept_bytes_ : 0;
  pacer_.set_live(live + (paced_bytes() - heap_.bytes_in_use()), heap_.pause_percent_);
  pacer_.forgive();
  chronicle_.end_cycle();
  checkpoint();
}

// --- what the interface asks of a collector whose marking is never interrupted ----------------------------------------------

void Visitor::mark_slow(Cell* cell) {
  if (observer_ != nullptr) return observer_->white_edge(cell);
  Collector::of(heap_).mark(cell);
}

void Visitor::visit_words(const void* begin, std::size_t bytes) {
  if (observer_ == nullptr) bdwgc::reach_words(begin, bytes);
}

// A black owner is one the sweep has not met; it is repainted so that the barrier falls silent.
void Heap::barrier_slow(Cell* owner, const Cell*) { owner->color = newborn_color_; }
void Heap::barrier_any_slow(Cell* owner) { owner->color = newborn_color_; }
void Heap::trace_again(Cell*) {}
void Heap::shade_slow(Cell*) {}
void Heap::restart_trace(Cell*) {}
void Heap::finish_reviving_slow() {}

}  // namespace gc
