// SPDX-License-Identifier: MIT
// Allocation of cells: sizes, headers, accounting, running out of memory.
#include <doctest/doctest.h>

#include <cstring>
#include <memory>

#include "heap_fixture.hpp"

using namespace toy;

TEST_SUITE("gc/allocate") {
  TEST_CASE("a new cell has its kind, the newborn white and empty marks") {
    ToyHeap toys;
    Leaf* leaf = make_leaf(toys.heap, 7);
    CHECK(leaf->kind == kind_leaf);
    CHECK(leaf->color <= gc::white_odd);
    CHECK(leaf->marks == 0);
    CHECK(leaf->detail == 0);
    CHECK(leaf->extra == 0);
    CHECK(leaf->value == 7);
  }

  TEST_CASE("cells of every size are distinct, aligned and keep their contents") {
    ToyHeap toys;
    for (std::uint32_t slots = 0; slots < 300; ++slots) {
      Row* row = toys.keep(make_row(toys.heap, slots));
      CHECK(reinterpret_cast<std::uintptr_t>(row) % 8 == 0);
      for (std::uint32_t i = 0; i < slots; ++i) row->slots()[i] = row;
    }
    toys.collect();
    for (std::uint32_t slots = 0; slots < 300; ++slots) {
      auto* row = static_cast<Row*>(toys.roots[slots]);
      REQUIRE(row->extra == slots);
      for (std::uint32_t i = 0; i < slots; ++i) REQUIRE(row->slots()[i] == row);
    }
  }

  TEST_CASE("the size classes cover every size with little waste") {
    for (std::size_t bytes = 8; bytes <= gc::max_small_cell; ++bytes) {
      std::size_t given = gc::cell_class_bytes(gc::cell_class_of(bytes));
      CHECK(given >= bytes);
      CHECK(given >= 16);
      if (bytes >= 16) CHECK(given <= bytes + 7 + bytes / 8);
    }
    CHECK(gc::cell_class_bytes(gc::cell_class_of(24)) == 24);
    CHECK(gc::cell_class_bytes(gc::cell_class_of(40)) == 40);
  }

  TEST_CASE("bytes in use rise with allocation and fall with collection") {
    ToyHeap toys;
    std::size_t empty = toys.heap.bytes_in_use();
    for (int i = 0; i < 1000; ++i) make_leaf(toys.heap);
    CHECK(toys.heap.bytes_in_use() == empty + 1000 * sizeof(Leaf));
    toys.collect();
    CHECK(toys.heap.bytes_in_use() == empty);
    CHECK(toys.heap.statistics().cells_in_use == 0);
  }

  TEST_CASE("a small heap stays small") {
    ToyHeap toys;
    for (int i = 0; i < 20; ++i) toys.keep(make_leaf(toys.heap));
    for (int i = 0; i < 20; ++i) toys.keep(make_pair(toys.heap));
    CHECK(toys.memory.bytes < 12 * 1024);
  }

  TEST_CASE("freed memory is used again") {
    ToyHeap toys;
    for (int round = 0; round < 50; ++round) {
      for (int i = 0; i < 10000; ++i) make_pair(toys.heap);
    }
    CHECK(toys.memory.peak < 1024 * 1024);
  }

  TEST_CASE("blocks go back to the allocator after mass death") {
    ToyHeap toys;
    for (int i = 0; i < 100000; ++i) toys.keep(make_pair(toys.heap));
    toys.roots.clear();
    toys.collect();
    CHECK(toys.memory.peak > 2 * 1024 * 1024);
    CHECK(toys.memory.bytes < 128 * 1024);
  }

  TEST_CASE("every byte is returned at the end") {
    CountingAllocator memory;
    {
      gc::Heap heap({CountingAllocator::serve, &memory});
      add_kinds(heap);
      for (int i = 0; i < 1000; ++i) make_buffer(heap, static_cast<std::uint32_t>(i));
      make_row(heap, 100000);
    }
    CHECK(memory.bytes == 0);
  }

  TEST_CASE("every byte is returned when the heap ends in the middle of a cycle") {
    CountingAllocator memory;
    for (int steps = 0; steps < 400; steps += 7) {
      gc::Heap heap({CountingAllocator::serve, &memory});
      add_kinds(heap);
      gc::Handle<Row> rows(heap, make_row(heap, 100));
      for (std::uint32_t i = 0; i < 100; ++i) {
        Row* row = make_row(heap, 100);
        rows->slots()[i] = row;
        heap.barrier(rows.get(), row);
        for (std::uint32_t k = 0; k < 20; ++k) {
          Box* box = make_box(heap);
          row->slots()[k] = box;
          heap.barrier_any(row);
        }
      }
      for (int i = 0; i < steps; ++i) heap.step(64);
    }
    CHECK(memory.bytes == 0);
  }

  TEST_CASE("destroy is called once for each cell, at its death or at the heap's end") {
    auto toys = std::make_unique<ToyHeap>();
    for (int i = 0; i < 10; ++i) make_box(toys->heap);
    for (int i = 0; i < 5; ++i) toys->keep(make_box(toys->heap));
    toys->collect();
    CHECK(events.destroyed_boxes == 10);
    toys->collect();
    CHECK(events.destroyed_boxes == 10);
    toys.reset();
    CHECK(events.destroyed_boxes == 15);
  }

  TEST_CASE("a request of absurd size raises OutOfMemory and harms nothing") {
    ToyHeap toys;
    CHECK_THROWS_AS(toys.heap.allocate(kind_row, SIZE_MAX), gc::OutOfMemory);
    CHECK_THROWS_AS(toys.heap.allocate(kind_row, SIZE_MAX - 100), gc::OutOfMemory);
    CHECK_THROWS_AS(toys.heap.allocate_storage(SIZE_MAX), gc::OutOfMemory);
    toys.heap.verify();
  }

  // Builds every kind of thing; whatever call of the allocator fails, the heap stays whole and nothing leaks.
  void build_everything(ToyHeap & toys) {
    gc::Handle<Box> box(toys.heap, make_box(toys.heap));
    box->content = make_leaf(toys.heap);
    toys.heap.barrier(box.get(), box->content);
    toys.heap.attach_finalizer(box.get());
    for (std::uint32_t i = 0; i < 60; ++i) {
      toys.keep(make_row(toys.heap, 10 * i));
      toys.keep(make_buffer(toys.heap, 5 * i));
    }
    auto* buffer = static_cast<Buffer*>(toys.roots.back());
    void* grown = toys.heap.resize_storage(buffer->slots, buffer->bytes(), buffer->bytes() + 4096);
    buffer->slots = static_cast<gc::Cell**>(grown);
    std::memset(buffer->slots + buffer->extra, 0, 4096);
    buffer->extra += 4096 / 8;
    toys.heap.collect();
  }

  TEST_CASE("whichever call of the allocator fails: OutOfMemory, a whole heap and no leak") {
    std::size_t failures = 0;
    for (std::size_t call = 1;; ++call) {
      CountingAllocator memory;
      memory.fail_at = call;
      bool complete = false;
      try {
        gc::Heap probe({CountingAllocator::serve, &memory});
        complete = true;
      } catch (const gc::OutOfMemory&) {
        CHECK(memory.bytes == 0);
      }
      if (complete) break;
    }
    for (std::size_t call = 1;; ++call) {
      ToyHeap toys;
      toys.memory.fail_at = toys.memory.calls + call;
      bool complete = true;
      try {
        build_everything(toys);
      } catch (const gc::OutOfMemory&) {
        complete = false;
        ++failures;
      }
      toys.heap.verify();
      toys.memory.fail_at = 0;
      toys.collect();
      if (complete && toys.memory.refused == 0) break;
    }
    CHECK(failures > 10);
  }

  TEST_CASE("an emergency collection finds memory before OutOfMemory is thrown") {
    ToyHeap toys;
    toys.heap.stop();
    toys.memory.limit = 512 * 1024;
    for (int i = 0; i < 100000; ++i) make_pair(toys.heap);
    CHECK(toys.heap.statistics().cycles > 0);
    for (int i = 0; i < 100; ++i) make_row(toys.heap, 10000);
    for (int i = 0; i < 100; ++i) make_buffer(toys.heap, 10000);
    toys.heap.verify();
  }

  TEST_CASE("no collection while paused, not even in an emergency") {
    ToyHeap toys;
    toys.heap.pause();
    toys.memory.limit = 256 * 1024;
    bool thrown = false;
    try {
      for (int i = 0; i < 100000; ++i) make_pair(toys.heap);
    } catch (const gc::OutOfMemory&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(toys.heap.statistics().cycles == 0);
    toys.heap.resume();
    for (int i = 0; i < 10000; ++i) make_pair(toys.heap);
    CHECK(toys.heap.statistics().cycles > 0);
  }
}
