// SPDX-License-Identifier: MIT
// A random mutator: it builds and cuts a graph while the collector runs in every rhythm, and finds what it stored.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "heap_fixture.hpp"

using namespace toy;

namespace {

constexpr std::size_t root_count = 24;

// Cells are rows whose slot 0 holds a leaf with the row's number; every other slot may hold any row. The shadow copy says
// which number each slot must lead to.
class Mutator {
 public:
  Mutator(ToyHeap& toys, unsigned seed) : toys_(toys), random_(seed) {
    toys.roots.assign(root_count, nullptr);
    stack_ = make_stack(toys.heap, 8);
    toys.keep(stack_);
  }

  void act() {
    switch (random_() % 10) {
      case 0:
      case 1: return create();
      case 2: root(any_root()) = nullptr; return;
      case 3: stack_->slots[random_() % 8] = root(any_root()); return;  // no barrier: it is traced at the flip
      case 4: root(any_root()) = stack_->slots[random_() % 8]; return;
      case 5:
        if (Row* row = live_row()) toys_.heap.attach_finalizer(row);
        return;
      case 6:
        if (gc::Cell* cell = toys_.heap.pop_finalizable()) root(any_root()) = cell;
        return;
      case 7: return descend();
      default: return store();
    }
  }

  // Walks from the roots and compares the numbers.
  void check_everything() {
    for (gc::Cell* cell : toys_.roots) {
      if (cell != nullptr && cell->kind == kind_row) check_row(static_cast<Row*>(cell), 4);
    }
  }

 private:
  std::size_t any_root() { return random_() % root_count; }
  gc::Cell*& root(std::size_t index) { return toys_.roots[index]; }
  Row* live_row() { return static_cast<Row*>(root(any_root())); }

  void create() {
    auto count = static_cast<std::uint32_t>(3 + random_() % (random_() % 20 == 0 ? 300 : 10));
    Row* row = make_row(toys_.heap, count);
    row->detail = 77;
    std::size_t place = any_root();
    root(place) = row;
    Leaf* leaf = make_leaf(toys_.heap, ++numbers_);
    row->slots()[0] = leaf;
    toys_.heap.barrier(row, leaf);
  }
  void store() {
    Row* owner = live_row();
    if (owner == nullptr) return;
    gc::Cell* target = root(any_root());
    owner->slots()[1 + random_() % (owner->extra - 1)] = target;
    if (target == nullptr) return;
    if (random_() % 3 == 0) {
      toys_.heap.barrier_any(owner);
    } else {
      toys_.heap.barrier(owner, target);
    }
  }
  // What is deep in the graph comes to a root.
  void descend() {
    Row* row = live_row();
    if (row == nullptr) return;
    gc::Cell* found = row->slots()[1 + random_() % (row->extra - 1)];
    if (found != nullptr) root(any_root()) = found;
  }
  void check_row(Row* row, int depth) {
    REQUIRE(row->kind == kind_row);
    REQUIRE(row->detail == 77);
    auto* leaf = static_cast<Leaf*>(row->slots()[0]);
    REQUIRE(leaf->kind == kind_leaf);
    REQUIRE(leaf->value >= 1);
    REQUIRE(leaf->value <= numbers_);
    if (depth == 0) return;
    for (std::uint32_t i = 1; i < row->extra; ++i) {
      if (gc::Cell* next = row->slots()[i]) check_row(static_cast<Row*>(next), depth - 1);
    }
  }

  ToyHeap& toys_;
  std::mt19937 random_;
  Stack* stack_;
  std::int64_t numbers_ = 0;
};

void run(ToyHeap& toys, unsigned seed, int actions, int check_period) {
  Mutator mutator(toys, seed);
  for (int i = 0; i < actions; ++i) {
    mutator.act();
    if (i % check_period == 0) mutator.check_everything();
  }
  mutator.check_everything();
  toys.collect();
  mutator.check_everything();
}

}  // namespace

TEST_SUITE("gc/mutator") {
  TEST_CASE("automatic collection") {
    ToyHeap toys;
    toys.heap.set_pacing(110, 25);
    run(toys, 1, 300'000, 1000);
    CHECK(toys.heap.statistics().cycles > 10);
  }
  TEST_CASE("a verified full collection at every allocation") {
    ToyHeap toys;
    toys.heap.set_stress(1);
    run(toys, 2, 3'000, 50);
  }
  TEST_CASE("verified steps of every size at every allocation") {
    for (std::size_t bytes : {1, 16, 100, 1000}) {
      ToyHeap toys;
      toys.heap.set_stress(1, bytes);
      run(toys, 3 + static_cast<unsigned>(bytes), 15'000, 100);
      CHECK(toys.heap.statistics().cycles > 2);
    }
  }
  TEST_CASE("automatic collection, generational") {
    ToyHeap toys;
    toys.heap.set_generational(true, 5, 50);
    run(toys, 21, 1'000'000, 1000);
    CHECK(toys.heap.statistics().cycles > 10);
  }
  TEST_CASE("a verified minor or major collection at every allocation") {
    ToyHeap toys;
    toys.heap.set_generational(true);
    toys.heap.set_stress(1);
    run(toys, 22, 3'000, 50);
  }
  TEST_CASE("verified steps of every size, generational") {
    for (std::size_t bytes : {1, 16, 100, 1000}) {
      ToyHeap toys;
      toys.heap.set_generational(true);
      toys.heap.set_stress(1, bytes);
      run(toys, 23 + static_cast<unsigned>(bytes), 15'000, 100);
      CHECK(toys.heap.statistics().cycles > 2);
    }
  }
  TEST_CASE("the mode changes at random between verified steps") {
    ToyHeap toys;
    toys.heap.set_stress(2, 100);
    Mutator mutator(toys, 24);
    std::mt19937 random(6);
    for (int i = 0; i < 20'000; ++i) {
      if (random() % 50 == 0) toys.heap.set_generational(random() % 2 == 0);
      mutator.act();
      if (i % 100 == 0) mutator.check_everything();
    }
    toys.collect();
    mutator.check_everything();
  }
  TEST_CASE("verified steps at every third allocation while memory is refused now and then") {
    ToyHeap toys;
    toys.heap.set_stress(3, 64);
    Mutator mutator(toys, 99);
    std::mt19937 random(5);
    for (int i = 0; i < 20'000; ++i) {
      toys.memory.failing = random() % 4 == 0;
      try {
        mutator.act();
      } catch (const gc::OutOfMemory&) {
        for (gc::Cell*& cell : toys.roots) {
          if (cell != nullptr && cell->kind == kind_row && static_cast<Row*>(cell)->slots()[0] == nullptr)
            cell = nullptr;
        }
      }
    }
    toys.memory.failing = false;
    toys.collect();
    mutator.check_everything();
  }
}
