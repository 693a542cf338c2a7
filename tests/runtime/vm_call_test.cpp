// SPDX-License-Identifier: MIT
// The interpreter as hosts drive it: calls that C functions make by returning, yields through C++ frames, hooks.
#include <doctest/doctest.h>

#include <string>

#include <mayfly/call.h>

#include "lua_fixture.hpp"

namespace {

int add_one(lua_State* L, int, lua_KContext context) {
  lua_pushinteger(L, lua_tointeger(L, -1) + static_cast<lua_Integer>(context));
  return 1;
}

int call_and_add(lua_State* L) { return mayfly_tailcallk(L, lua_gettop(L) - 1, 1, 1, add_one); }
int call_plainly(lua_State* L) { return mayfly_tailcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, nullptr); }

int after_protected(lua_State* L, int status, lua_KContext) {
  lua_pushinteger(L, status);
  lua_insert(L, 1);
  return lua_gettop(L);
}
int call_protected(lua_State* L) { return mayfly_tailpcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, 0, after_protected); }
int call_protected_by_host(lua_State* L) {
  return after_protected(L, lua_pcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, 0, after_protected), 0);
}
int yield_tail(lua_State* L) { return mayfly_tailyieldk(L, lua_gettop(L), 0, nullptr); }
int yield_thrown(lua_State* L) { return lua_yield(L, lua_gettop(L)); }

int destructions = 0;
struct Counted {
  ~Counted() { ++destructions; }
};
int call_with_destructor(lua_State* L) {
  Counted counted;
  lua_callk(L, lua_gettop(L) - 1, 1, 1, add_one);
  return add_one(L, LUA_OK, 1);
}

int hook_events = 0;
void count_events(lua_State*, lua_Debug*) { ++hook_events; }
void yield_in_hook(lua_State* L, lua_Debug*) { lua_yield(L, 0); }

struct CallFixture : LuaFixture {
  CallFixture() {
    lua_register(L, "call_and_add", call_and_add);
    lua_register(L, "call_plainly", call_plainly);
    lua_register(L, "call_protected", call_protected);
    lua_register(L, "call_protected_by_host", call_protected_by_host);
    lua_register(L, "yield_tail", yield_tail);
    lua_register(L, "yield_thrown", yield_thrown);
    lua_register(L, "call_with_destructor", call_with_destructor);
  }
};

}  // namespace

TEST_CASE_FIXTURE(CallFixture, "TailCallWithContinuation") {
  CHECK(run("return call_and_add(function(a) return a * 2 end, 20)") == "41");
}

TEST_CASE_FIXTURE(CallFixture, "TailCallWithoutContinuationReturnsAllResults") {
  CHECK(run("return call_plainly(function(...) return ... end, 1, 2, 3)") == "1 2 3");
}

TEST_CASE_FIXTURE(CallFixture, "TailCallOfACFunctionByLuaCall") {
  lua_pushcfunction(L, call_and_add);
  REQUIRE(luaL_loadstring(L, "return ...") == LUA_OK);
  lua_pushinteger(L, 6);
  lua_call(L, 2, 1);
  CHECK(lua_tointeger(L, -1) == 7);
  lua_pop(L, 1);
}

TEST_CASE_FIXTURE(CallFixture, "ManyNestedTailCallsUseNoCStack") {
  CHECK(run("local t = {} for i = 1, 100000 do t[i] = call_plainly end t[#t + 1] = function() return 'end' end "
            "return call_plainly(table.unpack(t))") == "end");
}

TEST_CASE_FIXTURE(CallFixture, "ProtectedTailCallGivesStatusAndValue") {
  CHECK(run("return call_protected(error, 'x')") == "2 x");
  CHECK(run("return call_protected(function() return 1, 2 end)") == "1 1 2");
}

TEST_CASE_FIXTURE(CallFixture, "YieldThroughProtectedTailCall") {
  CHECK(run("local co = coroutine.wrap(function() return call_protected(function() return yield_tail(1) end) end) "
            "return co(), co(5)") == "1 1 5");
}

TEST_CASE_FIXTURE(CallFixture, "YieldThroughHostProtectedCall") {
  CHECK(run("local co = coroutine.wrap(function() return call_protected_by_host(function() return yield_thrown(1) end) end) "
            "return co(), co(5)") == "1 1 5");
}

