// SPDX-License-Identifier: MIT
// The heap behind the interface when its cells are objects of bdwgc: exact for cells, conservative for what
// the host keeps in its own objects and on the C stack. A collection is in one piece to the flip; clearing and sweeping are in slices, as in the
// precise collector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bdwgc.hpp"
#include "budget.hpp"
#include "checker.hpp"
#include "chronicle.hpp"
#include "fatal.hpp"
#include "finalizer.hpp"
#include "gc/heap.hpp"
#include "memory.hpp"
#include "pacer.hpp"
#include "poison.hpp"
#include "roots.hpp"
#include "sequence.hpp"
#include "storage.hpp"

namespace gc {

class Collector {
 public:
  Collector(Heap& heap, std::size_t embedder_bytes);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  static Collector& of(const Heap& heap) { return *heap.collector_; }

  Memory& memory() { return memory_; }
  Roots& roots() { return roots_; }
  Finalizers& finalizers() { return finalizers_; }
  Pacer& pacer() { return pacer_; }
  Sequence<CycleClient*>& clients() { return clients_; }
  KindId add_kind(const Kind& kind, LateCells* late);
  const Kind& kind(KindId id) const { return kinds_[id]; }

  // allocate.cpp and allocate_storage.cpp: the slow paths. They may collect, and throw OutOfMemory.
  Cell* allocate(KindId kind, std::size_t bytes);
  void* allocate_storage(std::size_t bytes);
  void* storage_if_any(std::size_t bytes);
  void* resize_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes);
  void* shrink_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes);
  void release_storage(void* storage, std::size_t bytes);
  void hide_free_memory();

  // turn.cpp
  void account_external(std::ptrdiff_t bytes);
  bool step(std::size_t bytes);
  bool step_for(std::uint64_t nanoseconds, std::uint64_t* used);
  void restart_count() { until_collection_ = fewest_between_collections; }

  // cycle.cpp
  void collect();
  void complete_cycle();
  void collect_young() { collect(); }                // there are no generations: the mode is remembered, collections are full
  void forget_ages() const {}
  void set_generations(unsigned, unsigned) const {}
  Liveness liveness() const { return {heap_.dead_color_, heap_.dead_mark_}; }

  // cycle.cpp: this heap's part of a collection, in the order in which bdwgc.cpp calls it.
  void finish_pending();
  void begin_cycle();
  void visit_roots();
  void visit(Cell* cell) { visitor_.visit(cell); }
  void trace(Cell* cell);
  void mark(Cell* cell);
  bool converge();
  void declare_dead();
  void before_resurrection();
  void revive_finalizable();
  void after_resurrection();
  void cut_host_edges();
  void retain_cells();
  void mark_everything();
  Collector* next_heap = nullptr;
  Anchor* anchor = nullptr;
  HostEdge* host_edges = nullptr;

  // verify.cpp
  bool check(Complaint* complaint);
  void check_edge(Checker& checker, const Cell* target) const;

  template <class Visit>
  void for_each_cell(Visit visit) {
    for (Prefix* prefix = cells_; prefix != nullptr; prefix = prefix->next) {
      if (Cell* cell = prefix->cell(); !is_free(cell)) visit(cell);
    }
  }
  Statistics statistics() const;
  Chronicle& chronicle() { return chronicle_; }
  void set_giving_back(GivingBack giving_back) { giving_back_ = giving_back; }

 private:
  // turn.cpp
  void before_allocation(bool of_cell);
  void count_allocation();
  bool refused();
  void stress();
  bool emergency();
  std::size_t paced_bytes() const;

  // allocate.cpp
  Cell* take_cell(std::size_t bytes);
  Cell* take_small_cell(unsigned size_class);
  Cell* take_large_cell(std::size_t bytes);
  bool refill(unsigned size_class);
  void keep_free(Prefix* prefix, unsigned size_class);
  bool keeps_lists_hidden() const { return heap_.stress_period_ != 0 || heap_.failure_left_ != 0 || heap_.deterministic_; }
  std::size_t cells_in_use() const { return cell_count_; }

  // cycle.cpp
  bool advance(Budget& work);
  bool advance_phases(Budget& work);
  bool clear_slice(Budget& work);
  bool give_back_slice(Budget& work);
  void begin_sweep();
  bool sweep_slice(Budget& work);
  bool sweep(Prefix* prefix);
  void give_back(Prefix* prefix);
  std::size_t bytes_of(const Cell* cell) const;
  void destroy_cell(Cell* cell);
  void finish_cycle();
  void checkpoint();

  // verify.cpp
  bool check_cells(Checker& checker);
  bool check_cell(Checker& checker, Cell* cell);
  bool check_storage(Checker& checker);
  bool check_edges(Checker& checker);
  bool check_roots(Checker& checker);

  Heap& heap_;
  Memory memory_;
  Storage storage_;
  Roots roots_;
  Finalizers finalizers_;
  static constexpr std::size_t first_threshold = 1024 * 1024;  // a collection of bdwgc takes a while however small the heap
  Pacer pacer_;
  Chronicle chronicle_;
  Visitor visitor_;
  Sequence<CycleClient*> clients_;
  Prefix* cells_ = nullptr;                 // all, the free ones of small sizes among them
  FreeCell* free_[cell_class_count] = {};  // those that the fast path has not been shown. They go back to bdwgc at the flip
  std::size_t cell_count_ = 0;             // in use, or shown
  Prefix** sweeping_ = nullptr;  // the link to the next cell that the sweep looks at
  std::size_t clearing_client_ = 0;
  std::size_t bytes_at_flip_ = 0;
  std::size_t swept_bytes_ = 0;  // freed by the sweep since
  std::ptrdiff_t external_bytes_ = 0;
  static constexpr std::size_t fewest_between_collections = 1000;
  std::size_t until_collection_ = fewest_between_collections;  // cells, in deterministic mode
  std::uint64_t cycles_ = 0;
  std::uint8_t revived_ = 0;
  GivingBack giving_back_{nullptr, nullptr};
  bool gives_back_ = false;      // the allocator has been asked in this cycle
  bool gives_all_back_ = false;  // a collection was asked for, or is an emergency: the sweep keeps no free cells
  bool running_ = false;     // the collector is at work: nobody may allocate
  bool collecting_ = false;  // within a collection of bdwgc: nothing may be given back to it
  unsigned kind_count_ = 0;
  Kind kinds_[max_kinds];
};

}  // namespace gc
