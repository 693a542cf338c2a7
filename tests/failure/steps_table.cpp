// SPDX-License-Identifier: MIT
// Tables, userdata, metatables, the registry.
#include <cstring>

#include "steps.hpp"

namespace {

int fill_tables(lua_State* L) {
  lua_createtable(L, 10, 10);
  for (int i = 1; i <= 30; ++i) {
    lua_pushinteger(L, i);
    lua_seti(L, 1, i);
    lua_pushfstring(L, "v%d", i);
    lua_rawseti(L, 1, i + 1000);
  }
  for (int i = 1; i <= 20; ++i) {
    lua_pushfstring(L, "key%d", i);
    lua_pushnumber(L, i);
    lua_settable(L, 1);
    lua_pushfstring(L, "raw%d", i);
    lua_pushboolean(L, 1);
    lua_rawset(L, 1);
  }
  lua_pushinteger(L, 1);
  lua_setfield(L, 1, "field");
  lua_pushinteger(L, 2);
  lua_rawsetp(L, 1, L);
  lua_pushvalue(L, 1);
  lua_setglobal(L, "a_global_of_the_failure_tests");
  lua_getglobal(L, "a_global_of_the_failure_tests");
  lua_getfield(L, 1, "field");
  lua_pushstring(L, "key1");
  lua_gettable(L, 1);
  lua_geti(L, 1, 5);
  lua_pushstring(L, "raw1");
  lua_rawget(L, 1);
  lua_rawgeti(L, 1, 1001);
  lua_rawgetp(L, 1, L);
  lua_settop(L, 1);
  int count = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) ++count;
  lua_pushnil(L);
  lua_setglobal(L, "a_global_of_the_failure_tests");
  return count == 102 ? 0 : luaL_error(L, "%d entries", count);
}

int answer(lua_State* L) {
  lua_pushstring(L, "answered ");
  lua_pushvalue(L, 2);
  lua_concat(L, 2);
  return 1;
}

int ask_metamethods(lua_State* L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, answer);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, [](lua_State* state) {
    lua_rawset(state, 1);
    return 0;
  });
  lua_setfield(L, -2, "__newindex");
  lua_setmetatable(L, 1);
  lua_getfield(L, 1, "x");
  lua_geti(L, 1, 7);
  lua_pushstring(L, "y");
  lua_gettable(L, 1);
  lua_pushinteger(L, 1);
  lua_setfield(L, 1, "new");
  lua_pushinteger(L, 1);
  lua_seti(L, 1, 3);
  return lua_getmetatable(L, 1) ? 0 : luaL_error(L, "no metatable");
}

int destroyed(lua_State* L) {
  lua_pushstring(L, "a string made by a finalizer");
  return 0;
}

int make_userdata(lua_State* L) {
  for (int i = 0; i < 10; ++i) {
    std::memset(lua_newuserdatauv(L, 100, 3), 7, 100);
    lua_pushfstring(L, "user value %d", i);
    if (!lua_setiuservalue(L, -2, 2) || lua_getiuservalue(L, -1, 2) != LUA_TSTRING) return luaL_error(L, "user value");
    lua_pop(L, 1);
    if (luaL_newmetatable(L, "failure_tests.object")) {
      lua_pushcfunction(L, destroyed);
      lua_setfield(L, -2, "__gc");
    }
    lua_pop(L, 1);
    luaL_getmetatable(L, "failure_tests.object");
    // A failure while the metatable was made leaves one without the field, as in every program of this form.
    lua_setmetatable(L, -2);
    if (luaL_testudata(L, -1, "failure_tests.object") == nullptr) return luaL_error(L, "testudata");
    luaL_checkudata(L, -1, "failure_tests.object");
    luaL_setmetatable(L, "failure_tests.object");
    lua_pop(L, 1);
  }
  lua_newuserdatauv(L, 100000, 0);
  lua_gc(L, LUA_GCCOLLECT);
  return 0;
}

int hold_references(lua_State* L) {
  int references[20];
  lua_newtable(L);
  for (int& reference : references) {
    lua_newtable(L);
    reference = luaL_ref(L, 1);
  }
  for (int reference : references) luaL_unref(L, 1, reference);
  luaL_getsubtable(L, 1, "sub");
  luaL_getsubtable(L, 1, "sub");
  lua_pushinteger(L, luaL_len(L, 1));
  return 0;
}

}  // namespace

const std::vector<Step> table_steps = {
    {"C++: fill tables", fill_tables},
    {"C++: ask metamethods", ask_metamethods},
    {"C++: make userdata", make_userdata},
    {"C++: hold references", hold_references},
};
