// SPDX-License-Identifier: MIT
// What keeps cells alive from outside the heap: providers (the embedder's own roots) and scoped handles for C++ code.
#pragma once

#include "gc/cell.hpp"
#include "gc/heap.hpp"

namespace gc {

class Visitor;

// An embedder's root set. Visited at the start of a cycle and again, in one piece, at the flip. The verifier visits too
// (Visitor::checking).
class RootProvider {
 public:
  virtual ~RootProvider() = default;
  virtual void visit_roots(Visitor& visitor) = 0;
  // The flip: everything that will survive is marked, revived cells included. Stale places that were not visited (dead
  // stack slots) are cleared here, so that no dangling pointer outlives the sweep.
  virtual void clear_stale_roots() {}
};

// A link in the heap's list of handles: intrusive, so that making one allocates nothing. A handle may outlive its heap;
// it is then null.
class HandleBase : private HandleLink {
 protected:
  HandleBase(Heap& heap, Cell* cell);
  ~HandleBase();
  HandleBase(const HandleBase&) = delete;
  HandleBase& operator=(const HandleBase&) = delete;

  Cell* cell_;

 private:
  friend class Roots;
};

// Keeps one cell alive while in scope.
template <class T>
class Handle : private HandleBase {
 public:
  explicit Handle(Heap& heap, T* cell = nullptr) : HandleBase(heap, cell) {}
  T* get() const { return static_cast<T*>(cell_); }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }
  void set(T* cell) { cell_ = cell; }
};

}  // namespace gc
