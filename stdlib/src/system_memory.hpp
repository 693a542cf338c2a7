// SPDX-License-Identifier: MIT
// Memory from the system: what an allocator asks of it, and how often.
#pragma once

#include <cstddef>

namespace stdlib {

inline constexpr std::size_t page_bytes = 4096;
inline constexpr std::size_t large_page_bytes = std::size_t{2} << 20;

// All sizes are multiples of a page.
class SystemMemory {
 public:
  // Zeroed pages, at a multiple of `alignment` (a power of two); null when there are none.
  void* map(std::size_t bytes, std::size_t alignment);
  void unmap(void* memory, std::size_t bytes);
  // The pages stay, what is in them goes.
  void discard(void* memory, std::size_t bytes);
  // Moves the pages, to a multiple of `alignment`, if need be; null when there are no more: the old ones stand.
  void* grow(void* memory, std::size_t old_bytes, std::size_t new_bytes, std::size_t alignment);
  // What is not in memory yet comes in large pages, where the system has them and their addresses are multiples of their size; or in
  // small ones only, as long as nothing was said.
  void prefer_large_pages(void* memory, std::size_t bytes, bool large);

  std::size_t calls() const { return calls_; }
  // Can memory be had here, and given back in parts? Otherwise nothing of this is used.
  static bool available();

 private:
  std::size_t calls_ = 0;
};

}  // namespace stdlib
