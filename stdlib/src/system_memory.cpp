// SPDX-License-Identifier: MIT
// System calls of Linux. Elsewhere, and where AddressSanitizer watches the pieces of malloc, there is no such memory.
#include "system_memory.hpp"

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

void* SystemMemory::map(std::size_t bytes) {
  ++calls_;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void SystemMemory::unmap(void* memory, std::size_t bytes) {
  ++calls_;
  munmap(memory, bytes);
}

void SystemMemory::discard(void* memory, std::size_t bytes) {
  ++calls_;
  madvise(memory, bytes, MADV_DONTNEED);
}

void* SystemMemory::grow(void* memory, std::size_t old_bytes, std::size_t new_bytes) {
  ++calls_;
  void* grown = mremap(memory, old_bytes, new_bytes, MREMAP_MAYMOVE);
  return grown == MAP_FAILED ? nullptr : grown;
}

}  // namespace stdlib
#else
namespace stdlib {

bool SystemMemory::available() { return false; }
void* SystemMemory::map(std::size_t) { return nullptr; }
void SystemMemory::unmap(void*, std::size_t) {}
void SystemMemory::discard(void*, std::size_t) {}
void* SystemMemory::grow(void*, std::size_t, std::size_t) { return nullptr; }

}  // namespace stdlib
#endif
