// SPDX-License-Identifier: MIT
// Blocks: where chains of free cells come from, and where swept blocks go.
#include "block.hpp"

#include <algorithm>
#include <utility>

#include "collector.hpp"
#include "poison.hpp"

namespace gc {

BlockClass no_blocks{};

namespace {

constexpr std::size_t first_block_bytes = 256;
constexpr std::size_t last_block_bytes = 32 * 1024;
constexpr std::size_t small_class_bytes = 8 * 1024;
constexpr std::size_t fewest_cells = 1;
constexpr unsigned most_swept_at_once = 4;  // in one allocation: then a new block is the quicker way

Block* pop(Block*& list) {
  Block* block = list;
  if (block != nullptr) list = block->next;
  return block;
}

void push(Block*& list, Block* block) {
  block->next = list;
  list = block;
}

void chain_all_cells(Block* block) {
  FreeCell* chain = nullptr;
  for (std::size_t index = block->capacity; index-- > 0;) {
    auto* cell = static_cast<FreeCell*>(block->cell(index));
    set_free(cell);
    set_next_free(cell, chain);
    chain = cell;
  }
  block->free = chain;
  block->free_count = block->capacity;
}

}  // namespace

FreeCell* Blocks::take_chain(unsigned size_class, Collector& collector, std::size_t* count) {
  BlockClass& blocks = *classes_[size_class];
  *count = 0;
  if (blocks.reserve != nullptr) return std::exchange(blocks.reserve, nullptr);
  for (unsigned swept = 0; blocks.available == nullptr && blocks.available_young == nullptr; ++swept) {
    Block* block = swept < most_swept_at_once ? next_unswept(size_class) : nullptr;
    if (block == nullptr) return nullptr;
    collector.sweep_block(block);
  }
  Block* block = pop(blocks.available_young);
  if (block != nullptr) {
    blocks.free_cells_young -= block->free_count;
  } else {
    block = pop(blocks.available);
  }
  push(blocks.taken, block);
  blocks.free_cells -= block->free_count;
  cells_in_use_ += block->free_count;
  *count = std::exchange(block->free_count, 0);
  return std::exchange(block->free, nullptr);
}

std::size_t Blocks::cut_chain(unsigned size_class, FreeCell* chain, std::size_t most) {
  std::size_t count = 1;
  while (count < most && next_free(chain) != nullptr) {
    chain = next_free(chain);
    ++count;
  }
  FreeCell* rest = next_free(chain);
  if (rest == nullptr) return count;
  classes_[size_class]->reserve = rest;
  set_next_free(chain, nullptr);
  return count;
}

// A class grows by half of what it has, a small one by a quarter, so that a small heap stays small and a large one takes few blocks.
std::size_t Blocks::next_block_bytes(unsigned size_class) const {
  std::size_t held = classes_[size_class]->bytes;
  std::size_t bytes = std::clamp(held / (held < small_class_bytes ? 4 : 2), first_block_bytes, last_block_bytes);
  return std::max(bytes, sizeof(Block) + fewest_cells * cell_class_bytes(size_class));
}

bool Blocks::make_class(unsigned size_class) {
  auto* blocks = static_cast<BlockClass*>(memory_.obtain(sizeof(BlockClass)));
  if (blocks == nullptr) return false;
  classes_[size_class] = blocks;
  *blocks = {};
  return true;
}

FreeCell* Blocks::take_new_block(unsigned size_class, std::size_t* count) {
  if (classes_[size_class] == &no_blocks && !make_class(size_class)) return nullptr;
  std::size_t cell_bytes = cell_class_bytes(size_class);
  std::size_t capacity = (next_block_bytes(size_class) - sizeof(Block)) / cell_bytes;
  std::size_t bytes = sizeof(Block) + capacity * cell_bytes;
  auto* block = static_cast<Block*>(memory_.obtain(bytes));
  if (block == nullptr) {  // the smallest there is may still be had
    capacity = fewest_cells;
    bytes = sizeof(Block) + capacity * cell_bytes;
    block = static_cast<Block*>(memory_.obtain(bytes));
  }
  if (block == nullptr) return nullptr;
  *block = {nullptr,
            nullptr,
            0,
            static_cast<std::uint32_t>(capacity),
            static_cast<std::uint32_t>(cell_bytes),
            static_cast<std::uint32_t>(bytes)};
  chain_all_cells(block);
  poison(block->cell(0), capacity * cell_bytes);
  classes_[size_class]->bytes += bytes;
  push(classes_[size_class]->taken, block);
  cells_in_use_ += capacity;
  *count = std::exchange(block->free_count, 0);
  return std::exchange(block->free, nullptr);
}

void Blocks::reserve_heads() {
  for (unsigned size_class = 0; size_class < cell_class_count; ++size_class) {
    FreeCell*& reserve = classes_[size_class]->reserve;
    FreeCell* head = std::exchange(heads_[size_class], nullptr);
    if (head == nullptr) continue;
    FreeCell* last = head;
    while (next_free(last) != nullptr) last = next_free(last);
    set_next_free(last, reserve);
    reserve = head;
  }
}

void Blocks::begin_sweep(bool give_all_back, bool minor) {
  for (unsigned size_class = 0; size_class < cell_class_count; ++size_class) {
    BlockClass& blocks = *classes_[size_class];
    if (&blocks == &no_blocks) continue;
    blocks.kept_cells = give_all_back ? 0 : blocks.bytes / 2 / cell_class_bytes(size_class);
    heads_[size_class] = nullptr;
    blocks.reserve = nullptr;
    blocks.unswept[0] = std::exchange(blocks.taken, nullptr);
    blocks.unswept[2] = std::exchange(blocks.available_young, nullptr);
    blocks.free_cells -= std::exchange(blocks.free_cells_young, 0);
    if (minor) continue;
    blocks.unswept[1] = std::exchange(blocks.full, nullptr);
    blocks.unswept[3] = std::exchange(blocks.available, nullptr);
    blocks.free_cells = 0;
  }
  sweep_class_ = 0;
}

Block* Blocks::next_unswept(unsigned size_class) {
  for (Block*& list : classes_[size_class]->unswept) {
    Block* block = pop(list);
    if (block == nullptr) continue;
    if (list != nullptr) {  // its turn comes when this one has been swept
      for (std::ptrdiff_t byte = 0; byte < sweep_bytes_ahead; byte += 64) {
        __builtin_prefetch(reinterpret_cast<const std::byte*>(list) + byte, 1);
      }
    }
    return block;
  }
  return nullptr;
}

Block* Blocks::next_unswept() {
  for (; sweep_class_ < cell_class_count; ++sweep_class_) {
    if (Block* block = next_unswept(sweep_class_)) return block;
  }
  return nullptr;
}

void Blocks::swept(Block* block, std::uint32_t old_free_count, bool has_young) {
  BlockClass& blocks = *classes_[cell_class_of(block->cell_bytes)];
  cells_in_use_ -= block->free_count;
  cells_in_use_ += old_free_count;
  if (block->free_count == 0) return push(has_young ? blocks.taken : blocks.full, block);
  // An empty block is kept while the class has fewer free cells than it is allowed, or than one block.
  if (block->free_count == block->capacity && blocks.free_cells >= std::max<std::size_t>(blocks.kept_cells, block->capacity)) {
    blocks.bytes -= block->bytes;
    unpoison(block, block->bytes);
    return memory_.release(block, block->bytes);
  }
  blocks.free_cells += block->free_count;
  if (has_young) blocks.free_cells_young += block->free_count;
  push(has_young ? blocks.available_young : blocks.available, block);
}

void Blocks::release() {
  for_each_block([this](Block* block) {
    unpoison(block, block->bytes);
    memory_.release(block, block->bytes);
  });
  for (BlockClass* blocks : classes_) {
    if (blocks != &no_blocks) memory_.release(blocks, sizeof(BlockClass));
  }
}

}  // namespace gc
