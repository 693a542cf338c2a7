// SPDX-License-Identifier: MIT
// Checks of arguments and the texts of their errors.
#include <doctest/doctest.h>

#include <string>

#include "lua_fixture.hpp"

namespace {

template <class Body>
void define(lua_State* L, const char* name, Body body) {
  lua_pushcfunction(L, body);
  lua_setglobal(L, name);
}

}  // namespace

TEST_SUITE("argument") {
  TEST_CASE_FIXTURE(LuaFixture, "luaL_argerror names the function as the call does") {
    define(L, "bad", [](lua_State* thread) { return luaL_argerror(thread, static_cast<int>(lua_tointeger(thread, 1)), "extra"); });
    CHECK(run("bad(1)") == "error: test:1: bad argument #1 to 'bad' (extra)");
    CHECK(run("bad(3)") == "error: test:1: bad argument #3 to 'bad' (extra)");
    CHECK(run("local f = bad return pcall(f, 1)") == "false bad argument #1 to 'bad' (extra)");
    CHECK(run("local o = {m = bad} bad = nil return pcall(o.m, 2)") == "false bad argument #2 to '?' (extra)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_argerror does not count the receiver of a method") {
    define(L, "bad", [](lua_State* thread) { return luaL_argerror(thread, 1, "extra"); });
    define(L, "bad2", [](lua_State* thread) { return luaL_argerror(thread, 2, "extra"); });
    CHECK(run("local o = {m = bad} o:m()") == "error: test:1: calling 'm' on bad self (extra)");
    CHECK(run("local o = {m = bad2} o:m()") == "error: test:1: bad argument #1 to 'm' (extra)");
    CHECK(run("local o = {m = bad2} o.m()") == "error: test:1: bad argument #2 to 'm' (extra)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_argerror finds fields of loaded modules") {
    define(L, "bad", [](lua_State* thread) { return luaL_argerror(thread, 1, "extra"); });
    CHECK(run("package.loaded.my = {deep = bad} local f = bad bad = nil return pcall(f)") ==
          "false bad argument #1 to 'my.deep' (extra)");
    CHECK(run("local f = package.loaded.my.deep package.loaded.my = f return pcall(f)") ==
          "false bad argument #1 to 'my' (extra)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_argerror outside any function") {
    lua_pushcfunction(L, [](lua_State* thread) {
      lua_State* other = lua_newthread(thread);
      // No function runs in `other`.
      lua_pushcfunction(thread, [](lua_State* inner) { return luaL_argerror(lua_tothread(inner, 1), 1, "extra"); });
      lua_pushthread(other);
      lua_xmove(other, thread, 1);
      int status = lua_pcall(thread, 1, 0, 0);
      lua_pushinteger(thread, status);
      return 2;
    });
    REQUIRE(lua_pcall(L, 0, 2, 0) == LUA_OK);
    CHECK(lua_tointeger(L, -1) == LUA_ERRRUN);
    CHECK(std::string(lua_tostring(L, -2)) == "bad argument #1 (extra)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_typeerror says what it got") {
    define(L, "expect", [](lua_State* thread) { return luaL_typeerror(thread, 1, "thing"); });
    define(L, "expect_light", [](lua_State* thread) {
      lua_pushlightuserdata(thread, thread);
      lua_replace(thread, 1);
      return luaL_typeerror(thread, 1, "thing");
    });
    CHECK(run("expect()") == "error: test:1: bad argument #1 to 'expect' (thing expected, got no value)");
    CHECK(run("expect(nil)") == "error: test:1: bad argument #1 to 'expect' (thing expected, got nil)");
    CHECK(run("expect(setmetatable({}, {__name = 'My'}))") == "error: test:1: bad argument #1 to 'expect' (thing expected, got My)");
    CHECK(run("expect(setmetatable({}, {__name = 1}))") == "error: test:1: bad argument #1 to 'expect' (thing expected, got table)");
    CHECK(run("expect_light(1)") == "error: test:1: bad argument #1 to 'expect_light' (thing expected, got light userdata)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "numbers") {
    define(L, "integer", [](lua_State* thread) { return lua_pushinteger(thread, luaL_checkinteger(thread, 1)), 1; });
    define(L, "float", [](lua_State* thread) { return lua_pushnumber(thread, luaL_checknumber(thread, 1)), 1; });
    define(L, "optional", [](lua_State* thread) { return lua_pushinteger(thread, luaL_optinteger(thread, 1, -7)), 1; });
    CHECK(run("return integer('12'), integer(3.0), integer('0x10'), integer(' 5 ')") == "12 3 16 5");
    CHECK(run("integer(1.5)") == "error: test:1: bad argument #1 to 'integer' (number has no integer representation)");
    CHECK(run("integer('1.5')") == "error: test:1: bad argument #1 to 'integer' (number has no integer representation)");
    CHECK(run("integer(2^63)") == "error: test:1: bad argument #1 to 'integer' (number has no integer representation)");
    CHECK(run("integer('x')") == "error: test:1: bad argument #1 to 'integer' (number expected, got string)");
    CHECK(run("return float('0x10'), float(3)") == "16.0 3.0");
    CHECK(run("float({})") == "error: test:1: bad argument #1 to 'float' (number expected, got table)");
    CHECK(run("return optional(), optional(nil), optional(4)") == "-7 -7 4");
    CHECK(run("optional(false)") == "error: test:1: bad argument #1 to 'optional' (number expected, got boolean)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "strings") {
    define(L, "optional", [](lua_State* thread) {
      size_t length = 99;
      const char* text = luaL_optlstring(thread, 1, nullptr, &length);
      lua_pushstring(thread, text != nullptr ? text : "(null)");
      lua_pushinteger(thread, static_cast<lua_Integer>(length));
      return 2;
    });
    CHECK(run("return optional()") == "(null) 0");
    CHECK(run("return optional('abc')") == "abc 3");
    CHECK(run("return optional(12)") == "12 2");
    CHECK(run("optional({})") == "error: test:1: bad argument #1 to 'optional' (string expected, got table)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_checkoption") {
    define(L, "choose", [](lua_State* thread) {
      static const char* const options[] = {"red", "green", nullptr};
      return lua_pushinteger(thread, luaL_checkoption(thread, 1, "green", options)), 1;
    });
    CHECK(run("return choose('red'), choose('green'), choose(), choose(nil)") == "0 1 1 1");
    CHECK(run("choose('blue')") == "error: test:1: bad argument #1 to 'choose' (invalid option 'blue')");
    CHECK(run("choose({})") == "error: test:1: bad argument #1 to 'choose' (string expected, got table)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_checkstack") {
    define(L, "reserve", [](lua_State* thread) { return luaL_checkstack(thread, 2000000, lua_tostring(thread, 1)), 0; });
    CHECK(run("reserve()") == "error: test:1: stack overflow");
    CHECK(run("reserve('many things')") == "error: test:1: stack overflow (many things)");
  }

  TEST_CASE_FIXTURE(LuaFixture, "userdata of a type") {
    lua_newuserdatauv(L, 4, 0);
    CHECK(luaL_newmetatable(L, "My.Type") == 1);
    CHECK(luaL_newmetatable(L, "My.Type") == 0);
    lua_pop(L, 1);
    lua_setmetatable(L, -2);
    CHECK(luaL_testudata(L, -1, "My.Type") == lua_touserdata(L, -1));
    CHECK(luaL_testudata(L, -1, "Other") == nullptr);
    lua_setglobal(L, "object");
    define(L, "check", [](lua_State* thread) { return luaL_checkudata(thread, 1, luaL_optstring(thread, 2, "My.Type")), 0; });
    CHECK(run("check(object)") == "");
    CHECK(run("check(object, 'Other')") == "error: test:1: bad argument #1 to 'check' (Other expected, got My.Type)");
    CHECK(run("check(io.stdout)") == "error: test:1: bad argument #1 to 'check' (My.Type expected, got FILE*)");
    CHECK(run("check()") == "error: test:1: bad argument #1 to 'check' (My.Type expected, got no value)");
  }
}
