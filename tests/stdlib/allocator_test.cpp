// SPDX-License-Identifier: MIT
// The allocator of luaL_newstate, as lua_Alloc is described in the manual: sizes on all sides of its borders.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <lua.hpp>

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

struct Allocator {
  lua_State* L = luaL_newstate();
  void* context = nullptr;
  lua_Alloc function = lua_getallocf(L, &context);

  ~Allocator() { lua_close(L); }
  unsigned char* resize(void* piece, std::size_t old_bytes, std::size_t new_bytes) {
    return static_cast<unsigned char*>(function(context, piece, old_bytes, new_bytes));
  }
};

// A byte that tells its place.
unsigned char mark(std::size_t place) { return static_cast<unsigned char>(place * 31 + place / 4096); }

void fill(unsigned char* piece, std::size_t from, std::size_t to) {
  for (std::size_t place = from; place < to; place += 509) piece[place] = mark(place);
}

bool holds(const unsigned char* piece, std::size_t bytes) {
  for (std::size_t place = 0; place < bytes; place += 509) {
    if (piece[place] != mark(place)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE_FIXTURE(Allocator, "a piece keeps its contents from size to size") {
  std::size_t sizes[] = {100,          megabyte,     4 * megabyte - 1, 4 * megabyte,     4 * megabyte + 1, 5 * megabyte,
                         64 * megabyte, 6 * megabyte, 4 * megabyte,     4 * megabyte - 1, 20 * megabyte,    10};
  unsigned char* piece = nullptr;
  std::size_t bytes = 0;
  for (std::size_t size : sizes) {
    piece = resize(piece, piece == nullptr ? LUA_TTABLE : bytes, size);
    REQUIRE(piece != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(piece) % 16 == 0);
    CHECK(holds(piece, std::min(bytes, size)));
    fill(piece, 0, size);
    bytes = size;
  }
  CHECK(resize(piece, bytes, 0) == nullptr);
}

TEST_CASE_FIXTURE(Allocator, "neighbours that grow stay apart") {
  struct Piece {
    unsigned char* begin;
    std::size_t bytes;
  };
  std::vector<Piece> pieces(6, Piece{nullptr, 0});
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    Piece& piece = pieces[random() % pieces.size()];
    std::size_t bytes = random() % (12 * megabyte) + 1;
    piece.begin = resize(piece.begin, piece.bytes, bytes);
    REQUIRE(piece.begin != nullptr);
    // The first and the last byte tell which piece it is.
    auto name = static_cast<unsigned char>(&piece - pieces.data() + 1);
    if (piece.bytes != 0) CHECK(piece.begin[0] == name);
    piece.begin[0] = piece.begin[bytes - 1] = name;
    piece.bytes = bytes;
    for (const Piece& other : pieces) {
      auto expected = static_cast<unsigned char>(&other - pieces.data() + 1);
      if (other.bytes != 0) CHECK((other.begin[0] == expected && other.begin[other.bytes - 1] == expected));
    }
  }
  for (Piece& piece : pieces) resize(piece.begin, piece.bytes, 0);
}

TEST_CASE_FIXTURE(Allocator, "what cannot be had is refused, and the piece stands") {
  CHECK(resize(nullptr, 0, SIZE_MAX) == nullptr);
  CHECK(resize(nullptr, 0, SIZE_MAX / 2) == nullptr);
  CHECK(resize(nullptr, 0, 0) == nullptr);
  for (std::size_t bytes : {std::size_t{1000}, 5 * megabyte}) {
    unsigned char* piece = resize(nullptr, 0, bytes);
    REQUIRE(piece != nullptr);
    fill(piece, 0, bytes);
    CHECK(resize(piece, bytes, SIZE_MAX / 4) == nullptr);
    CHECK(holds(piece, bytes));
    resize(piece, bytes, 0);
  }
}

TEST_CASE("tables of many megabytes keep their entries while they grow") {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  const char* script = R"(
    local array, hash = {}, {}
    for i = 1, 1500000 do array[i] = i end
    for i = 1, 700000 do hash[i + 0.5] = i end
    for i = 1, 1500000 do assert(array[i] == i) end
    for i = 1, 700000 do assert(hash[i + 0.5] == i) end
    for i = 1500000, 101, -1 do array[i] = nil end
    for key in pairs(hash) do hash[key] = nil end
    array.x, hash.x = 1, 1  -- smaller parts
    collectgarbage()
    for i = 1, 100 do assert(array[i] == i) end
    assert(next(hash) == "x")
  )";
  CHECK(luaL_dostring(L, script) == LUA_OK);
  lua_close(L);
}
