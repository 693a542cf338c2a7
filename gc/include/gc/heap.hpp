// SPDX-License-Identifier: MIT
// The heap: kinds, cells, storage, collection, finalizers, roots. Two implementations stand behind this header
// (gc/src/precise, gc/src/boehm). One heap belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"
#include "gc/events.hpp"
#include "gc/kind.hpp"
#include "gc/liveness.hpp"
#include "gc/size_class.hpp"
#include "gc/visitor.hpp"

namespace gc {

class CycleClient;
class RootProvider;
class HandleBase;
class Collector;
struct FreeCell;
struct StoragePage;

// The function that serves all memory of the heap, blocks included; the protocol of lua_Alloc (manual 4.6): new_size 0
// frees, otherwise allocates or resizes, null on failure. Any call that grows may fail.
struct Allocator {
  void* (*function)(void* context, void* pointer, std::size_t old_size, std::size_t new_size);
  void* context;
};

// What an allocator that keeps freed memory for later gives back at the end of a cycle, in slices: called until it returns false.
// The first call of a cycle has `cycle_ended`. `all`: a collection was asked for, or the allocator has refused. It may not use the heap.
struct GivingBack {
  bool (*function)(void* context, bool cycle_ended, bool all);
  void* context;
};

// Handles form a circle through the heap (root.hpp).
struct HandleLink {
  HandleLink* previous;
  HandleLink* next;
};

// What the verifier found wrong.
struct Complaint {
  char text[200];
};

// Thrown by allocation when the allocator still fails after an emergency collection. Holds nothing, allocates nothing.
struct OutOfMemory {};

enum class Phase : std::uint8_t { idle, repainting, marking, reviving, clearing, sweeping };

struct Statistics {
  std::size_t bytes_in_use;    // cells and storage, as counted for pacing
  std::size_t bytes_reserved;  // what the heap (and its embedder) holds from the allocator
  std::size_t bytes_external;  // of account_external
  std::size_t cells_in_use;    // exact after a full collection, an upper bound otherwise
  std::uint64_t cycles;        // complete cycles so far
};

class Heap {
 public:
  // Throws OutOfMemory when the first blocks cannot be had.
  // `embedder_bytes`: what the embedder has had from the same allocator for itself, this object included (bytes_reserved
  // begins with it).
  explicit Heap(Allocator allocator, std::size_t embedder_bytes = 0);
  // Destroys every cell (Kind::destroy is called for each), runs no finalizer, returns all memory.
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // --- kinds, roots, clients: before the first allocation of that kind ---------------------------------------------
  // The kind stays where it is as long as the heap lives, and so does `late`, where its cells wait: one place for all kinds that
  // have any.
  KindId add_kind(const Kind& kind, LateCells* late = nullptr);
  KindId add_kind(const Kind&&, LateCells* late = nullptr) = delete;
  const Kind& kind(KindId id) const;
  void add_roots(RootProvider& provider);
  void remove_roots(RootProvider& provider);
  void add_client(CycleClient& client);

  // --- cells --------------------------------------------------------------------------------------------------------
  // A new cell of `bytes` bytes (at least sizeof(Cell); rounded up to 8), header set, the rest uninitialised: the caller
  // fills it before the next allocation. May collect first, so whatever the caller holds must be rooted; never runs
  // finalizers or callbacks. Cells never move. Throws OutOfMemory.
  // Allocation during a collection (from a trace, a destroy, a client) aborts the program.
  inline Cell* allocate(KindId kind, std::size_t bytes);
  // The same, given the class (cell_class_of), where no call may be made: null when `allocate` has to be asked. Never collects.
  inline Cell* allocate_at_once(KindId kind, unsigned size_class);
  // The same for a multiple of 8 from 16 to max_fine_cell bytes.
  inline Cell* allocate_fine(KindId kind, std::size_t bytes);

  // The collector may not run between these two calls (nestable). Emergency collections do not run either.
  void pause() { ++paused_; }
  void resume() { --paused_; }

  // A cell without edges (a string, say) that is never freed from now on.
  void pin(Cell* cell) { cell->marks |= pinned; }

