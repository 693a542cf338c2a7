// SPDX-License-Identifier: MIT
// An allocator (lua_Alloc, gc::Allocator) that serves from malloc, knows every byte it gave, and can be told to fail.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

struct CountingAllocator {
  std::size_t bytes = 0;
  std::size_t peak = 0;
  std::size_t calls = 0;         // that asked for more memory
  std::size_t fail_at = 0;       // the call (1 first) from which on it fails; 0: never
  std::size_t limit = SIZE_MAX;  // of bytes in use: requests beyond it fail
  bool failing = false;          // fails every request for more
  bool refuses_less = false;     // fails requests to make a piece smaller
  std::size_t refused = 0;

  // For a new piece the old size says what it is for.
  static void* serve(void* context, void* pointer, std::size_t old_size, std::size_t new_size) {
    return static_cast<CountingAllocator*>(context)->give(pointer, pointer != nullptr ? old_size : 0, new_size);
  }

 private:
  void* give(void* pointer, std::size_t old_size, std::size_t new_size) {
    if (new_size == 0) {
      bytes -= old_size;
      std::free(pointer);
      return nullptr;
    }
    if (refuses(old_size, new_size)) {
      ++refused;
      return nullptr;
    }
    void* result = std::realloc(pointer, new_size);
    if (result == nullptr) return nullptr;
    bytes += new_size - old_size;
    peak = std::max(peak, bytes);
    return result;
  }
  bool refuses(std::size_t old_size, std::size_t new_size) {
    if (new_size <= old_size) return refuses_less && new_size < old_size;
    std::size_t more = new_size - old_size;
    ++calls;
    return failing || (fail_at != 0 && calls >= fail_at) || more > limit || bytes > limit - more;
  }
};
