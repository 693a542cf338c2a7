// SPDX-License-Identifier: MIT
// The barrier: what is stored into a traced cell while marking is not lost, and the verifier notices its absence.
#include <doctest/doctest.h>

#include <cstring>

#include "gc/cycle_client.hpp"
#include "heap_fixture.hpp"

using namespace toy;

namespace {

// Keeps the cycle in its clearing phase.
struct LongClearing : gc::CycleClient {
  bool done = true;
  void watched_cell_marked(gc::Cell*, gc::Visitor&) override {}
  void before_resurrection(const gc::Liveness&) override {}
  void after_resurrection(const gc::Liveness&) override {}
  bool clear_slice(const gc::Liveness&, std::size_t) override { return done; }
};

// A cycle is under way and `box` has been traced; much remains grey.
Box* black_box_while_marking(ToyHeap& toys) {
  Box* box = toys.keep(make_box(toys.heap));
  Row* row = toys.keep(make_row(toys.heap, 5000));
  for (std::uint32_t i = 0; i < 5000; ++i) {
    Leaf* leaf = make_leaf(toys.heap);
    row->slots()[i] = leaf;
    toys.heap.barrier(row, leaf);
  }
  toys.roots = {row, box};
  toys.finish_cycle();
  while (box->color != gc::black) toys.heap.step(16);
  REQUIRE(toys.heap.phase() == gc::Phase::marking);
  toys.heap.stop();
  return box;
}

}  // namespace

