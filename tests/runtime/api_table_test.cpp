// SPDX-License-Identifier: MIT
// lua.h: tables, fields, traversal, metatables, upvalues.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "api_fixture.hpp"

namespace {

// The metatable at `index` gets the parent on top, which is popped, in place of the one it has.
using GiveParent = void (*)(lua_State* L, int index);

void give_by_field(lua_State* L, int index) { lua_setfield(L, index, "__index"); }
void give_by_key(lua_State* L, int index) {
  lua_pushliteral(L, "__index");
  lua_insert(L, -2);
  lua_settable(L, index);
}
void give_by_raw_key(lua_State* L, int index) {
  lua_pushliteral(L, "__index");
  lua_insert(L, -2);
  lua_rawset(L, index);
}
void give_to_copy(lua_State* L, int index) {  // a metatable's metatable
  lua_newtable(L);
  lua_insert(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pushnil(L);
  lua_setfield(L, index, "__index");
  lua_pushvalue(L, index);
  lua_setfield(L, index, "__index");
  lua_setmetatable(L, index);
}

}  // namespace

TEST_SUITE("api/table") {
  TEST_CASE_FIXTURE(ApiFixture, "a new parent is where fields are inherited from") {
    luaL_openlibs(L);
    for (GiveParent give : {give_by_field, give_by_key, give_by_raw_key, give_to_copy}) {
      lua_settop(L, 0);
      REQUIRE(luaL_dostring(L,
                            "local metatable = { __index = { number = 1 } }\n"
                            "local object = setmetatable({}, metatable)\n"
                            "return function() return object.number end, metatable") == LUA_OK);
      for (int expected : {1, 1, 2, 2, 3}) {
        if (expected != 1) {
          lua_createtable(L, 0, 1);
          lua_pushinteger(L, expected);
          lua_setfield(L, -2, "number");
          give(L, 2);
        }
        lua_pushvalue(L, 1);
        lua_call(L, 0, 1);
        CHECK(lua_tointeger(L, -1) == expected);
        lua_pop(L, 1);
      }
    }
  }

  TEST_CASE_FIXTURE(ApiFixture, "fields, integers, raw access") {
    lua_newtable(L);
    lua_pushinteger(L, 1);
    lua_setfield(L, 1, "one");
    lua_pushinteger(L, 2);
    lua_seti(L, 1, 2);
    lua_pushliteral(L, "three");
    lua_pushinteger(L, 3);
    lua_settable(L, 1);
    lua_pushliteral(L, "four");
    lua_pushinteger(L, 4);
    lua_rawset(L, 1);
    lua_pushinteger(L, 5);
    lua_rawseti(L, 1, 5);
    lua_pushinteger(L, 6);
    lua_rawsetp(L, 1, this);
    CHECK(lua_gettop(L) == 1);
    CHECK(lua_getfield(L, 1, "one") == LUA_TNUMBER);
    CHECK(lua_geti(L, 1, 2) == LUA_TNUMBER);
    lua_pushliteral(L, "three");
    CHECK(lua_gettable(L, 1) == LUA_TNUMBER);
    lua_pushliteral(L, "four");
    CHECK(lua_rawget(L, 1) == LUA_TNUMBER);
    CHECK(lua_rawgeti(L, 1, 5) == LUA_TNUMBER);
    CHECK(lua_rawgetp(L, 1, this) == LUA_TNUMBER);
    for (int i = 1; i <= 6; ++i) CHECK(lua_tointeger(L, i + 1) == i);
    CHECK(lua_getfield(L, 1, "none") == LUA_TNIL);
    CHECK(lua_rawgetp(L, 1, nullptr) == LUA_TNIL);
    lua_pushnil(L);
    CHECK(lua_rawget(L, 1) == LUA_TNIL);
    std::string long_name(200, 'n');
    lua_pushboolean(L, 1);
    lua_setfield(L, 1, long_name.c_str());
    CHECK(lua_getfield(L, 1, long_name.c_str()) == LUA_TBOOLEAN);
    lua_pushnil(L);
    lua_setfield(L, 1, "one");
    CHECK(lua_getfield(L, 1, "one") == LUA_TNIL);
  }

  TEST_CASE_FIXTURE(ApiFixture, "globals") {
    lua_pushinteger(L, 5);
    lua_setglobal(L, "five");
    CHECK(lua_getglobal(L, "five") == LUA_TNUMBER);
    CHECK(lua_getglobal(L, "six") == LUA_TNIL);
    lua_pushnil(L);
    lua_setglobal(L, "five");
    CHECK(lua_getglobal(L, "five") == LUA_TNIL);
  }

  TEST_CASE_FIXTURE(ApiFixture, "keys that cannot be") {
    lua_newtable(L);
    CHECK(error_of([](lua_State* state) {
            lua_pushnil(state);
            lua_pushnil(state);
            lua_rawset(state, 1);
            return 0;
          }) == "table index is nil");
    lua_newtable(L);
    CHECK(error_of([](lua_State* state) {
            lua_pushnumber(state, NAN);
            lua_pushinteger(state, 1);
            lua_settable(state, 1);
            return 0;
          }) == "table index is NaN");
    lua_newtable(L);
    CHECK(error_of([](lua_State* state) {
            lua_pushliteral(state, "no key");
            lua_next(state, 1);
            return 0;
          }) == "invalid key to 'next'");
    lua_pushinteger(L, 1);
    CHECK(error_of([](lua_State* state) {
            lua_getfield(state, 1, "x");
            return 0;
          }) == "attempt to index a number value");
    lua_pushnil(L);
    CHECK(error_of([](lua_State* state) {
            lua_pushinteger(state, 1);
            lua_setfield(state, 1, "x");
            return 0;
          }) == "attempt to index a nil value");
  }

  TEST_CASE_FIXTURE(ApiFixture, "access with metamethods") {
    run("local log = {}\n"
        "return setmetatable and 1 or {__index = function(t, k) return k end, __newindex = function(t, k, v) log[#log + 1] = v end,"
        "__len = function() return 77 end, __call = function(self, a) return a end}, log", 2);
    lua_newtable(L);
    lua_pushvalue(L, 1);
    lua_setmetatable(L, 3);
    CHECK(lua_getfield(L, 3, "name") == LUA_TSTRING);
    CHECK(lua_geti(L, 3, 9) == LUA_TNUMBER);
    lua_pushinteger(L, 8);
    lua_setfield(L, 3, "x");
    lua_pushinteger(L, 9);
    lua_seti(L, 3, 1);
    CHECK(lua_rawlen(L, 2) == 2);
    CHECK(lua_rawlen(L, 3) == 0);
    lua_len(L, 3);
    CHECK(lua_tointeger(L, -1) == 77);
    lua_pushvalue(L, 3);
    lua_pushliteral(L, "argument");
    lua_call(L, 1, 1);
    CHECK(text_at(-1) == "argument");
    lua_pushliteral(L, "y");
    CHECK(lua_rawget(L, 3) == LUA_TNIL);
  }

  TEST_CASE_FIXTURE(ApiFixture, "traversal meets every entry once") {
    lua_newtable(L);
    for (int i = -50; i < 50; ++i) {
      lua_pushinteger(L, i);
      lua_rawseti(L, 1, i);
    }
    std::set<lua_Integer> met;
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
      CHECK(lua_tointeger(L, -2) == lua_tointeger(L, -1));
      CHECK(met.insert(lua_tointeger(L, -2)).second);
      lua_pushnil(L);
      lua_rawseti(L, 1, lua_tointeger(L, -3));  // removing is allowed
      lua_pop(L, 1);
    }
    CHECK(met.size() == 100);
    CHECK(lua_gettop(L) == 1);
    lua_pushnil(L);
    CHECK(lua_next(L, 1) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "metatables of every type") {
    lua_newtable(L);
    CHECK(lua_getmetatable(L, 1) == 0);
    lua_newtable(L);
    CHECK(lua_setmetatable(L, 1) == 1);
    CHECK(lua_getmetatable(L, 1) == 1);
    lua_pushnil(L);
    lua_setmetatable(L, 1);
    CHECK(lua_getmetatable(L, 1) == 0);
    lua_settop(L, 0);
    lua_pushinteger(L, 1);
    lua_newtable(L);
    lua_pushcfunction(L, [](lua_State* state) {
      lua_pushliteral(state, "indexed");
      return 1;
    });
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, 1);
    lua_pushnumber(L, 2.5);
    CHECK(lua_getfield(L, -1, "anything") == LUA_TSTRING);  // all numbers share it
    lua_pushnil(L);
    lua_setmetatable(L, 1);
    CHECK(lua_getmetatable(L, 1) == 0);
    lua_newuserdatauv(L, 1, 0);
    lua_newuserdatauv(L, 1, 0);
    lua_newtable(L);
    lua_setmetatable(L, -3);
    CHECK(lua_getmetatable(L, -1) == 0);  // userdata have their own
    CHECK(lua_getmetatable(L, -2) == 1);
  }

