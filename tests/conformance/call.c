/* SPDX-License-Identifier: MIT
 * Calls: results, protected calls, message handlers, statuses, errors of every type.
 */
#include "conformance.h"

static int count_arguments(lua_State *L) {
  lua_pushinteger(L, lua_gettop(L));
  return 1;
}

static int give(lua_State *L) {  /* gives its first argument's number of results */
  int n = (int)luaL_checkinteger(L, 1), i;
  luaL_checkstack(L, n, NULL);
  for (i = 1; i <= n; i++) lua_pushinteger(L, i);
  return n;
}

static int raise_value(lua_State *L) {
  lua_settop(L, 1);
  return lua_error(L);
}

static int raise_in_depth(lua_State *L) {
  return luaL_error(L, "value %d %s", 42, "text");
}

static int handler(lua_State *L) {
  lua_pushfstring(L, "<%s>", luaL_tolstring(L, 1, NULL));
  return 1;
}

static int bad_handler(lua_State *L) {
  return luaL_error(L, "again");
}

static int recurse(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 0);
  return 0;
}

static void results(lua_State *L, int given, int wanted) {
  lua_pushliteral(L, "below");
  lua_pushcfunction(L, give);
  lua_pushinteger(L, given);
  lua_call(L, 1, wanted);
  clear(L, wanted == LUA_MULTRET ? "all results" : "results");
}

static void protect(lua_State *L, const char *label, lua_CFunction f, int with_handler) {
  int status, base = lua_gettop(L);  /* the arguments are on the stack */
  if (with_handler) {
    lua_pushcfunction(L, with_handler == 1 ? handler : bad_handler);
    lua_insert(L, 1);
  }
  lua_pushcfunction(L, f);
  lua_insert(L, with_handler ? 2 : 1);
  status = lua_pcall(L, base, LUA_MULTRET, with_handler ? 1 : 0);
  printf("call/%s: %d\n", label, status);
  clear(L, label);
}

static int continuation(lua_State *L, int status, lua_KContext context) {
  lua_pushfstring(L, "k %d %d", status, (int)context);
  return 1;
}

static int call_with_continuation(lua_State *L) {
  lua_pushcfunction(L, count_arguments);
  lua_callk(L, 0, 1, 5, continuation);
  return continuation(L, LUA_OK, 6);
}

static int pcall_with_continuation(lua_State *L) {
  lua_pushcfunction(L, raise_in_depth);
  lua_pushinteger(L, lua_pcallk(L, 0, 1, 0, 7, continuation));
  return 2;
}

void call_part(lua_State *L) {
  int i;
  section("call");
  luaL_openlibs(L);
  for (i = 0; i <= 3; i++) {
    results(L, i, 0);
    results(L, i, 2);
    results(L, i, LUA_MULTRET);
  }
  results(L, 300, 1);
  lua_pushcfunction(L, count_arguments);
  for (i = 1; i <= 250; i++) {
    luaL_checkstack(L, 1, NULL);
    lua_pushinteger(L, i);
  }
  lua_call(L, 250, 1);
  clear(L, "250 arguments");

  lua_pushliteral(L, "message");
  protect(L, "string", raise_value, 0);
  lua_pushinteger(L, 17);
  protect(L, "number", raise_value, 0);
  protect(L, "nil", raise_value, 0);
  lua_newtable(L);
  protect(L, "table", raise_value, 0);
  protect(L, "luaL_error", raise_in_depth, 0);
  protect(L, "with a handler", raise_in_depth, 1);
  lua_pushnil(L);
  protect(L, "nil with a handler", raise_value, 1);
  protect(L, "with a bad handler", raise_in_depth, 2);
  lua_pushinteger(L, 3);
  protect(L, "no error", give, 1);
  lua_pushcfunction(L, recurse);
  protect(L, "C recursion", recurse, 0);
  attempt(L, "callk", call_with_continuation);
  attempt(L, "pcallk", pcall_with_continuation);

  lua_pushinteger(L, 1);
  number("call of a number", lua_pcall(L, 0, 0, 0));
  clear(L, "message");
  lua_pushnil(L);
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  number("call of nil", lua_pcall(L, 2, 5, 0));
  clear(L, "message");
  if (luaL_dostring(L, "return setmetatable({}, {__call = function(self, ...) return type(self), ... end})")) lua_error(L);
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  number("__call", lua_pcall(L, 2, LUA_MULTRET, 0));
  clear(L, "results");
  script(L, "stack overflow", "local function f() return 1 + f() end local ok, m = pcall(f) return ok, (m:gsub('%d+', 'N'):match('^[^\\n(]*'))");
  script(L, "error in an error", "return select('#', xpcall(error, error, 'e'))");
  script(L, "error with a level", "local function f() error('deep', 2) end\nlocal ok, m = pcall(function()\nf() end) return m");
  script(L, "error position of a script", "local t = nil\nt.x = 1");
  script(L, "names", "local a = {} a.b.c = 1");
  script(L, "names of methods", "local s = 'x' s:nothing()");
  script(L, "bad argument", "string.rep()");
  script(L, "bad self", "('x').rep()");
  number("status", lua_status(L));
}
