// SPDX-License-Identifier: MIT
// mayfly/weak.h: the weak types from C, without the library.
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include <lua.hpp>
#include <mayfly/gc.h>
#include <mayfly/weak.h>

#include "api_fixture.hpp"

namespace {
struct WeakApiFixture : ApiFixture {
  void collect() {
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_gcverify(L);
  }
};

int count_call(lua_State* L) {
  auto* count = static_cast<int*>(lua_touserdata(L, lua_upvalueindex(1)));
  *count += 1 + static_cast<int>(lua_tointeger(L, 1));
  return 0;
}
}  // namespace

TEST_CASE_FIXTURE(WeakApiFixture, "refs: shared, read, dead") {
  lua_newtable(L);
  CHECK(mayfly_newweakref(L, 1, 0) == 1);
  CHECK(mayfly_newweakref(L, 1, 0) == 1);
  CHECK(lua_rawequal(L, 2, 3));
  CHECK(lua_type(L, 2) == LUA_TUSERDATA);
  CHECK(lua_touserdata(L, 2) == nullptr);
  CHECK(mayfly_weaktype(L, 2) == MAYFLY_WEAKREF);
  CHECK(std::strcmp(mayfly_typename(L, 2), "weakref") == 0);
  CHECK(mayfly_getweakref(L, 2) == LUA_TTABLE);
  CHECK(lua_rawequal(L, 1, -1));
  CHECK(mayfly_weakrefcount(L, 1) == 1);
  lua_pop(L, 1);
  lua_remove(L, 1);
  collect();
  CHECK(mayfly_getweakref(L, 1) == LUA_TNIL);
}

TEST_CASE_FIXTURE(WeakApiFixture, "refs: nil for what cannot be held") {
  lua_pushinteger(L, 1);
  CHECK(mayfly_referable(L, 1) == 0);
  CHECK(mayfly_newweakref(L, 1, 0) == 0);
  CHECK(lua_isnil(L, -1));
  CHECK(mayfly_weaktype(L, 1) == MAYFLY_WEAKNONE);
  CHECK(std::strcmp(mayfly_typename(L, 1), "number") == 0);
  CHECK(std::strcmp(mayfly_typename(L, 50), "no value") == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "refs: the callback is called by a collection") {
  int count = 0;
  lua_newtable(L);
  lua_pushlightuserdata(L, &count);
  lua_pushcclosure(L, count_call, 1);
  mayfly_newweakref(L, 1, 2);
  CHECK(mayfly_getweakcallback(L, 3) == LUA_TFUNCTION);
  lua_pop(L, 1);
  lua_remove(L, 1);
  collect();
  CHECK(count == 1);
  CHECK(mayfly_getweakcallback(L, 2) == LUA_TNIL);
}

TEST_CASE_FIXTURE(WeakApiFixture, "tables: the ordinary functions work") {
  mayfly_newweaktable(L, MAYFLY_WEAKVALUETABLE, 10);
  lua_newtable(L);
  lua_pushvalue(L, 2);
  lua_setfield(L, 1, "name");
  lua_pushvalue(L, 2);
  lua_rawseti(L, 1, 7);
  CHECK(lua_getfield(L, 1, "name") == LUA_TTABLE);
  CHECK(lua_rawgeti(L, 1, 7) == LUA_TTABLE);
  CHECK(lua_geti(L, 1, 8) == LUA_TNIL);
  lua_settop(L, 2);
  CHECK(lua_rawlen(L, 1) == 2);
  CHECK(luaL_len(L, 1) == 2);
  int entries = 0;
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) ++entries;
  CHECK(entries == 2);
  lua_settop(L, 1);
  collect();
  CHECK(lua_rawlen(L, 1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "sets and pairs") {
  mayfly_newweakset(L, 0);
  lua_newtable(L);
  lua_pushvalue(L, 2);
  lua_pushboolean(L, 1);
  lua_settable(L, 1);
  CHECK(mayfly_weakpairs(L, 1) == 3);
  lua_call(L, 2, 2);
  CHECK(lua_rawequal(L, 2, 3));
  CHECK(lua_toboolean(L, 4));
  lua_settop(L, 2);
  CHECK(mayfly_popweak(L, 1) == 1);
  CHECK(lua_rawlen(L, 1) == 0);
  CHECK(mayfly_popweak(L, 1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "what cannot be held raises") {
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE, 0);
  lua_setglobal(L, "t");
  CHECK(luaL_dostring(L, "t[1] = 2") != LUA_OK);
  CHECK(std::string(lua_tostring(L, -1)).find("cannot hold a number weakly") != std::string::npos);
}

TEST_CASE_FIXTURE(WeakApiFixture, "finalizers: run on death with their arguments, taken, kept") {
  int count = 0;
  auto push_counter = [&] {
    lua_pushlightuserdata(L, &count);
    lua_pushcclosure(L, count_call, 1);
  };
  lua_newtable(L);
  push_counter();
  lua_pushinteger(L, 10);
  mayfly_finalize(L, 1, 1, 1);
  CHECK(mayfly_weaktype(L, 2) == MAYFLY_WEAKFINALIZER);
  CHECK(mayfly_getfinalizer(L, 2) == LUA_TTABLE);
  lua_pop(L, 1);
  CHECK(mayfly_takefinalizer(L, 2, 1) == 2);
  lua_settop(L, 2);
  push_counter();
  mayfly_finalize(L, 1, 0, 1);
  CHECK(mayfly_takefinalizer(L, 3, 0) == 1);
  lua_settop(L, 2);
  lua_remove(L, 1);
  collect();
  CHECK(count == 11);
  CHECK(mayfly_getfinalizer(L, 1) == LUA_TNIL);
}

TEST_CASE("finalizers: those that wait run when the state closes, unless they are not to") {
  int count = 0;
  {
    WeakApiFixture state;
    lua_State* L = state.L;
    lua_newtable(L);
    lua_setglobal(L, "kept");
    for (int atexit : {1, 0}) {
      lua_getglobal(L, "kept");
      lua_pushlightuserdata(L, &count);
      lua_pushcclosure(L, count_call, 1);
      mayfly_finalize(L, 1, 0, atexit);
      lua_settop(L, 0);
    }
  }
  CHECK(count == 1);
}

TEST_CASE("handles: outlive their state, empty") {
  mayfly_WeakHandle* first;
  mayfly_WeakHandle* second;
  {
    WeakApiFixture state;
    lua_State* L = state.L;
    lua_newtable(L);
    first = mayfly_newweakhandle(L, 1);
    second = mayfly_newweakhandle(L, 1);
    state.collect();
    CHECK(mayfly_weakhandlealive(first) == 1);
    CHECK(mayfly_getweakhandle(L, first) == LUA_TTABLE);
    CHECK(lua_rawequal(L, 1, 2));
    WeakApiFixture other;
    CHECK(mayfly_getweakhandle(other.L, first) == LUA_TNIL);
    lua_settop(L, 0);
    state.collect();
    CHECK(mayfly_weakhandlealive(first) == 0);
    lua_pushinteger(L, 1);
    CHECK(mayfly_newweakhandle(L, 1) == nullptr);
    mayfly_freeweakhandle(second);
    mayfly_freeweakhandle(nullptr);
  }
  CHECK(mayfly_weakhandlealive(first) == 0);
  mayfly_freeweakhandle(first);
}
