// SPDX-License-Identifier: MIT
// The seam between the collector and the rooms that follow its cycle (the weak room above all).
#pragma once

#include <cstddef>

#include "gc/cell.hpp"

namespace gc {

class Visitor;
class Liveness;

// Implemented by the client, called by the collector, in this order within one cycle. No function may allocate from
// the heap, run user code or fail.
class CycleClient {
 public:
  virtual ~CycleClient() = default;

  // A cycle begins: every cell is white, nothing has been traced.
  virtual void cycle_started() {}

  // A cell whose `watched` bit is set has been marked (the collector has cleared the bit). The client may visit further
  // cells: this is how an ephemeron's value is marked when its key is. Called once per watched cell, from the marker's
  // loop (never from within a trace), between its marking and the end of marking.
  virtual void watched_cell_marked(Cell* cell, Visitor& visitor) = 0;

  // One bounded slice of preparation, while marking, once nothing was left to trace: what is marked stays marked until the
  // flip, so a client may find out beforehand what will not concern it then. Returns true when there is nothing left to
  // prepare. `budget`: about how many entries may be looked at.
  virtual bool prepare_flip(std::size_t budget) {
    static_cast<void>(budget);
    return true;
  }

  // Nothing is grey (asked at the flip, each time the mark stack has run empty, before and after the reviving of cells
  // with finalizers). The client may visit further cells; true when it has: marking then goes on, and it is asked again.
  virtual bool converge(Visitor&) { return false; }

  // Marking from the roots is complete, nothing is grey: what is white now is dead. Called before any cell is revived
  // for its finalizer. Weak edges of kind "short" and `__mode` values are lost here.
  virtual void before_resurrection(const Liveness& liveness) = 0;

  // Asked next: must no script run before the reviving is complete? (Something shows dead cells that are not known to be so.)
  virtual bool revives_at_once() { return false; }

  // Cells with finalizers, and all they reach, have been marked again. `__mode` keys are lost here.
  virtual void after_resurrection(const Liveness& liveness) = 0;

  // One bounded slice of clearing, before any dead cell is freed. Returns true when no clearing is left. `budget`: about
  // how many entries may be looked at; SIZE_MAX in a collection that was asked for as a whole.
  virtual bool clear_slice(const Liveness& liveness, std::size_t budget) = 0;

  // One bounded slice of giving back what the client's own lists no longer need; all dead cells of the cycle have been freed.
  // Returns true when that is done. `budget` as in clear_slice.
  virtual bool give_back_slice(std::size_t budget) {
    static_cast<void>(budget);
    return true;
  }

  // The cycle is over.
  virtual void cycle_finished() {}

  // Outside the cycle: the allocator takes its slow path, which a script that allocates does again and again. A moment to ask
  // for what was put off. Must not allocate.
  virtual void allocating() {}
};

}  // namespace gc
