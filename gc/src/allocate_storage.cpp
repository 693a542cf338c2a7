// SPDX-License-Identifier: MIT
// Storage as the heap hands it out: the collector gets its turn first, and again when the allocator has no more.
#include "collector.hpp"

namespace gc {

void* Collector::allocate_storage(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  before_allocation(false);
  if (bytes > PTRDIFF_MAX / 2) throw OutOfMemory{};
  bool refuse = refused();
  void* storage = refuse ? nullptr : storage_.take(bytes, keeps_lists_hidden());
  if (storage == nullptr && emergency() && !refuse) storage = storage_.take(bytes, keeps_lists_hidden());
  if (storage == nullptr) throw OutOfMemory{};
  heap_.storage_bytes_ += round_to_granule(bytes);
  pacer_.charge(bytes <= max_small_storage ? storage_page_bytes : bytes);
  return storage;
}

void* Collector::storage_if_any(std::size_t bytes) {
  if (refused()) return nullptr;
  void* storage = storage_.take(bytes, keeps_lists_hidden());
  if (storage != nullptr) heap_.storage_bytes_ += round_to_granule(bytes);
  return storage;
}

void* Collector::resize_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes) {
  if (storage == nullptr) return allocate_storage(new_bytes);
  if (new_bytes == 0) {
    release_storage(storage, old_bytes);
    return nullptr;
  }
  if (new_bytes <= old_bytes) {
    void* shrunk = shrink_storage(storage, old_bytes, new_bytes);
    if (shrunk == nullptr) throw OutOfMemory{};
    return shrunk;
  }
  before_allocation(false);
  if (new_bytes > PTRDIFF_MAX / 2) throw OutOfMemory{};
  bool refuse = refused();
  auto resize = [&] { return refuse ? nullptr : storage_.resize(storage, old_bytes, new_bytes, keeps_lists_hidden()); };
  void* resized = resize();
  if (resized == nullptr && emergency()) resized = resize();
  if (resized == nullptr) throw OutOfMemory{};
  heap_.storage_bytes_ += round_to_granule(new_bytes) - round_to_granule(old_bytes);
  pacer_.charge(new_bytes - old_bytes);
  return resized;
}

void* Collector::shrink_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes) {
  void* shrunk = storage_.resize(storage, old_bytes, new_bytes, keeps_lists_hidden());
  if (shrunk != nullptr) heap_.storage_bytes_ -= round_to_granule(old_bytes) - round_to_granule(new_bytes);
  return shrunk;
}

void Collector::release_storage(void* storage, std::size_t bytes) {
  if (storage == nullptr) return;
  heap_.storage_bytes_ -= round_to_granule(bytes);
  storage_.release(storage, bytes);
}

}  // namespace gc
