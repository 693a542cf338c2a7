// SPDX-License-Identifier: MIT
// A heap of toys over an allocator that counts and can be told to fail. Two verbs: keep() roots a cell, collect() runs a
// verified full cycle.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <vector>

#include "gc/heap.hpp"
#include "gc/root.hpp"
#include "gc/visitor.hpp"
#include "toy_objects.hpp"

// Serves from malloc; knows every byte it gave.
struct CountingAllocator {
  std::size_t bytes = 0;
  std::size_t peak = 0;
  std::size_t calls = 0;    // that asked for more memory
  std::size_t fail_at = 0;  // the call (1 first) from which on it fails; 0: never
  std::size_t limit = SIZE_MAX;
  bool failing = false;  // fails every request for more
  std::size_t refused = 0;

  static void* serve(void* context, void* pointer, std::size_t old_size, std::size_t new_size) {
    return static_cast<CountingAllocator*>(context)->serve(pointer, old_size, new_size);
  }
  gc::Allocator allocator() { return {serve, this}; }

 private:
  void* serve(void* pointer, std::size_t old_size, std::size_t new_size) {
    if (new_size == 0) {
      bytes -= old_size;
      std::free(pointer);
      return nullptr;
    }
    if (new_size > old_size && refuses(new_size - old_size)) {
      ++refused;
      return nullptr;
    }
    void* result = std::realloc(pointer, new_size);
    if (result == nullptr) return nullptr;
    bytes += new_size - old_size;
    if (bytes > peak) peak = bytes;
    return result;
  }
  bool refuses(std::size_t more) {
    ++calls;
    return failing || (fail_at != 0 && calls >= fail_at) || more > limit || bytes > limit - more;
  }
};

class ToyHeap : public gc::RootProvider {
 public:
  CountingAllocator memory;
  gc::Heap heap{memory.allocator()};
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
