// SPDX-License-Identifier: MIT
// The marker's loop.
#include "mark.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "collector.hpp"
#include "gc/cycle_client.hpp"
#include "gc/heap.hpp"

namespace gc {

namespace {
constexpr std::ptrdiff_t units_per_cell = 3;
constexpr std::ptrdiff_t portion = 1024;  // units after which a cell with many edges lets others go first
// How far from the top of the stack a cell is when its memory is asked for, then what it refers to, then what that does.
constexpr std::ptrdiff_t far = 12, middle = 8, near = 4;
}

Marker::Marker(Heap& heap, Memory& memory, Collector& collector, const Kind* const* kinds)
    : visitor_(heap),
      collector_(collector),
      grey_(memory),
      late_(memory),
      again_(memory),
      at_flip_(memory),
      next_(memory),
      kinds_(kinds) {
  visitor_.late_ = false;
}

void Marker::add_kind(KindId id, const Kind& kind, LateCells* late) {
  treatment_[id] = kind.trace == nullptr ? leaf : late != nullptr ? postponed : traced;
  if (late != nullptr) late_cells_ = late;
  if (kind.fetch != nullptr) fetching_kinds_ |= 1u << id;
}

void Marker::mark(Cell* cell) {
  Treatment treatment = treatment_[cell->kind];
  if (cell->color == spared_) return;
  if (treatment == invalid) fatal("an edge or root leads to a freed cell");
  cell->marks = static_cast<std::uint8_t>((cell->marks & ~(revived_even | revived_odd)) | revived_);
  if (treatment == leaf && (cell->marks & watched) == 0) {
    cell->color = black;
  } else if (treatment == postponed && (cell->marks & watched) == 0) {
    cell->color = grey;
    late_cells_->put(cell);
  } else {
    cell->color = grey;
    push(cell);
  }
}

void Marker::trace_black(Cell* cell) {
  if (is_partial(cell)) return restart(cell);
  cell->color = grey;
  push(cell);
}

void Marker::push(Cell* cell) {
  if (!grey_.push(cell)) overflowed_ = true;
}

// A cell from deep in the stack was pushed long ago: without this, memory would be waited for at each step of its trace.
// Cells just pushed have just been looked at.
void Marker::fetch_ahead(const MarkStack& stack) const {
  const Cell* cell = stack.below(far);
  if (cell == nullptr) return;
  __builtin_prefetch(cell);
  __builtin_prefetch(reinterpret_cast<const char*>(cell) + 32);  // the end of a cell of the usual size
  cell = stack.below(middle);
  if ((fetching_kinds_ >> cell->kind & 1) != 0) kinds_[cell->kind]->fetch(cell, false);
  cell = stack.below(near);
  if ((fetching_kinds_ >> cell->kind & 1) != 0) kinds_[cell->kind]->fetch(cell, true);
}

bool Marker::drain(Budget& work) {
  visitor_.budget_ = std::min(work.left, portion);
  std::ptrdiff_t reserve = work.left - visitor_.budget_;
  for (;;) {
    Partial next{nullptr, 0};
    if (partial_count_ < most_partial - 1) [[likely]] {
      next.cell = grey_.pop();
    } else {  // what is traced now can be half traced in the last place only
      if (partial_count_ != most_partial) next.cell = grey_.pop();
      visitor_.budget_ += std::exchange(reserve, 0);
    }
    if (next.cell == nullptr && partial_count_ != 0) next = partial_[--partial_count_];
    if (next.cell == nullptr && !visitor_.at_flip_) next.cell = pop_from_before();
    if (next.cell != nullptr) {
      fetch_ahead(grey_);
    } else if (!overflowed_) {
      next.cell = pop_late();
      visitor_.late_ = next.cell != nullptr;
    }
    if (next.cell != nullptr) {
      trace(next.cell, next.from);
      visitor_.late_ = false;
      visitor_.budget_ -= units_per_cell;
    } else if (overflowed_) {
      trace_lost_cells();
    } else {
      break;
    }
    if (visitor_.budget_ > 0 && visitor_.budget_ <= portion) [[likely]] continue;
    std::ptrdiff_t left = visitor_.budget_ + reserve;
    visitor_.budget_ = std::min(left, portion);
    reserve = left - visitor_.budget_;
    if (left <= 0) break;
  }
  work.left = visitor_.budget_ + reserve;
  return partial_count_ == 0 && grey_.empty() && late_.empty() && late_cells() == 0 && !overflowed_ &&
         (visitor_.at_flip_ || next_.empty());
}

Cell* Marker::pop_late() {
  Cell* cell = late_.pop();
  if (cell != nullptr) {
    fetch_ahead(late_);
  } else if (late_cells_ != nullptr) {
    cell = late_cells_->take();
  }
  return cell;
}

// What was put on next_ before this cycle: from the flip on it fills up for the next one.
Cell* Marker::pop_from_before() {
  Cell* cell = next_.pop();
  if (cell == nullptr) return nullptr;
  if (const Cell* later = next_.below(middle)) __builtin_prefetch(later);
  if (const Cell* soon = next_.below(near); soon != nullptr && (fetching_kinds_ >> soon->kind & 1) != 0) {
    kinds_[soon->kind]->fetch(soon, false);
  }
  cell->marks &= static_cast<std::uint8_t>(~remembered);
  return cell;
}

// Black before its edges are visited: what is stored into it from now on is the barrier's business.
void Marker::trace(Cell* cell, std::size_t from) {
  const Kind& kind = *kinds_[cell->kind];
  cell->color = black;
  if ((cell->marks & watched) != 0) notify(cell);
  if (kind.trace == nullptr) return;
  visitor_.again_at_flip_ = kind.traced_at_flip;
  visitor_.put_off_ = false;
  std::size_t next = kind.trace(cell, visitor_, from);
  if (visitor_.put_off_) {
    cell->color = grey;
    if (treatment_[cell->kind] == postponed) {
      late_cells_->put(cell);
    } else if (!late_.push(cell)) {
      overflowed_ = true;
    }
  } else if (next != trace_complete) {
    partial_[partial_count_++] = {cell, next};
  } else if (visitor_.again_at_flip_) {
    trace_later(cell);
  }
}

// It changes without a barrier: until the flip, and then until the next one when it is about to be old.
void Marker::trace_later(Cell* cell) {
  if (visitor_.at_flip_) {
    if (collector_.will_keep_old()) remember_for_next(cell);
    return;
  }
  cell->color = grey;
  cell->marks |= remembered;
  if (!at_flip_.push(cell)) forgot_ = true;
}

void Marker::notify(Cell* cell) {
  cell->marks &= static_cast<std::uint8_t>(~watched);
  for (CycleClient* client : collector_.clients()) client->watched_cell_marked(cell, visitor_);
}

// The heap is walked for grey cells that are on no stack. Each is traced at once, and what it reaches next, so that the
// walk leaves no more behind than it must; another walk follows when it did.
void Marker::trace_lost_cells() {
  std::ptrdiff_t budget = visitor_.budget_;
  visitor_.budget_ = PTRDIFF_MAX;
  overflowed_ = false;
  collector_.for_each_cell([this](Cell* cell) {
    bool waits = (cell->marks & remembered) != 0;
    if (waits ? !visitor_.at_flip_ || !visitor_.heap().marking() : cell->color != grey) return;
    cell->marks &= static_cast<std::uint8_t>(~remembered);
    do {
      visitor_.late_ = treatment_[cell->kind] != postponed;
      trace(cell, 0);
    } while ((cell = grey_.pop()) != nullptr);
  });
  visitor_.budget_ = budget;
  visitor_.late_ = false;
}

// One that already waits may have been blackened by the rest of its trace: it is not queued twice.
void Marker::remember(Cell* cell) {
  cell->color = grey;
  if ((cell->marks & remembered) != 0) return;
  cell->marks |= remembered;
  if (!again_.push(cell)) forgot_ = true;
}

void Marker::remember_for_next(Cell* cell) {
  cell->color = grey;
  cell->marks |= remembered;
  if (!next_.push(cell)) forgot_next_ = true;
}

void Marker::note_old(Cell* owner, Cell* target) {
  auto extensive = kinds_[owner->kind]->extensive;
  if (extensive == nullptr || !extensive(owner)) {
    remember_for_next(owner);
  } else if (treatment_[target->kind] == leaf) {
    target->color = black;
  } else {
    remember_for_next(target);
  }
}

void Marker::forget_next() {
  next_.release();
  forgot_next_ = false;
}

bool Marker::is_partial(const Cell* cell) const {
  return std::any_of(partial_, partial_ + partial_count_, [cell](const Partial& partial) { return partial.cell == cell; });
}

void Marker::restart(const Cell* cell) {
  for (unsigned i = 0; i < partial_count_; ++i) {
    if (partial_[i].cell == cell) partial_[i].from = 0;
  }
}

void Marker::begin_cycle() {
  rounds_ = 0;
  revived_ = 0;
}

bool Marker::retrace_early() {
  if (again_.empty() || rounds_ == early_rounds) return false;
  ++rounds_;
  while (Cell* cell = again_.pop()) {
    cell->marks &= static_cast<std::uint8_t>(~remembered);
    cell->color = grey;
    push(cell);
  }
  return true;
}

void Marker::begin_flip() {
  visitor_.at_flip_ = true;
  for (MarkStack* stack : {&again_, &at_flip_}) {
    while (Cell* cell = stack->pop()) {
      cell->marks &= static_cast<std::uint8_t>(~remembered);
      cell->color = grey;
      push(cell);
    }
  }
  if (forgot_) overflowed_ = true;
  forgot_ = false;
}

void Marker::end_flip() {
  visitor_.at_flip_ = false;
  revived_ = 0;
  spared_ = no_color;
  for (MarkStack* stack : {&grey_, &late_, &again_, &at_flip_, &next_}) stack->trim();
}

void Marker::release() {
  for (MarkStack* stack : {&grey_, &late_, &again_, &at_flip_, &next_}) stack->release();
}

// --- the mutator's side --------------------------------------------------------------------------------------------

void Visitor::mark_slow(Cell* cell) {
  if (observer_ != nullptr) return observer_->white_edge(cell);
  Collector::of(heap_).marker().mark(cell);
}

void Visitor::visit_words(const void*, std::size_t) {}

// While marking, the target is marked rather than the owner queued: each cell is then traced once, and a table that is
// being filled is not traced over and over. Later a black owner is one the sweep has not met; it is repainted so that the
// barrier falls silent; not while reviving, when black still means that a cell was reached. In the generational mode it is
// old, or about to be.
void Heap::barrier_slow(Cell* owner, const Cell* target) {
  if (phase_ == Phase::marking) {
    collector_->marker().mark(const_cast<Cell*>(target));
  } else if (keeps_old_ && phase_ != Phase::repainting) {
    collector_->marker().note_old(owner, const_cast<Cell*>(target));
  } else if (phase_ != Phase::reviving) {
    owner->color = newborn_color_;
  }
}

void Heap::barrier_any_slow(Cell* owner) {
  if (phase_ == Phase::marking) {
    collector_->marker().remember(owner);
  } else if (keeps_old_ && phase_ != Phase::repainting) {
    collector_->marker().remember_for_next(owner);
  } else if (phase_ != Phase::reviving) {
    owner->color = newborn_color_;
  }
}

void Heap::trace_again(Cell* cell) {
  if (phase_ == Phase::marking && cell->color == black) collector_->marker().trace_black(cell);
}

void Heap::shade_slow(Cell* target) { collector_->marker().mark(target); }

void Heap::restart_trace(Cell* owner) {
  if (phase_ == Phase::marking) collector_->marker().restart(owner);
}

}  // namespace gc