  // --- storage: memory owned by exactly one cell, released in its kind's destroy --------------------------------------
  // Uninitialised, aligned to 8. May collect first (as allocate). Throws OutOfMemory. Zero bytes give null.
  inline void* allocate_storage(std::size_t bytes);
  // Grows; contents kept. May collect first. Throws OutOfMemory: the old storage stands then. To fewer bytes it goes as
  // shrink_storage does, and throws where that gives null.
  void* resize_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes);
  // Shrinks to at least one byte; contents kept as far as they go. Never collects, never throws. Null when there is no
  // smaller piece to be had: the old storage stands, at its old size, and that is all there is to it.
  void* shrink_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes) noexcept;
  void free_storage(void* storage, std::size_t bytes);
  // Storage without a collection and without an exception: null when there is none. May be called while the collector runs.
  void* storage_if_any(std::size_t bytes) noexcept;
  // Memory for the embedder's own book-keeping, straight from the allocator: counted in bytes_reserved and against the hard
  // limit, not in bytes_in_use. Protocol of the allocator (0 old bytes: a new piece, 0 new ones: release). Null on
  // failure; never collects, may be called while the collector runs.
  void* reallocate(void* memory, std::size_t old_bytes, std::size_t new_bytes);
  // Bytes held outside the heap on behalf of cells (positive or negative), for pacing.
  void account_external(std::ptrdiff_t bytes);

  // --- barrier --------------------------------------------------------------------------------------------------------
  // To be called after storing a reference to `target` into `owner` (not for thread stacks, which are roots traced again
  // at the flip, nor for filling a fresh cell). While marking, the target is marked. A fresh cell needs none because it is
  // white: see gc/README.md.
  void barrier(Cell* owner, const Cell* target) {
    if (owner->color == black && target->color <= white_odd) barrier_slow(owner, target);
  }
  // The same when the target was not looked at: stores of unknown or many values. A black owner is queued to be traced
  // again.
  void barrier_any(Cell* owner) {
    if (owner->color == black) barrier_any_slow(owner);
  }
  // The owner's edges changed place (a rehash): a trace that was under way starts again from position 0.
  void restart_trace(Cell* owner);
  // While marking, at the flip too: a black cell is traced once more, as it traces now.
  void trace_again(Cell* cell);
  // A weak edge was read and its target handed to the mutator: while marking, the target must be marked.
  void shade(Cell* target) {
    if (phase_ == Phase::marking && target->color <= white_odd) shade_slow(target);
  }

  // --- cycle ----------------------------------------------------------------------------------------------------------
  // A complete cycle from roots to the last freed cell. Does not run finalizers: see pop_finalizable.
  void collect();
  // Work worth about `bytes` of allocation. Returns true when this step finished a cycle.
  bool step(std::size_t bytes);
  // Steps until a cycle is finished (true) or about so much time has gone by; *used: how much has.
  bool step_for(std::uint64_t nanoseconds, std::uint64_t* used);
  // Generational: what has survived a cycle is old and stays black. Minor cycles trace what is young and the old cells that
  // may refer to it, and sweep where young cells are (gc/README.md). One is due when minor_percent of what lives has been
  // allocated; a major cycle when the heap has grown by major_percent since the last one, or eight times as much has come and gone.
  void set_generational(bool generational, unsigned minor_percent = 20, unsigned major_percent = 100);
  bool generational() const { return generational_; }
  // A complete cycle, a minor one unless a major one is due.
  void collect_young();
  // What is left of the cycle under way, in one go; nothing when there is none.
  void complete_cycle();
  // While idle: makes every cell young, and white, until a cycle has been finished.
  void forget_ages();
  // Are there old cells?
  bool keeps_old() const { return keeps_old_; }
  // Is the running cycle a minor one? Old cells count as reached then.
  bool minor() const { return minor_; }
  void stop() { stopped_ = true; }
  void restart() { stopped_ = false; }
  bool stopped() const { return stopped_; }
  Phase phase() const { return phase_; }
  bool marking() const { return phase_ == Phase::marking; }
  // Are cells being traced between the script's instructions? While reviving it is only those that the script cannot reach.
  bool tracing() const { return phase_ == Phase::marking || phase_ == Phase::reviving; }
  // Between the flip and the clearing, cells with finalizers are revived in slices. Until that is done nobody can tell which
  // of the dead will survive: who must know does the rest of it here.
  void finish_reviving() {
    if (phase_ == Phase::reviving) finish_reviving_slow();
  }
  // What can be asked between the flip and the end of the sweep (exact once reviving is over). In the idle phase everything
  // survives.
  Liveness liveness() const;
  // Is `cell` dead to weak edges made before the flip? False outside clearing and sweeping.
  bool is_dead(const Cell* cell) const { return cell->color == dead_color_ || (cell->marks & dead_mark_) != 0; }
  // For tables that find cells without keeping them alive (the intern table of strings): a cell without edges that died
  // at the flip and is not yet swept is made to live again, as if newborn. True when it had been dead. Its kind's destroy
  // must take it out of such a table.
  bool revive_if_dead(Cell* cell) {
    if (cell->color != dead_color_) return false;
    cell->color = newborn_color_;
    return true;
  }
  // Parity of the running cycle: 0 or 1 (which revived bit, which white).
  unsigned parity() const { return parity_; }
  // Number of the cycle: increases by one at each flip (the instant of death).
  std::uint32_t flips() const { return flips_; }

  // --- finalizers -----------------------------------------------------------------------------------------------------
  // Asks for the cell to be handed out by pop_finalizable once it is unreachable (once; attach again for more).
  // Throws OutOfMemory.
  void attach_finalizer(Cell* cell);
  // The next unreachable cell with a finalizer, newest attachment first; null when none waits. It is alive again.
  Cell* pop_finalizable();
  bool has_finalizable() const { return finalizable_waiting_ != 0; }
  // How many have been attached so far: who runs them in batches can keep up with who makes them.
  std::uint64_t finalizers_attached() const { return finalizers_attached_; }
  // For closing: makes every cell with a finalizer attached wait in the queue, newest first.
  void finalize_all();

  // --- weak edges -----------------------------------------------------------------------------------------------------
  // While marking: ask for CycleClient::watched_cell_marked when `cell` (unmarked) is marked.
  void watch(Cell* cell) { cell->marks |= watched; }

  // --- checking -------------------------------------------------------------------------------------------------------
  // Collect at every n-th allocation (0: off) and verify after every phase. With `step_bytes`, one verified step of about
  // that much work takes the place of each full collection: this is what shows a missing barrier.
  void set_stress(unsigned period, std::size_t step_bytes = 0);
  unsigned stress() const { return stress_period_; }
  // The n-th allocation from now on (cells, and storage made or grown) fails, and all that follow: each after an emergency
  // collection, as if the allocator had refused. 0: an end to that. Returns how many were left to succeed or fail: 1 when
  // allocations had been failing, 0 when nothing was set.
  unsigned set_failure(unsigned n);
  // Collections are full ones, and come after numbers of allocated cells that depend on nothing but the cells that were
  // alive after the last one: neither on bytes nor on addresses. Steps that are asked for become full collections. Slow.
  void set_deterministic(bool deterministic);
  bool deterministic() const { return deterministic_; }
  // Checks every invariant of the heap that the present phase promises; aborts with a description when one is broken.
  void verify();
  // The same without aborting: false, and the description, when an invariant is broken.
  bool check(Complaint* complaint);
  // Calls `visit` for every cell that has not been freed (unreachable ones included).
  void for_each_cell(void (*visit)(Cell*, void*), void* context);

  // Which implementation stands behind this header: "precise" or "boehm".
  static const char* collector_name();
  Statistics statistics() const;
  // Told of each cycle from now on (a null function: nobody is).
  void set_listener(const Listener& listener);
  Listener listener() const;
  const Times& times() const;
  // Bytes of cells and storage in use: what the collector paces by.
  std::size_t bytes_in_use() const { return cell_bytes_ + storage_bytes_; }
  // Pacing: a cycle starts when the heap has grown to pause_percent of what was live after the last one. While it runs,
  // the step multiplier sets how much work is done for each allocated byte (100: about four bytes looked at).
  void set_pacing(unsigned pause_percent, unsigned step_multiplier);
  unsigned pause_percent() const { return pause_percent_; }
  unsigned step_multiplier() const { return step_multiplier_; }
  // Limits in bytes; 0: none. When what it paces by reaches `soft` the collector begins a cycle at once, works several
  // times as fast and waits no longer than it must for the next. With `hard` bytes held from the allocator (bytes_reserved)
  // a request for more is one the allocator refuses. May be changed at any time, also below what is held.
  void set_limits(std::size_t soft, std::size_t hard);
  std::size_t soft_limit() const;
  std::size_t hard_limit() const;
  Allocator allocator() const { return allocator_; }
  // The new allocator must be able to resize and free what the old one gave.
  void set_allocator(Allocator allocator) { allocator_ = allocator; }
  // A null function: nobody is asked.
  void set_giving_back(GivingBack giving_back);

 private:
  friend class Visitor;
  friend class HandleBase;
  friend class Collector;
  inline Cell* new_cell(void* memory, KindId kind) const;
  Cell* allocate_slow(KindId kind, std::size_t bytes);
  void* allocate_storage_slow(std::size_t bytes);
  void barrier_slow(Cell* owner, const Cell* target);
  void barrier_any_slow(Cell* owner);
  void shade_slow(Cell* target);
  void finish_reviving_slow();

  Phase phase_ = Phase::idle;
  std::uint8_t newborn_color_ = white_even;
  std::uint8_t dead_color_ = no_color;  // of the cells the flip declared dead, until the sweep is over
  std::uint8_t dead_mark_ = 0;          // the running cycle's revived bit, likewise
  bool stopped_ = false;
  bool generational_ = false;
  bool minor_ = false;      // the running cycle, or the last one
  bool keeps_old_ = false;  // since the flip of a cycle in the generational mode, until all cells have been repainted
  bool deterministic_ = false;
  unsigned parity_ = 0;
  unsigned paused_ = 0;
  unsigned stress_period_ = 0;
  unsigned stress_left_ = 0;
  unsigned failure_left_ = 0;  // 0: allocations may succeed; 1: the next one fails
  std::size_t stress_step_ = 0;
  std::uint32_t flips_ = 0;
  unsigned pause_percent_ = 200;
  unsigned step_multiplier_ = 100;
  std::size_t cell_bytes_ = 0;
  std::size_t storage_bytes_ = 0;
  std::size_t finalizable_waiting_ = 0;
  std::uint64_t finalizers_attached_ = 0;
  Allocator allocator_;
  HandleLink handles_{&handles_, &handles_};
  Collector* collector_ = nullptr;  // everything that needs no inline access
  FreeCell* free_cells_[cell_class_count] = {};
  StoragePage* storage_pages_[storage_class_count];  // where each class allocates; a page without free chunks at worst
};

}  // namespace gc

#include "gc/allocate.hpp"
