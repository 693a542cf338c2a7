// SPDX-License-Identifier: MIT
// Marking: what is reached survives, what is not dies, whatever the shape and however little memory there is.
#include <doctest/doctest.h>

#include "heap_fixture.hpp"

using namespace toy;

namespace {

// Builds a list of `length` pairs and returns its head; collections may happen meanwhile.
void build_list(ToyHeap& toys, std::size_t length) {
  gc::Handle<Pair> head(toys.heap);
  for (std::size_t i = 0; i < length; ++i) head.set(make_pair(toys.heap, nullptr, head.get()));
  toys.keep(head.get());
}

std::size_t length_of(gc::Cell* cell) {
  std::size_t length = 0;
  for (; cell != nullptr; cell = static_cast<Pair*>(cell)->second) ++length;
  return length;
}

// A row of rows of leaves: wide, so that the mark stack fills.
void build_wide(ToyHeap& toys, std::uint32_t width) {
  Row* outer = toys.keep(make_row(toys.heap, width));
  for (std::uint32_t i = 0; i < width; ++i) {
    Row* inner = make_row(toys.heap, width);
    outer->slots()[i] = inner;
    toys.heap.barrier_any(outer);
    for (std::uint32_t k = 0; k < width; ++k) {
      Box* box = make_box(toys.heap);
      inner->slots()[k] = box;
      toys.heap.barrier(inner, box);
    }
  }
}

}  // namespace