TEST_SUITE("gc/barrier") {
  TEST_CASE("a store with barrier into a black cell keeps the target") {
    ToyHeap toys;
    Box* box = black_box_while_marking(toys);
    Leaf* leaf = make_leaf(toys.heap, 5);
    box->content = leaf;
    toys.heap.barrier(box, leaf);
    toys.heap.verify();
    toys.finish_cycle();
    toys.heap.verify();
    REQUIRE(toys.holds(leaf));
    CHECK(leaf->value == 5);
  }

  TEST_CASE("a store with barrier_any into a black cell keeps the target") {
    ToyHeap toys;
    Box* box = black_box_while_marking(toys);
    Leaf* leaf = make_leaf(toys.heap);
    box->content = leaf;
    toys.heap.barrier_any(box);
    toys.heap.verify();
    toys.finish_cycle();
    CHECK(toys.holds(leaf));
  }

  TEST_CASE("the last of many stores counts, whichever barrier announced the first") {
    ToyHeap toys;
    Box* box = black_box_while_marking(toys);
    for (int i = 0; i < 100; ++i) {
      Leaf* leaf = make_leaf(toys.heap);
      box->content = leaf;
      toys.heap.barrier_any(box);
      toys.heap.step(16);
      toys.heap.verify();
    }
    toys.finish_cycle();
    CHECK(toys.holds(box->content));
  }

  TEST_CASE("the verifier notices a missing barrier") {
    ToyHeap toys;
    Box* box = black_box_while_marking(toys);
    box->content = make_leaf(toys.heap);
    gc::Complaint complaint;
    REQUIRE_FALSE(toys.heap.check(&complaint));
    CHECK(std::strstr(complaint.text, "a barrier is missing") != nullptr);
    CHECK(std::strstr(complaint.text, "black box") != nullptr);
    box->content = nullptr;
    toys.heap.verify();
  }

  TEST_CASE("without the barrier the target would die and the verifier notices after the flip") {
    ToyHeap toys;
    LongClearing clearing;
    toys.heap.add_client(clearing);
    Box* box = black_box_while_marking(toys);
    clearing.done = false;
    box->content = make_leaf(toys.heap);
    while (toys.heap.phase() == gc::Phase::marking) toys.heap.step(64);
    gc::Complaint complaint;
    REQUIRE_FALSE(toys.heap.check(&complaint));
    CHECK(std::strstr(complaint.text, "refers to the dead leaf") != nullptr);
    box->content = nullptr;
    clearing.done = true;
  }

  TEST_CASE("a fresh cell needs no barrier") {
    ToyHeap toys;
    black_box_while_marking(toys);
    Leaf* leaf = make_leaf(toys.heap);
    Box* fresh = toys.keep(make_box(toys.heap, leaf));
    toys.heap.verify();
    toys.finish_cycle();
    CHECK(toys.holds(fresh));
    CHECK(toys.holds(leaf));
  }

  TEST_CASE("a store into the traced part of a half-traced cell is seen") {
    ToyHeap toys;
    Row* row = toys.keep(make_row(toys.heap, 10'000));
    toys.finish_cycle();
    events.row_slices = 0;
    while (events.row_slices < 3) toys.heap.step(64);
    REQUIRE(toys.heap.marking());
    toys.heap.stop();
    Leaf* leaf = make_leaf(toys.heap);
    row->slots()[0] = leaf;
    toys.heap.barrier(row, leaf);
    toys.heap.verify();
    toys.finish_cycle();
    CHECK(toys.holds(leaf));
  }

  TEST_CASE("a half-traced cell that is stored into between all slices is traced a few times more, not once for each") {
    ToyHeap toys;
    Row* row = toys.keep(make_row(toys.heap, 10'000));
    toys.finish_cycle();
    events.row_slices = 0;
    while (events.row_slices < 3) toys.heap.step(64);
    while (toys.heap.marking() && events.row_slices < 100) {
      toys.heap.barrier_any(row);
      toys.heap.step(64);
    }
    REQUIRE(toys.heap.marking());
    events.row_traces = 0;
    toys.heap.collect();  // the rest of this cycle, and another one
    CHECK(events.row_traces <= 6);
  }

  TEST_CASE("restart_trace: edges that moved to the traced part are seen") {
    ToyHeap toys;
    Row* row = toys.keep(make_row(toys.heap, 10'000));
    Leaf* leaf = make_leaf(toys.heap);
    row->slots()[9'999] = leaf;
    toys.finish_cycle();
    events.row_slices = 0;
    while (events.row_slices < 3) toys.heap.step(64);
    REQUIRE(toys.heap.marking());
    std::swap(row->slots()[0], row->slots()[9'999]);
    toys.heap.restart_trace(row);
    toys.finish_cycle();
    CHECK(toys.holds(leaf));
  }

  TEST_CASE("shade keeps the target of a weak edge that was read while marking") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    Box* box = black_box_while_marking(toys);
    // The box is black and the leaf was found through a weak edge; the stack that will hold it is made up here.
    toys.heap.shade(leaf);
    box->content = leaf;
    toys.heap.verify();
    toys.finish_cycle();
    CHECK(toys.holds(leaf));
  }

  TEST_CASE("a kind traced at the flip needs no barrier") {
    ToyHeap toys;
    Stack* stack = toys.keep(make_stack(toys.heap, 10));
    black_box_while_marking(toys);
    toys.keep(stack);
    toys.finish_cycle();
    while (toys.heap.phase() != gc::Phase::marking) toys.heap.step(16);
    for (int i = 0; i < 20; ++i) toys.heap.step(64);
    REQUIRE(toys.heap.marking());
    Leaf* leaf = make_leaf(toys.heap);
    stack->slots[3] = leaf;
    toys.heap.verify();
    toys.finish_cycle();
    CHECK(toys.holds(leaf));
    stack->slots[3] = nullptr;
    toys.collect();
    CHECK_FALSE(toys.holds(leaf));
  }

  TEST_CASE("while clearing and sweeping, black cells may take newborn ones") {
    ToyHeap toys;
    for (int i = 0; i < 2000; ++i) toys.keep(make_box(toys.heap));
    toys.finish_cycle();
    while (toys.heap.phase() != gc::Phase::sweeping) toys.heap.step(16);
    toys.heap.stop();
    for (gc::Cell* cell : toys.roots) {
      auto* box = static_cast<Box*>(cell);
      box->content = make_leaf(toys.heap);
      toys.heap.barrier(box, box->content);
    }
    toys.heap.verify();
    toys.finish_cycle();
    toys.collect();
    CHECK(toys.cells() == 4000);
  }
}
