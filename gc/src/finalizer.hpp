// SPDX-License-Identifier: MIT
// Cells with finalizers: attached, then waiting in a queue once unreachable. The records move from one list to the
// other, so that nothing is allocated at the flip.
#pragma once

#include <cstddef>
#include <initializer_list>

#include "gc/cell.hpp"

namespace gc {

class Visitor;

struct FinalizerRecord {
  Cell* cell;
  FinalizerRecord* next;
};

class Finalizers {
 public:
  // The record is new; the cell has the `finalizable` bit.
  void attach(FinalizerRecord* record);
  // Queues every attached cell that is not marked (or every one), newest first.
  void separate_unmarked();
  void separate_all();
  void visit_queue(Visitor& visitor) const;
  // Only those queued by the last separation; nothing may have been popped since.
  void visit_separated(Visitor& visitor) const;
  // Takes the head of the queue; null when it is empty.
  FinalizerRecord* pop();
  std::size_t waiting() const { return waiting_; }

  template <class Visit>
  void for_each_record(Visit visit) {
    for (FinalizerRecord* list : {attached_, queue_}) {
      for (FinalizerRecord *record = list, *next; record != nullptr; record = next) {
        next = record->next;
        visit(record);
      }
    }
  }

 private:
  template <class Condition>
  void separate(Condition condition);

  FinalizerRecord* attached_ = nullptr;  // newest first
  FinalizerRecord* queue_ = nullptr;
  FinalizerRecord** queue_end_ = &queue_;
  FinalizerRecord** separated_ = &queue_;  // where the last separation began
  std::size_t waiting_ = 0;
};

}  // namespace gc
