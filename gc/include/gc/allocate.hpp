// SPDX-License-Identifier: MIT
// The fast paths of allocation: the first free cell of a size class, the first free chunk of a storage page. They see
// nothing of stress mode, pausing or pacing: whatever must not be missed keeps the lists they look at empty.
// Included by heap.hpp.
#pragma once

#include <bit>

#include "gc/heap.hpp"
#include "gc/size_class.hpp"

namespace gc {

// The kind of a cell on a free list; walks skip it, the verifier rejects edges to it.
inline constexpr KindId free_kind = 0xFF;

struct FreeCell : Cell {
  FreeCell* next;
};
static_assert(sizeof(FreeCell) == 16);

struct FreeChunk {
  FreeChunk* next;
};

struct StorageRegion;

// The head of a page of equal chunks. A page starts at a multiple of its size: a chunk finds it by masking.
struct StoragePage {
  FreeChunk* free;
  std::uint16_t used;      // chunks handed out
  std::uint16_t capacity;  // chunks in the page
  std::uint16_t chunk_bytes;
  bool listed;        // in its class's list of pages with free chunks
  StoragePage* next;  // in that list, or in the region's list of unused pages
  StoragePage* previous;
  StorageRegion* region;
};
static_assert(sizeof(StoragePage) == 40);

inline Cell* Heap::allocate(KindId kind, std::size_t bytes) {
  if (bytes <= max_small_cell) [[likely]] {
    unsigned size_class = cell_class_of(bytes);
    if (FreeCell* cell = free_cells_[size_class]) [[likely]] {
      free_cells_[size_class] = cell->next;
      cell_bytes_ += cell_class_bytes(size_class);
      return new_cell(cell, kind);
    }
  }
  return allocate_slow(kind, bytes);
}

inline Cell* Heap::allocate_at_once(KindId kind, unsigned size_class) {
  FreeCell* cell = free_cells_[size_class];
  if (cell == nullptr) [[unlikely]] return nullptr;
  free_cells_[size_class] = cell->next;
  cell_bytes_ += cell_class_bytes(size_class);
  return new_cell(cell, kind);
}

inline Cell* Heap::allocate_fine(KindId kind, std::size_t bytes) {
  FreeCell*& free = free_cells_[fine_cell_class_of(bytes)];
  FreeCell* cell = free;
  if (cell == nullptr) [[unlikely]] return nullptr;
  free = cell->next;
  cell_bytes_ += bytes;
  return new_cell(cell, kind);
}

inline Cell* Heap::new_cell(void* memory, KindId kind) const {
  auto header = std::bit_cast<std::uint64_t>(Cell{kind, newborn_color_, 0, 0, 0});
  __builtin_memcpy(memory, &header, sizeof header);
  return static_cast<Cell*>(memory);
}

inline void* Heap::allocate_storage(std::size_t bytes) {
  if (bytes <= max_small_storage) [[likely]] {
    StoragePage* page = storage_pages_[storage_class_of(bytes)];
    if (FreeChunk* chunk = page->free) [[likely]] {
      page->free = chunk->next;
      ++page->used;
      storage_bytes_ += round_to_granule(bytes);
      return chunk;
    }
  }
  return allocate_storage_slow(bytes);
}

}  // namespace gc
