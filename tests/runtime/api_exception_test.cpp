// SPDX-License-Identifier: MIT
// lua.h and C++ exceptions of the host: they pass through protected calls, and the state survives them.
#include <doctest/doctest.h>

#include <stdexcept>

#include "api_fixture.hpp"

namespace {

int throw_foreign(lua_State*) { throw std::runtime_error("foreign"); }

}  // namespace

TEST_SUITE("api/exception") {
  TEST_CASE_FIXTURE(ApiFixture, "a foreign exception passes through a protected call") {
    for (int round = 0; round < 300; ++round) {  // more often than there are levels of C
      lua_pushcfunction(L, throw_foreign);
      CHECK_THROWS_AS(lua_pcall(L, 0, 0, 0), std::runtime_error);
      lua_settop(L, 0);
    }
    run("return 1 + 1", 1);
    CHECK(lua_tointeger(L, -1) == 2);
  }

  TEST_CASE_FIXTURE(ApiFixture, "it passes through Lua functions too") {
    lua_pushcfunction(L, throw_foreign);
    lua_setglobal(L, "throw");
    for (int round = 0; round < 300; ++round) {
      load("local function f(n) if n == 0 then throw() end f(n - 1) end f(10)");
      CHECK_THROWS_AS(lua_pcall(L, 0, 0, 0), std::runtime_error);
      lua_settop(L, 0);
    }
    lua_gc(L, LUA_GCCOLLECT);
    load("error_of_lua()");
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
  }

  TEST_CASE_FIXTURE(ApiFixture, "it may be caught by a C function between") {
    lua_pushcfunction(L, throw_foreign);
    lua_setglobal(L, "throw");
    lua_pushcfunction(L, [](lua_State* state) {
      try {
        luaL_loadstring(state, "local a <close> = nil throw()");
        lua_call(state, 0, 0);
      } catch (const std::runtime_error& e) {
        lua_settop(state, 0);
        lua_pushstring(state, e.what());
        return 1;
      }
      return 0;
    });
    lua_call(L, 0, 1);
    CHECK(text_at(-1) == "foreign");
  }
}
