/* SPDX-License-Identifier: MIT
 * Tables: get, set, raw and with metamethods, traversal; userdata, user values, metatables; globals and the registry.
 */
#include <math.h>

#include "conformance.h"

static char key;

static int get_all(lua_State *L) {  /* of the value at 1: what every getter says */
  int types[6];
  lua_settop(L, 1);
  types[0] = lua_getfield(L, 1, "field");
  lua_pushliteral(L, "field");
  types[1] = lua_gettable(L, 1);
  types[2] = lua_geti(L, 1, 3);
  types[3] = lua_geti(L, 1, -3);
  lua_pushnumber(L, 3.0);
  types[4] = lua_gettable(L, 1);
  lua_pushnil(L);
  types[5] = lua_gettable(L, 1);
  printf("table/types: %d %d %d %d %d %d\n", types[0], types[1], types[2], types[3], types[4], types[5]);
  lua_remove(L, 1);
  return lua_gettop(L);
}

static int set_field(lua_State *L) {
  lua_pushliteral(L, "set");
  lua_setfield(L, 1, "x");
  lua_pushinteger(L, 5);
  lua_seti(L, 1, 5);
  lua_pushliteral(L, "k");
  lua_pushboolean(L, 1);
  lua_settable(L, 1);
  return 0;
}

static int set_key(lua_State *L) {
  lua_settable(L, 1);
  return 0;
}

static int raw_set_key(lua_State *L) {
  lua_rawset(L, 1);
  return 0;
}

static int next_key(lua_State *L) {
  lua_pushinteger(L, lua_next(L, 1));
  return 1;
}

static int undefined_global(lua_State *L) {
  lua_pushinteger(L, lua_getglobal(L, "undefined"));
  return 2;
}

static int create(lua_State *L) {
  lua_createtable(L, (int)luaL_optinteger(L, 1, 0), (int)luaL_optinteger(L, 2, 0));
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
  return 2;
}

void table_part(lua_State *L) {
  int i;
  section("table");
  luaL_openlibs(L);
  attempt(L, "createtable", create);
  lua_pushinteger(L, 1000);
  lua_pushinteger(L, 1000);
  attempt(L, "createtable with room", create);

  lua_createtable(L, 0, 0);
  lua_pushliteral(L, "f");
  lua_setfield(L, 1, "field");
  for (i = 1; i <= 4; i++) {
    lua_pushinteger(L, i * i);
    lua_seti(L, 1, i);
  }
  lua_pushliteral(L, "minus");
  lua_rawseti(L, 1, -3);
  attempt(L, "getters", get_all);
  lua_newtable(L);
  attempt(L, "getters of an empty table", get_all);
  lua_pushliteral(L, "a string");
  attempt(L, "getters of a string", get_all);
  lua_pushinteger(L, 1);
  attempt(L, "getters of a number", get_all);
  script(L, "__index function", "return 1");
  if (luaL_dostring(L, "return setmetatable({}, {__index = function(t, k) return 'meta ' .. tostring(k) end})")) lua_error(L);
  attempt(L, "getters through __index", get_all);
  if (luaL_dostring(L, "return setmetatable({}, {__index = setmetatable({field = 1}, {__index = {[3] = 33}})})")) lua_error(L);
  attempt(L, "getters through tables", get_all);
  if (luaL_dostring(L, "local t = setmetatable({}, {}) getmetatable(t).__index = t return t")) lua_error(L);
  attempt(L, "getters in a loop", get_all);

  lua_newtable(L);
  attempt(L, "setters", set_field);
  lua_pushboolean(L, 1);
  attempt(L, "setters of a boolean", set_field);
  if (luaL_dostring(L, "log = '' return setmetatable({}, {__newindex = function(t, k, v) log = log .. tostring(k) .. '=' .. tostring(v) .. ' ' end})")) lua_error(L);
  attempt(L, "setters through __newindex", set_field);
  lua_getglobal(L, "log");
  clear(L, "log");
  lua_newtable(L);
  lua_pushnil(L);
  lua_pushinteger(L, 1);
  attempt(L, "settable nil", set_key);
  lua_newtable(L);
  lua_pushnumber(L, NAN);
  lua_pushinteger(L, 1);
  attempt(L, "settable nan", set_key);
  lua_newtable(L);
  lua_pushnil(L);
  lua_pushinteger(L, 1);
  attempt(L, "rawset nil", raw_set_key);
  lua_newtable(L);
  lua_pushnumber(L, NAN);
  lua_pushinteger(L, 1);
  attempt(L, "rawset nan", raw_set_key);

  lua_newtable(L);
  lua_pushnumber(L, 2.0);
  lua_pushliteral(L, "two");
  lua_rawset(L, 1);
  number("rawgeti finds what a float has set", lua_rawgeti(L, 1, 2));
  lua_pushinteger(L, 2);
  number("rawget", lua_rawget(L, 1));
  lua_pushliteral(L, "by pointer");
  lua_rawsetp(L, 1, &key);
  number("rawgetp", lua_rawgetp(L, 1, &key));
  number("rawgetp of another", lua_rawgetp(L, 1, &i));
  lua_pushlightuserdata(L, &key);
  number("by light userdata", lua_rawget(L, 1));
  lua_pushnil(L);
  lua_rawseti(L, 1, 2);
  number("rawgeti after nil", lua_rawgeti(L, 1, 2));
  clear(L, "raw");

  lua_newtable(L);
  lua_pushnil(L);
  number("next of an empty table", lua_next(L, 1));
  show(L, "after next");
  for (i = 1; i <= 3; i++) {
    lua_pushinteger(L, i * 10);
    lua_rawseti(L, 1, i);
  }
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    printf("table/next: %lld %lld\n", (long long)lua_tointeger(L, -2), (long long)lua_tointeger(L, -1));
    lua_pop(L, 1);
  }
  clear(L, "after the traversal");
  lua_newtable(L);
  lua_pushliteral(L, "no such key");
  attempt(L, "next of a key that is not there", next_key);

  lua_pushinteger(L, 7);
  lua_setglobal(L, "seven");
  number("getglobal", lua_getglobal(L, "seven"));
  lua_pushglobaltable(L);
  number("in the table of globals", lua_getfield(L, -1, "seven"));
  clear(L, "globals");
  attempt(L, "undefined", undefined_global);
  script(L, "globals with a metatable", "setmetatable(_G, {__index = function(_, k) return 'global ' .. k end})");
  attempt(L, "undefined", undefined_global);
  number("registry globals", lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS));
  number("registry main thread", lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD));
  number("is the main thread", lua_tothread(L, -1) == L);
  number("_LOADED", lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE));
  number("_PRELOAD", lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE));
  lua_settop(L, 0);
}

