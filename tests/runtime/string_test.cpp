// SPDX-License-Identifier: MIT
// value/string.hpp
#include "value/string.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "state_fixture.hpp"

using rt::String;
using rt::make_string;

TEST_CASE_FIXTURE(StateFixture, "short strings of equal contents are one cell") {
  for (std::size_t length = 0; length <= rt::max_short_length; ++length) {
    std::string text(length, 'x');
    String* s = make_string(state, text);
    CHECK(s == make_string(state, text));
    CHECK(s->is_short());
    CHECK(s->length() == length);
    CHECK(s->view() == text);
    CHECK(s->data[length] == '\0');
    if (length > 0) {
      std::string other = text;
      other[length / 2] = 'y';
      CHECK(s != make_string(state, other));
    }
  }
}

TEST_CASE_FIXTURE(StateFixture, "strings may contain zeros") {
  CHECK(make_string(state, std::string_view("a\0b", 3)) != make_string(state, std::string_view("a\0c", 3)));
  CHECK(make_string(state, std::string_view("\0", 1)) != make_string(state, std::string_view("\0\0", 2)));
}

TEST_CASE_FIXTURE(StateFixture, "long strings of equal contents are equal and have one hash") {
  std::string text(rt::max_short_length + 1, 'x');
  gc::Handle<String> a(state.heap, make_string(state, text)), b(state.heap, make_string(state, text));
  CHECK(a.get() != b.get());
  CHECK(!a->is_short());
  CHECK(a->view() == text);
  CHECK(rt::equal(a.get(), b.get()));
  CHECK(rt::hash_of(a.get()) == rt::hash_of(b.get()));
  text.back() = 'y';
  CHECK(!rt::equal(a.get(), make_string(state, text)));
  CHECK(!rt::equal(a.get(), make_string(state, text.substr(1))));
}

TEST_CASE_FIXTURE(StateFixture, "dead short strings leave the intern table, which grows and shrinks") {
  std::uint32_t before = state.interned.string_count;
  for (int i = 0; i < 10000; ++i) {
    lua_pushinteger(L, i);
    lua_tolstring(L, -1, nullptr);
    lua_checkstack(L, 2);
  }
  CHECK(state.interned.string_count >= before + 10000);
  CHECK(state.interned.bucket_count >= 8192);
  lua_settop(L, 0);
  collect();
  CHECK(state.interned.string_count <= before);
  // It changes its size while new strings are made.
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 500; ++i) make_string(state, "shrink" + std::to_string(i));
    collect();
  }
  CHECK(state.interned.bucket_count <= 1024);
}

TEST_CASE_FIXTURE(StateFixture, "short strings are found while the intern table changes its size") {
  constexpr int count = 5000;
  auto name = [](int i) { return "moving" + std::to_string(i); };
  lua_checkstack(L, count + 10);
  std::vector<rt::String*> made;
  bool moved = false, same = true;
  for (int i = 0; i < count; ++i) {
    lua_pushstring(L, name(i).c_str());
    made.push_back(L->top[-1].string());
    moved |= state.interned.old_buckets != nullptr;
    for (int k : {0, i / 3, i / 2, i}) same &= make_string(state, name(k)) == made[static_cast<std::size_t>(k)];
  }
  CHECK(moved);
  CHECK(same);
  lua_settop(L, 0);
}

TEST_CASE_FIXTURE(StateFixture, "a slice of the intern table's move is as many buckets as were asked for") {
  constexpr std::uint32_t slice = 64;
  state.heap.stop();
  lua_checkstack(L, 20000);
  for (int i = 0; state.interned.bucket_count < 8192 || state.interned.old_buckets == nullptr; ++i) {
    lua_pushstring(L, ("moving" + std::to_string(i)).c_str());
  }
  int slices = 0;
  while (state.interned.old_buckets != nullptr) {
    std::uint32_t before = state.interned.moved;
    state.give_back_slice(slice);
    ++slices;
    if (state.interned.old_buckets != nullptr) CHECK(state.interned.moved - before == slice);
  }
  CHECK(slices >= 4096 / 64 - 1);
  lua_settop(L, 0);
}

TEST_CASE_FIXTURE(StateFixture, "a dead string that is not yet swept is found alive again") {
  for (int round = 0; round < 200; ++round) {
    std::string text = "phoenix" + std::to_string(round);
    make_string(state, text);
    // Ask for it in every phase of the cycle.
    for (int step = 0; step < 40; ++step) {
      gc::Handle<String> found(state.heap, make_string(state, text));
      state.heap.step(64);
      CHECK(found->view() == text);
      CHECK(make_string(state, text) == found.get());
    }
  }
  state.heap.verify();
}

TEST_CASE_FIXTURE(StateFixture, "strings beyond all memory are refused") {
  CHECK_THROWS_AS(rt::make_long_string(state, PTRDIFF_MAX), gc::OutOfMemory);
  memory.limit = memory.bytes + 1000;
  CHECK_THROWS_AS(rt::make_long_string(state, 1000000), gc::OutOfMemory);
  memory.limit = SIZE_MAX;
  CHECK(rt::make_long_string(state, 1000000)->length() == 1000000);
}
