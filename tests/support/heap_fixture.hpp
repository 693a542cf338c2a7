// SPDX-License-Identifier: MIT
// A heap of toys over an allocator that counts and can be told to fail. Two verbs: keep() roots a cell, collect() runs a
// verified full cycle.
#pragma once

#include <cstddef>
#include <vector>

#include "counting_allocator.hpp"
#include "gc/heap.hpp"
#include "gc/root.hpp"
#include "gc/visitor.hpp"
#include "toy_objects.hpp"

class ToyHeap : public gc::RootProvider {
 public:
  CountingAllocator memory;
  gc::Heap heap{gc::Allocator{CountingAllocator::serve, &memory}};
  std::vector<gc::Cell*> roots;
  std::size_t stale_clearings = 0;

  ToyHeap() {
    toy::events = {};
    toy::add_kinds(heap);
    heap.add_roots(*this);
  }

  template <class T>
  T* keep(T* cell) {
    roots.push_back(cell);
    return cell;
  }
  void collect() {
    heap.collect();
    heap.verify();
  }
  // Steps until a cycle that began before is complete.
  void finish_cycle() {
    while (heap.phase() != gc::Phase::idle) heap.step(1024);
  }
  // Small steps until the heap is in that phase; false when some cycles have gone by without it.
  bool step_to(gc::Phase phase) {
    for (std::uint64_t last = heap.statistics().cycles + 3; heap.phase() != phase;) {
      heap.step(64);
      if (heap.statistics().cycles > last) return false;
    }
    return true;
  }
  std::size_t cells() {
    std::size_t count = 0;
    heap.for_each_cell([](gc::Cell*, void* context) { ++*static_cast<std::size_t*>(context); }, &count);
    return count;
  }
  bool holds(const gc::Cell* cell) {
    struct Search {
      const gc::Cell* wanted;
      bool found;
    } search{cell, false};
    heap.for_each_cell(
        [](gc::Cell* present, void* context) {
          auto* looking = static_cast<Search*>(context);
          looking->found |= present == looking->wanted;
        },
        &search);
    return search.found;
  }

  void visit_roots(gc::Visitor& visitor) override {
    for (gc::Cell* cell : roots) visitor.visit(cell);
  }
  void clear_stale_roots() override { ++stale_clearings; }
};
