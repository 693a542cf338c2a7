// SPDX-License-Identifier: MIT
// The verifier: every invariant the present phase promises, looked at from outside the collector's own paths.
#include <initializer_list>

#include "collector.hpp"
#include "gc/visitor.hpp"

namespace gc {

bool Collector::check(Complaint* complaint) {
  Checker checker(*this, complaint);
  return check_free_lists(checker) && check_cells(checker) && check_storage(checker) && check_roots(checker) &&
         check_edges(checker);
}

// --- cells ------------------------------------------------------------------------------------------------------------

bool Collector::check_cells(Checker& checker) {
  std::size_t bytes = 0;
  std::size_t grey_cells = 0;
  std::size_t finalizable_cells = 0;
  auto look = [&](const Cell* cell, std::size_t cell_bytes) {
    bytes += cell_bytes;
    grey_cells += cell->color == grey;
    finalizable_cells += (cell->marks & finalizable) != 0;
    check_cell(checker, cell, cell_bytes);
  };
  blocks_.for_each_block([&](Block* block) {
    for (std::size_t index = 0; index < block->capacity; ++index) {
      if (Cell* cell = block->cell(index); !is_free(cell)) look(cell, block->cell_bytes);
    }
  });
  large_.for_each([&](LargeCell* large) { look(large->cell(), large->bytes); });
  finalizers_.for_each_record([&](const FinalizerRecord*) { --finalizable_cells; });
  if (checker.broken) return false;
  if (bytes != heap_.cell_bytes_) {
    return complain(checker, "the cells take %zu bytes, %zu are accounted for", bytes, heap_.cell_bytes_);
  }
  if (heap_.phase_ == Phase::marking && !marker_.lost_cells() && grey_cells > marker_.waiting()) {
    return complain(checker, "%zu cells are grey, %zu wait to be traced", grey_cells, marker_.waiting());
  }
  if (heap_.phase_ != Phase::marking && heap_.phase_ != Phase::reviving && !marker_.finished()) {
    return complain(checker, "cells wait to be traced in the %s phase", name_of(heap_.phase_));
  }
  if (finalizable_cells != 0) return complain(checker, "the finalizable bits do not match the finalizers attached");
  return true;
}

bool Collector::check_cell(Checker& checker, const Cell* cell, std::size_t bytes) {
  const void* place = cell;
  if (cell->kind >= kind_count_) return complain(checker, "cell %p has the unknown kind %u", place, cell->kind);
  const Kind& kind = *kinds_[cell->kind];
  std::size_t size = kind.size(cell);
  bool fits = size <= max_small_cell ? cell_class_bytes(cell_class_of(size)) == bytes : round_to_granule(size) == bytes;
  if (!fits) return complain(checker, "%s %p says it has %zu bytes, it was given %zu", kind.name, place, size, bytes);
  bool color_fits = cell->color == heap_.newborn_color_;
  if (heap_.keeps_old_) color_fits |= cell->color == black || cell->color == grey;
  if (heap_.phase_ == Phase::marking) color_fits |= cell->color == grey || cell->color == black;
  if (heap_.phase_ >= Phase::reviving) color_fits |= cell->color == heap_.dead_color_ || cell->color == black;
  if (heap_.phase_ == Phase::reviving) color_fits |= cell->color == grey;
  if (!color_fits) {
    return complain(checker, "%s %p has color %u in the %s phase", kind.name, place, cell->color,
                    name_of(heap_.phase_));
  }
  std::uint8_t passing = heap_.keeps_old_ ? watched : watched | remembered;
  if (heap_.phase_ == Phase::idle && (cell->marks & passing) != 0) {
    return complain(checker, "%s %p has marks %#x in the idle phase", kind.name, place, cell->marks);
  }
  return true;
}

// --- free memory ------------------------------------------------------------------------------------------------------

bool Collector::check_chain(Checker& checker, const FreeCell* chain, const Block* block, std::size_t* count) {
  for (; chain != nullptr; chain = next_free(chain)) {
    const void* place = chain;
    if (!is_free(chain)) return complain(checker, "cell %p is on a free list and in use", place);
    if (block != nullptr && !block->contains(chain)) return complain(checker, "free cell %p is astray", place);
    ++*count;
  }
  return true;
}

bool Collector::check_free_lists(Checker& checker) {
  std::size_t in_use = 0;
  for (unsigned size_class = 0; size_class < cell_class_count; ++size_class) {
    BlockClass& blocks = blocks_.of_class(size_class);
    std::size_t listed = 0;
    std::size_t available = 0;
    std::size_t free_cells = 0;
    check_chain(checker, blocks_.head(size_class), nullptr, &listed);
    check_chain(checker, blocks.reserve, nullptr, &listed);
    for (Block* list : {blocks.available, blocks.available_young, blocks.full, blocks.taken}) {
      for (Block* block = list; block != nullptr; block = block->next) {
        std::size_t count = 0;
        check_chain(checker, block->free, block, &count);
        if (count != block->free_count) return complain(checker, "a block's chain has not the length it says");
        listed += count;
        available += count;
        in_use += block->capacity - count;
        for (std::size_t index = 0; index < block->capacity; ++index) free_cells += is_free(block->cell(index));
      }
    }
    for (Block* list : blocks.unswept) {
      for (Block* block = list; block != nullptr; block = block->next) in_use += block->capacity - block->free_count;
    }
    if (checker.broken) return false;
    if (listed != free_cells) {
      return complain(checker, "%zu cells of %zu bytes are free, %zu are on free lists", free_cells,
                      cell_class_bytes(size_class), listed);
    }
    if (available != blocks.free_cells) return complain(checker, "the count of available cells is wrong");
  }
  if (in_use != blocks_.cells_in_use()) return complain(checker, "the count of cells in use is wrong");
  return true;
}

// --- edges ------------------------------------------------------------------------------------------------------------

// Called for every target that is white (a freed cell looks white).
void Collector::check_edge(Checker& checker, const Cell* target) const {
  const Cell* owner = checker.owner;
  const char* owner_name = owner != nullptr ? kinds_[owner->kind]->name : "root";
  const void* from = owner;
  const void* to = target;
  if (target->kind >= kind_count_) {
    complain(checker, "%s %p refers to the freed cell %p", owner_name, from, to);
    return;
  }
  const char* name = kinds_[target->kind]->name;
  if (heap_.phase_ == Phase::marking) {
    if (owner != nullptr && owner->color == black) {
      complain(checker, "black %s %p refers to white %s %p (a barrier is missing)", owner_name, from, name, to);
    }
  } else if (target->color != heap_.newborn_color_ && (target->marks & pinned) == 0) {
    complain(checker, "%s %p refers to the dead %s %p", owner_name, from, name, to);
  } else if (owner != nullptr && owner->color == black && (target->marks & pinned) == 0) {
    checker.young = target;
  }
}

// Dead cells may refer to freed ones. Cells that wait to be traced again may refer to white ones.
bool Collector::check_edges(Checker& checker) {
  Visitor visitor(heap_, checker);
  for_each_cell([&](Cell* cell) {
    const Kind& kind = *kinds_[cell->kind];
    if (kind.trace == nullptr || cell->color == heap_.dead_color_ || checker.broken) return;
    if (cell->color == grey || (cell->marks & remembered) != 0 || marker_.is_partial(cell)) return;
    checker.owner = cell;
    checker.young = nullptr;
    visitor.again_at_flip_ = kind.traced_at_flip;
    for (std::size_t from = 0; from != trace_complete;) from = kind.trace(cell, visitor, from);
    bool has_barrier = !visitor.again_at_flip_;
    if (checker.young == nullptr || !has_barrier || !heap_.keeps_old_ || heap_.phase_ == Phase::repainting) return;
    const void* old = cell;
    const void* young = checker.young;
    complain(checker, "old %s %p refers to young %s %p (a barrier is missing)", kind.name, old,
             kinds_[checker.young->kind]->name, young);
  });
  return !checker.broken;
}

}  // namespace gc
