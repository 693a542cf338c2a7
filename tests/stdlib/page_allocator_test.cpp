// SPDX-License-Identifier: MIT
// The allocator of luaL_newstate: pieces keep what is in them, freed memory goes back in slices, and not to and fro.
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "page_allocator.hpp"

namespace {

using stdlib::PageAllocator;

constexpr std::size_t kilobyte = 1 << 10, megabyte = 1 << 20;

// What it holds, and a byte that is all over each piece.
struct Pieces {
  struct Piece {
    unsigned char* memory;
    std::size_t bytes;
    unsigned char mark;
  };
  PageAllocator allocator;
  std::vector<Piece> pieces;
  unsigned char next_mark = 0;

  std::vector<void*> share;  // of malloc: what comes behind it lies in pages

  Pieces() {
    for (std::size_t left = megabyte; left >= 256;) {
      share.push_back(allocator.resize(nullptr, std::min(left, 64 * kilobyte)));
      left -= std::min(left, malloc_usable_size(share.back()));
    }
    REQUIRE(allocator.used() == 0);
  }
  ~Pieces() {
    drop_all();
    for (void* piece : share) allocator.resize(piece, 0);
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  void add(std::size_t bytes) {
    auto* memory = static_cast<unsigned char*>(allocator.resize(nullptr, bytes));
    REQUIRE(memory != nullptr);
    REQUIRE(reinterpret_cast<std::uintptr_t>(memory) % 16 == 0);
    std::memset(memory, ++next_mark, bytes);
    pieces.push_back({memory, bytes, next_mark});
  }
  static bool holds(const Piece& piece, std::size_t bytes) {
    return std::all_of(piece.memory, piece.memory + bytes, [&](unsigned char c) { return c == piece.mark; });
  }
  void change(std::size_t index, std::size_t bytes) {
    Piece& piece = pieces[index];
    piece.memory = static_cast<unsigned char*>(allocator.resize(piece.memory, bytes));
    REQUIRE(piece.memory != nullptr);
    REQUIRE(holds(piece, std::min(bytes, piece.bytes)));
    std::memset(piece.memory, piece.mark, bytes);
    piece.bytes = bytes;
  }
  void drop(std::size_t index) {
    REQUIRE(holds(pieces[index], pieces[index].bytes));
    allocator.resize(pieces[index].memory, 0);
    pieces[index] = pieces.back();
    pieces.pop_back();
  }
  void drop_all() {
    while (!pieces.empty()) drop(pieces.size() - 1);
  }
  // A cycle of a collector: how many slices it took.
  int end_cycle(bool all = false) {
    int slices = 1;
    for (bool begins = true; allocator.give_back(begins, all); begins = false) {
      REQUIRE(++slices < 100000);
    }
    return slices;
  }
};

}  // namespace

TEST_SUITE("allocator" * doctest::skip(!stdlib::SystemMemory::available())) {
  TEST_CASE("small programs have their pieces from malloc, however often they are made anew") {
    PageAllocator allocator;
    for (int round = 0; round < 100; ++round) {
      void* pieces[16];
      for (void*& piece : pieces) piece = allocator.resize(nullptr, 32 * kilobyte);
      for (void*& piece : pieces) piece = allocator.resize(piece, 60 * kilobyte);
      for (void* piece : pieces) allocator.resize(piece, 0);
    }
    CHECK(allocator.used() + allocator.kept() == 0);
    void* large = allocator.resize(nullptr, 100 * kilobyte);
    CHECK(allocator.used() >= 100 * kilobyte);
    allocator.resize(large, 0);
  }

  TEST_CASE("pieces of all sizes, in any order, keep what is in them") {
    Pieces p;
    std::mt19937 random(1);
    auto size = [&] {
      std::size_t most = std::size_t{1} << (4 + random() % 18);  // to 2 MB
      return 1 + random() % most;
    };
    for (int i = 0; i < 4000; ++i) {
      unsigned choice = random() % 8;
      if (p.pieces.size() < 4 || choice < 3) {
        p.add(size());
      } else if (choice < 6) {
        p.change(random() % p.pieces.size(), size());
      } else {
        p.drop(random() % p.pieces.size());
      }
      if (p.pieces.size() > 60) p.drop(random() % p.pieces.size());
      if (i % 50 == 0) p.allocator.give_back(i % 100 == 0, i % 1000 == 0);
    }
    p.drop_all();
    p.end_cycle(true);
    CHECK(p.allocator.used() < 41 * 64 * kilobyte);  // one run for each size of chunks stays
    CHECK(p.allocator.kept() <= megabyte);
  }

  TEST_CASE("after a peak three cycles give its memory back, but for 36 MB of large pieces, more of them the rest") {
    for (std::size_t bytes : {300 * std::size_t{1}, 592 * std::size_t{1}, 5 * kilobyte, 32 * kilobyte, 500 * kilobyte, 9 * megabyte}) {
      CAPTURE(bytes);
      Pieces p;
      p.end_cycle();
      for (std::size_t sum = 0; sum < 60 * megabyte; sum += bytes) p.add(bytes);
      CHECK(p.allocator.used() >= 60 * megabyte);
      p.end_cycle();
      p.drop_all();
      CHECK(p.allocator.kept() > 50 * megabyte);
      for (int i = 0; i < 3; ++i) p.end_cycle();  // the peak was in the first of them, and before the second
      CHECK(p.allocator.kept() <= (bytes > megabyte ? 36 : 1) * megabyte);
      CHECK(p.end_cycle() == 1);
      for (int i = 0; i < 128; ++i) p.end_cycle();  // each counts for a megabyte
      CHECK(p.end_cycle() == 1);
      CHECK(p.allocator.kept() <= megabyte);
      CHECK(p.allocator.used() <= megabyte);
    }
  }

  TEST_CASE("a slice gives back a quarter of a megabyte at most") {
    Pieces p;
    for (int i = 0; i < 5; ++i) p.add(8 * megabyte);
    for (int i = 0; i < 100; ++i) p.add(200 * kilobyte);
    p.drop_all();
    std::size_t before = p.allocator.kept();
    for (bool begins = true; p.allocator.give_back(begins, true); begins = false) {
      CHECK(before - p.allocator.kept() <= 256 * kilobyte);
      before = p.allocator.kept();
    }
  }

  TEST_CASE("whoever goes up and down to the same level makes no system calls") {
    Pieces p;
    auto breathe = [&] {
      for (int i = 0; i < 200; ++i) p.add(100 * kilobyte);
      for (int i = 0; i < 20000; ++i) p.add(300);
      p.add(3 * megabyte);
      for (std::size_t bytes = 6 * megabyte; bytes < 30 * megabyte; bytes *= 2) {
        p.change(p.pieces.size() - 1, bytes);
        p.allocator.prepare_filling(p.pieces.back().memory, bytes);
      }
      p.drop_all();
      p.end_cycle();
    };
    for (int i = 0; i < 3; ++i) breathe();
    std::size_t before = p.allocator.system_calls();
    for (int i = 0; i < 10; ++i) breathe();
    CHECK(p.allocator.system_calls() == before);
  }

  TEST_CASE("a large piece that is grown, dropped and made anew makes no system calls, whatever the cycles are in between") {
    Pieces p;
    auto make_anew = [&] {
      p.end_cycle();
      p.add(64 * kilobyte);
      for (std::size_t bytes = 128 * kilobyte; bytes <= 16 * megabyte; bytes *= 2) {
        p.change(0, bytes);
        if (bytes <= 4 * megabyte) p.end_cycle();
      }
      p.drop_all();
    };
    for (int i = 0; i < 3; ++i) make_anew();
    std::size_t before = p.allocator.system_calls();
    for (int i = 0; i < 10; ++i) make_anew();
    CHECK(p.allocator.system_calls() == before);
  }

  TEST_CASE("a piece longer than any kept one has the pages of the longest") {
    Pieces p;
    p.add(8 * megabyte);
    p.add(3 * megabyte);
    p.drop_all();
    std::size_t before = p.allocator.kept();
    p.add(20 * megabyte);
    CHECK(p.allocator.kept() <= before - 8 * megabyte);
    CHECK(p.allocator.used() == 20 * megabyte);
  }

  TEST_CASE("at the end of a cycle there is no more than is in use, or 64 MB") {
    Pieces p;
    for (int i = 0; i < 9; ++i) p.add(10 * megabyte);
    p.drop_all();
    CHECK(p.allocator.kept() == 90 * megabyte);
    p.end_cycle();
    CHECK(p.allocator.kept() <= 64 * megabyte);
    CHECK(p.allocator.kept() > 63 * megabyte);
  }

  TEST_CASE("what is kept goes before a piece is refused") {
    Pieces p;
    p.add(8 * megabyte);
    p.add(megabyte / 4);
    p.add(3 * megabyte);
    p.drop(0);
    p.drop(0);
    CHECK(p.allocator.kept() >= 8 * megabyte);
    CHECK(p.allocator.resize(nullptr, std::size_t{1} << 47) == nullptr);
    CHECK(p.allocator.kept() < megabyte);
    CHECK(Pieces::holds(p.pieces[0], p.pieces[0].bytes));
  }

  TEST_CASE("a collection that was asked for gives all back at once") {
    Pieces p;
    for (int i = 0; i < 100; ++i) p.add(200 * kilobyte);
    p.drop_all();
    p.end_cycle(true);
    CHECK(p.allocator.kept() <= megabyte);
  }

  TEST_CASE("sizes that cannot be had are refused, and the old piece stands") {
    Pieces p;
    CHECK(p.allocator.resize(nullptr, SIZE_MAX) == nullptr);
    CHECK(p.allocator.resize(nullptr, SIZE_MAX - 4096) == nullptr);
    for (std::size_t bytes : {std::size_t{300}, 100 * kilobyte, 2 * megabyte}) {
      p.add(bytes);
      CHECK(p.allocator.resize(p.pieces.back().memory, PTRDIFF_MAX - 1) == nullptr);
      CHECK(Pieces::holds(p.pieces.back(), bytes));
    }
  }
}
