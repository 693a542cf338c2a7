// SPDX-License-Identifier: MIT
// A stack of cells in linked segments, so that growing copies nothing and failing to grow loses nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"
#include "memory.hpp"

namespace gc {

class MarkStack {
 public:
  explicit MarkStack(Memory& memory) : memory_(memory) {}
  MarkStack(const MarkStack&) = delete;
  MarkStack& operator=(const MarkStack&) = delete;

  // False when there is no room and no memory for more.
  bool push(Cell* cell) {
    if (top_ == limit_ && !grow()) return false;
    *top_++ = cell;
    return true;
  }
  // Null when empty.
  Cell* pop() {
    if (top_ == base_ && (segment_ == nullptr || !shrink())) return nullptr;
    return *--top_;
  }
  // What will be popped after `depth` others; null when that is not known without searching.
  Cell* below(std::ptrdiff_t depth) const { return top_ - base_ > depth ? top_[-1 - depth] : nullptr; }
  bool empty() const { return top_ == base_ && segment_ == nullptr; }
  std::size_t count() const;
  // Returns what is not in use.
  void trim();
  // Empties the stack and returns all.
  void release();

 private:
  struct Segment {
    Segment* previous;
    Cell** previous_base;
    Cell** previous_limit;
    std::size_t capacity;

    Cell** entries() { return reinterpret_cast<Cell**>(this + 1); }
    std::size_t bytes() const { return sizeof(Segment) + capacity * sizeof(Cell*); }
  };
  bool grow();
  bool shrink();

  static constexpr std::size_t first_capacity = 4;
  Memory& memory_;
  Cell* first_[first_capacity];  // there is always some room
  Cell** base_ = first_;
  Cell** top_ = first_;
  Cell** limit_ = first_ + first_capacity;
  Segment* segment_ = nullptr;  // the one base_ points into; null: first_
  Segment* spare_ = nullptr;
};

}  // namespace gc
