// SPDX-License-Identifier: MIT
// Breadth-first search along the edges, from the roots.
#include "gc/path.hpp"

#include <algorithm>
#include <utility>

#include "collector.hpp"
#include "gc/visitor.hpp"

namespace gc {

namespace {

constexpr std::size_t initial_slots = 1024;  // a power of two

// The cells met so far, in that order, each with the position of the one that led to it; and where each stands, in a hash
// table at most half full.
class Search final : public EdgeObserver {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;  // of a root
  struct Met {
    Cell* cell;
    std::uint32_t from;
  };

  Search(Heap& heap, const Cell* target) : heap_(heap), target_(target) {}
  ~Search() {
    heap_.reallocate(met_, slot_count_ / 2 * sizeof(Met), 0);  // null is released for nothing
    heap_.reallocate(slots_, slot_count_ * sizeof(std::uint32_t), 0);
  }

  void white_edge(Cell* cell) override {
    if (found() || out_of_memory_) return;
    if (count_ == slot_count_ / 2 && !grow()) {
      out_of_memory_ = true;
      return;
    }
    std::uint32_t* slot = find(cell);
    if (*slot != none) return;
    *slot = static_cast<std::uint32_t>(count_);
    met_[count_++] = {cell, from_};
    if (cell == target_) found_at_ = *slot;
  }

  // Follows all edges, those of `avoid` excepted, until the target is met. False: there was not enough memory.
  bool run(Collector& collector, const Cell* avoid) {
    Visitor visitor(heap_, *this);
    from_ = none;
    collector.roots().visit(visitor);
    collector.finalizers().visit_queue(visitor);
    for (std::size_t i = 0; i < count_ && !found() && !out_of_memory_; ++i) {
      Cell* cell = met_[i].cell;
      const Kind& kind = collector.kind(cell->kind);
      if (cell == avoid || kind.trace == nullptr) continue;
      from_ = static_cast<std::uint32_t>(i);
      for (std::size_t position = 0; position != trace_complete;) position = kind.trace(cell, visitor, position);
    }
    return !out_of_memory_;
  }

  bool found() const { return found_at_ != none; }
  std::uint32_t found_at() const { return found_at_; }
  const Met& met(std::uint32_t position) const { return met_[position]; }

 private:
  std::uint32_t* find(const Cell* cell) const {
    std::size_t mask = slot_count_ - 1;
    std::size_t i = (reinterpret_cast<std::uintptr_t>(cell) >> 3) * 0x9E3779B97F4A7C15u >> 20;
    for (;; ++i) {
      std::uint32_t* slot = &slots_[i & mask];
      if (*slot == none || met_[*slot].cell == cell) return slot;
    }
  }

  bool grow() {
    std::size_t count = slot_count_ == 0 ? initial_slots : slot_count_ * 2;
    if (count / 2 > none) return false;
    Search larger(heap_, target_);
    larger.met_ = static_cast<Met*>(heap_.reallocate(nullptr, 0, count / 2 * sizeof(Met)));
    larger.slots_ = static_cast<std::uint32_t*>(heap_.reallocate(nullptr, 0, count * sizeof(std::uint32_t)));
    larger.slot_count_ = count;
    if (larger.met_ == nullptr || larger.slots_ == nullptr) return false;
    std::fill_n(larger.slots_, count, none);
    std::copy_n(met_, count_, larger.met_);
    for (std::size_t i = 0; i < count_; ++i) *larger.find(met_[i].cell) = static_cast<std::uint32_t>(i);
    std::swap(met_, larger.met_);
    std::swap(slots_, larger.slots_);
    std::swap(slot_count_, larger.slot_count_);
    return true;
  }

  Heap& heap_;
  const Cell* target_;
  Met* met_ = nullptr;             // slot_count_ / 2 places
  std::uint32_t* slots_ = nullptr;  // positions in met_
  std::size_t slot_count_ = 0;
  std::size_t count_ = 0;
  std::uint32_t from_ = none;
  std::uint32_t found_at_ = none;
  bool out_of_memory_ = false;
};

}  // namespace

Path::Path(Heap& heap, const Cell* target, const Cell* avoid) : heap_(heap) {
  if (find(target, avoid)) return;
  heap.collect();
  if (!find(target, avoid)) throw OutOfMemory{};
}

bool Path::find(const Cell* target, const Cell* avoid) {
  heap_.forget_ages();  // a Visitor tells of white cells only
  Search search(heap_, target);
  if (!search.run(Collector::of(heap_), avoid)) return false;
  if (!search.found()) return true;
  std::size_t length = 0;
  for (std::uint32_t i = search.found_at(); i != Search::none; i = search.met(i).from) ++length;
  void* cells = heap_.reallocate(nullptr, 0, length * sizeof(Cell*));
  if (cells == nullptr) return false;
  cells_ = static_cast<Cell**>(cells);
  length_ = length;
  for (std::uint32_t i = search.found_at(); i != Search::none; i = search.met(i).from) cells_[--length] = search.met(i).cell;
  return true;
}

Path::~Path() {
  if (cells_ != nullptr) heap_.reallocate(cells_, length_ * sizeof(Cell*), 0);
}

}  // namespace gc
