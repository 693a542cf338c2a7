// SPDX-License-Identifier: MIT
// A growing array in the heap's storage, so that compiling counts as the state's memory and frees what it took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "gc/heap.hpp"

namespace rt {

// Growing may collect (and throw): until it returns, the array is as it was.
template <class T>
class Buffer {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit Buffer(gc::Heap& heap) : heap_(heap) {}
  ~Buffer() {
    if (data_ != nullptr) heap_.free_storage(data_, capacity_ * sizeof(T));
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void push(const T& element) {
    if (size_ == capacity_) grow(size_ + 1);
    data_[size_++] = element;
  }
  void append(const T* from, std::size_t count) {
    if (capacity_ - size_ < count) grow(size_ + count);
    for (std::size_t i = 0; i < count; ++i) data_[size_ + i] = from[i];
    size_ += count;
  }
  void reserve(std::size_t capacity) {
    if (capacity > capacity_) grow(capacity);
  }
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

  T& operator[](std::size_t at) { return data_[at]; }
  const T& operator[](std::size_t at) const { return data_[at]; }
  T& back() { return data_[size_ - 1]; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  int count() const { return static_cast<int>(size_); }

 private:
  void grow(std::size_t at_least) {
    std::size_t capacity = capacity_ * 2 > at_least ? capacity_ * 2 : at_least;
    if (capacity < first_capacity) capacity = first_capacity;
    if (data_ == nullptr)
      data_ = static_cast<T*>(heap_.allocate_storage(capacity * sizeof(T)));
    else
      data_ = static_cast<T*>(heap_.resize_storage(data_, capacity_ * sizeof(T), capacity * sizeof(T)));
    capacity_ = capacity;
  }

  static constexpr std::size_t first_capacity = sizeof(T) >= 64 ? 4 : 256 / sizeof(T);
  gc::Heap& heap_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace rt
