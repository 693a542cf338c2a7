/* SPDX-License-Identifier: MIT
 * Coroutines from C: resuming, yielding from scripts, C functions and continuations, across protected calls, errors, closing.
 */
#include "conformance.h"

static void resume(lua_State *L, lua_State *co, int arguments, const char *label) {
  int results = -1, status = lua_resume(co, L, arguments, &results);
  printf("coroutine/%s: status %d results %d lua_status %d\n", label, status, results, lua_status(co));
  show(co, label);
  if (status == LUA_OK || status == LUA_YIELD) lua_pop(co, results);
}

static lua_State *start(lua_State *L, const char *code) {
  lua_State *co = lua_newthread(L);
  if (luaL_loadstring(co, code) != LUA_OK) printf("coroutine: %s\n", lua_tostring(co, -1));
  return co;
}

static int yield_arguments(lua_State *L) { return lua_yield(L, lua_gettop(L)); }

static int after(lua_State *L, int status, lua_KContext context) {
  printf("coroutine/continuation: status %d context %d top %d\n", status, (int)context, lua_gettop(L));
  if (context < 3) return lua_yieldk(L, 1, context + 1, after);
  return lua_gettop(L);
}

static int yield_with_continuation(lua_State *L) {
  lua_pushliteral(L, "first");
  return lua_yieldk(L, 1, 1, after);
}

static int finish_pcall(lua_State *L, int status, lua_KContext context) {
  lua_pushinteger(L, status);
  lua_pushinteger(L, (lua_Integer)context);
  return lua_gettop(L);
}

static int protected_call(lua_State *L) {
  int status = lua_pcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, 11, finish_pcall);
  return finish_pcall(L, status, 12);
}

static int plain_call(lua_State *L) {
  lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 21, finish_pcall);
  return finish_pcall(L, -1, 22);
}

static int call_without_continuation(lua_State *L) {
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

static int is_yieldable(lua_State *L) {
  lua_pushboolean(L, lua_isyieldable(L));
  return 1;
}

static int yield_outside(lua_State *L) { return lua_yield(L, 0); }

void coroutine_part(lua_State *L) {
  lua_State *co;
  int results;
  section("coroutine");
  luaL_openlibs(L);
  lua_register(L, "cyield", yield_arguments);
  lua_register(L, "kyield", yield_with_continuation);
  lua_register(L, "cpcall", protected_call);
  lua_register(L, "ccall", plain_call);
  lua_register(L, "xcall", call_without_continuation);
  lua_register(L, "yieldable", is_yieldable);
  number("isyieldable main", lua_isyieldable(L));
  number("status main", lua_status(L));

  co = start(L, "local a, b = ... local c = coroutine.yield(a + b, 'y') local d, e = coroutine.yield() return c, d, e");
  number("status fresh", lua_status(co));
  number("isyieldable fresh", lua_isyieldable(co));
  lua_pushinteger(co, 1);
  lua_pushinteger(co, 2);
  resume(L, co, 2, "start");
  lua_pushliteral(co, "c");
  resume(L, co, 1, "second");
  lua_pushliteral(co, "d");
  lua_pushliteral(co, "e");
  resume(L, co, 2, "end");
  resume(L, co, 0, "dead");
  lua_settop(co, 0);
  lua_settop(L, 0);

  co = start(L, "return kyield('argument')");
  resume(L, co, 0, "continuation 1");
  lua_pushliteral(co, "r1");
  resume(L, co, 1, "continuation 2");
  lua_pushliteral(co, "r2");
  resume(L, co, 1, "continuation 3");
  lua_pushliteral(co, "r3");
  resume(L, co, 1, "continuation end");
  lua_settop(L, 0);

  co = start(L, "return cpcall(function(...) local x = coroutine.yield(...) error('after ' .. tostring(x), 0) end, 1, 2)");
  resume(L, co, 0, "yield in pcallk");
  lua_pushliteral(co, "x");
  resume(L, co, 1, "error in pcallk");
  lua_settop(L, 0);
  co = start(L, "return cpcall(function() return cyield('c'), 'done' end)");
  resume(L, co, 0, "C yield in pcallk");
  lua_pushliteral(co, "back");
  resume(L, co, 1, "return in pcallk");
  lua_settop(L, 0);
  co = start(L, "return ccall(function() return coroutine.yield('c') end)");
  resume(L, co, 0, "yield in callk");
  lua_pushliteral(co, "v");
  resume(L, co, 1, "return in callk");
  lua_settop(L, 0);
  co = start(L, "return xcall(function() return coroutine.yield('c') end)");
  resume(L, co, 0, "yield across a C call");
  number("status", lua_status(co));
  lua_settop(L, 0);
  co = start(L, "return pcall(xcall, coroutine.yield)");
  resume(L, co, 0, "yield across a C call, caught");
  lua_settop(L, 0);
  attempt(L, "yield outside", yield_outside);

  co = start(L, "local t = setmetatable({}, {__index = function(_, k) return cyield(k) end, __add = function(a, b) return cyield('add') end,"
                " __lt = function() return cyield('lt') end, __concat = function() return cyield('concat') end, __close = function() cyield('close') end})"
                " local x <close> = t local a = t.name local b = t + 1 local c = t < t local d = t .. 'x' return a, b, c, d");
  resume(L, co, 0, "yield in __index");
  lua_pushliteral(co, "A");
  resume(L, co, 1, "yield in __add");
  lua_pushliteral(co, "B");
  resume(L, co, 1, "yield in __lt");
  lua_pushliteral(co, "C");
  resume(L, co, 1, "yield in __concat");
  lua_pushliteral(co, "D");
  resume(L, co, 1, "yield in __close");
  resume(L, co, 0, "all of them");
  lua_settop(L, 0);
  co = start(L, "local n = 0 for v in function() return cyield('iterator') end do n = n + v end return n");
  resume(L, co, 0, "yield in an iterator");
  lua_pushinteger(co, 5);
  resume(L, co, 1, "again");
  resume(L, co, 0, "end of the loop");
  lua_settop(L, 0);
  co = start(L, "return yieldable(), coroutine.isyieldable()");
  resume(L, co, 0, "yieldable");
  lua_settop(L, 0);

  co = start(L, "local x <close> = setmetatable({}, {__close = function(_, e) log = 'closed ' .. tostring(e) end}) error('E', 0)");
  resume(L, co, 0, "error");
  number("resetthread", lua_resetthread(co));
  clear(co, "after reset");
  lua_getglobal(L, "log");
  lua_remove(L, 1);
  clear(L, "log");
  number("status after reset", lua_status(co));
  co = start(L, "local x <close> = setmetatable({}, {__close = function(_, e) log = 'closed ' .. tostring(e) end}) coroutine.yield(1)");
  resume(L, co, 0, "suspended");
  number("resetthread", lua_resetthread(co));
  number("top after reset", lua_gettop(co));
  lua_getglobal(L, "log");
  lua_remove(L, 1);
  clear(L, "log");
  if (luaL_loadstring(co, "return 'again', ...") == LUA_OK) lua_pushinteger(co, 3);
  resume(L, co, 1, "reused");
  co = start(L, "local x <close> = setmetatable({}, {__close = function() error('in close', 0) end}) coroutine.yield(1)");
  resume(L, co, 0, "suspended");
  number("resetthread", lua_resetthread(co));
  clear(co, "after reset with an error");
  lua_settop(L, 0);

  lua_pushcfunction(L, yield_arguments);
  co = lua_newthread(L);
  lua_pushcfunction(co, yield_arguments);
  lua_pushinteger(co, 1);
  lua_pushinteger(co, 2);
  resume(L, co, 2, "a C function as the body");
  lua_pushinteger(co, 3);
  resume(L, co, 1, "its end");
  number("resume of nothing", lua_resume(co, L, 0, &results));
  lua_settop(co, 0);
  lua_settop(L, 0);
  co = lua_newthread(L);
  lua_pushinteger(co, 5);
  resume(L, co, 0, "not a function");
  lua_settop(L, 0);
  script(L, "deep resumes", "local function f(n) if n == 0 then return 0 end local co = coroutine.wrap(f) return 1 + co(n - 1) end return f(100)");
  script(L, "endless resumes", "local function f() return coroutine.wrap(f)() end local ok, m = pcall(f) return ok, m:match('C stack overflow')");
  script(L, "wrap dead", "local f = coroutine.wrap(function() end) f() return pcall(f)");
  script(L, "close states", "local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return coroutine.close(co), coroutine.status(co), pcall(coroutine.close, coroutine.running())");
}

static int close_value(lua_State *L) {
  lua_getglobal(L, "log");
  lua_pushfstring(L, "%s[%s %s]", lua_tostring(L, -1), lua_tostring(L, lua_upvalueindex(1)), luaL_tolstring(L, 2, NULL));
  lua_setglobal(L, "log");
  return 0;
}

static void push_closing(lua_State *L, const char *name) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushstring(L, name);
  lua_pushcclosure(L, close_value, 1);
  lua_setfield(L, -2, "__close");
  lua_setmetatable(L, -2);
}

