// SPDX-License-Identifier: MIT
// Storage: memory owned by cells. Small pieces are chunks of one-kilobyte pages, cut from regions; larger ones come
// straight from the allocator. No piece carries a header: a small one finds its page by masking its address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "gc/allocate.hpp"
#include "memory.hpp"

namespace gc {

inline constexpr std::size_t storage_page_bytes = 1024;

// A run of pages from one call of the allocator.
struct StorageRegion {
  StorageRegion* next;
  StorageRegion* previous;
  StoragePage* unused;  // pages without chunks
  std::uint32_t used_pages;
  std::uint32_t page_count;
  std::size_t bytes;

  StoragePage* page(std::uint32_t index) {
    auto address = reinterpret_cast<std::uintptr_t>(this + 1) + storage_page_bytes - 1;
    return reinterpret_cast<StoragePage*>((address & ~(storage_page_bytes - 1)) + index * storage_page_bytes);
  }
};

inline StoragePage* page_of(void* chunk) {
  return reinterpret_cast<StoragePage*>(reinterpret_cast<std::uintptr_t>(chunk) & ~(storage_page_bytes - 1));
}

class Storage {
 public:
  Storage(Memory& memory, StoragePage** current);

  // None of these collects or counts; null when there is no memory. `hidden`: the fast path must not see the page.
  void* take(std::size_t bytes, bool hidden);
  void* resize(void* storage, std::size_t old_bytes, std::size_t new_bytes, bool hidden);
  void release(void* storage, std::size_t bytes);

  // Hides the pages from the fast path.
  void hide_pages();
  void release_all();

  template <class Visit>
  void for_each_page(Visit visit) {
    for (StorageRegion* list : {open_, filled_}) {
      for (StorageRegion* region = list; region != nullptr; region = region->next) {
        for (std::uint32_t i = 0; i < region->page_count; ++i) {
          if (StoragePage* page = region->page(i); page->capacity != 0) visit(page);
        }
      }
    }
  }
  std::size_t large_bytes() const { return large_bytes_; }

 private:
  StoragePage* page_with_space(unsigned size_class);
  StoragePage* page_to_borrow(unsigned size_class);
  StoragePage* new_page(unsigned size_class);
  bool add_region();
  void release_page(StoragePage* page);

  Memory& memory_;
  StoragePage** current_;                          // Heap::storage_pages_
  StoragePage* listed_[storage_class_count] = {};  // pages with free chunks, by class; some may have filled up since
  StorageRegion* open_ = nullptr;                  // regions with unused pages
  StorageRegion* filled_ = nullptr;
  unsigned loans_left_ = 32;  // see page_to_borrow
  unsigned idle_regions_ = 0;  // regions without a used page
  std::size_t region_bytes_ = 0;
  std::size_t large_bytes_ = 0;
};

}  // namespace gc
