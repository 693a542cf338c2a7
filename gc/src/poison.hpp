// SPDX-License-Identifier: MIT
// Tells AddressSanitizer which bytes of a block or page are free. The collector itself reads and writes the links of
// free cells through the unchecked functions below.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "gc/allocate.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define GC_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GC_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef GC_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#define GC_UNCHECKED [[gnu::no_sanitize_address, gnu::noinline]]
#else
#define GC_UNCHECKED
#endif

namespace gc {

#ifdef GC_ADDRESS_SANITIZER
inline constexpr bool address_sanitizer = true;
inline void poison(const void* memory, std::size_t bytes) { ASAN_POISON_MEMORY_REGION(memory, bytes); }
inline void unpoison(const void* memory, std::size_t bytes) { ASAN_UNPOISON_MEMORY_REGION(memory, bytes); }
#else
inline constexpr bool address_sanitizer = false;
inline void poison(const void*, std::size_t) {}
inline void unpoison(const void*, std::size_t) {}
#endif

GC_UNCHECKED inline bool is_free(const Cell* cell) { return cell->kind == free_kind; }
GC_UNCHECKED inline FreeCell* next_free(const FreeCell* cell) { return cell->next; }
GC_UNCHECKED inline void set_next_free(FreeCell* cell, FreeCell* next) { cell->next = next; }
// White, so that a visitor that meets the cell looks closer.
GC_UNCHECKED inline void set_free(Cell* cell) {
  auto header = std::bit_cast<std::uint64_t>(Cell{free_kind, white_even, 0, 0, 0});
  __builtin_memcpy(static_cast<void*>(cell), &header, sizeof header);
}
GC_UNCHECKED inline FreeChunk* next_free(const FreeChunk* chunk) { return chunk->next; }
GC_UNCHECKED inline void set_next_free(FreeChunk* chunk, FreeChunk* next) { chunk->next = next; }

}  // namespace gc