TEST_CASE_FIXTURE(CallFixture, "ErrorAfterYieldReachesHostProtectedCall") {
  CHECK(run("local co = coroutine.wrap(function() return call_protected_by_host(function() error(yield_thrown(1), 0) end) end) "
            "return co(), co('late')") == "1 2 late");
}

TEST_CASE_FIXTURE(CallFixture, "YieldUnwindsHostFramesWithTheirDestructors") {
  destructions = 0;
  CHECK(run("local co = coroutine.wrap(function() return call_with_destructor(function() return yield_tail('y') end) end) "
            "return co(), co(5)") == "y 6");
  CHECK(destructions == 1);
}

TEST_CASE_FIXTURE(CallFixture, "ErrorUnwindsHostFramesWithTheirDestructors") {
  destructions = 0;
  CHECK(run("return pcall(call_with_destructor, function() error('e', 0) end)") == "false e");
  CHECK(destructions == 1);
}

TEST_CASE_FIXTURE(CallFixture, "CoroutineStartedByTheScriptIsResumedByTheHost") {
  REQUIRE(run("co = coroutine.create(function(a) local b = yield_tail(a) return b + yield_thrown(b) end) "
              "return coroutine.resume(co, 1)") == "true 1");
  lua_getglobal(L, "co");
  lua_State* co = lua_tothread(L, -1);
  int count = 0;
  lua_pushinteger(co, 10);
  CHECK(lua_resume(co, L, 1, &count) == LUA_YIELD);
  CHECK(count == 1);
  lua_pop(co, count);
  lua_pushinteger(co, 5);
  CHECK(lua_resume(co, L, 1, &count) == LUA_OK);
  CHECK(lua_tointeger(co, -1) == 15);
  lua_pop(L, 1);
}

TEST_CASE_FIXTURE(CallFixture, "NestedErrorsLeaveNoRunBehind") {
  CHECK(run("local function nest(n) if n == 0 then error('deep', 0) end "
            "return (string.gsub('a', 'a', function() nest(n - 1) end)) end "
            "return pcall(nest, 20)") == "false deep");
  CHECK(run("return pcall(xpcall, error, function() error('again') end)").substr(0, 10) == "true false");
}

TEST_CASE_FIXTURE(CallFixture, "CountHookStopsAtInstructions") {
  hook_events = 0;
  lua_sethook(L, count_events, LUA_MASKCOUNT, 10);
  run("for i = 1, 100 do end");
  lua_sethook(L, nullptr, 0, 0);
  CHECK(hook_events >= 10);
  bool hooked = lua_gethook(L) != nullptr;
  CHECK_FALSE(hooked);
}

TEST_CASE_FIXTURE(CallFixture, "LineHookMayYield") {
  lua_State* co = lua_newthread(L);
  REQUIRE(luaL_loadstring(co, "local a = 1\nlocal b = 2\nreturn a + b") == LUA_OK);
  lua_sethook(co, yield_in_hook, LUA_MASKLINE, 0);
  int count = 0, yields = 0, status;
  while ((status = lua_resume(co, L, 0, &count)) == LUA_YIELD) ++yields;
  CHECK(status == LUA_OK);
  CHECK(yields == 3);
  CHECK(lua_tointeger(co, -1) == 3);
  lua_pop(L, 1);
}

TEST_CASE_FIXTURE(CallFixture, "StackShrinksAfterADeepRecursion") {
  CHECK(run("local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end "
            "local d = deep(150000) collectgarbage() for i = 1, 10 do end "
            "return d, collectgarbage('count') < 8000") == "150000 true");
}

TEST_CASE_FIXTURE(CallFixture, "EverythingUnderStress") {
  StressScope stress(L);
  CHECK(run("local co = coroutine.wrap(function(...) local t = { ... } for i = 1, 3 do t[#t + 1] = coroutine.yield(#t .. 'x') end "
            "return table.concat(t, ',') end) return co(1, 2), co('a'), co('b'), co('c')") == "2x 3x 4x 1,2,a,b,c");
  CHECK(run("local ok, e = pcall(function() local c <close> = setmetatable({}, { __close = function(_, e) error(e .. '!', 0) end }) "
            "error('e', 0) end) return ok, e") == "false e!");
}
