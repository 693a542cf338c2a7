// SPDX-License-Identifier: MIT
// gc::Path: the shortest way by which a cell is held.
#include <doctest/doctest.h>

#include <vector>

#include "gc/path.hpp"
#include "heap_fixture.hpp"

using namespace toy;

namespace {

std::vector<gc::Cell*> way_to(ToyHeap& toys, const gc::Cell* target, const gc::Cell* avoid = nullptr) {
  toys.collect();
  gc::Path path(toys.heap, target, avoid);
  std::vector<gc::Cell*> cells;
  for (std::size_t i = 0; i < path.length(); ++i) cells.push_back(path[i]);
  return cells;
}

}  // namespace

TEST_SUITE("gc/path") {
  TEST_CASE("of several ways the shortest") {
    ToyHeap toys;
    gc::Handle<Leaf> leaf(toys.heap, make_leaf(toys.heap));
    Box* near = toys.keep(make_box(toys.heap, leaf.get()));
    Box* far = make_box(toys.heap, near);
    toys.keep(make_box(toys.heap, far));
    const Leaf* target = leaf.get();
    leaf.set(nullptr);
    CHECK(way_to(toys, target) == std::vector<gc::Cell*>{near, const_cast<Leaf*>(target)});
  }

  TEST_CASE("among old cells, of which none is left old") {
    ToyHeap toys;
    toys.heap.set_generational(true);
    Box* box = toys.keep(make_box(toys.heap, nullptr));
    toys.collect();
    REQUIRE(toys.heap.keeps_old());
    Leaf* leaf = make_leaf(toys.heap);
    box->content = leaf;
    toys.heap.barrier(box, leaf);
    CHECK(way_to(toys, leaf) == std::vector<gc::Cell*>{box, leaf});
    CHECK_FALSE(toys.heap.keeps_old());
    toys.heap.verify();
    toys.heap.collect_young();
    toys.heap.verify();
    CHECK(way_to(toys, leaf) == std::vector<gc::Cell*>{box, leaf});
  }

  TEST_CASE("a root itself, and a cell that a handle holds") {
    ToyHeap toys;
    Leaf* root = toys.keep(make_leaf(toys.heap));
    CHECK(way_to(toys, root) == std::vector<gc::Cell*>{root});
    gc::Handle<Leaf> handle(toys.heap, make_leaf(toys.heap));
    CHECK(way_to(toys, handle.get()) == std::vector<gc::Cell*>{handle.get()});
  }

  TEST_CASE("what is to be avoided is not passed, and can be arrived at") {
    ToyHeap toys;
    Leaf* leaf = toys.keep(make_leaf(toys.heap));
    Box* box = toys.keep(make_box(toys.heap, leaf));
    Box* outer = toys.keep(make_box(toys.heap, box));
    toys.roots = {outer};
    CHECK(way_to(toys, leaf) == std::vector<gc::Cell*>{outer, box, leaf});
    CHECK(way_to(toys, leaf, box).empty());
    CHECK(way_to(toys, box, box) == std::vector<gc::Cell*>{outer, box});
  }

  TEST_CASE("a cycle ends, and marks nothing") {
    ToyHeap toys;
    Box* box = toys.keep(make_box(toys.heap, nullptr));
    box->content = box;
    Leaf* elsewhere = make_leaf(toys.heap);
    gc::Path path(toys.heap, elsewhere, nullptr);
    CHECK(path.length() == 0);
    toys.heap.verify();
    toys.collect();
    CHECK(toys.cells() == 1);
  }

  TEST_CASE("a list of 100,000 cells, in slices and without recursion; its memory is given back") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    toys.heap.pause();
    gc::Cell* head = leaf;
    for (int i = 0; i < 100000; ++i) head = make_box(toys.heap, head);
    toys.heap.resume();
    toys.keep(head);
    toys.collect();
    std::size_t before = toys.memory.bytes;
    CHECK(way_to(toys, leaf).size() == 100001);
    CHECK(toys.memory.bytes == before);
  }

  TEST_CASE("without memory it throws, and leaves nothing behind") {
    ToyHeap toys;
    gc::Cell* head = make_leaf(toys.heap);
    const gc::Cell* target = head;
    toys.keep(head);
    for (int i = 0; i < 2000; ++i) toys.roots[0] = head = make_box(toys.heap, head);
    toys.collect();
    std::size_t before = toys.memory.bytes;
    bool found = false;
    for (std::size_t n = 1; !found; ++n) {
      toys.memory.calls = 0;
      toys.memory.fail_at = n;
      try {
        gc::Path path(toys.heap, target, nullptr);
        found = path.length() == 2001;
      } catch (const gc::OutOfMemory&) {
        CHECK(n < 100);
        toys.memory.fail_at = 0;
      }
      toys.memory.fail_at = 0;
      CHECK(toys.memory.bytes == before);
    }
    toys.heap.verify();
  }
}
