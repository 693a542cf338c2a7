// SPDX-License-Identifier: MIT
// What the weak types owe a host when it closes its state in the middle of anything.
#include <doctest/doctest.h>

#include <lua.hpp>
#include <mayfly/gc.h>
#include <mayfly/weak.h>

#include "collector_mode.hpp"

namespace {
int count_call(lua_State* L) {
  auto* count = static_cast<int*>(lua_touserdata(L, lua_upvalueindex(1)));
  *count += 1 + static_cast<int>(lua_tointeger(L, 1));
  return 0;
}

int count_ten(lua_State* L) {
  *static_cast<int*>(lua_touserdata(L, lua_upvalueindex(1))) += 10;
  return 0;
}
}  // namespace

TEST_CASE("callbacks: what waits when the state closes is called then, wherever the cycle that found it stands") {
  int dead = 0, alive = 0, wrong = 0;
  for (int point = 0; point < 400; ++point) {
    int count = 0;
    lua_State* other = in_chosen_mode(luaL_newstate());
    mayfly_WeakHandle* handle;
    {
      lua_createtable(other, 200, 0);  // 1: refs, so that clearing takes many steps
      for (int i = 1; i <= 200; ++i) {
        lua_newtable(other);
        mayfly_newweakref(other, -1, 0);
        lua_rawseti(other, 1, i);
        lua_settop(other, 1);
      }
      lua_newtable(other);  // 2
      handle = mayfly_newweakhandle(other, 2);
      auto push = [&](int calls) {
        lua_pushlightuserdata(other, &count);
        lua_pushcclosure(other, count_call, 1);
        lua_pushinteger(other, calls - 1);
      };
      push(1);
      mayfly_finalize(other, 2, 1, 0);  // not at the close: only when its object has died
      lua_setglobal(other, "finalizer");
      push(100);
      mayfly_finalize(other, 2, 1, 1);
      lua_setglobal(other, "at the close");
      lua_pushlightuserdata(other, &count);
      lua_pushcclosure(other, count_ten, 1);
      mayfly_newweakref(other, 2, 3);
      lua_setglobal(other, "ref");
    }
    lua_settop(other, 1);
    mayfly_gcstresssteps(other, 1, 128);
    for (int i = 0; i < point; ++i) {  // a step each, and nothing is run: there is no safe point
      lua_newtable(other);
      lua_pop(other, 1);
    }
    mayfly_gcstress(other, 0);
    bool lives = mayfly_weakhandlealive(handle) != 0;
    wrong += count != 0;
    lua_close(other);
    wrong += count != (lives ? 100 : 111);
    ++(lives ? alive : dead);
    mayfly_freeweakhandle(handle);
  }
  CHECK(wrong == 0);
  CHECK(dead > 10);
  CHECK(alive > 0);
}
