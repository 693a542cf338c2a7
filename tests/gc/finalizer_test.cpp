// SPDX-License-Identifier: MIT
// Finalizers: queued at death, newest attachment first, and alive again.
#include <doctest/doctest.h>

#include "heap_fixture.hpp"

using namespace toy;

TEST_SUITE("gc/finalizer") {
  TEST_CASE("an unreachable cell is handed out once, then dies") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap, 9);
    toys.heap.attach_finalizer(leaf);
    CHECK_FALSE(toys.heap.has_finalizable());
    toys.collect();
    REQUIRE(toys.heap.has_finalizable());
    CHECK(toys.heap.pop_finalizable() == leaf);
    CHECK(leaf->value == 9);
    CHECK_FALSE(toys.heap.has_finalizable());
    CHECK(toys.heap.pop_finalizable() == nullptr);
    toys.collect();
    CHECK_FALSE(toys.heap.has_finalizable());
    CHECK_FALSE(toys.holds(leaf));
    CHECK(toys.heap.bytes_in_use() == 0);
  }

  TEST_CASE("a reachable cell is not handed out") {
    ToyHeap toys;
    toys.heap.attach_finalizer(toys.keep(make_leaf(toys.heap)));
    toys.collect();
    CHECK_FALSE(toys.heap.has_finalizable());
  }

  TEST_CASE("newest attachment first, older cycles before younger ones") {
    ToyHeap toys;
    std::vector<gc::Cell*> leaves;
    for (int i = 0; i < 6; ++i) {
      leaves.push_back(toys.keep(make_leaf(toys.heap, i)));
      toys.heap.attach_finalizer(leaves.back());
    }
    toys.roots = {leaves[1], leaves[4]};
    toys.collect();
    toys.roots.clear();
    toys.collect();
    for (int expected : {5, 3, 2, 0, 4, 1}) CHECK(static_cast<Leaf*>(toys.heap.pop_finalizable())->value == expected);
    CHECK(toys.heap.pop_finalizable() == nullptr);
  }

  TEST_CASE("what a waiting cell reaches is alive") {
    ToyHeap toys;
    Box* box = make_box(toys.heap, make_box(toys.heap, make_leaf(toys.heap, 3)));
    toys.heap.attach_finalizer(box);
    toys.collect();
    toys.collect();
    CHECK(toys.cells() == 3);
    REQUIRE(toys.heap.pop_finalizable() == box);
    auto* leaf = static_cast<Leaf*>(static_cast<Box*>(box->content)->content);
    CHECK(leaf->value == 3);
    toys.collect();
    CHECK(toys.cells() == 0);
  }

  TEST_CASE("resurrection: a cell that is stored lives on and may be attached again") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    toys.heap.attach_finalizer(leaf);
    toys.collect();
    toys.keep(toys.heap.pop_finalizable());
    toys.collect();
    CHECK(toys.holds(leaf));
    CHECK_FALSE(toys.heap.has_finalizable());
    toys.heap.attach_finalizer(leaf);
    toys.roots.clear();
    toys.collect();
    CHECK(toys.heap.pop_finalizable() == leaf);
    toys.collect();
    CHECK_FALSE(toys.holds(leaf));
  }

  TEST_CASE("attaching twice has the effect of once") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    toys.heap.attach_finalizer(leaf);
    toys.heap.attach_finalizer(leaf);
    toys.collect();
    CHECK(toys.heap.pop_finalizable() == leaf);
    CHECK(toys.heap.pop_finalizable() == nullptr);
  }

  TEST_CASE("both cells of an unreachable cycle are handed out") {
    ToyHeap toys;
    gc::Handle<Box> a(toys.heap, make_box(toys.heap));
    gc::Handle<Box> b(toys.heap, make_box(toys.heap, a.get()));
    a->content = b.get();
    toys.heap.attach_finalizer(a.get());
    toys.heap.attach_finalizer(b.get());
    Box* first = a.get();
    Box* second = b.get();
    a.set(nullptr);
    b.set(nullptr);
    toys.collect();
    CHECK(toys.heap.pop_finalizable() == second);
    CHECK(toys.heap.pop_finalizable() == first);
  }

  TEST_CASE("finalize_all queues reachable cells too, newest first, behind those that wait") {
    ToyHeap toys;
    Leaf* waiting = make_leaf(toys.heap, 0);
    toys.heap.attach_finalizer(waiting);
    toys.collect();
    for (int i = 1; i <= 3; ++i) toys.heap.attach_finalizer(toys.keep(make_leaf(toys.heap, i)));
    toys.heap.finalize_all();
    for (int expected : {0, 3, 2, 1}) CHECK(static_cast<Leaf*>(toys.heap.pop_finalizable())->value == expected);
    CHECK_FALSE(toys.heap.has_finalizable());
  }

  TEST_CASE("a cell that waits in the queue is not queued again") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    toys.heap.attach_finalizer(leaf);
    toys.collect();
    toys.heap.attach_finalizer(leaf);
    toys.collect();
    CHECK(toys.heap.pop_finalizable() == leaf);
    CHECK_FALSE(toys.heap.has_finalizable());
  }

  TEST_CASE("no call of the allocator at the flip") {
    ToyHeap toys;
    for (int i = 0; i < 1000; ++i) toys.heap.attach_finalizer(make_leaf(toys.heap));
    toys.finish_cycle();
    toys.memory.failing = true;
    toys.heap.collect();
    std::size_t count = 0;
    while (toys.heap.pop_finalizable() != nullptr) ++count;
    CHECK(count == 1000);
  }

  TEST_CASE("revived in slices: nothing is handed out before all that the cells reach is alive") {
    ToyHeap toys;
    toys.heap.stop();
    for (int i = 0; i < 2000; ++i) toys.heap.attach_finalizer(make_box(toys.heap, make_box(toys.heap, make_leaf(toys.heap, i))));
    toys.finish_cycle();
    std::size_t slices = 0;
    while (!toys.heap.has_finalizable()) {
      toys.heap.step(64);
      toys.heap.verify();
      if (toys.heap.phase() != gc::Phase::reviving) continue;
      ++slices;
      CHECK(toys.heap.pop_finalizable() == nullptr);
    }
    CHECK(slices > 10);
    std::size_t count = 0;
    while (auto* box = static_cast<Box*>(toys.heap.pop_finalizable())) {
      auto* leaf = static_cast<Leaf*>(static_cast<Box*>(box->content)->content);
      count += leaf->kind == kind_leaf && leaf->value < 2000;
    }
    CHECK(count == 2000);
  }

  TEST_CASE("what is attached, stored and born while others are revived is none of them") {
    ToyHeap toys;
    for (int i = 0; i < 2000; ++i) toys.heap.attach_finalizer(make_box(toys.heap));
    Box* old = toys.keep(make_box(toys.heap));
    toys.finish_cycle();
    REQUIRE(toys.step_to(gc::Phase::reviving));
    toys.heap.stop();
    Leaf* leaf = toys.keep(make_leaf(toys.heap));
    toys.heap.attach_finalizer(leaf);
    old->content = make_box(toys.heap, leaf);
    toys.heap.barrier(old, old->content);
    toys.heap.verify();
    toys.finish_cycle();
    while (gc::Cell* cell = toys.heap.pop_finalizable()) CHECK(cell != leaf);
    CHECK(toys.holds(leaf));
    toys.roots.clear();
    toys.collect();
    CHECK(toys.heap.pop_finalizable() == leaf);
  }

  TEST_CASE("finish_reviving does the rest at once") {
    ToyHeap toys;
    toys.heap.stop();
    for (int i = 0; i < 2000; ++i) toys.heap.attach_finalizer(make_leaf(toys.heap));
    toys.finish_cycle();
    REQUIRE(toys.step_to(gc::Phase::reviving));
    toys.heap.finish_reviving();
    CHECK(toys.heap.phase() == gc::Phase::clearing);
    CHECK(toys.heap.has_finalizable());
    toys.heap.verify();
    toys.finish_cycle();
    std::size_t count = 0;
    while (toys.heap.pop_finalizable() != nullptr) ++count;
    CHECK(count == 2000);
  }

  TEST_CASE("closing while cells are revived queues them all") {
    ToyHeap toys;
    toys.heap.stop();
    for (int i = 0; i < 2000; ++i) toys.heap.attach_finalizer(make_leaf(toys.heap));
    toys.finish_cycle();
    REQUIRE(toys.step_to(gc::Phase::reviving));
    toys.heap.finalize_all();
    std::size_t count = 0;
    while (toys.heap.pop_finalizable() != nullptr) ++count;
    CHECK(count == 2000);
  }

  TEST_CASE("a long queue is marked in slices; what is popped meanwhile is the mutator's") {
    ToyHeap toys;
    for (int i = 0; i < 2000; ++i) toys.heap.attach_finalizer(make_box(toys.heap, make_leaf(toys.heap, i)));
    toys.collect();
    toys.heap.step(64);
    REQUIRE(toys.heap.marking());
    for (int i = 0; i < 1000; ++i) toys.keep(toys.heap.pop_finalizable());
    toys.finish_cycle();
    toys.heap.verify();
    CHECK(toys.cells() == 4000);
  }

  TEST_CASE("a cell queued while marking and not yet reached survives the cycle") {
    ToyHeap toys;
    for (int i = 0; i < 5000; ++i) toys.keep(make_box(toys.heap));
    Leaf* leaf = toys.keep(make_leaf(toys.heap));
    toys.heap.attach_finalizer(leaf);
    toys.finish_cycle();
    toys.heap.step(16);
    REQUIRE(toys.heap.marking());
    toys.roots.clear();
    toys.heap.finalize_all();
    toys.finish_cycle();
    CHECK(toys.heap.pop_finalizable() == leaf);
  }
}
