// SPDX-License-Identifier: MIT
// Calls from C++ of every shape: what arrives, what comes back, what is left when an error or an exception ends them.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include <lua.hpp>
#include <mayfly/call.h>

#include "api_fixture.hpp"

namespace {

// Returns its arguments.
int echo(lua_State* L) { return lua_gettop(L); }
int echo_tail(lua_State* L) {
  lua_pushcfunction(L, echo);
  lua_insert(L, 1);
  return mayfly_tailcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, nullptr);
}
int fail(lua_State* L) { return luaL_error(L, "failed with %d arguments", lua_gettop(L)); }
int fail_tail(lua_State* L) { return mayfly_tailerror(L); }
int throw_foreign(lua_State*) { throw std::runtime_error("foreign"); }

int handled = 0;
int handle(lua_State* L) {
  ++handled;
  lua_pushfstring(L, "<%s>", lua_tostring(L, 1));
  return 1;
}

int events = 0;
void count_events(lua_State*, lua_Debug*) { ++events; }

// What `setmetatable` does.
int set_metatable(lua_State* L) {
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

struct HostCallFixture : ApiFixture {
  HostCallFixture() {
    lua_register(L, "echo", echo);
    lua_register(L, "fail", fail);
    lua_register(L, "setmetatable", set_metatable);
  }
  // The results of the function on top, which is popped, called with 1, 2, ... `arguments`; below and above nothing has changed.
  std::string call(int arguments, int results, bool is_protected) {
    lua_pushliteral(L, "below");
    lua_insert(L, -2);
    int top = lua_gettop(L);
    for (int i = 1; i <= arguments; ++i) lua_pushinteger(L, i);
    if (is_protected) {
      CHECK(lua_pcall(L, arguments, results, 0) == LUA_OK);
    } else {
      lua_call(L, arguments, results);
    }
    std::string shown;
    for (int i = top; i <= lua_gettop(L); ++i) shown += lua_isnil(L, i) ? "-" : lua_tostring(L, i);
    CHECK(text_at(top - 1) == "below");
    lua_settop(L, top - 2);
    return shown;
  }
  // The first `returned` of that many arguments, nil where there are none, as `wanted` results.
  static std::string adjusted(int arguments, int returned, int wanted) {
    if (wanted == LUA_MULTRET) wanted = returned;
    std::string shown;
    for (int i = 1; i <= wanted; ++i) shown += i <= returned && i <= arguments ? std::to_string(i) : "-";
    return shown;
  }
  // A function is called in all ways; given n arguments it returns the first `returned(n)` of them.
  template <class Push, class Returned>
  void check_shapes(Push push, Returned returned) {
    for (int arguments = 0; arguments <= 5; ++arguments) {
      for (int results = LUA_MULTRET; results <= 5; ++results) {
        for (bool is_protected : {false, true}) {
          CAPTURE(arguments);
          CAPTURE(results);
          push();
          CHECK(call(arguments, results, is_protected) == adjusted(arguments, returned(arguments), results));
        }
      }
    }
  }
  void check_script(const char* text, int (*returned)(int)) {
    CAPTURE(text);
    check_shapes([&] { run(text, 1); }, returned);
  }
};

}  // namespace

