// SPDX-License-Identifier: MIT
// A short list that grows: root providers, cycle clients.
#pragma once

#include <cstddef>

#include "memory.hpp"

namespace gc {

template <class T>
class Sequence {
 public:
  // False when there is no memory.
  bool push(Memory& memory, T item) {
    if (size_ == capacity_ && !grow(memory)) return false;
    items_[size_++] = item;
    return true;
  }
  void remove(T item) {
    std::size_t kept = 0;
    for (T present : *this) {
      if (present != item) items_[kept++] = present;
    }
    size_ = kept;
  }
  void release(Memory& memory) {
    if (items_ != nullptr) memory.release(items_, capacity_ * sizeof(T));
    items_ = nullptr;
    size_ = capacity_ = 0;
  }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  std::size_t size() const { return size_; }
  T operator[](std::size_t index) const { return items_[index]; }

 private:
  bool grow(Memory& memory) {
    std::size_t capacity = capacity_ == 0 ? 4 : 2 * capacity_;
    void* items = memory.resize(items_, capacity_ * sizeof(T), capacity * sizeof(T));
    if (items == nullptr) return false;
    items_ = static_cast<T*>(items);
    capacity_ = capacity;
    return true;
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace gc
