// SPDX-License-Identifier: MIT
// The heap behind the interface: its parts, and the cycle that moves them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "block.hpp"
#include "checker.hpp"
#include "chronicle.hpp"
#include "fatal.hpp"
#include "finalizer.hpp"
#include "gc/heap.hpp"
#include "large.hpp"
#include "mark.hpp"
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
  static Collector& of(Heap& heap) { return *heap.collector_; }

  Memory& memory() { return memory_; }
  Marker& marker() { return marker_; }
  Roots& roots() { return roots_; }
  Finalizers& finalizers() { return finalizers_; }
  Pacer& pacer() { return pacer_; }
  Sequence<CycleClient*>& clients() { return clients_; }
  KindId add_kind(const Kind& kind, LateCells* late);
  const Kind& kind(KindId id) const { return *kinds_[id]; }

  // allocate.cpp and allocate_storage.cpp: the slow paths. They may collect, and throw OutOfMemory.
  Cell* allocate(KindId kind, std::size_t bytes);
  void* allocate_storage(std::size_t bytes);
  void* storage_if_any(std::size_t bytes);
  void* resize_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes);
  void* shrink_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes);
  void release_storage(void* storage, std::size_t bytes);
  // The fast paths find nothing from now on, until a slow path shows them something again.
  void hide_free_memory();

  // turn.cpp
  void account_external(std::ptrdiff_t bytes);
  bool step(std::size_t bytes);
  bool step_for(std::uint64_t nanoseconds, std::uint64_t* used);
  void restart_count() { until_collection_ = fewest_between_collections; }

  // cycle.cpp
  void collect();
  void finish_reviving();
  void collect_young();
  void complete_cycle();
  void forget_ages();
  // Does what survives the running cycle become old?
  bool will_keep_old() const { return heap_.generational_ || heap_.minor_; }
  void set_generations(unsigned minor_percent, unsigned major_percent) {
    minor_percent_ = minor_percent;
    major_percent_ = major_percent;
  }
  Liveness liveness() const { return {heap_.dead_color_, heap_.dead_mark_}; }

  // sweep.cpp: the next unswept block, just taken off its list, is swept and filed. Returns what it cost,
  // in units of a Budget.
  std::size_t sweep_block(Block* block);

  // verify.cpp
  bool check(Complaint* complaint);
  void check_edge(Checker& checker, const Cell* target) const;

  template <class Visit>
  void for_each_cell(Visit visit) {
    blocks_.for_each_block([&](Block* block) {
      for (std::size_t index = 0; index < block->capacity; ++index) {
        if (Cell* cell = block->cell(index); !is_free(cell)) visit(cell);
      }
    });
    large_.for_each([&](LargeCell* large) { visit(large->cell()); });
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
  bool keeps_lists_hidden() const {
    return address_sanitizer || heap_.stress_period_ != 0 || heap_.failure_left_ != 0 || heap_.deterministic_;
  }
  std::size_t cells_in_use() const { return blocks_.cells_in_use() + large_.count(); }
  void* take_cell(std::size_t bytes);
  void* take_small_cell(unsigned size_class);

  // cycle.cpp
  bool advance(Budget& work);
  bool advance_phases(Budget& work);
  void choose_cycle();
  void begin_repainting();
  void end_repainting();
  void begin_cycle();
  bool mark_slice(Budget& work);
  bool prepare_flip(Budget& work);
  void flip();
  void mark_all_reachable();
  bool drain_and_converge(Budget& work);
  void declare_dead();
  void begin_reviving();
  bool revive_slice(Budget& work);
  void end_reviving();
  bool clear_slice(Budget& work);
  bool give_back_slice(Budget& work);
  void finish_cycle();
  void checkpoint();

  // sweep.cpp
  void begin_sweep();
  bool sweep_slice(Budget& work);
  enum class Painting : std::uint8_t { newborn, kept, repainted };  // survivors; in the generational mode; before a major cycle
  Painting painting() const;
  template <Painting painting>
  std::size_t sweep_block_as(Block* block);
  template <Painting painting>
  bool paint_survivor(Cell* cell, std::uint8_t newborn);
  bool sweep_cell(Cell* cell);  // true: the cell was dead, and its kind has released what it owned
  std::size_t fetch_for_dead(std::byte* place, const std::byte* end, std::size_t cell_bytes);
  void destroy_cell(Cell* cell);

  // verify.cpp
  bool check_cells(Checker& checker);
  bool check_cell(Checker& checker, const Cell* cell, std::size_t bytes);
  bool check_free_lists(Checker& checker);
  bool check_chain(Checker& checker, const FreeCell* chain, const Block* block, std::size_t* count);
  bool check_storage(Checker& checker);
  bool check_edges(Checker& checker);
  bool check_roots(Checker& checker);

  Heap& heap_;
  Memory memory_;
  Blocks blocks_;
  LargeCells large_;
  Storage storage_;
  Marker marker_;
  Roots roots_;
  Finalizers finalizers_;
  static constexpr std::size_t first_threshold = 64 * 1024;
  Pacer pacer_;
  Chronicle chronicle_;
  Sequence<CycleClient*> clients_;
  bool major_wanted_ = false;  // the next one
  unsigned minor_percent_ = 20;
  unsigned major_percent_ = 100;
  std::size_t major_growth_ = SIZE_MAX;
  std::size_t major_threshold_ = SIZE_MAX;
  std::size_t live_bytes_ = 0;         // after the cycle before
  std::size_t bytes_turned_over_ = 0;  // allocated since the last major cycle
  std::size_t clearing_client_ = 0;
  std::size_t bytes_at_flip_ = 0;
  std::size_t swept_bytes_ = 0;  // freed by the sweep since
  GivingBack giving_back_{nullptr, nullptr};
  bool gives_back_ = false;      // the allocator has been asked in this cycle
  bool gives_all_back_ = false;  // a collection was asked for, or is an emergency: the sweep keeps no empty blocks
  std::ptrdiff_t external_bytes_ = 0;
  static constexpr std::size_t fewest_between_collections = 1000;
  std::size_t until_collection_ = fewest_between_collections;  // cells, in deterministic mode
  std::uint64_t cycles_ = 0;
  bool running_ = false;  // the collector is at work: nobody may allocate
  unsigned kind_count_ = 0;
  std::uint32_t destroying_kinds_ = 0;  // one bit for each kind that has a destroy,
  std::uint32_t fetching_dead_kinds_ = 0;  // and a fetch_dead
  static_assert(max_kinds <= 32);
  const Kind* kinds_[max_kinds] = {};
};

}  // namespace gc
