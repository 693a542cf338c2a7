// SPDX-License-Identifier: MIT
// Blocks: runs of equally large small cells, one list of blocks per size class and state.
//
// A block is, in turn:  unswept   since the flip nobody has looked at it; its own chain of free cells is stale
//                       available swept, `free` is a chain of its free cells
//                       taken     its chain was taken by the allocator: the class's head or its reserve
//                       full      swept, and nothing was free
// When sweeping begins every block becomes unswept and the taken chains are forgotten; in a minor cycle only those with young
// cells: the taken ones, and the available ones where cells born since the flip were found.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "gc/allocate.hpp"
#include "memory.hpp"

namespace gc {

// So much of what a sweep looks at next is asked for ahead.
inline constexpr std::ptrdiff_t sweep_bytes_ahead = 1024;

struct Block {
  Block* next;
  FreeCell* free;
  std::uint32_t free_count;  // cells in that chain
  std::uint32_t capacity;
  std::uint32_t cell_bytes;
  std::uint32_t bytes;  // the block, this head included

  Cell* cell(std::size_t index) {
    return reinterpret_cast<Cell*>(reinterpret_cast<std::byte*>(this + 1) + index * cell_bytes);
  }
  bool contains(const void* pointer) const {
    auto* byte = static_cast<const std::byte*>(pointer);
    auto* first = reinterpret_cast<const std::byte*>(this + 1);
    return byte >= first && byte < first + std::size_t{capacity} * cell_bytes;
  }
};
static_assert(sizeof(Block) == 32);

struct BlockClass {
  Block* unswept[4];  // what was taken, full, available when sweeping began
  Block* available;
  Block* available_young;
  Block* full;
  Block* taken;
  FreeCell* reserve;       // a taken chain that the fast path must not see (stress mode, AddressSanitizer), or not yet
  std::size_t bytes;       // of all its blocks
  std::size_t free_cells;  // in available blocks of both sorts
  std::size_t free_cells_young;  // of these in the second
  std::size_t kept_cells;  // so many free ones may lie in empty blocks that this sweep does not return
};

// Stands where a class has no block yet: it is empty, and never written.
extern BlockClass no_blocks;

class Collector;

class Blocks {
 public:
  Blocks(Memory& memory, FreeCell** heads) : memory_(memory), heads_(heads) { std::fill_n(classes_, cell_class_count, &no_blocks); }

  // Takes a chain of free cells of the class; null when only a new block would help. *count: how many cells.
  FreeCell* take_chain(unsigned size_class, Collector& collector, std::size_t* count);
  // The same from a new block; null when there is no memory.
  FreeCell* take_new_block(unsigned size_class, std::size_t* count);
  // Shortens a chain just taken to `most` cells; the rest is what take_chain gives next. Returns how many it has then.
  std::size_t cut_chain(unsigned size_class, FreeCell* chain, std::size_t most);

  // Hides the heads from the fast path.
  void reserve_heads();
  // Half of a class may stay although it is free: the heap grows by about as much until the next sweep, and one that has
  // become small gives back the rest cycle by cycle. `give_all_back`: at once.
  void begin_sweep(bool give_all_back, bool minor);
  // The next block to sweep, of the given class or of any; null when there is none.
  Block* next_unswept(unsigned size_class);
  Block* next_unswept();
  // Files a block after its sweep, or returns an empty one to the allocator.
  void swept(Block* block, std::uint32_t old_free_count, bool has_young);

  template <class Visit>
  void for_each_block(Visit visit) {
    for (unsigned size_class = 0; size_class < cell_class_count; ++size_class) {
      BlockClass& blocks = *classes_[size_class];
      for (Block* list : {blocks.unswept[0], blocks.unswept[1], blocks.unswept[2], blocks.unswept[3], blocks.available,
                          blocks.available_young, blocks.full, blocks.taken}) {
        for (Block *block = list, *next; block != nullptr; block = next) {
          next = block->next;
          visit(block);
        }
      }
    }
  }
  void release();

  BlockClass& of_class(unsigned size_class) { return *classes_[size_class]; }
  FreeCell* head(unsigned size_class) const { return heads_[size_class]; }
  std::size_t cells_in_use() const { return cells_in_use_; }

 private:
  std::size_t next_block_bytes(unsigned size_class) const;
  bool make_class(unsigned size_class);

  Memory& memory_;
  FreeCell** heads_;  // Heap::free_cells_
  std::size_t cells_in_use_ = 0;
  unsigned sweep_class_ = 0;
  BlockClass* classes_[cell_class_count];  // made with their first blocks
};

}  // namespace gc