  TEST_CASE_FIXTURE(ApiFixture, "upvalues can be read, set, told apart and joined") {
    run("local a, b = 1, 2\n"
        "local function f() return a, b end\n"
        "local function g() return b end\n"
        "return f, g", 2);
    CHECK(std::string(lua_getupvalue(L, 1, 1)) == "a");
    CHECK(lua_tointeger(L, -1) == 1);
    CHECK(std::string(lua_getupvalue(L, 1, 2)) == "b");
    CHECK(lua_getupvalue(L, 1, 3) == nullptr);
    CHECK(lua_getupvalue(L, 1, 0) == nullptr);
    CHECK(lua_gettop(L) == 4);
    CHECK(lua_upvalueid(L, 1, 2) == lua_upvalueid(L, 2, 1));
    CHECK(lua_upvalueid(L, 1, 1) != lua_upvalueid(L, 2, 1));
    CHECK(lua_upvalueid(L, 1, 3) == nullptr);
    lua_newtable(L);
    CHECK(std::string(lua_setupvalue(L, 1, 2)) == "b");
    CHECK(lua_gettop(L) == 4);
    lua_gc(L, LUA_GCCOLLECT);
    lua_pushvalue(L, 2);
    lua_call(L, 0, 1);
    CHECK(lua_istable(L, -1));
    lua_upvaluejoin(L, 2, 1, 1, 1);
    lua_pushvalue(L, 2);
    lua_call(L, 0, 1);
    CHECK(lua_tointeger(L, -1) == 1);
    lua_pushinteger(L, 3);
    CHECK(lua_setupvalue(L, 2, 2) == nullptr);
    CHECK(lua_tointeger(L, -1) == 3);  // nothing is popped
  }
}
