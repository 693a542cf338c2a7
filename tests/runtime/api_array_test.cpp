// SPDX-License-Identifier: MIT
// mayfly/array.h and mayfly/string.h.
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include <mayfly/array.h>
#include <mayfly/string.h>

#include "api_fixture.hpp"
#include "lua_fixture.hpp"

namespace {

// Leaves the value of an expression on top.
void push(lua_State* L, const char* expression) {
  std::string text = std::string("return ") + expression;
  REQUIRE(luaL_dostring(L, text.c_str()) == LUA_OK);
}

std::string joined(lua_State* L, int index) {
  lua_pushvalue(L, index);
  lua_setglobal(L, "joined");
  push(L, "(function() local t = {} for i = 1, joined.n or #joined do t[i] = tostring(joined[i]) end return table.concat(t, ' ') end)()");
  std::string text = lua_tostring(L, -1);
  lua_pop(L, 1);
  return text;
}

}  // namespace

TEST_SUITE("array") {
  TEST_CASE_FIXTURE(LuaFixture, "only tables without metatable are plain") {
    push(L, "{1}, setmetatable({}, {}), 'text', io.stdout");
    CHECK(mayfly_isplain(L, 1) == 1);
    CHECK(mayfly_isplain(L, 2) == 0);
    CHECK(mayfly_isplain(L, 3) == 0);
    CHECK(mayfly_isplain(L, 4) == 0);
    CHECK(mayfly_isplain(L, 5) == 0);
  }

  TEST_CASE_FIXTURE(LuaFixture, "values are seen where they lie, within the array part") {
    push(L, "{10, 2.5, 'three', {}}");
    const mayfly_Value* values = mayfly_values(L, 1, 1, 4);
    REQUIRE(values != nullptr);
    CHECK(values[0].tag == MAYFLY_TAGINTEGER);
    CHECK(values[0].content.integer == 10);
    CHECK(values[1].tag == MAYFLY_TAGFLOAT);
    CHECK(values[1].content.number == 2.5);
    CHECK(mayfly_values(L, 1, 2, 3) == values + 1);
    CHECK(mayfly_values(L, 1, 0, 1) == nullptr);
    CHECK(mayfly_values(L, 1, -1, 1) == nullptr);
    CHECK(mayfly_values(L, 1, 1, 1000) == nullptr);
    CHECK(mayfly_values(L, 1, LUA_MAXINTEGER, 2) == nullptr);
    CHECK(mayfly_values(L, 1, 2, ~static_cast<size_t>(0)) == nullptr);
    lua_pushinteger(L, 5);
    CHECK(mayfly_values(L, 2, 1, 0) == nullptr);
    size_t length;
    char room[MAYFLY_MAXNUMBERTEXT];
    CHECK(std::string(mayfly_text(values + 2, nullptr, &length)) == "three");
    CHECK(length == 5);
    CHECK(mayfly_text(values, nullptr, &length) == nullptr);
    CHECK(std::string(mayfly_text(values, room, &length), length) == "10");
    CHECK(std::string(mayfly_text(values + 1, room, &length), length) == "2.5");
    CHECK(mayfly_text(values + 3, room, &length) == nullptr);
    lua_pushnumber(L, 7.0);
    CHECK(std::string(mayfly_totext(L, -1, room, &length), length) == "7.0");
  }

  TEST_CASE_FIXTURE(LuaFixture, "written values are kept by the collector") {
    push(L, "{{1}, {2}, {3}, {4}}");
    StressScope stress(L);
    for (int round = 0; round < 20; ++round) {
      mayfly_Value* values = mayfly_writevalues(L, 1, 1, 4);
      mayfly_Value first = values[0];
      std::memmove(values, values + 1, 3 * sizeof(mayfly_Value));
      values[3] = first;
      mayfly_wrote(L, 1);
      lua_newtable(L);
      lua_pop(L, 1);
    }
    collect();
    lua_geti(L, 1, 1);
    lua_geti(L, -1, 1);
    CHECK(lua_tointeger(L, -1) == 1);
  }

  TEST_CASE_FIXTURE(LuaFixture, "moving") {
    push(L, "{1, 2, 3, 4, 5}");
    push(L, "{'a', 'b', 'c'}");
    CHECK(mayfly_movevalues(L, 1, 1, 3, 1, 3) == 1);
    CHECK(joined(L, 1) == "1 2 1 2 3");
    CHECK(mayfly_movevalues(L, 1, 3, 3, 1, 1) == 1);
    CHECK(joined(L, 1) == "1 2 3 2 3");
    CHECK(mayfly_movevalues(L, 2, 1, 2, 1, 4) == 1);
    CHECK(joined(L, 1) == "1 2 3 a b");
    CHECK(mayfly_movevalues(L, 1, 1, 4, 2, 3) == 0);
    CHECK(mayfly_movevalues(L, 1, 0, 2, 1, 1) == 0);
    CHECK(joined(L, 2) == "a b c");
  }

  TEST_CASE_FIXTURE(LuaFixture, "appending grows array and hash") {
    StressScope stress(L);
    lua_newtable(L);
    for (int i = 1; i <= 100; ++i) {
      lua_newtable(L);
      lua_pushinteger(L, i);
      lua_setfield(L, -2, "n");
      mayfly_append(L, 1);
    }
    CHECK(lua_rawlen(L, 1) == 100);
    lua_geti(L, 1, 77);
    CHECK(lua_getfield(L, -1, "n") == LUA_TNUMBER);
    CHECK(lua_tointeger(L, -1) == 77);
  }

  TEST_CASE_FIXTURE(LuaFixture, "pushing in bulk") {
    push(L, "{1, 2, [5] = 'five'}");
    mayfly_pushvalues(L, 1, 1, 6);
    CHECK(lua_gettop(L) == 7);
    CHECK(lua_tointeger(L, 3) == 2);
    CHECK(lua_isnil(L, 4));
    CHECK(std::string(lua_tostring(L, 6)) == "five");
    CHECK(lua_isnil(L, 7));
    mayfly_newsequence(L, 6, 1);
    CHECK(lua_gettop(L) == 2);
    lua_pushinteger(L, 6);
    lua_setfield(L, 2, "n");
    CHECK(joined(L, 2) == "1 2 nil nil five nil");
    mayfly_newsequence(L, 0, 0);
    CHECK(lua_rawlen(L, -1) == 0);
    mayfly_pushvalue(L, mayfly_values(L, 2, 1, 1));
    CHECK(lua_tointeger(L, -1) == 1);
  }

  TEST_CASE_FIXTURE(LuaFixture, "texts of strings") {
    push(L, "{'', 'a', 'bc', 'def', 'ghij', ('k'):rep(7), ('l'):rep(8), ('m'):rep(15), ('n'):rep(16), ('o'):rep(17), ('p'):rep(100), 5}");
    const mayfly_Value* values = mayfly_values(L, 1, 1, 12);
    CHECK(mayfly_textsize(values, 11) == 173);
    CHECK(mayfly_textsize(values, 0) == 0);
    CHECK(mayfly_textsize(values, 12) == SIZE_MAX);
    auto texts = [&](size_t count, const std::string& separator) {
      std::string text(300, '#');
      text.resize(static_cast<size_t>(mayfly_copytexts(values, count, separator.data(), separator.size(), text.data()) - text.data()));
      return text;
    };
    CHECK(texts(0, "--") == "");
    CHECK(texts(5, "") == "abcdefghij");
    CHECK(texts(6, "--") == "--a--bc--def--ghij--kkkkkkk");
    auto run = [](char c, size_t count) { return std::string(count, c); };
    CHECK(texts(11, ", ") == ", a, bc, def, ghij, " + run('k', 7) + ", " + run('l', 8) + ", " + run('m', 15) + ", " + run('n', 16) + ", " +
                                 run('o', 17) + ", " + run('p', 100));
  }

  TEST_CASE_FIXTURE(LuaFixture, "comparing") {
    push(L, "{1, 2.5, 'a', 'b', setmetatable({}, {__lt = function() return 'yes' end})}");
    const mayfly_Value* values = mayfly_values(L, 1, 1, 5);
    CHECK(mayfly_lessthan(L, values, values + 1) == 1);
    CHECK(mayfly_lessthan(L, values + 1, values) == 0);
    CHECK(mayfly_lessthan(L, values + 2, values + 3) == 1);
    CHECK(mayfly_lessthan(L, values + 4, values) == 1);
    push(L, "function(a, b) return a > b end");
    CHECK(mayfly_callorder(L, 2, values, values + 1) == 0);
    CHECK(mayfly_callorder(L, 2, values + 1, values) == 1);
    CHECK(lua_gettop(L) == 2);
  }

  TEST_CASE_FIXTURE(LuaFixture, "a string filled in place equals one that was copied") {
    char* text = mayfly_newstring(L, 100);
    std::memset(text, 'x', 100);
    lua_pushstring(L, std::string(100, 'x').c_str());
    CHECK(lua_rawequal(L, 1, 2) == 1);
    CHECK(lua_rawlen(L, 1) == 100);
    CHECK(lua_tostring(L, 1)[100] == '\0');
  }

  TEST_CASE_FIXTURE(ApiFixture, "a block keeps its contents when it changes its size, and is given back") {
    lua_gc(L, LUA_GCCOLLECT);
    std::size_t before = bytes;
    char* text = mayfly_newblock(L, 10);
    std::memcpy(text, "0123456789", 10);
    std::size_t sizes[] = {11, 240, 241, 5000, 1'000'000, 300, 10};
    for (std::size_t size : sizes) {
      text = mayfly_resizeblock(L, -1, size);
      CHECK(std::string(text, 10) == "0123456789");
      text[size - 1] = '9';
      lua_gc(L, LUA_GCCOLLECT);
      CHECK(std::string(text, 9) == "012345678");
    }
    CHECK(mayfly_resizeblock(L, 1, 3)[2] == '2');
    CHECK(mayfly_resizeblock(L, 1, 0) == nullptr);
    CHECK(mayfly_resizeblock(L, 1, 1'000'000) != nullptr);
    CHECK(bytes >= before + 1'000'000);
    CHECK(lua_isuserdata(L, 1) == 1);
    lua_newtable(L);
    lua_setmetatable(L, 1);
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(bytes < before + 50'000);
  }

  TEST_CASE_FIXTURE(ApiFixture, "a block for which there is no memory is as it was") {
    std::memcpy(mayfly_newblock(L, 3), "abc", 3);
    limit = bytes + 10'000;
    CHECK(error_of([](lua_State* state) {
            mayfly_resizeblock(state, 1, 1'000'000);
            return 0;
          }) == "not enough memory");
    lua_settop(L, 0);
    CHECK(error_of([](lua_State* state) {
            std::memcpy(mayfly_newblock(state, 3), "abc", 3);
            lua_pushcfunction(state, [](lua_State* inner) {
              mayfly_resizeblock(inner, 1, 1'000'000);
              return 0;
            });
            lua_pushvalue(state, -2);
            if (lua_pcall(state, 1, 0, 0) != LUA_ERRMEM) return luaL_error(state, "no error");
            lua_pop(state, 1);
            return luaL_error(state, "%s", std::string(mayfly_resizeblock(state, -1, 4), 3).c_str());
          }) == "abc");
    limit = SIZE_MAX;
  }
}
