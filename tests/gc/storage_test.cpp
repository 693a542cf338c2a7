// SPDX-License-Identifier: MIT
// Storage: small chunks and large pieces, resizing, running out of memory, returning pages.
#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <vector>

#include "heap_fixture.hpp"

namespace {

struct Piece {
  unsigned char* bytes;
  std::size_t size;
  unsigned char fill;

  bool intact() const {
    for (std::size_t i = 0; i < size; ++i) {
      if (bytes[i] != fill) return false;
    }
    return true;
  }
};

}  // namespace

TEST_SUITE("gc/storage") {
  TEST_CASE("zero bytes give null, and null can be released and grown") {
    ToyHeap toys;
    CHECK(toys.heap.allocate_storage(0) == nullptr);
    toys.heap.free_storage(nullptr, 0);
    CHECK(toys.heap.resize_storage(nullptr, 0, 0) == nullptr);
    void* storage = toys.heap.resize_storage(nullptr, 0, 24);
    CHECK(storage != nullptr);
    CHECK(toys.heap.resize_storage(storage, 24, 0) == nullptr);
    CHECK(toys.heap.bytes_in_use() == 0);
  }

  TEST_CASE("pieces of every size are aligned, distinct and accounted for") {
    ToyHeap toys;
    std::vector<Piece> pieces;
    std::size_t sum = 0;
    for (std::size_t size = 1; size < 600; ++size) {
      auto* bytes = static_cast<unsigned char*>(toys.heap.allocate_storage(size));
      CHECK(reinterpret_cast<std::uintptr_t>(bytes) % 8 == 0);
      std::memset(bytes, static_cast<int>(size), size);
      pieces.push_back({bytes, size, static_cast<unsigned char>(size)});
      sum += (size + 7) / 8 * 8;
    }
    CHECK(toys.heap.bytes_in_use() == sum);
    toys.heap.verify();
    for (const Piece& piece : pieces) CHECK(piece.intact());
    for (const Piece& piece : pieces) toys.heap.free_storage(piece.bytes, piece.size);
    CHECK(toys.heap.bytes_in_use() == 0);
    toys.heap.verify();
  }

  TEST_CASE("random allocation, resizing and release keep all contents") {
    ToyHeap toys;
    toys.heap.stop();
    std::mt19937 random(1);
    auto random_size = [&] { return 1 + random() % (random() % 4 == 0 ? 5000 : 300); };
    std::vector<Piece> pieces;
    for (int round = 0; round < 20'000; ++round) {
      unsigned choice = random() % 4;
      if (pieces.size() < 50 || choice == 0) {
        std::size_t size = random_size();
        auto* bytes = static_cast<unsigned char*>(toys.heap.allocate_storage(size));
        auto fill = static_cast<unsigned char>(random());
        std::memset(bytes, fill, size);
        pieces.push_back({bytes, size, fill});
        continue;
      }
      std::size_t index = random() % pieces.size();
      Piece& piece = pieces[index];
      REQUIRE(piece.intact());
      if (choice == 1) {
        toys.heap.free_storage(piece.bytes, piece.size);
        pieces[index] = pieces.back();
        pieces.pop_back();
      } else {
        std::size_t size = random_size();
        std::size_t kept = std::min(size, piece.size);
        piece.bytes = static_cast<unsigned char*>(toys.heap.resize_storage(piece.bytes, piece.size, size));
        piece.size = kept;
        REQUIRE(piece.intact());
        piece.size = size;
        std::memset(piece.bytes, piece.fill, size);
      }
      if (round % 1000 == 0) toys.heap.verify();
    }
    for (const Piece& piece : pieces) toys.heap.free_storage(piece.bytes, piece.size);
    CHECK(toys.heap.bytes_in_use() == 0);
    toys.heap.verify();
  }

  TEST_CASE("when growing fails the old piece stands") {
    ToyHeap toys;
    for (std::size_t size : {16, 200, 300, 5000}) {
      auto* bytes = static_cast<unsigned char*>(toys.heap.allocate_storage(size));
      std::memset(bytes, 7, size);
      toys.memory.failing = true;
      CHECK_THROWS_AS(toys.heap.resize_storage(bytes, size, 1'000'000), gc::OutOfMemory);
      toys.memory.failing = false;
      CHECK(Piece{bytes, size, 7}.intact());
      toys.heap.free_storage(bytes, size);
    }
    CHECK(toys.heap.bytes_in_use() == 0);
  }

  TEST_CASE("small pieces shrink without new memory") {
    ToyHeap toys;
    void* storage = toys.heap.allocate_storage(200);
    toys.memory.failing = true;
    void* shrunk = toys.heap.resize_storage(storage, 200, 8);
    CHECK(shrunk != nullptr);
    CHECK(toys.heap.bytes_in_use() == 8);
    toys.heap.verify();
    toys.heap.free_storage(shrunk, 8);
    CHECK(toys.heap.bytes_in_use() == 0);
    toys.heap.verify();
  }

  TEST_CASE("pages and regions go back to the allocator") {
    ToyHeap toys;
    toys.heap.stop();
    std::vector<void*> pieces;
    for (int i = 0; i < 50'000; ++i) pieces.push_back(toys.heap.allocate_storage(48));
    std::size_t full = toys.memory.bytes;
    CHECK(full > 50'000 * 48);
    CHECK(full < 50'000 * 48 * 5 / 4);
    for (void* piece : pieces) toys.heap.free_storage(piece, 48);
    CHECK(toys.memory.bytes < full / 10);
    toys.heap.verify();
  }

  TEST_CASE("released pieces are handed out again") {
    ToyHeap toys;
    void* first = toys.heap.allocate_storage(32);
    toys.heap.free_storage(first, 32);
    CHECK(toys.heap.allocate_storage(32) == first);
    toys.heap.free_storage(first, 32);
  }

  TEST_CASE("storage dies with its owner") {
    ToyHeap toys;
    for (int i = 0; i < 100; ++i) toy::make_buffer(toys.heap, 100);
    toys.collect();
    CHECK(toy::events.destroyed_buffers == 100);
    CHECK(toys.heap.bytes_in_use() == 0);
  }

  TEST_CASE("storage alone makes the collector run") {
    ToyHeap toys;
    for (int i = 0; i < 1000; ++i) toy::make_buffer(toys.heap, 10'000);
    CHECK(toys.memory.peak < 8'000'000);
    CHECK(toys.heap.statistics().cycles > 2);
  }

  TEST_CASE("external bytes make the collector run") {
    ToyHeap toys;
    for (int i = 0; i < 3000; ++i) {
      toy::make_leaf(toys.heap);
      toys.heap.account_external(1'000'000);
    }
    CHECK(toys.heap.statistics().cycles > 0);
    toys.heap.account_external(std::ptrdiff_t{-3000} * 1'000'000);
  }
}
