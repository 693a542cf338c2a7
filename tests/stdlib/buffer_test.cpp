// SPDX-License-Identifier: MIT
// luaL_Buffer: growth, its stack slot, errors in the middle.
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "lua_fixture.hpp"

TEST_SUITE("buffer") {
  TEST_CASE_FIXTURE(LuaFixture, "one slot from the first to the last") {
    luaL_Buffer buffer;
    int top = lua_gettop(L);
    luaL_buffinit(L, &buffer);
    CHECK(lua_gettop(L) == top + 1);
    luaL_prepbuffsize(&buffer, 100000);
    CHECK(lua_gettop(L) == top + 1);
    luaL_pushresultsize(&buffer, 0);
    CHECK(lua_gettop(L) == top + 1);
    CHECK(lua_rawlen(L, -1) == 0);
  }

  TEST_CASE_FIXTURE(LuaFixture, "characters one by one") {
    StressScope stress(L, 3);
    std::string expected;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (int i = 0; i < 20000; ++i) {
      char c = static_cast<char>('a' + i % 26);
      luaL_addchar(&buffer, c);
      expected += c;
    }
    luaL_pushresult(&buffer);
    CHECK(expected == lua_tostring(L, -1));
  }

  TEST_CASE_FIXTURE(LuaFixture, "values of every kind that is text") {
    StressScope stress(L);
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    lua_pushinteger(L, -12);
    luaL_addvalue(&buffer);
    lua_pushnumber(L, 2.0);
    luaL_addvalue(&buffer);
    lua_pushlstring(L, "a\0b", 3);
    luaL_addvalue(&buffer);
    std::string longer(5000, 'x');
    lua_pushlstring(L, longer.data(), longer.size());
    luaL_addvalue(&buffer);
    luaL_addlstring(&buffer, nullptr, 0);
    luaL_addstring(&buffer, "");
    luaL_addlstring(&buffer, "\0", 1);
    luaL_pushresult(&buffer);
    size_t length;
    const char* text = lua_tolstring(L, -1, &length);
    CHECK(std::string(text, length) == "-122.0" + std::string("a\0b", 3) + longer + std::string("\0", 1));
  }

  TEST_CASE_FIXTURE(LuaFixture, "characters taken back") {
    luaL_Buffer buffer;
    luaL_buffinitsize(L, &buffer, 3000);
    luaL_addstring(&buffer, "one two");
    luaL_buffsub(&buffer, 4);
    CHECK(luaL_bufflen(&buffer) == 3);
    CHECK(std::memcmp(luaL_buffaddr(&buffer), "one", 3) == 0);
    luaL_pushresult(&buffer);
    CHECK(std::string(lua_tostring(L, -1)) == "one");
  }

  TEST_CASE_FIXTURE(LuaFixture, "two at once") {
    luaL_Buffer outer, inner;
    luaL_buffinit(L, &outer);
    luaL_addstring(&outer, "outer ");
    luaL_buffinit(L, &inner);
    for (int i = 0; i < 500; ++i) luaL_addstring(&inner, "inner ");
    luaL_pushresult(&inner);
    luaL_addvalue(&outer);
    luaL_pushresult(&outer);
    CHECK(lua_rawlen(L, -1) == 6 + 500 * 6);
  }

  TEST_CASE_FIXTURE(LuaFixture, "more than there can be") {
    lua_pushcfunction(L, [](lua_State* thread) {
      luaL_Buffer buffer;
      luaL_buffinit(thread, &buffer);
      luaL_addstring(&buffer, "x");
      luaL_prepbuffsize(&buffer, ~static_cast<size_t>(0));
      return 0;
    });
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
    CHECK(std::string(lua_tostring(L, -1)) == "buffer too large");
    lua_pushcfunction(L, [](lua_State* thread) {
      luaL_Buffer buffer;
      luaL_buffinit(thread, &buffer);
      luaL_addstring(&buffer, "x");
      luaL_prepbuffsize(&buffer, ~static_cast<size_t>(0) / 4);
      return 0;
    });
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRMEM);
    CHECK(std::string(lua_tostring(L, -1)) == "not enough memory");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_gsub") {
    CHECK(std::string(luaL_gsub(L, "a.b.c", ".", "::")) == "a::b::c");
    CHECK(std::string(luaL_gsub(L, "", ".", "x")).empty());
    CHECK(std::string(luaL_gsub(L, "...", ".", "")).empty());
    CHECK(std::string(luaL_gsub(L, "aaa", "aa", "b")) == "ba");
    CHECK(lua_gettop(L) == 4);
  }
}
