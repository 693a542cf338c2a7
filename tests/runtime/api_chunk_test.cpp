// SPDX-License-Identifier: MIT
// mayfly/chunk.h: chunks joined and listed.
#include <doctest/doctest.h>

#include <mayfly/chunk.h>

#include "api_fixture.hpp"

TEST_SUITE("api/chunk") {
  TEST_CASE_FIXTURE(ApiFixture, "joined chunks run in order, share the globals and get no arguments") {
    load("x = (...) == nil and 20");
    load("y = x + 1 return 'dropped'");
    load("x = y * 2");
    CHECK(mayfly_joinchunks(L, 3) == 1);
    CHECK(lua_gettop(L) == 1);
    lua_pushliteral(L, "an argument");
    lua_call(L, 1, LUA_MULTRET);
    CHECK(lua_gettop(L) == 0);
    lua_getglobal(L, "x");
    CHECK(lua_tointeger(L, -1) == 42);
  }

  TEST_CASE_FIXTURE(ApiFixture, "no chunk at all makes a chunk that does nothing") {
    CHECK(mayfly_joinchunks(L, 0) == 1);
    lua_call(L, 0, LUA_MULTRET);
    CHECK(lua_gettop(L) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "what is no main function cannot be joined") {
    load("x = 1");
    run("return function() return x end", 1);
    CHECK(mayfly_joinchunks(L, 2) == 0);
    CHECK(lua_gettop(L) == 2);
    lua_pop(L, 1);
    lua_pushcfunction(L, [](lua_State*) { return 0; });
    CHECK(mayfly_joinchunks(L, 2) == 0);
    lua_pop(L, 1);
    lua_pushinteger(L, 1);
    CHECK(mayfly_joinchunks(L, 2) == 0);
    CHECK(lua_gettop(L) == 2);
  }

  TEST_CASE_FIXTURE(ApiFixture, "parts survive collections and a joined chunk can be joined again") {
    load("n = 1");
    load("n = n + 1");
    REQUIRE(mayfly_joinchunks(L, 2) == 1);
    lua_gc(L, LUA_GCCOLLECT);
    load("n = n * 21");
    REQUIRE(mayfly_joinchunks(L, 2) == 1);
    lua_gc(L, LUA_GCCOLLECT);
    lua_call(L, 0, 0);
    lua_getglobal(L, "n");
    CHECK(lua_tointeger(L, -1) == 42);
  }

  TEST_CASE_FIXTURE(ApiFixture, "functions of Lua can be listed, other values cannot") {
    load("local a = 'text' return function() return a end");
    CHECK(mayfly_pushlisting(L, -1, 0) == LUA_TSTRING);
    std::string brief = text_at(-1);
    CHECK(brief.find("\"text\"") != std::string::npos);
    CHECK(brief.find("locals (") == std::string::npos);
    CHECK(mayfly_pushlisting(L, 1, 1) == LUA_TSTRING);
    CHECK(text_at(-1).find("locals (1):\n\t0\ta\t") != std::string::npos);
    lua_pushcfunction(L, [](lua_State*) { return 0; });
    CHECK(mayfly_pushlisting(L, -1, 0) == LUA_TNIL);
    CHECK(lua_isnil(L, -1));
    CHECK(mayfly_pushlisting(L, 100, 0) == LUA_TNIL);
    CHECK(lua_gettop(L) == 6);
  }
}
