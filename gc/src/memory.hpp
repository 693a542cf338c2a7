// SPDX-License-Identifier: MIT
// The one place that calls the embedder's allocator; counts what is held, and holds to the hard limit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/heap.hpp"

namespace gc {

class Memory {
 public:
  // `reserved`: what is held before the first piece.
  Memory(const Heap& heap, std::size_t reserved) : heap_(heap), reserved_(reserved) {}

  // Null on failure; never collects.
  void* obtain(std::size_t bytes) { return resize(nullptr, 0, bytes); }
  void* resize(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
    if (new_bytes > old_bytes && new_bytes - old_bytes > room()) return nullptr;
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
  // For memory that comes from elsewhere: counts it; false when the limit forbids it.
  bool charge(std::size_t bytes) {
    if (bytes > room()) return false;
    reserved_ += bytes;
    return true;
  }
  void discharge(std::size_t bytes) { reserved_ -= bytes; }
  std::size_t reserved() const { return reserved_; }
  void set_limit(std::size_t bytes) { limit_ = bytes == 0 ? SIZE_MAX : bytes; }
  std::size_t limit() const { return limit_ == SIZE_MAX ? 0 : limit_; }

 private:
  std::size_t room() const { return limit_ > reserved_ ? limit_ - reserved_ : 0; }

  const Heap& heap_;
  std::size_t reserved_;
  std::size_t limit_ = SIZE_MAX;
};

}  // namespace gc