static int close_by_settop(lua_State *L) {
  push_closing(L, "a");
  lua_toclose(L, -1);
  push_closing(L, "b");
  lua_toclose(L, -1);
  lua_pushinteger(L, 1);
  lua_settop(L, 1);
  lua_getglobal(L, "log");
  return 1;
}

static int close_by_slot(lua_State *L) {
  push_closing(L, "c");
  lua_toclose(L, 1);
  lua_closeslot(L, 1);
  show(L, "after closeslot");
  return 0;
}

static int close_by_return(lua_State *L) {
  push_closing(L, "d");
  lua_toclose(L, -1);
  lua_pushliteral(L, "result");
  return 1;
}

static int close_by_error(lua_State *L) {
  push_closing(L, "e");
  lua_toclose(L, -1);
  return luaL_error(L, "failed");
}

static int close_nothing(lua_State *L) {
  lua_pushnil(L);
  lua_toclose(L, -1);
  lua_pushboolean(L, 0);
  lua_toclose(L, -1);
  return 2;
}

static int close_impossible(lua_State *L) {
  lua_pushinteger(L, 1);
  lua_toclose(L, -1);
  return 0;
}

static int close_by_pop(lua_State *L) {
  push_closing(L, "f");
  lua_toclose(L, -1);
  lua_pop(L, 1);
  push_closing(L, "g");
  lua_toclose(L, -1);
  return lua_error((lua_pushliteral(L, "last"), L));
}

void closing_part(lua_State *L) {
  section("closing");
  luaL_openlibs(L);
  lua_pushliteral(L, "");
  lua_setglobal(L, "log");
  attempt(L, "settop", close_by_settop);
  attempt(L, "closeslot", close_by_slot);
  attempt(L, "return", close_by_return);
  attempt(L, "error", close_by_error);
  attempt(L, "nil and false", close_nothing);
  attempt(L, "no metamethod", close_impossible);
  attempt(L, "pop", close_by_pop);
  lua_getglobal(L, "log");
  clear(L, "log");
}
