// SPDX-License-Identifier: MIT
// The embedder's duties for each type of cell. A new type never edits the collector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"

namespace gc {

class Heap;
class Visitor;

using KindId = std::uint8_t;
inline constexpr unsigned max_kinds = 32;

// Returned by Kind::trace when every edge of the cell has been visited.
inline constexpr std::size_t trace_complete = static_cast<std::size_t>(-1);

struct Kind {
  const char* name;

  // Bytes of the cell itself, header included, as given to Heap::allocate. Never allocates.
  std::size_t (*size)(const Cell*);

  // Visits the edges of the cell, starting at position `from` (0 on the first call; what positions mean is the kind's
  // own affair). A kind with many edges stops once Visitor::slice_exhausted() and returns where to continue; otherwise
  // it returns trace_complete. A position may have become too large meanwhile (the cell shrank). Null: the cell has no
  // edges (a leaf is never grey). Must not allocate. The verifier traces too: a trace that does more than visit
  // (registers the cell somewhere, clears slots) asks Visitor::checking() first.
  std::size_t (*trace)(Cell*, Visitor&, std::size_t from);

  // Releases what the cell owns outside itself (storage, links). Null: nothing; such cells are freed in bulk without
  // being looked at. Called by the sweep: other cells may already be gone. Must not allocate, must not fail.
  void (*destroy)(Cell*, Heap&);

  // The cell's edges change without a barrier (a thread and its stack): once reached it is traced again, in one piece,
  // at the flip. Until then the collector treats it as grey. Where only some cells of a kind are so, their trace says it:
  // Visitor::trace_again_at_flip.
  bool traced_at_flip = false;

  // The cell waits to be traced and will soon be: asks for memory outside the cell that the trace will touch (prefetching),
  // and does nothing else. Called while marking, a second time (`again`) when what the first call asked for should be there.
  void (*fetch)(const Cell*, bool again) = nullptr;

  // Bytes of storage the cell owns, for statistics. Null: it owns none. Never allocates.
  std::size_t (*storage)(const Cell*) = nullptr;

  // Would tracing it again take long? Then a young cell that is stored into an old one of this kind is kept alive until the
  // next major cycle, instead of the old one being traced in the next minor one. Null: never.
  bool (*extensive)(const Cell*) = nullptr;

  // For a kind whose destroy touches memory that may lie anywhere: the dead cell will soon be destroyed. Asks for that memory, and does
  // nothing else; called twice, as `fetch`, by collectors that know it, in heaps that are not small. Cells of such a kind are taken
  // to be slow to destroy.
  void (*fetch_dead)(const Cell*, Heap&, bool again) = nullptr;
};

// Where the cells of kinds wait whose trace puts every cell off (Visitor::put_off): in a place of their owner's, who knows a better
// order than that in which they were reached. No function may allocate or fail. A collector that cannot put off does not ask.
class LateCells {
 public:
  // The cell has been reached and is grey. Putting one that waits already changes nothing that is seen but count().
  virtual void put(Cell* cell) = 0;
  // One to be traced; null: none waits. Asked when there is nothing else to trace.
  virtual Cell* take() = 0;
  // How many wait, at least.
  virtual std::size_t count() const = 0;

 protected:
  ~LateCells() = default;
};

}  // namespace gc
