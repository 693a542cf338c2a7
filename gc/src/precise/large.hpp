// SPDX-License-Identifier: MIT
// Large cells: each comes straight from the allocator, behind a head that links them.
#pragma once

#include <cstddef>
#include <initializer_list>

#include "gc/cell.hpp"
#include "memory.hpp"

namespace gc {

struct LargeCell {
  LargeCell* next;
  std::size_t bytes;  // of the cell, rounded to 8

  Cell* cell() { return reinterpret_cast<Cell*>(this + 1); }
};

class LargeCells {
 public:
  explicit LargeCells(Memory& memory) : memory_(memory) {}

  // Memory for a cell; null when there is none.
  void* take(std::size_t bytes);
  // Of the young ones only, or of all.
  void begin_sweep(bool minor);
  // The next cell to sweep; it must then be kept or released.
  LargeCell* next_unswept();
  void keep(LargeCell* large, bool young);
  void release(LargeCell* large);

  template <class Visit>
  void for_each(Visit visit) {
    for (LargeCell* list : {unswept_[0], unswept_[1], young_, swept_}) {
      for (LargeCell *large = list, *next; large != nullptr; large = next) {
        next = large->next;
        visit(large);
      }
    }
  }
  void release_all();
  std::size_t count() const { return count_; }

 private:
  Memory& memory_;
  LargeCell* unswept_[2] = {};
  LargeCell* young_ = nullptr;  // born since sweeping began
  LargeCell* swept_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace gc
