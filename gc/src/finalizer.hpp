// SPDX-License-Identifier: MIT
// Cells with finalizers: attached, then separated when they are found dead, then waiting in a queue. The records move from
// one list to the next, so that nothing is allocated after the flip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "gc/cell.hpp"

namespace gc {

class Heap;
class Visitor;
struct Budget;

struct FinalizerRecord {
  Cell* cell;
  FinalizerRecord* next;
};

class Finalizers {
 public:
  // The record is new; the cell has the `finalizable` bit.
  void attach(FinalizerRecord* record);
  // After the flip, in slices (true: done): separates the attached cells of the dead colour, newest first; visits those. At
  // the end they join the queue. Those attached before the flip before are passed over when `of_young`.
  void begin_separation(bool of_young = false);
  bool separate_dead(std::uint8_t dead_color, Budget& work);
  bool visit_separated(Visitor& visitor, Budget& work);
  void end_separation();
  // Queues every attached cell, newest first.
  void queue_all(Heap& heap);
  // While marking: what waits in the queue, in slices (true: done).
  void begin_marking() { to_mark_ = queue_; }
  bool mark_queue(Visitor& visitor, Budget& work);
  void visit_queue(Visitor& visitor) const;
  // Takes the head of the queue; null when it is empty.
  FinalizerRecord* pop();
  std::size_t waiting() const { return waiting_; }

  template <class Visit>
  void for_each_record(Visit visit) {
    for (FinalizerRecord* list : {attached_, separated_, queue_}) {
      for (FinalizerRecord *record = list, *next; record != nullptr; record = next) {
        next = record->next;
        visit(record);
      }
    }
  }

 private:
  void separate(FinalizerRecord** link);
  void restart_separation();

  FinalizerRecord* attached_ = nullptr;         // newest first
  FinalizerRecord** to_look_at_ = &attached_;   // where separation goes on
  FinalizerRecord* old_ = nullptr;              // the newest that was attached before the last flip; older ones follow it
  FinalizerRecord* end_ = nullptr;              // what separation does not look at any more
  FinalizerRecord* separated_ = nullptr;
  FinalizerRecord** separated_end_ = &separated_;
  FinalizerRecord** to_visit_ = &separated_;    // where visiting those goes on
  std::size_t separated_count_ = 0;
  FinalizerRecord* queue_ = nullptr;
  FinalizerRecord** queue_end_ = &queue_;
  FinalizerRecord* to_mark_ = nullptr;  // where marking the queue goes on
  std::size_t waiting_ = 0;             // in the queue
};

}  // namespace gc
