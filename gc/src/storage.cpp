// SPDX-License-Identifier: MIT
// Storage: chunks, pages, regions.
#include "storage.hpp"

#include <algorithm>
#include <cstring>

#include "poison.hpp"

namespace gc {

namespace {

// Regions grow by half of what there is, in pages; the rest of a region is its head and what aligning the pages takes.
constexpr std::size_t first_region_pages = 5;
constexpr std::size_t fewest_region_pages = 2;
constexpr std::size_t last_region_pages = 62;
constexpr std::size_t region_overhead = sizeof(StorageRegion) + storage_page_bytes - granule;

// Stands where a class has no page: it never has a free chunk, and is never written.
StoragePage no_page{};

template <class Node>
void link(Node*& list, Node* node) {
  node->previous = nullptr;
  node->next = list;
  if (list != nullptr) list->previous = node;
  list = node;
}

template <class Node>
void unlink(Node*& list, Node* node) {
  if (node->next != nullptr) node->next->previous = node->previous;
  (node->previous != nullptr ? node->previous->next : list) = node->next;
}

void cut_into_chunks(StoragePage* page, unsigned size_class) {
  std::size_t chunk_bytes = size_class * granule;
  std::size_t capacity = (storage_page_bytes - sizeof(StoragePage)) / chunk_bytes;
  auto* first = reinterpret_cast<std::byte*>(page + 1);
  FreeChunk* chain = nullptr;
  for (std::size_t index = capacity; index-- > 0;) {
    auto* chunk = reinterpret_cast<FreeChunk*>(first + index * chunk_bytes);
    set_next_free(chunk, chain);
    chain = chunk;
  }
  page->free = chain;
  page->used = 0;
  page->capacity = static_cast<std::uint16_t>(capacity);
  page->chunk_bytes = static_cast<std::uint16_t>(chunk_bytes);
  poison(first, capacity * chunk_bytes);
}

}  // namespace

Storage::Storage(Memory& memory, StoragePage** current) : memory_(memory), current_(current) { hide_pages(); }

void Storage::hide_pages() { std::fill_n(current_, storage_class_count, &no_page); }

void* Storage::take(std::size_t bytes, bool hidden) {
  if (bytes > max_small_storage) {
    void* storage = memory_.obtain(bytes);
    if (storage != nullptr) large_bytes_ += round_to_granule(bytes);
    return storage;
  }
  unsigned size_class = storage_class_of(bytes);
  StoragePage* page = page_with_space(size_class);
  if (page == nullptr && loans_left_ != 0) {
    page = page_to_borrow(size_class);  // not shown to the fast path: the page goes back under its own class
    if (page != nullptr) --loans_left_;
  }
  if (page == nullptr) page = new_page(size_class);
  if (page == nullptr) return nullptr;
  if (page->chunk_bytes == size_class * granule) current_[size_class] = hidden ? &no_page : page;
  FreeChunk* chunk = page->free;
  page->free = next_free(chunk);
  ++page->used;
  unpoison(chunk, bytes);
  return chunk;
}

void Storage::release(void* storage, std::size_t bytes) {
  if (bytes > max_small_storage) {
    large_bytes_ -= round_to_granule(bytes);
    return memory_.release(storage, bytes);
  }
  StoragePage* page = page_of(storage);
  unsigned size_class = storage_class_of(page->chunk_bytes);
  auto* chunk = static_cast<FreeChunk*>(storage);
  poison(chunk, page->chunk_bytes);
  set_next_free(chunk, page->free);
  page->free = chunk;
  --page->used;
  if (!page->listed) {
    page->listed = true;
    link(listed_[size_class], page);
  }
  // The page in use and the last one with space stay: the next allocation is likely to want them.
  bool last = listed_[size_class] == page && page->next == nullptr;
  if (page->used == 0 && page != current_[size_class] && !last) release_page(page);
}

void* Storage::resize(void* storage, std::size_t old_bytes, std::size_t new_bytes, bool hidden) {
  if (old_bytes > max_small_storage && new_bytes > max_small_storage) {
    void* resized = memory_.resize(storage, old_bytes, new_bytes);
    if (resized != nullptr) large_bytes_ += round_to_granule(new_bytes) - round_to_granule(old_bytes);
    return resized;
  }
  bool small = old_bytes <= max_small_storage && new_bytes <= max_small_storage;
  std::size_t chunk_bytes = small ? page_of(storage)->chunk_bytes : 0;
  bool fits = new_bytes <= chunk_bytes;
  if (!fits || storage_class_of(new_bytes) != storage_class_of(chunk_bytes)) {
    if (void* moved = take(new_bytes, hidden)) {
      std::memcpy(moved, storage, std::min(old_bytes, new_bytes));
      release(storage, old_bytes);
      return moved;
    }
    if (!fits) return nullptr;
  }
  poison(storage, chunk_bytes);
  unpoison(storage, new_bytes);
  return storage;
}

// One of the class's own. Pages fill up behind our back (the fast path): they leave the list when they are met.
StoragePage* Storage::page_with_space(unsigned size_class) {
  StoragePage*& listed = listed_[size_class];
  while (listed != nullptr && listed->free == nullptr) {
    StoragePage* full = listed;
    unlink(listed, full);
    full->listed = false;
  }
  return listed;
}

// A few chunks come from pages of larger ones (to twice the size), so that a heap that has little of each size takes few pages.
StoragePage* Storage::page_to_borrow(unsigned size_class) {
  for (unsigned larger = size_class + 1; larger < storage_class_count && larger <= 2 * size_class + 2; ++larger) {
    StoragePage* page = listed_[larger];
    while (page != nullptr && page->free == nullptr) page = page->next;
    if (page != nullptr) return page;
  }
  return nullptr;
}

StoragePage* Storage::new_page(unsigned size_class) {
  if (open_ == nullptr && !add_region()) return nullptr;
  StorageRegion* region = open_;
  StoragePage* page = region->unused;
  region->unused = page->next;
  if (region->used_pages++ == 0) --idle_regions_;
  if (region->unused == nullptr) {
    unlink(open_, region);
    link(filled_, region);
  }
  cut_into_chunks(page, size_class);
  page->listed = true;
  link(listed_[size_class], page);
  return page;
}

bool Storage::add_region() {
  std::size_t pages = std::clamp(region_bytes_ / storage_page_bytes / 2, fewest_region_pages, last_region_pages);
  if (region_bytes_ == 0) pages = first_region_pages;
  std::size_t bytes = region_overhead + pages * storage_page_bytes;
  auto* region = static_cast<StorageRegion*>(memory_.obtain(bytes));
  if (region == nullptr) {  // the smallest there is may still be had
    bytes = region_overhead + storage_page_bytes;
    region = static_cast<StorageRegion*>(memory_.obtain(bytes));
  }
  if (region == nullptr) return false;
  region->unused = nullptr;
  region->used_pages = 0;
  region->bytes = bytes;
  auto* end = reinterpret_cast<std::byte*>(region) + bytes;
  auto space = end - reinterpret_cast<std::byte*>(region->page(0));
  region->page_count = static_cast<std::uint32_t>(space / static_cast<std::ptrdiff_t>(storage_page_bytes));
  for (std::uint32_t i = region->page_count; i-- > 0;) {
    StoragePage* page = region->page(i);
    *page = {nullptr, 0, 0, 0, false, region->unused, nullptr, region};
    region->unused = page;
  }
  region_bytes_ += bytes;
  ++idle_regions_;
  link(open_, region);
  return true;
}

void Storage::release_page(StoragePage* page) {
  StorageRegion* region = page->region;
  unlink(listed_[storage_class_of(page->chunk_bytes)], page);
  unpoison(page, storage_page_bytes);
  if (region->unused == nullptr) {
    unlink(filled_, region);
    link(open_, region);
  }
  *page = {nullptr, 0, 0, 0, false, region->unused, nullptr, region};
  region->unused = page;
  if (--region->used_pages != 0) return;
  // One idle region is kept.
  if (idle_regions_ == 0) {
    ++idle_regions_;
    return;
  }
  unlink(open_, region);
  region_bytes_ -= region->bytes;
  memory_.release(region, region->bytes);
}

void Storage::release_all() {
  for (StorageRegion* list : {open_, filled_}) {
    for (StorageRegion *region = list, *next; region != nullptr; region = next) {
      next = region->next;
      unpoison(region, region->bytes);
      memory_.release(region, region->bytes);
    }
  }
}

}  // namespace gc
