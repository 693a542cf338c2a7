// SPDX-License-Identifier: MIT
// The lists of cells with finalizers.
#include "finalizer.hpp"

#include "budget.hpp"
#include "collector.hpp"
#include "gc/heap.hpp"
#include "gc/visitor.hpp"

namespace gc {

namespace {
constexpr std::size_t units_per_record = 6;
}

void Finalizers::attach(FinalizerRecord* record) {
  record->next = attached_;
  attached_ = record;
}

// Takes the record out of the list of the attached.
void Finalizers::separate(FinalizerRecord** link) {
  FinalizerRecord* record = *link;
  *link = record->next;
  if (record == old_) old_ = record->next;
  record->next = nullptr;
  *separated_end_ = record;
  separated_end_ = &record->next;
  ++separated_count_;
}

void Finalizers::begin_separation(bool of_young) {
  end_ = of_young ? old_ : nullptr;
  old_ = attached_;
  restart_separation();
}

void Finalizers::restart_separation() {
  to_look_at_ = &attached_;
  to_visit_ = &separated_;
}

// What is attached meanwhile comes to the head of the list; it is not dead.
bool Finalizers::separate_dead(std::uint8_t dead_color, Budget& work) {
  while (*to_look_at_ != end_) {
    FinalizerRecord* record = *to_look_at_;
    if (work.exhausted()) return false;
    work.spend(units_per_record);
    if (record->next != nullptr) __builtin_prefetch(record->next->cell);
    if (record->cell->color == dead_color) {
      separate(to_look_at_);
    } else {
      to_look_at_ = &record->next;
    }
  }
  return true;
}

bool Finalizers::visit_separated(Visitor& visitor, Budget& work) {
  for (; *to_visit_ != nullptr; to_visit_ = &(*to_visit_)->next) {
    if (work.exhausted()) return false;
    work.spend(1);
    visitor.visit((*to_visit_)->cell);
  }
  return true;
}

void Finalizers::end_separation() {
  if (separated_ == nullptr) return;
  *queue_end_ = separated_;
  queue_end_ = separated_end_;
  waiting_ += separated_count_;
  separated_ = nullptr;
  separated_end_ = &separated_;
  separated_count_ = 0;
  restart_separation();
}

void Finalizers::queue_all(Heap& heap) {
  while (attached_ != nullptr) {
    heap.shade(attached_->cell);
    separate(&attached_);
  }
  end_separation();
}

bool Finalizers::mark_queue(Visitor& visitor, Budget& work) {
  for (; to_mark_ != nullptr; to_mark_ = to_mark_->next) {
    if (work.exhausted()) return false;
    work.spend(1);
    visitor.visit(to_mark_->cell);
  }
  return true;
}

void Finalizers::visit_queue(Visitor& visitor) const {
  for (FinalizerRecord* record = queue_; record != nullptr; record = record->next) visitor.visit(record->cell);
}

FinalizerRecord* Finalizers::pop() {
  FinalizerRecord* record = queue_;
  if (record == nullptr) return nullptr;
  queue_ = record->next;
  if (queue_ == nullptr) queue_end_ = &queue_;
  if (to_mark_ == record) to_mark_ = record->next;
  --waiting_;
  return record;
}

// --- the heap's interface --------------------------------------------------------------------------------------------

void Heap::attach_finalizer(Cell* cell) {
  if ((cell->marks & finalizable) != 0) return;
  auto* record = static_cast<FinalizerRecord*>(allocate_storage(sizeof(FinalizerRecord)));
  record->cell = cell;
  cell->marks |= finalizable;
  ++finalizers_attached_;
  collector_->finalizers().attach(record);
}

Cell* Heap::pop_finalizable() {
  FinalizerRecord* record = collector_->finalizers().pop();
  finalizable_waiting_ = collector_->finalizers().waiting();
  if (record == nullptr) return nullptr;
  Cell* cell = record->cell;
  cell->marks &= static_cast<std::uint8_t>(~finalizable);
  free_storage(record, sizeof(FinalizerRecord));
  return cell;
}

void Heap::finalize_all() {
  finish_reviving();
  collector_->finalizers().queue_all(*this);
  finalizable_waiting_ = collector_->finalizers().waiting();
}

}  // namespace gc