TEST_SUITE("vm/host_call") {
  TEST_CASE_FIXTURE(HostCallFixture, "arguments and results of Lua functions are adjusted") {
    check_script("return function() end", [](int) { return 0; });
    check_script("return function(a) return a end", [](int) { return 1; });
    check_script("return function(...) return ... end", [](int n) { return n; });
    check_script("return function(a, ...) return a, ... end", [](int n) { return n < 1 ? 1 : n; });
    check_script("return function(...) return echo(...) end", [](int n) { return n; });
    check_script("return function(...) return (function(...) return ... end)(...) end", [](int n) { return n; });
    check_script("return function(a, b) local function get() return a, b end return get() end", [](int) { return 2; });
    check_script("return function(...) local x <const> = {...} local y <close> = nil return ... end", [](int n) { return n; });
  }

  TEST_CASE_FIXTURE(HostCallFixture, "arguments and results of C functions are adjusted") {
    auto all = [](int n) { return n; };
    check_shapes([&] { lua_pushcfunction(L, echo); }, all);
    check_shapes([&] { lua_pushcfunction(L, echo_tail); }, all);
    check_shapes([&] { lua_pushinteger(L, 0), lua_pushcclosure(L, echo, 1); }, all);
  }

  TEST_CASE_FIXTURE(HostCallFixture, "objects are called by their metamethod, which gets them too") {
    run("local inner = setmetatable({}, {__call = function(self, outer, ...) return ... end}) "
        "called = setmetatable({}, {__call = inner})");
    check_shapes([&] { lua_getglobal(L, "called"); }, [](int n) { return n; });
  }

  TEST_CASE_FIXTURE(HostCallFixture, "what cannot be called is an error of who calls, and its handler sees it once") {
    handled = 0;
    lua_pushcfunction(L, handle);
    lua_pushnil(L);
    lua_pushinteger(L, 1);
    CHECK(lua_pcall(L, 1, 2, 1) == LUA_ERRRUN);
    CHECK(text_at(-1) == "<attempt to call a nil value>");
    CHECK(handled == 1);
    CHECK(lua_gettop(L) == 2);
  }

  TEST_CASE_FIXTURE(HostCallFixture, "errors of C functions and scripts leave one value where the function was") {
    lua_CFunction failing[] = {fail, fail_tail};
    const char* messages[] = {"failed with 2 arguments", "last"};
    for (int i = 0; i < 2; ++i) {
      for (int round = 0; round < 300; ++round) {  // more often than there are levels of C
        lua_pushcfunction(L, handle);
        lua_pushcfunction(L, failing[i]);
        lua_pushliteral(L, "first");
        lua_pushliteral(L, "last");
        CHECK(lua_pcall(L, 2, LUA_MULTRET, round % 2) == LUA_ERRRUN);
        CHECK(text_at(-1) == (round % 2 != 0 ? "<" + std::string(messages[i]) + ">" : messages[i]));
        CHECK(lua_gettop(L) == 2);
        lua_settop(L, 0);
      }
    }
    load("local x <close> = nil fail()");
    CHECK(lua_pcall(L, 0, 3, 0) == LUA_ERRRUN);
    CHECK(text_at(-1) == "test:1: failed with 0 arguments");
    CHECK(lua_gettop(L) == 1);
  }

  TEST_CASE_FIXTURE(HostCallFixture, "handlers in force are those of the innermost protected call") {
    lua_pushcfunction(L, handle);
    lua_pushcfunction(L, [](lua_State* state) {
      lua_pushcfunction(state, fail);
      CHECK(lua_pcall(state, 0, 0, 0) == LUA_ERRRUN);  // none: the message comes as it is
      CHECK(std::string(lua_tostring(state, -1)) == "failed with 0 arguments");
      return fail(state);
    });
    CHECK(lua_pcall(L, 0, 0, 1) == LUA_ERRRUN);
    CHECK(text_at(-1) == "<failed with 1 arguments>");
  }

  TEST_CASE_FIXTURE(HostCallFixture, "foreign exceptions leave the stack as the call found it") {
    lua_pushcfunction(L, [](lua_State* state) {
      lua_newtable(state);
      lua_newtable(state);
      lua_pushcfunction(state, throw_foreign);
      lua_setfield(state, -2, "__index");
      lua_setmetatable(state, -2);
      int top = lua_gettop(state);
      for (int round = 0; round < 300; ++round) {
        lua_pushcfunction(state, throw_foreign);
        lua_pushinteger(state, 1);
        CHECK_THROWS_AS(lua_call(state, 1, 1), std::runtime_error);
        CHECK(lua_gettop(state) == top);
        lua_pushcfunction(state, throw_foreign);
        CHECK_THROWS_AS(lua_pcall(state, 0, 1, 0), std::runtime_error);
        CHECK(lua_gettop(state) == top);
        CHECK_THROWS_AS(lua_getfield(state, top, "key"), std::runtime_error);
        lua_settop(state, top);
      }
      lua_pushliteral(state, "whole");
      return 1;
    });
    lua_call(L, 0, 1);
    CHECK(text_at(-1) == "whole");
  }

  TEST_CASE_FIXTURE(HostCallFixture, "calls are hooked, whatever is called") {
    run("function script() end");
    for (int masks : {LUA_MASKCALL, LUA_MASKRET, LUA_MASKCALL | LUA_MASKRET}) {
      lua_sethook(L, count_events, masks, 0);
      events = 0;
      lua_getglobal(L, "script");
      lua_call(L, 0, 0);
      lua_pushcfunction(L, echo);
      lua_call(L, 0, 0);
      CHECK(events == (masks == (LUA_MASKCALL | LUA_MASKRET) ? 4 : 2));
    }
    lua_sethook(L, nullptr, 0, 0);
  }

  TEST_CASE_FIXTURE(HostCallFixture, "a thread that was not resumed can be called on") {
    lua_State* other = lua_newthread(L);
    lua_pushcfunction(other, echo);
    lua_pushinteger(other, 7);
    lua_call(other, 1, 1);
    CHECK(lua_tointeger(other, -1) == 7);
    luaL_loadstring(other, "local t = {} for i = 1, 10000 do t = {t = {}} end error(t)");
    lua_register(L, "error", lua_error);
    CHECK(lua_pcall(other, 0, 0, 0) == LUA_ERRRUN);
    CHECK(lua_istable(other, -1));
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(lua_istable(other, -1));
    run("return 1 + 1", 1);
    CHECK(lua_tointeger(L, -1) == 2);
  }

  TEST_CASE_FIXTURE(HostCallFixture, "closing a thread closes its variables and makes it new") {
    lua_State* co = lua_newthread(L);
    lua_register(L, "yield", [](lua_State* state) { return lua_yield(state, 0); });
    int results = 0;
    REQUIRE(luaL_loadstring(co, "local a <close> = setmetatable({}, {__close = function(_, e) closed = e or 'none' end}) yield()") == LUA_OK);
    REQUIRE(lua_resume(co, L, 0, &results) == LUA_YIELD);
    CHECK(lua_closethread(co, L) == LUA_OK);
    CHECK(lua_status(co) == LUA_OK);
    CHECK(lua_gettop(co) == 0);
    lua_getglobal(L, "closed");
    CHECK(text_at(-1) == "none");

    // With an error, its own or of a `__close`, that is the result and the one value on the stack.
    REQUIRE(luaL_loadstring(co, "local a <close> = setmetatable({}, {__close = function(_, e) closed = e end}) nothing()") == LUA_OK);
    REQUIRE(lua_resume(co, nullptr, 0, &results) == LUA_ERRRUN);
    CHECK(lua_closethread(co, nullptr) == LUA_ERRRUN);
    CHECK(lua_gettop(co) == 1);
    lua_getglobal(L, "closed");
    lua_xmove(co, L, 1);
    CHECK(lua_rawequal(L, -1, -2) == 1);
    REQUIRE(luaL_loadstring(co, "local a <close> = setmetatable({}, {__close = function() nothing() end}) yield()") == LUA_OK);
    REQUIRE(lua_resume(co, L, 0, &results) == LUA_YIELD);
    CHECK(lua_closethread(co, L) == LUA_ERRRUN);
    CHECK(lua_gettop(co) == 1);
    lua_settop(co, 0);
    REQUIRE(luaL_loadstring(co, "return 5") == LUA_OK);
    CHECK(lua_resume(co, L, 0, &results) == LUA_OK);
    CHECK(lua_tointeger(co, -1) == 5);
  }
}
