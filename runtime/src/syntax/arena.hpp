// SPDX-License-Identifier: MIT
// Memory for syntax trees: taken piece by piece, given back all at once down to a mark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "gc/heap.hpp"

namespace rt {

class Arena {
  struct Block {
    Block* previous;
    Block* spare;  // the next block, kept when the arena was taken back to this one
    std::size_t bytes;
    char* begin() { return reinterpret_cast<char*>(this + 1); }
    char* end() { return reinterpret_cast<char*>(this) + bytes; }
  };

 public:
  struct Mark {
    Block* block;
    char* next;
  };

  Arena(gc::Heap& heap, std::size_t first_block) : heap_(heap), first_block_(first_block) {}
  ~Arena() {
    if (block_ == nullptr) return;
    while (block_->spare != nullptr) block_ = block_->spare;
    while (block_ != nullptr) {
      Block* previous = block_->previous;
      heap_.free_storage(block_, block_->bytes);
      block_ = previous;
    }
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  template <class T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8 && sizeof(T) % 8 == 0);
    if (static_cast<std::size_t>(limit_ - next_) < sizeof(T)) next_block();
    char* place = next_;
    next_ += sizeof(T);
    return new (place) T;
  }

  Mark mark() const { return {block_, next_}; }
  void release(const Mark& mark) {
    if (mark.block == nullptr) {  // the mark was set before the first block was there
      if (block_ == nullptr) return;
      while (block_->previous != nullptr) block_ = block_->previous;
      next_ = block_->begin();
    } else {
      block_ = mark.block;
      next_ = mark.next;
    }
    limit_ = block_->end();
  }

 private:
  void next_block() {
    Block* block = block_ == nullptr ? nullptr : block_->spare;
    if (block == nullptr) {
      std::size_t bytes = block_ == nullptr ? first_block_ : block_->bytes * 2;
      if (bytes > largest_block) bytes = largest_block;
      block = static_cast<Block*>(heap_.allocate_storage(bytes));
      block->previous = block_;
      block->spare = nullptr;
      block->bytes = bytes;
      if (block_ != nullptr) block_->spare = block;
    }
    block_ = block;
    next_ = block->begin();
    limit_ = block->end();
  }

  static constexpr std::size_t largest_block = 256 * 1024;
  gc::Heap& heap_;
  std::size_t first_block_;
  Block* block_ = nullptr;
  char* next_ = nullptr;
  char* limit_ = nullptr;
};

// Gives back what was taken in its scope.
class ArenaScope {
 public:
  explicit ArenaScope(Arena& arena) : arena_(arena), mark_(arena.mark()) {}
  ~ArenaScope() { arena_.release(mark_); }
  ArenaScope(const ArenaScope&) = delete;
  ArenaScope& operator=(const ArenaScope&) = delete;

 private:
  Arena& arena_;
  Arena::Mark mark_;
};

}  // namespace rt