static int collected(lua_State *L) {
  text("collected", lua_tostring(L, lua_upvalueindex(1)));
  return 0;
}

void userdata_part(lua_State *L) {
  char *block;
  int i;
  section("userdata");
  block = (char *)lua_newuserdatauv(L, 100, 3);
  memset(block, 'z', 100);
  number("block", lua_touserdata(L, 1) == block);
  number("aligned", (int)((size_t)block % sizeof(double)));
  number("rawlen", (long long)lua_rawlen(L, 1));
  number("topointer", lua_topointer(L, 1) == block);
  for (i = -1; i <= 4; i++) {
    lua_pushinteger(L, i * 100);
    number("setiuservalue", lua_setiuservalue(L, 1, i));
    number("top", lua_gettop(L));
  }
  for (i = -1; i <= 4; i++) {
    number("getiuservalue", lua_getiuservalue(L, 1, i));
    show(L, "value");
    lua_pop(L, 1);
  }
  number("getmetatable of none", lua_getmetatable(L, 1));
  lua_newtable(L);
  lua_pushliteral(L, "userdata");
  lua_pushcclosure(L, collected, 1);
  lua_setfield(L, -2, "__gc");
  number("setmetatable", lua_setmetatable(L, 1));
  number("getmetatable", lua_getmetatable(L, 1));
  show(L, "with its metatable");
  lua_settop(L, 1);
  lua_gc(L, LUA_GCCOLLECT);
  number("alive", lua_touserdata(L, 1) == block && block[99] == 'z');
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT);
  lua_gc(L, LUA_GCCOLLECT);
  lua_newuserdatauv(L, 0, 0);
  number("empty", (long long)lua_rawlen(L, 1));
  lua_newuserdata(L, 8);
  lua_pushliteral(L, "v");
  number("setuservalue", lua_setuservalue(L, 2));
  number("getuservalue", lua_getuservalue(L, 2));
  lua_pushnil(L);
  number("setmetatable nil", lua_setmetatable(L, 2));
  clear(L, "done");
  /* Types share a metatable. */
  lua_pushinteger(L, 1);
  lua_newtable(L);
  lua_pushliteral(L, "Number");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, 1);
  lua_pushnumber(L, 2.5);
  number("of all numbers", lua_getmetatable(L, -1));
  lua_pushnil(L);
  lua_setmetatable(L, 1);
  lua_settop(L, 0);
  lua_pushlightuserdata(L, &i);
  number("of light userdata", lua_getmetatable(L, 1));
  lua_settop(L, 0);
}
