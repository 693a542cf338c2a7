// SPDX-License-Identifier: MIT
// Stacks of threads that do not run, and the collector: it traces them once a cycle and relies on hearing of what is written
// to them. Every allocation does a verified step, so what it does not hear of is found.
#include <doctest/doctest.h>

#include <lua.hpp>
#include <mayfly/gc.h>

#include "lua_fixture.hpp"

namespace {

struct ThreadFixture : LuaFixture {
  // A coroutine that has yielded with an open upvalue; it stays on the main thread's stack.
  lua_State* suspended() {
    lua_State* co = lua_newthread(L);
    luaL_loadstring(co, "local t = {} local function get() return t end\n"
                        "while true do t = coroutine.yield(get) or {} end");
    int results = 0;
    REQUIRE(lua_resume(co, L, 0, &results) == LUA_YIELD);
    lua_settop(co, 0);
    return co;
  }
  // Lets the collector go on while nothing happens on the coroutine.
  void churn() {
    for (int i = 0; i < 8; ++i) {
      lua_newtable(L);
      lua_pop(L, 1);
    }
  }
};

class StepsScope {
 public:
  StepsScope(lua_State* L, std::size_t bytes) : L_(L) { mayfly_gcstresssteps(L, 1, bytes); }
  ~StepsScope() { mayfly_gcstresssteps(L_, 0, 0); }
  StepsScope(const StepsScope&) = delete;
  StepsScope& operator=(const StepsScope&) = delete;

 private:
  lua_State* L_;
};

}  // namespace

TEST_SUITE("runtime/api_thread") {
  TEST_CASE_FIXTURE(ThreadFixture, "what the host writes to the stack of a suspended coroutine lives") {
    lua_State* co = suspended();
    StepsScope steps(L, 600);
    for (int round = 0; round < 150; ++round) {
      lua_newtable(co);
      churn();
      lua_pushfstring(co, "value %d", round);
      lua_setfield(co, 1, "field");
      lua_pushstring(co, "field");
      churn();
      lua_gettable(co, 1);  // in place of the key
      churn();
      lua_pushstring(co, "field");
      lua_rawget(co, 1);
      churn();
      lua_pushinteger(co, round);
      lua_tostring(co, -1);  // in place of the number
      churn();
      lua_concat(co, 2);
      churn();
      lua_pushnil(co);
      REQUIRE(lua_next(co, 1) == 1);
      churn();
      lua_newtable(co);
      lua_copy(co, -1, 3);
      lua_pop(co, 1);
      churn();
      CHECK(lua_type(co, 3) == LUA_TTABLE);
      lua_pushfstring(L, "value %d", round);
      CHECK(lua_compare(L, -1, -1, LUA_OPEQ) == 1);
      lua_xmove(L, co, 1);
      CHECK(lua_rawequal(co, 2, -1) == 1);
      CHECK(lua_rawequal(co, 5, -1) == 1);
      lua_settop(co, 0);
    }
  }

  TEST_CASE_FIXTURE(ThreadFixture, "resumed now and then, it keeps what its variables hold") {
    lua_State* co = suspended();
    StepsScope steps(L, 300);
    for (int round = 0; round < 150; ++round) {
      for (int i = 0; i < round % 7; ++i) churn();
      lua_newtable(co);
      lua_pushinteger(co, round);
      lua_rawseti(co, -2, 1);
      churn();
      int results = 0;
      REQUIRE(lua_resume(co, L, 1, &results) == LUA_YIELD);
      REQUIRE(results == 1);
      churn();
      lua_call(co, 0, 1);  // the function that yield gave: it reads the variable
      lua_rawgeti(co, -1, 1);
      CHECK(lua_tointeger(co, -1) == round);
      lua_settop(co, 0);
    }
  }

  TEST_CASE_FIXTURE(ThreadFixture, "a closure keeps the variable of a coroutine that is gone") {
    StepsScope steps(L, 300);
    for (int round = 0; round < 40; ++round) {
      lua_State* co = suspended();
      lua_newtable(co);
      lua_pushinteger(co, round);
      lua_rawseti(co, -2, 1);
      int results = 0;
      REQUIRE(lua_resume(co, L, 1, &results) == LUA_YIELD);
      lua_xmove(co, L, 1);
      lua_remove(L, -2);
      for (int i = 0; i < 30; ++i) churn();
      lua_call(L, 0, 1);
      lua_rawgeti(L, -1, 1);
      CHECK(lua_tointeger(L, -1) == round);
      lua_settop(L, 0);
    }
  }

  TEST_CASE_FIXTURE(ThreadFixture, "finalizers that wait run a few at a time") {
    CHECK(run("local count = 0\n"
              "local metatable = {__gc = function() count = count + 1 end}\n"
              "for i = 1, 5000 do setmetatable({}, metatable) end\n"
              "local before, most = count, 0\n"
              "while count < 5000 do\n"
              "  local t = {}\n"
              "  if count - before > most then most = count - before end\n"
              "  before = count\n"
              "end\n"
              "return count, most <= 1000") == "5000 true");
  }
}
