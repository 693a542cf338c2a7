// SPDX-License-Identifier: MIT
// The lists of cells with finalizers.
#include "finalizer.hpp"

#include "collector.hpp"
#include "gc/heap.hpp"
#include "gc/visitor.hpp"

namespace gc {

void Finalizers::attach(FinalizerRecord* record) {
  record->next = attached_;
  attached_ = record;
}

template <class Condition>
void Finalizers::separate(Condition condition) {
  separated_ = queue_end_;
  for (FinalizerRecord** link = &attached_; *link != nullptr;) {
    FinalizerRecord* record = *link;
    if (!condition(record->cell)) {
      link = &record->next;
      continue;
    }
    *link = record->next;
    record->next = nullptr;
    *queue_end_ = record;
    queue_end_ = &record->next;
    ++waiting_;
  }
}

void Finalizers::separate_unmarked() {
  separate([](const Cell* cell) { return cell->color <= white_odd; });
}

void Finalizers::separate_all() {
  separate([](const Cell*) { return true; });
}

void Finalizers::visit_queue(Visitor& visitor) const {
  for (FinalizerRecord* record = queue_; record != nullptr; record = record->next) visitor.visit(record->cell);
}

void Finalizers::visit_separated(Visitor& visitor) const {
  for (FinalizerRecord* record = *separated_; record != nullptr; record = record->next) visitor.visit(record->cell);
}

FinalizerRecord* Finalizers::pop() {
  FinalizerRecord* record = queue_;
  if (record == nullptr) return nullptr;
  queue_ = record->next;
  if (queue_ == nullptr) queue_end_ = &queue_;
  --waiting_;
  return record;
}

// --- the heap's interface --------------------------------------------------------------------------------------------

void Heap::attach_finalizer(Cell* cell) {
  if ((cell->marks & finalizable) != 0) return;
  auto* record = static_cast<FinalizerRecord*>(allocate_storage(sizeof(FinalizerRecord)));
  record->cell = cell;
  cell->marks |= finalizable;
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
  collector_->finalizers().separate_all();
  finalizable_waiting_ = collector_->finalizers().waiting();
}

}  // namespace gc
