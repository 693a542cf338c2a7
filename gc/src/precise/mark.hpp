// SPDX-License-Identifier: MIT
// Marking: white cells become grey, grey ones are traced and become black.
//
// Where a grey cell waits:  grey_      to be traced
//                           late_      to be traced when there is nothing else to trace (Visitor::put_off); those of some
//                                      kinds wait in late_cells_ instead
//                           again_     was black; changed without a look at the new edges (Heap::barrier_any)
//                           at_flip_   traced once, must be traced again at the flip (Kind::traced_at_flip)
//                           next_      to be traced in the next cycle, when grey_ is empty: an old cell that may refer to young
//                                      ones, or a young one that is kept
// Cells in the last three carry the mark `remembered`. A few more may be half traced: partial_. They are black, so that
// the barrier sees stores into the part that is done. A cell that found no room on its stack stays grey; a flag then
// asks for a walk over the heap.
//
// A cell with many edges is traced in portions, and what a portion has reached comes before the next one: it is still in the
// caches then, and the stack stays short.
#pragma once

#include <cstddef>

#include "budget.hpp"
#include "gc/kind.hpp"
#include "gc/visitor.hpp"
#include "mark_stack.hpp"
#include "sequence.hpp"

namespace gc {

class Collector;
class CycleClient;

class Marker {
 public:
  Marker(Heap& heap, Memory& memory, Collector& collector, const Kind* const* kinds);

  void add_kind(KindId id, const Kind& kind, LateCells* late);
  Visitor& visitor() { return visitor_; }

  // A white cell is reached.
  void mark(Cell* cell);
  // The same for one that has been traced.
  void trace_black(Cell* cell);
  // Traces grey cells until none is left (true) or the budget is used up. Those that wait for the flip do not count.
  bool drain(Budget& work);

  // A black cell must be traced again before or at the flip.
  void remember(Cell* cell);
  // Between the flip and the next cycle, in the generational mode: an old cell has got a reference to a young one; it may refer
  // to any.
  void note_old(Cell* owner, Cell* target);
  void remember_for_next(Cell* cell);
  // All cells become young.
  void forget_next();
  // Is one of those it should remember not on the stack? Then only a major cycle will do.
  bool forgot_next() const { return forgot_next_; }
  // The positions within the cell have changed.
  void restart(const Cell* cell);

  void begin_cycle();
  // Queues the remembered cells, except those that want the flip, for tracing in slices. False when there are none or
  // this was done often enough: the rest is left to the flip.
  bool retrace_early();
  // From here on everything that waits is traced.
  void begin_flip();
  // What is marked from here on carries the revived bit. `spared`: the colour of cells born since, which survive anyway.
  void begin_resurrection(std::uint8_t revived_bit, std::uint8_t spared) {
    revived_ = revived_bit;
    spared_ = spared;
  }
  void end_flip();
  // The heap ends, perhaps in the middle of marking.
  void release();

  bool is_partial(const Cell* cell) const;
  bool lost_cells() const { return overflowed_ || forgot_; }
  std::size_t waiting() const {
    return grey_.count() + late_.count() + late_cells() + again_.count() + at_flip_.count() + next_.count();
  }
  bool finished() const {
    return grey_.empty() && late_.empty() && late_cells() == 0 && again_.empty() && at_flip_.empty() && partial_count_ == 0;
  }

 private:
  enum Treatment : std::uint8_t { invalid, leaf, traced, postponed };
  void trace(Cell* cell, std::size_t from);
  void trace_later(Cell* cell);
  void notify(Cell* cell);
  void push(Cell* cell);
  Cell* pop_from_before();
  Cell* pop_late();
  std::size_t late_cells() const { return late_cells_ == nullptr ? 0 : late_cells_->count(); }
  void fetch_ahead(const MarkStack& stack) const;
  void trace_lost_cells();

  struct Partial {
    Cell* cell;
    std::size_t from;
  };
  static constexpr unsigned early_rounds = 2;
  static constexpr unsigned most_partial = 4;  // what comes to be half traced in the last place is so only at the end of a slice
  Visitor visitor_;
  Collector& collector_;
  MarkStack grey_, late_, again_, at_flip_, next_;
  Partial partial_[most_partial];
  unsigned partial_count_ = 0;
  std::uint8_t revived_ = 0;
  std::uint8_t spared_ = no_color;
  bool overflowed_ = false;  // a grey cell is not in grey_
  bool forgot_ = false;      // a remembered cell is neither in again_ nor in at_flip_
  bool forgot_next_ = false;
  unsigned rounds_ = 0;
  std::uint32_t fetching_kinds_ = 0;  // one bit for each kind that has a fetch
  static_assert(max_kinds <= 32);
  const Kind* const* kinds_;
  LateCells* late_cells_ = nullptr;
  Treatment treatment_[256] = {};
};

}  // namespace gc
