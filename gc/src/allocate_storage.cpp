// SPDX-License-Identifier: MIT
// Storage as the heap hands it out: the collector gets its turn first, and again when the allocator has no more.
#include "collector.hpp"

namespace gc {

void* Collector::allocate_storage(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  before_allocation();
  if (bytes > PTRDIFF_MAX / 2) throw OutOfMemory{};
  void* storage = storage_.take(bytes, keeps_lists_hidden());
  if (storage == nullptr && emergency()) storage = storage_.take(bytes, keeps_lists_hidden());
  if (storage == nullptr) throw OutOfMemory{};
  heap_.storage_bytes_ += round_to_granule(bytes);
  pacer_.charge(bytes <= max_small_storage ? storage_page_bytes : bytes);
  return storage;
}

void* Collector::resize_storage(void* storage, std::size_t old_bytes, std::size_t new_bytes) {
  if (storage == nullptr) return allocate_storage(new_bytes);
  if (new_bytes == 0) {
    release_storage(storage, old_bytes);
    return nullptr;
  }
  bool grows = new_bytes > old_bytes;
  if (grows) before_allocation();
  if (new_bytes > PTRDIFF_MAX / 2) throw OutOfMemory{};
  void* resized = storage_.resize(storage, old_bytes, new_bytes, keeps_lists_hidden());
  if (resized == nullptr && grows && emergency()) {
    resized = storage_.resize(storage, old_bytes, new_bytes, keeps_lists_hidden());
  }
  if (resized == nullptr) throw OutOfMemory{};
  heap_.storage_bytes_ += round_to_granule(new_bytes) - round_to_granule(old_bytes);
  if (grows) pacer_.charge(new_bytes - old_bytes);
  return resized;
}

void Collector::release_storage(void* storage, std::size_t bytes) {
  if (storage == nullptr) return;
  heap_.storage_bytes_ -= round_to_granule(bytes);
  storage_.release(storage, bytes);
}

}  // namespace gc
