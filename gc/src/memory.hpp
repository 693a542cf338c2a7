// SPDX-License-Identifier: MIT
// The one place that calls the embedder's allocator; counts what is held.
#pragma once

#include <cstddef>

#include "gc/heap.hpp"

namespace gc {

class Memory {
 public:
  explicit Memory(const Heap& heap) : heap_(heap) {}

  // Null on failure; never collects.
  void* obtain(std::size_t bytes) { return resize(nullptr, 0, bytes); }
  void* resize(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
    Allocator allocator = heap_.allocator();
    void* result = allocator.function(allocator.context, memory, old_bytes, new_bytes);
    if (result != nullptr) reserved_ += new_bytes - old_bytes;
    return result;
  }
  void release(void* memory, std::size_t bytes) {
    Allocator allocator = heap_.allocator();
    allocator.function(allocator.context, memory, bytes, 0);
    reserved_ -= bytes;
  }
  std::size_t reserved() const { return reserved_; }

 private:
  const Heap& heap_;
  std::size_t reserved_ = 0;
};

}  // namespace gc
