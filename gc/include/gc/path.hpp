// SPDX-License-Identifier: MIT
// Why is a cell alive? The shortest chain of strong edges by which the roots hold it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/heap.hpp"

namespace gc {

class Path {
 public:
  // Looks for `target`; the edges of `avoid` are not followed (null: of no cell is that true). The heap is to be
  // idle (Heap::collect ends so); its cells are young afterwards. Edges found by Visitor::visit_words are not seen. Takes memory
  // for each cell looked at, in time proportional to them; when that is refused it collects, begins again, and throws OutOfMemory.
  Path(Heap& heap, const Cell* target, const Cell* avoid);
  ~Path();
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

  // The number of cells from the one that a root holds to `target`; 0: nothing reaches it.
  std::size_t length() const { return length_; }
  // The i-th of them, 0 being the one that a root holds. They stay where they are until the edges between them change.
  Cell* operator[](std::size_t i) const { return cells_[i]; }

 private:
  bool find(const Cell* target, const Cell* avoid);  // false: there was not enough memory

  Heap& heap_;
  Cell** cells_ = nullptr;
  std::size_t length_ = 0;
};

}  // namespace gc
