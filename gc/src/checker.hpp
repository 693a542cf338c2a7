// SPDX-License-Identifier: MIT
// What the verifiers of both collectors share: what is being looked at, and how it is complained of.
#pragma once

#include "gc/heap.hpp"

namespace gc {

struct Checker final : EdgeObserver {
  Checker(const Collector& collector, Complaint* complaint) : collector(collector), complaint(complaint) {}
  void white_edge(Cell* target) override;

  const Collector& collector;
  Complaint* complaint;
  const Cell* owner = nullptr;  // null: a root
  bool broken = false;
  const Cell* young = nullptr;  // what `owner` refers to and was born after the flip
};

// Keeps the first complaint. False.
[[gnu::format(printf, 2, 3)]] bool complain(Checker& checker, const char* format, ...);
const char* name_of(Phase phase);

}  // namespace gc
