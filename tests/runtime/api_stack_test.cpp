// SPDX-License-Identifier: MIT
// lua.h: the stack, pseudo-indices.
#include <doctest/doctest.h>

#include "api_fixture.hpp"

namespace {

// "1 2 3": the integers on the stack, bottom first; other values by the first letter of their type.
std::string picture(lua_State* L) {
  std::string text;
  for (int i = 1; i <= lua_gettop(L); ++i) {
    if (i > 1) text += ' ';
    text += lua_isinteger(L, i) ? std::to_string(lua_tointeger(L, i)) : std::string(1, luaL_typename(L, i)[0]);
  }
  return text;
}

void push_numbers(lua_State* L, int count) {
  for (int i = 1; i <= count; ++i) lua_pushinteger(L, i);
}

}  // namespace

TEST_SUITE("api/stack") {
  TEST_CASE_FIXTURE(ApiFixture, "absolute indices") {
    push_numbers(L, 3);
    CHECK(lua_absindex(L, -1) == 3);
    CHECK(lua_absindex(L, -3) == 1);
    CHECK(lua_absindex(L, 2) == 2);
    CHECK(lua_absindex(L, 7) == 7);
    CHECK(lua_absindex(L, LUA_REGISTRYINDEX) == LUA_REGISTRYINDEX);
    CHECK(lua_absindex(L, lua_upvalueindex(1)) == lua_upvalueindex(1));
  }

  TEST_CASE_FIXTURE(ApiFixture, "settop fills with nil and cuts") {
    lua_settop(L, 3);
    CHECK(picture(L) == "n n n");
    push_numbers(L, 2);
    lua_settop(L, -2);
    CHECK(picture(L) == "n n n 1");
    lua_settop(L, 0);
    CHECK(lua_gettop(L) == 0);
    lua_settop(L, -1);
    CHECK(lua_gettop(L) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "rotate, insert, remove, replace, copy") {
    push_numbers(L, 5);
    lua_rotate(L, 2, 1);
    CHECK(picture(L) == "1 5 2 3 4");
    lua_rotate(L, 2, -1);
    CHECK(picture(L) == "1 2 3 4 5");
    lua_rotate(L, 1, 2);
    CHECK(picture(L) == "4 5 1 2 3");
    lua_rotate(L, -3, -2);
    CHECK(picture(L) == "4 5 3 1 2");
    lua_rotate(L, 1, 0);
    CHECK(picture(L) == "4 5 3 1 2");
    lua_rotate(L, 1, 5);
    CHECK(picture(L) == "4 5 3 1 2");
    lua_rotate(L, -1, 1);
    CHECK(picture(L) == "4 5 3 1 2");
    lua_insert(L, 1);
    CHECK(picture(L) == "2 4 5 3 1");
    lua_remove(L, 2);
    CHECK(picture(L) == "2 5 3 1");
    lua_replace(L, 2);
    CHECK(picture(L) == "2 1 3");
    lua_copy(L, 3, 1);
    CHECK(picture(L) == "3 1 3");
    lua_pushvalue(L, -2);
    CHECK(picture(L) == "3 1 3 1");
    lua_pop(L, 3);
    CHECK(picture(L) == "3");
  }

  TEST_CASE_FIXTURE(ApiFixture, "the stack grows on request up to its limit") {
    CHECK(lua_checkstack(L, 0) == 1);
    CHECK(lua_checkstack(L, 100000) == 1);
    push_numbers(L, 100000);
    CHECK(lua_tointeger(L, 1) == 1);
    CHECK(lua_tointeger(L, -1) == 100000);
    CHECK(lua_checkstack(L, LUAI_MAXSTACK) == 0);
    CHECK(lua_checkstack(L, 2147483647) == 0);
    CHECK(lua_gettop(L) == 100000);
  }

  TEST_CASE_FIXTURE(ApiFixture, "a stack that memory does not suffice for is refused without an error") {
    limit = bytes + 10000;
    CHECK(lua_checkstack(L, 500000) == 0);
    limit = static_cast<std::size_t>(-1);
    CHECK(lua_gettop(L) == 0);
    CHECK(lua_checkstack(L, 500000) == 1);
  }

  TEST_CASE_FIXTURE(ApiFixture, "values move between threads") {
    lua_State* other = lua_newthread(L);
    push_numbers(L, 3);
    lua_xmove(L, other, 2);
    CHECK(picture(L) == "t 1");
    CHECK(picture(other) == "2 3");
    lua_xmove(other, other, 1);
    CHECK(picture(other) == "2 3");
    lua_xmove(other, L, 0);
    CHECK(picture(L) == "t 1");
  }

  TEST_CASE_FIXTURE(ApiFixture, "what is no index is none") {
    CHECK(lua_type(L, 1) == LUA_TNONE);
    CHECK(lua_isnone(L, 5));
    CHECK(lua_isnoneornil(L, 5));
    CHECK(lua_type(L, lua_upvalueindex(1)) == LUA_TNONE);
    CHECK(lua_toboolean(L, 1) == 0);
    CHECK(lua_tointeger(L, 1) == 0);
    CHECK(lua_tolstring(L, 1, nullptr) == nullptr);
    CHECK(lua_touserdata(L, 1) == nullptr);
    CHECK(lua_tothread(L, 1) == nullptr);
    CHECK((lua_tocfunction(L, 1) == nullptr));
    CHECK(lua_topointer(L, 1) == nullptr);
    CHECK(lua_rawlen(L, 1) == 0);
    CHECK(lua_getmetatable(L, 1) == 0);
    CHECK(lua_rawequal(L, 1, 1) == 0);
    CHECK(lua_compare(L, 1, 1, LUA_OPEQ) == 0);
    CHECK(!lua_isnumber(L, 1));
    CHECK(!lua_isstring(L, 1));
    CHECK(!lua_isuserdata(L, 1));
    CHECK(lua_gettop(L) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "upvalues of C functions are pseudo-indices") {
    lua_checkstack(L, 300);
    push_numbers(L, 255);
    lua_pushcclosure(L, [](lua_State* state) {
      CHECK(lua_type(state, lua_upvalueindex(256)) == LUA_TNONE);
      CHECK(lua_tointeger(state, lua_upvalueindex(255)) == 255);
      lua_Integer count = lua_tointeger(state, lua_upvalueindex(1));
      lua_pushinteger(state, count + 1);
      lua_replace(state, lua_upvalueindex(1));
      lua_newtable(state);
      lua_copy(state, -1, lua_upvalueindex(2));
      lua_gc(state, LUA_GCCOLLECT);
      CHECK(lua_istable(state, lua_upvalueindex(2)));
      return 0;
    }, 255);
    for (int i = 0; i < 3; ++i) {
      lua_pushvalue(L, -1);
      lua_call(L, 0, 0);
    }
    CHECK(std::string(lua_getupvalue(L, -1, 1)) == "");
    CHECK(lua_tointeger(L, -1) == 4);
  }

  TEST_CASE_FIXTURE(ApiFixture, "the registry holds the main thread and the globals") {
    CHECK(lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD) == LUA_TTHREAD);
    CHECK(lua_tothread(L, -1) == L);
    CHECK(lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS) == LUA_TTABLE);
    lua_pushglobaltable(L);
    CHECK(lua_rawequal(L, -1, -2));
    lua_pushliteral(L, "there");
    lua_setfield(L, LUA_REGISTRYINDEX, "here");
    CHECK(lua_getfield(L, LUA_REGISTRYINDEX, "here") == LUA_TSTRING);
    lua_newtable(L);
    lua_pushinteger(L, 1);
    lua_setfield(L, -2, "x");
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);  // other globals
    CHECK(lua_getglobal(L, "x") == LUA_TNUMBER);
  }
}
