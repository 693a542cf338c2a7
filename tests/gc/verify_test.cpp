// SPDX-License-Identifier: MIT
// The verifier complains about broken heaps, in words that help.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "heap_fixture.hpp"
#include "poison.hpp"

using namespace toy;

namespace {

bool complains(ToyHeap& toys, const char* expected) {
  gc::Complaint complaint{};
  if (toys.heap.check(&complaint)) return false;
  INFO(complaint.text);
  CHECK(std::strstr(complaint.text, expected) != nullptr);
  return true;
}

// Runs `action` in a child; true when it ended by abort().
template <class Action>
bool aborts(Action action) {
  pid_t child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    std::freopen("/dev/null", "w", stderr);
    action();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_SUITE("gc/verify") {
  TEST_CASE("a whole heap passes in every phase") {
    ToyHeap toys;
    for (int i = 0; i < 500; ++i) {
      toys.keep(make_box(toys.heap, make_leaf(toys.heap)));
      make_buffer(toys.heap, 20);
    }
    toys.finish_cycle();
    bool seen[static_cast<int>(gc::Phase::sweeping) + 1] = {};
    bool finished = false;
    while (!finished) {
      finished = toys.heap.step(64);
      seen[static_cast<int>(toys.heap.phase())] = true;
      toys.heap.verify();
    }
    CHECK(seen[static_cast<int>(gc::Phase::marking)]);
    CHECK(seen[static_cast<int>(gc::Phase::sweeping)]);
  }

  TEST_CASE("an unknown kind") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    leaf->kind = 200;
    CHECK(complains(toys, "unknown kind 200"));
    leaf->kind = kind_leaf;
  }

  TEST_CASE("an impossible colour") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    std::uint8_t color = leaf->color;
    leaf->color = gc::grey;
    CHECK(complains(toys, "has color 2 in the idle phase"));
    leaf->color = color;
  }

  TEST_CASE("a size that is not what was allocated") {
    ToyHeap toys;
    Row* row = make_row(toys.heap, 10);
    row->extra = 100;
    CHECK(complains(toys, "it was given"));
    row->extra = 10;
  }

  TEST_CASE("an edge to a freed cell") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    Leaf* neighbour = toys.keep(make_leaf(toys.heap));
    Box* box = toys.keep(make_box(toys.heap));
    toys.collect();
    box->content = leaf;
    if (!gc::address_sanitizer) CHECK(complains(toys, "refers to the freed cell"));
    box->content = neighbour;
    toys.heap.verify();
  }

  TEST_CASE("bits of finalizers that nobody attached") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    leaf->marks |= gc::finalizable;
    CHECK(complains(toys, "finalizable"));
    leaf->marks = 0;
  }

  TEST_CASE("a stale root after the flip") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    for (int i = 0; i < 3000; ++i) make_box(toys.heap);
    toys.finish_cycle();
    while (toys.heap.phase() != gc::Phase::sweeping) toys.heap.step(16);
    toys.keep(leaf);
    if (toys.heap.is_dead(leaf)) CHECK(complains(toys, "root"));
    toys.roots.clear();
  }

  TEST_CASE("verify aborts where check complains") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap);
    CHECK_FALSE(aborts([&] { toys.heap.verify(); }));
    leaf->kind = 200;
    CHECK(aborts([&] { toys.heap.verify(); }));
    leaf->kind = kind_leaf;
  }

  TEST_CASE("allocation from within the collector aborts") {
    ToyHeap toys;
    static gc::KindId evil;
    static const gc::Kind kind{"evil", fixed_size<Box>, nullptr, [](gc::Cell*, gc::Heap& heap) { make_row(heap, 1000); }};
    evil = toys.heap.add_kind(kind);
    toys.heap.allocate(evil, sizeof(Box));
    CHECK(aborts([&] { toys.heap.collect(); }));
    toys.heap.for_each_cell(
        [](gc::Cell* cell, void*) {
          if (cell->kind == evil) cell->kind = kind_leaf;
        },
        nullptr);
  }
}