TEST_SUITE("gc/mark") {
  TEST_CASE("reached cells survive, others die") {
    ToyHeap toys;
    Leaf* live = toys.keep(make_leaf(toys.heap));
    Leaf* dead = make_leaf(toys.heap);
    Box* box = toys.keep(make_box(toys.heap));
    Leaf* inner = make_leaf(toys.heap);
    box->content = inner;
    toys.collect();
    CHECK(toys.holds(live));
    CHECK(toys.holds(box));
    CHECK(toys.holds(inner));
    CHECK_FALSE(toys.holds(dead));
  }

  TEST_CASE("unreachable cycles die, reachable ones live") {
    ToyHeap toys;
    Pair* dead = make_pair(toys.heap);
    dead->first = make_pair(toys.heap, dead, dead);
    dead->second = dead;
    Pair* live = toys.keep(make_pair(toys.heap));
    live->first = make_pair(toys.heap, live, live);
    toys.collect();
    CHECK(toys.cells() == 2);
    CHECK(toys.holds(live->first));
    toys.roots.clear();
    toys.collect();
    CHECK(toys.cells() == 0);
  }

  TEST_CASE("a list of ten million links is marked without recursion") {
    ToyHeap toys;
    toys.heap.set_pacing(400, 100);
    build_list(toys, 10'000'000);
    toys.heap.collect();
    CHECK(length_of(toys.roots[0]) == 10'000'000);
    CHECK(toys.heap.statistics().cells_in_use == 10'000'000);
    toys.roots.clear();
    toys.heap.collect();
    CHECK(toys.heap.statistics().cells_in_use == 0);
  }

  TEST_CASE("a list linked by its first edge, too") {
    ToyHeap toys;
    gc::Handle<Pair> head(toys.heap);
    for (int i = 0; i < 1'000'000; ++i) head.set(make_pair(toys.heap, head.get(), nullptr));
    toys.collect();
    CHECK(toys.heap.statistics().cells_in_use == 1'000'000);
  }

  TEST_CASE("large cells are marked, traced and freed") {
    ToyHeap toys;
    Row* live = toys.keep(make_row(toys.heap, 100'000));
    Leaf* first = make_leaf(toys.heap);
    live->slots()[0] = first;
    toys.heap.barrier(live, first);
    Leaf* last = make_leaf(toys.heap);
    live->slots()[99'999] = last;
    toys.heap.barrier(live, last);
    make_row(toys.heap, 100'000);
    CHECK(toys.cells() == 4);
    toys.collect();
    CHECK(toys.cells() == 3);
    CHECK(toys.holds(last));
    CHECK(toys.memory.bytes < 1'000'000);
  }

  TEST_CASE("a cell with many edges is traced in slices") {
    ToyHeap toys;
    Row* row = toys.keep(make_row(toys.heap, 10'000));
    for (std::uint32_t i = 0; i < 10'000; ++i) {
      Leaf* leaf = make_leaf(toys.heap);
      row->slots()[i] = leaf;
      toys.heap.barrier(row, leaf);
    }
    toys.finish_cycle();
    events.row_slices = 0;
    while (!toys.heap.step(64)) {}
    toys.heap.verify();
    CHECK(events.row_slices > 20);
    CHECK(toys.cells() == 10'001);
  }

  TEST_CASE("what a wide cell leads to is marked by and by: the mark stack stays short") {
    ToyHeap toys;
    Row* row = toys.keep(make_row(toys.heap, 200'000));
    for (std::uint32_t i = 0; i < 200'000; ++i) {
      Box* box = make_box(toys.heap);
      row->slots()[i] = box;
      toys.heap.barrier(row, box);
    }
    toys.finish_cycle();
    std::size_t before = toys.memory.bytes;
    toys.memory.peak = before;
    toys.heap.collect();
    CHECK(toys.memory.peak - before < 64 * 1024);  // the cells themselves: 1.6 MB
    CHECK(toys.cells() == 200'001);
  }

  TEST_CASE("wide cells in wide cells, more deeply than are half traced at a time") {
    constexpr int depth = 9;
    constexpr std::uint32_t width = 3000;
    for (std::size_t step : {std::size_t{16}, std::size_t{500}, std::size_t{5000}, std::size_t{1} << 30}) {
      CAPTURE(step);
      ToyHeap toys;
      Row* rows[depth];
      for (int level = 0; level < depth; ++level) {
        rows[level] = make_row(toys.heap, width);
        if (level == 0) {
          toys.keep(rows[0]);
        } else {  // where it is met in the middle of its owner's trace
          rows[level - 1]->slots()[width / 2] = rows[level];
          toys.heap.barrier(rows[level - 1], rows[level]);
        }
        for (std::uint32_t i = 0; i < width; ++i) {
          if (i == width / 2) continue;
          Box* box = make_box(toys.heap);
          rows[level]->slots()[i] = box;
          toys.heap.barrier(rows[level], box);
        }
      }
      toys.finish_cycle();
      std::size_t cells = toys.cells();
      int written = 0;
      toys.heap.step(step);
      while (toys.heap.marking()) {  // the owner may be half traced, and not the only one
        int level = written++ % depth;
        Box* fresh = make_box(toys.heap);
        std::uint32_t place = static_cast<std::uint32_t>(written * 97) % (width / 2);
        rows[level]->slots()[place] = fresh;
        toys.heap.barrier(rows[level], fresh);
        if (written % 32 == 0 || step > 500) toys.heap.verify();
        toys.heap.step(step);
      }
      toys.finish_cycle();
      toys.heap.collect();
      toys.heap.verify();
      CHECK(toys.cells() == cells);
    }
  }

  TEST_CASE("nothing is lost when the mark stack cannot grow") {
    ToyHeap toys;
    build_wide(toys, 200);
    toys.finish_cycle();
    toys.memory.failing = true;
    toys.memory.refused = 0;
    toys.collect();
    CHECK(toys.memory.refused > 0);
    CHECK(toys.cells() == 1 + 200 + 200 * 200);
    toys.roots.clear();
    toys.collect();
    CHECK(toys.cells() == 0);
  }

  TEST_CASE("nothing is lost when the mark stack cannot grow in an incremental cycle") {
    ToyHeap toys;
    build_wide(toys, 100);
    toys.finish_cycle();
    toys.memory.failing = true;
    while (!toys.heap.step(128)) toys.heap.verify();
    CHECK(toys.cells() == 1 + 100 + 100 * 100);
  }

  TEST_CASE("pinned cells live without being reached") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap, 42);
    toys.heap.pin(leaf);
    make_leaf(toys.heap);
    toys.collect();
    toys.collect();
    CHECK(toys.cells() == 1);
    CHECK(leaf->value == 42);
  }

  TEST_CASE("the mark stack's memory is returned after the cycle") {
    ToyHeap toys;
    build_wide(toys, 300);
    toys.finish_cycle();
    toys.collect();
    std::size_t before = toys.memory.bytes;
    toys.collect();
    CHECK(toys.memory.bytes == before);
  }
}
