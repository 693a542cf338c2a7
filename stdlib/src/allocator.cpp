// SPDX-License-Identifier: MIT
// The allocator of luaL_newstate: runs of pages, and mappings for very large pieces.
//
// Very large tables are filled as soon as they have been made and met in any order: large pages are fewer to obtain and fewer to
// look up. They take an address that is a multiple of their size, and are kept while a mapping grows or moves to such an address. What
// is used by and by has no large pages: obtaining one takes long, if the system has to find or to clear it.
#include "allocator.hpp"

#include "page_allocator.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define STDLIB_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STDLIB_SANITIZED 1
#endif
#endif

namespace stdlib {

namespace {

PageAllocator& pages_of(void* context) { return *static_cast<PageAllocator*>(context); }

#if defined(MREMAP_FIXED) && defined(MADV_HUGEPAGE) && !defined(STDLIB_SANITIZED)

constexpr std::size_t megabyte = std::size_t{1} << 20;
constexpr std::size_t large_page = 2 * megabyte;
constexpr std::size_t least_mapped = 4 * megabyte;
constexpr std::size_t unit = 64 * 1024;  // a multiple of every size of ordinary pages

bool is_mapped(std::size_t bytes) { return bytes >= least_mapped; }
std::size_t mapped_bytes(std::size_t bytes) { return (bytes + unit - 1) & ~(unit - 1); }

void* map(std::size_t bytes) {
  if (bytes > PTRDIFF_MAX) return nullptr;
  std::size_t length = mapped_bytes(bytes);
  void* found = mmap(nullptr, length + large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) return nullptr;
  auto* begin = static_cast<std::byte*>(found);
  std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) & (large_page - 1);
  if (before != 0) munmap(begin, before);
  munmap(begin + before + length, large_page - before);
  return begin + before;
}

// In place, or by giving its pages another address.
void* remap(void* piece, std::size_t old_bytes, std::size_t new_bytes) {
  if (new_bytes > PTRDIFF_MAX) return nullptr;
  std::size_t old_length = mapped_bytes(old_bytes), new_length = mapped_bytes(new_bytes);
  if (old_length == new_length || mremap(piece, old_length, new_length, 0) != MAP_FAILED) return piece;
  void* elsewhere = map(new_bytes);
  if (elsewhere == nullptr) return nullptr;
  void* moved = mremap(piece, old_length, new_length, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere);
  return moved != MAP_FAILED ? moved : nullptr;  // `elsewhere` may be another's by then; it takes no memory
}

void prefer_large_pages(void* piece, std::size_t bytes) {
  // Refused where there are none, or where the piece is another allocator's: as good without.
  if (is_mapped(bytes)) madvise(piece, mapped_bytes(bytes), MADV_HUGEPAGE);
}

void* obtain(PageAllocator& pages, std::size_t bytes) { return is_mapped(bytes) ? map(bytes) : pages.resize(nullptr, bytes); }

void release(PageAllocator& pages, void* piece, std::size_t bytes) {
  if (is_mapped(bytes)) {
    munmap(piece, mapped_bytes(bytes));
  } else {
    pages.resize(piece, 0);
  }
}

void* resize(PageAllocator& pages, void* piece, std::size_t old_bytes, std::size_t new_bytes) {
  if (is_mapped(old_bytes) && is_mapped(new_bytes)) return remap(piece, old_bytes, new_bytes);
  if (!is_mapped(old_bytes) && !is_mapped(new_bytes)) return pages.resize(piece, new_bytes);
  void* moved = obtain(pages, new_bytes);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, piece, std::min(old_bytes, new_bytes));
  release(pages, piece, old_bytes);
  return moved;
}

#else

void* obtain(PageAllocator& pages, std::size_t bytes) { return pages.resize(nullptr, bytes); }
void release(PageAllocator& pages, void* piece, std::size_t) { pages.resize(piece, 0); }
void* resize(PageAllocator& pages, void* piece, std::size_t, std::size_t new_bytes) { return pages.resize(piece, new_bytes); }
void prefer_large_pages(void*, std::size_t) {}

#endif

}  // namespace

void* allocate(void* context, void* piece, std::size_t old_bytes, std::size_t new_bytes) {
  PageAllocator& pages = pages_of(context);
  if (piece == nullptr) return new_bytes != 0 ? obtain(pages, new_bytes) : nullptr;  // old_bytes is a type then
  if (new_bytes != 0) return resize(pages, piece, old_bytes, new_bytes);
  release(pages, piece, old_bytes);
  return nullptr;
}

int give_back(void* context, int cycle_ended, int all) { return pages_of(context).give_back(cycle_ended != 0, all != 0); }

void* context_for_new_state() { return &PageAllocator::for_new_state(); }

void prepare_filling(void*, void* piece, std::size_t bytes) { prefer_large_pages(piece, bytes); }

}  // namespace stdlib
