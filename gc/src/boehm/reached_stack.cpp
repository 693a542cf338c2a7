// SPDX-License-Identifier: MIT
// The stack's memory.
#include "reached_stack.hpp"

#include <sys/mman.h>

#include "fatal.hpp"

namespace gc {

void ReachedStack::grow() {
  std::size_t capacity = capacity_ == 0 ? 8192 : 2 * capacity_;
  void* memory = capacity_ == 0 ? mmap(nullptr, capacity * sizeof(void*), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                : mremap(objects_, capacity_ * sizeof(void*), capacity * sizeof(void*), MREMAP_MAYMOVE);
  if (memory == MAP_FAILED) fatal("no memory for the marker's stack");
  objects_ = static_cast<void**>(memory);
  capacity_ = capacity;
}

void ReachedStack::release() {
  if (objects_ != nullptr) munmap(objects_, capacity_ * sizeof(void*));
  objects_ = nullptr;
  size_ = capacity_ = 0;
}

}  // namespace gc
