// SPDX-License-Identifier: MIT
// The objects reached after bdwgc's own marking whose edges are still to be looked at. The world may be stopped with any
// lock held: the memory comes from the kernel.
#pragma once

#include <cstddef>

namespace gc {

class ReachedStack {
 public:
  ReachedStack() = default;
  ReachedStack(const ReachedStack&) = delete;
  ReachedStack& operator=(const ReachedStack&) = delete;
  ~ReachedStack() { release(); }

  void push(void* object) {
    if (size_ == capacity_) grow();
    objects_[size_++] = object;
  }
  // Null when empty.
  void* pop() { return size_ == 0 ? nullptr : objects_[--size_]; }
  void release();

 private:
  void grow();

  void** objects_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace gc
