// SPDX-License-Identifier: MIT
// Roots: providers and handles.
#include <doctest/doctest.h>

#include <memory>
#include <optional>

#include "heap_fixture.hpp"

using namespace toy;

TEST_SUITE("gc/root") {
  TEST_CASE("a handle keeps its cell while in scope, and no longer") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    {
      gc::Handle<Leaf> handle(toys.heap, leaf);
      toys.collect();
      CHECK(toys.holds(leaf));
      CHECK(handle.get() == leaf);
    }
    toys.collect();
    CHECK_FALSE(toys.holds(leaf));
  }

  TEST_CASE("a handle can be set and be null") {
    ToyHeap toys;
    gc::Handle<Leaf> handle(toys.heap);
    toys.collect();
    CHECK(handle.get() == nullptr);
    Leaf* leaf = make_leaf(toys.heap, 3);
    handle.set(leaf);
    toys.collect();
    CHECK(handle->value == 3);
    handle.set(nullptr);
    toys.collect();
    CHECK(toys.cells() == 0);
  }

  TEST_CASE("handles need not end in the order of their making") {
    ToyHeap toys;
    std::optional<gc::Handle<Leaf>> a, b, c;
    a.emplace(toys.heap, make_leaf(toys.heap));
    b.emplace(toys.heap, make_leaf(toys.heap));
    c.emplace(toys.heap, make_leaf(toys.heap));
    b.reset();
    toys.collect();
    CHECK(toys.cells() == 2);
    a.reset();
    toys.collect();
    CHECK(toys.cells() == 1);
    c.reset();
    toys.collect();
    CHECK(toys.cells() == 0);
  }

  TEST_CASE("a handle may outlive its heap and is null then") {
    auto toys = std::make_unique<ToyHeap>();
    gc::Handle<Leaf> handle(toys->heap, make_leaf(toys->heap));
    toys.reset();
    CHECK(handle.get() == nullptr);
  }

  TEST_CASE("a handle made or set while marking keeps its cell") {
    ToyHeap toys;
    for (int i = 0; i < 5000; ++i) toys.keep(make_box(toys.heap));
    toys.finish_cycle();
    toys.heap.step(16);
    REQUIRE(toys.heap.marking());
    toys.heap.stop();
    gc::Handle<Leaf> handle(toys.heap, make_leaf(toys.heap));
    toys.finish_cycle();
    CHECK(toys.holds(handle.get()));
  }

  TEST_CASE("stale roots are cleared once in each cycle") {
    ToyHeap toys;
    toys.collect();
    CHECK(toys.stale_clearings == 1);
    toys.collect();
    CHECK(toys.stale_clearings == 2);
  }

  TEST_CASE("a removed provider keeps nothing") {
    ToyHeap toys;
    toys.keep(make_leaf(toys.heap));
    toys.heap.remove_roots(toys);
    toys.heap.collect();
    CHECK(toys.cells() == 0);
    toys.roots.clear();
  }

  TEST_CASE("a root added while marking is seen at the flip") {
    ToyHeap toys;
    for (int i = 0; i < 5000; ++i) toys.keep(make_box(toys.heap));
    toys.finish_cycle();
    toys.heap.step(16);
    REQUIRE(toys.heap.marking());
    toys.heap.stop();
    Box* box = toys.keep(make_box(toys.heap, make_leaf(toys.heap)));
    toys.finish_cycle();
    CHECK(toys.holds(box));
    CHECK(toys.holds(box->content));
  }
}
