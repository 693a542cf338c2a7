/* SPDX-License-Identifier: MIT
 * A host in C that runs scripts it does not trust: each in a state of its own, with a few libraries, a memory limit, a budget of
 * instructions, and no way to catch the end of either.
 */
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <mayfly/gc.h>
#include <mayfly/interrupt.h>

/* What a script may use. Binary chunks could be forged, so `load` is not among it, nor is anything that reads files. */
static int open_sandbox(lua_State *L) {
  static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base}, {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
                                       {LUA_MATHLIBNAME, luaopen_math}, {LUA_COLIBNAME, luaopen_coroutine}, {NULL, NULL}};
  static const char *const removed[] = {"load", "loadfile", "dofile", "collectgarbage", NULL};
  const luaL_Reg *library;
  const char *const *name;
  for (library = libraries; library->name != NULL; ++library) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
  for (name = removed; *name != NULL; ++name) {
    lua_pushnil(L);
    lua_setglobal(L, *name);
  }
  return 0;
}

static void run_untrusted(const char *name, const char *script) {
  lua_State *L = luaL_newstate();
  if (L == NULL) return;
  mayfly_setmemlimit(L, 0, 8 << 20);
  mayfly_setuncatchable(L, 1);
  lua_pushcfunction(L, open_sandbox);
  if (lua_pcall(L, 0, 0, 0) == LUA_OK) {
    lua_Integer left;
    int status;
    mayfly_setbudget(L, 2000000);
    status = luaL_loadbufferx(L, script, strlen(script), name, "t");
    if (status == LUA_OK) status = lua_pcall(L, 0, 1, 0);
    left = mayfly_getbudget(L);
    printf("%-12s %s: %s%s\n", name + 1, status == LUA_OK ? "result" : "stopped", luaL_tolstring(L, -1, NULL), left == 0 ? " (budget)" : "");
  }
  mayfly_setbudget(L, 100000); /* for its finalizers */
  lua_close(L);
}

int main(void) {
  run_untrusted("=honest", "local sum = 0 for i = 1, 1000 do sum = sum + i end return sum");
  run_untrusted("=endless", "while true do end");
  run_untrusted("=stubborn", "while true do pcall(function() while true do end end) end");
  run_untrusted("=hiding", "local co = coroutine.wrap(function() while true do pcall(string.rep, 'x', 1 << 20) end end) return co()");
  run_untrusted("=pattern", "return string.find(('a'):rep(100000), 'a*a*a*b')");
  run_untrusted("=greedy", "local t = {} while true do t[#t + 1] = ('x'):rep(10000) .. #t end");
  run_untrusted("=closing", "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end");
  run_untrusted("=finalizer", "setmetatable({}, {__gc = function() while true do end end}) return 'closed all the same'");
  run_untrusted("=forbidden", "return tostring(io) .. tostring(os) .. tostring(load) .. tostring(require)");
  return 0;
}
