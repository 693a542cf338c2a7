// SPDX-License-Identifier: MIT
// System calls of Linux. Elsewhere, and where AddressSanitizer watches the pieces of malloc, there is no such memory.
#include "system_memory.hpp"

#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define MAYFLY_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define MAYFLY_WATCHED 1
#endif
#endif

#if defined(__linux__) && !defined(MAYFLY_WATCHED)
#include <sys/mman.h>
#include <unistd.h>

namespace stdlib {

bool SystemMemory::available() {
  static const bool fits = sysconf(_SC_PAGESIZE) == static_cast<long>(page_bytes);
  return fits;
}

void* SystemMemory::map(std::size_t bytes, std::size_t alignment) {
  std::size_t extra = alignment - page_bytes;
  if (bytes > PTRDIFF_MAX - extra) return nullptr;
  ++calls_;
  void* memory = mmap(nullptr, bytes + extra, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  auto* begin = static_cast<std::byte*>(memory);
  std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) & (alignment - 1);
  if (before != 0) unmap(begin, before);
  if (before != extra) unmap(begin + before + bytes, extra - before);
  return begin + before;
}

void SystemMemory::unmap(void* memory, std::size_t bytes) {
  ++calls_;
  munmap(memory, bytes);
}

void SystemMemory::discard(void* memory, std::size_t bytes) {
  ++calls_;
  madvise(memory, bytes, MADV_DONTNEED);
}

void* SystemMemory::grow(void* memory, std::size_t old_bytes, std::size_t new_bytes, std::size_t alignment) {
  ++calls_;
  if (mremap(memory, old_bytes, new_bytes, 0) != MAP_FAILED) return memory;
  void* elsewhere = map(new_bytes, alignment);
  if (elsewhere == nullptr) return nullptr;
  void* moved = mremap(memory, old_bytes, new_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere);
  return moved != MAP_FAILED ? moved : nullptr;  // `elsewhere` may be another's by then
}

// Refused where there are none: as good without.
void SystemMemory::prefer_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes, [[maybe_unused]] bool large) {
#ifdef MADV_HUGEPAGE
  ++calls_;
  madvise(memory, bytes, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#endif
}

}  // namespace stdlib
#else
namespace stdlib {

bool SystemMemory::available() { return false; }
void* SystemMemory::map(std::size_t, std::size_t) { return nullptr; }
void SystemMemory::unmap(void*, std::size_t) {}
void SystemMemory::discard(void*, std::size_t) {}
void* SystemMemory::grow(void*, std::size_t, std::size_t, std::size_t) { return nullptr; }
void SystemMemory::prefer_large_pages(void*, std::size_t, bool) {}

}  // namespace stdlib
#endif
