// SPDX-License-Identifier: MIT
// Capability given to Kind::trace, root providers and cycle clients while marking: may mark, may not allocate.
#pragma once

#include <cstddef>

#include "gc/cell.hpp"

namespace gc {

class Heap;

// Is told of the edges that a visitor of its own meets and does not mark.
class EdgeObserver {
 public:
  virtual void white_edge(Cell* target) = 0;

 protected:
  ~EdgeObserver() = default;
};

class Visitor {
 public:
  explicit Visitor(Heap& heap) : heap_(heap) {}
  // One that only looks: it tells `observer` of each edge to a white cell (a freed one looks white), and marks nothing.
  Visitor(Heap& heap, EdgeObserver& observer) : heap_(heap), observer_(&observer) {}
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  // Marks `cell`: white becomes grey (or black when its kind has no edges) and will be traced. Null is ignored.
  inline void visit(Cell* cell);

  // Memory that the host fills. In a heap shared with the host (collector=boehm) every word that is the address of an
  // object is an edge to it; in a heap of our own there is nothing to find.
  void visit_words(const void* begin, std::size_t bytes);

  // Has the cell been reached in this cycle?
  bool is_marked(const Cell* cell) const { return cell->color >= grey; }

  // True once the present slice of marking has used its budget: a trace function with many edges then returns its
  // position. `units` are added to the work done (a unit is about one edge looked at).
  inline bool slice_exhausted(std::size_t units);

  // It only looks (for the verifier, or a gc::Path). Visit the strong edges, change nothing.
  bool checking() const { return observer_ != nullptr; }
  // Said by a trace function of the cell it traces: this one is of the sort of Kind::traced_at_flip.
  void trace_again_at_flip() { again_at_flip_ = true; }
  // Said by a trace function, which then visits nothing, of a cell that would rather be traced when there is nothing else to trace
  // (its entries' keys may be marked by then). False when that is so: now is the time.
  bool put_off() { return put_off_ = !late_ && observer_ == nullptr; }
  // The flip is under way: what is visited now is visited for the last time in this cycle.
  bool at_flip() const { return at_flip_; }

  Heap& heap() const { return heap_; }

 private:
  friend class Heap;
  friend class Collector;
  friend class Marker;
  void mark_slow(Cell* cell);  // white to grey, with the mark stack and watched cells

  Heap& heap_;
  std::ptrdiff_t budget_ = PTRDIFF_MAX;
  EdgeObserver* observer_ = nullptr;
  bool at_flip_ = false;
  bool again_at_flip_ = false;
  bool late_ = true;  // false only where a cell that is put off has a place to wait
  bool put_off_ = false;
};

inline void Visitor::visit(Cell* cell) {
  if (cell != nullptr && cell->color <= white_odd) mark_slow(cell);
}

inline bool Visitor::slice_exhausted(std::size_t units) {
  budget_ -= static_cast<std::ptrdiff_t>(units);
  return budget_ <= 0;
}

}  // namespace gc
