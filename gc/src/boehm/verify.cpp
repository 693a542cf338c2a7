// SPDX-License-Identifier: MIT
// The verifier: the list of cells, their headers and edges, between collections. bdwgc's own blocks are its affair.
#include "collector.hpp"
#include "gc/visitor.hpp"

namespace gc {

bool Collector::check(Complaint* complaint) {
  Checker checker(*this, complaint);
  return check_cells(checker) && check_storage(checker) && check_roots(checker) && check_edges(checker);
}

bool Collector::check_cells(Checker& checker) {
  std::size_t bytes = 0;
  std::size_t cells = 0;
  std::size_t finalizable_cells = 0;
  for_each_cell([&](Cell* cell) {
    if (!check_cell(checker, cell)) return;
    ++cells;
    bytes += bytes_of(cell);
    finalizable_cells += (cell->marks & finalizable) != 0;
  });
  finalizers_.for_each_record([&](const FinalizerRecord*) { --finalizable_cells; });
  for (FreeCell* shown : heap_.free_cells_) {
    for (; shown != nullptr; shown = shown->next, ++cells) {
      if (!is_free(shown)) return complain(checker, "cell %p is on a free list and in use", static_cast<const void*>(shown));
    }
  }
  if (checker.broken) return false;
  if (cells != cell_count_) return complain(checker, "%zu cells are listed, %zu were counted", cells, cell_count_);
  if (bytes != heap_.cell_bytes_) {
    return complain(checker, "the cells take %zu bytes, %zu are accounted for", bytes, heap_.cell_bytes_);
  }
  if (finalizable_cells != 0) return complain(checker, "the finalizable bits do not match the finalizers attached");
  return true;
}

bool Collector::check_cell(Checker& checker, Cell* cell) {
  const void* place = cell;
  Prefix* prefix = Prefix::of(cell);
  if (prefix->tag.role() != Tagged::cell || prefix->tag.owner<Collector>() != this) {
    return complain(checker, "the listed cell %p is not in use", place);
  }
  if (cell->kind >= kind_count_) return complain(checker, "cell %p has the unknown kind %u", place, cell->kind);
  const char* name = kinds_[cell->kind].name;
  std::size_t size = kinds_[cell->kind].size(cell);
  std::size_t room = bdwgc::room_of(prefix) - sizeof(Prefix);
  if (size > room || size + 2 * sizeof(Prefix) < room / 2) {
    return complain(checker, "%s %p says it has %zu bytes, it was given %zu", name, place, size, room);
  }
  bool color_fits = cell->color == heap_.newborn_color_;
  if (heap_.phase_ != Phase::idle) color_fits |= cell->color == heap_.dead_color_ || cell->color == black;
  if (!color_fits) return complain(checker, "%s %p has color %u in the %s phase", name, place, cell->color, name_of(heap_.phase_));
  if (heap_.phase_ == Phase::idle && (cell->marks & (watched | remembered)) != 0) {
    return complain(checker, "%s %p has marks %#x in the idle phase", name, place, cell->marks);
  }
  return true;
}

// Called for every target that is white.
void Collector::check_edge(Checker& checker, const Cell* target) const {
  const Cell* owner = checker.owner;
  const char* owner_name = owner != nullptr ? kinds_[owner->kind].name : "root";
  const void* from = owner;
  const void* to = target;
  if (is_free(target) || Prefix::of(const_cast<Cell*>(target))->tag.is_free()) {
    complain(checker, "%s %p refers to the freed cell %p", owner_name, from, to);
  } else if (target->color != heap_.newborn_color_ && (target->marks & pinned) == 0) {
    complain(checker, "%s %p refers to the dead %s %p", owner_name, from, kinds_[target->kind].name, to);
  }
}

// Dead cells may refer to freed ones.
bool Collector::check_edges(Checker& checker) {
  Visitor visitor(heap_, checker);
  for_each_cell([&](Cell* cell) {
    auto trace = kinds_[cell->kind].trace;
    if (trace == nullptr || cell->color == heap_.dead_color_ || checker.broken) return;
    checker.owner = cell;
    for (std::size_t from = 0; from != trace_complete;) from = trace(cell, visitor, from);
  });
  return !checker.broken;
}

}  // namespace gc
