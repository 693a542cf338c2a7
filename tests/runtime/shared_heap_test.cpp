// SPDX-License-Identifier: MIT
// mayfly/shared_heap.h: values held by memory of the host, with both collectors.
#include <doctest/doctest.h>

#include <string>
#include <thread>

#include <mayfly/shared_heap.h>
#include <mayfly/weak.h>

#include "api_fixture.hpp"

namespace {

const void* held[8];  // static data: where the heap is shared, the collector looks here

struct SharedFixture : ApiFixture {
  ~SharedFixture() {
    for (const void*& place : held) place = nullptr;
  }
  void collect() { lua_gc(L, LUA_GCCOLLECT); }
};

int share_argument(lua_State* L) {
  held[lua_tointeger(L, 2)] = mayfly_share(L, 1);
  return 0;
}

}  // namespace

TEST_SUITE("api/shared_heap") {
  TEST_CASE_FIXTURE(SharedFixture, "without a shared heap mayfly_share raises an error, and nothing is known") {
    if (mayfly_sharesheap() != 0) return;
    lua_pushcfunction(L, share_argument);
    lua_newtable(L);
    lua_pushinteger(L, 0);
    CHECK(lua_pcall(L, 2, 0, 0) == LUA_ERRRUN);
    CHECK(text_at(-1) == "no heap is shared with the host: this library was built with -Dcollector=precise");
    int something = 0;
    CHECK(mayfly_pushshared(L, &something) == LUA_TNONE);
    CHECK(lua_isnil(L, -1));
  }

  TEST_CASE_FIXTURE(SharedFixture, "every value comes back as it was given") {
    if (mayfly_sharesheap() == 0) return;
    lua_pushnil(L);
    lua_pushboolean(L, 1);
    lua_pushinteger(L, LUA_MININTEGER);
    lua_pushnumber(L, 0.5);
    lua_pushliteral(L, "short");
    lua_pushlightuserdata(L, held);
    lua_pushcfunction(L, share_argument);
    lua_newtable(L);
    for (int i = 0; i < 8; ++i) held[i] = mayfly_share(L, i + 1);
    collect();
    for (int i = 0; i < 8; ++i) {
      CHECK(mayfly_pushshared(L, held[i]) == lua_type(L, i + 1));
      CHECK(lua_rawequal(L, -1, i + 1));
      lua_pop(L, 1);
    }
    CHECK(mayfly_pushshared(L, nullptr) == LUA_TNONE);
    CHECK(lua_isnil(L, -1));
  }

  TEST_CASE_FIXTURE(SharedFixture, "what is shared lives as long as the host holds the address") {
    if (mayfly_sharesheap() == 0) return;
    mayfly_WeakHandle* seen = nullptr;
    std::thread([&] {  // its stack is gone afterwards
      lua_newtable(L);
      lua_pushinteger(L, 42);
      lua_rawseti(L, -2, 1);
      seen = mayfly_newweakhandle(L, -1);
      held[0] = mayfly_share(L, -1);
      lua_settop(L, 0);
    }).join();
    collect();
    REQUIRE(mayfly_pushshared(L, held[0]) == LUA_TTABLE);
    CHECK(lua_rawgeti(L, -1, 1) == LUA_TNUMBER);
    CHECK(lua_tointeger(L, -1) == 42);
    lua_settop(L, 0);
    CHECK(mayfly_weakhandlealive(seen) == 1);
    std::thread([&] { held[0] = nullptr; }).join();
    std::thread([&] { collect(); }).join();
    CHECK(mayfly_weakhandlealive(seen) == 0);
    mayfly_freeweakhandle(seen);
  }

  TEST_CASE_FIXTURE(SharedFixture, "a table that leads to its own shared edge through a userdata dies with the last that held it") {
    if (mayfly_sharesheap() == 0) return;
    mayfly_WeakHandle* seen = nullptr;
    std::thread([&] {
      lua_newtable(L);
      auto* block = static_cast<const void**>(lua_newuserdatauv(L, sizeof(void*), 0));
      lua_setfield(L, 1, "block");
      *block = mayfly_share(L, 1);
      held[0] = *block;
      seen = mayfly_newweakhandle(L, 1);
      lua_settop(L, 0);
    }).join();
    collect();
    CHECK(mayfly_weakhandlealive(seen) == 1);
    held[0] = nullptr;
    std::thread([&] { collect(); }).join();
    CHECK(mayfly_weakhandlealive(seen) == 0);
    mayfly_freeweakhandle(seen);
  }

  TEST_CASE_FIXTURE(SharedFixture, "what another state shares, or one that is closed, is nothing") {
    if (mayfly_sharesheap() == 0) return;
    lua_State* other = luaL_newstate();
    lua_newtable(other);
    held[0] = mayfly_share(other, 1);
    CHECK(mayfly_pushshared(other, held[0]) == LUA_TTABLE);
    CHECK(mayfly_pushshared(L, held[0]) == LUA_TNONE);
    lua_close(other);
    collect();
    CHECK(mayfly_pushshared(L, held[0]) == LUA_TNONE);
  }
}
