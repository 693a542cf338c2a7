// SPDX-License-Identifier: MIT
// Memory from the system: what an allocator asks of it, and how often.
#pragma once

#include <cstddef>

namespace stdlib {

inline constexpr std::size_t page_bytes = 4096;

// All sizes are multiples of a page.
class SystemMemory {
 public:
  // Zeroed pages; null when there are none.
  void* map(std::size_t bytes);
  void unmap(void* memory, std::size_t bytes);
  // The pages stay, what is in them goes.
  void discard(void* memory, std::size_t bytes);
  // Moves the pages if need be; null when there are no more: the old ones stand.
  void* grow(void* memory, std::size_t old_bytes, std::size_t new_bytes);

  std::size_t calls() const { return calls_; }
  // Can memory be had here, and given back in parts? Otherwise nothing of this is used.
  static bool available();

 private:
  std::size_t calls_ = 0;
};

}  // namespace stdlib
