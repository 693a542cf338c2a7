/* SPDX-License-Identifier: MIT
 * A host in plain C99: the public headers compile as C, and the library runs a script and reports an error.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <mayfly/call.h>
#include <mayfly/gc.h>
#include <mayfly/weak.h>
#include <string.h>

int main(void) {
  lua_State *L = luaL_newstate();
  int failed = 1;
  if (L == NULL) return 2;
  luaL_openlibs(L);
  mayfly_gcstress(L, 10);
  if (luaL_dostring(L, "local t = {} for i = 1, 10 do t[i] = i * i end return #t, t[10]") == LUA_OK)
    failed = !(lua_tointeger(L, -2) == 10 && lua_tointeger(L, -1) == 100);
  lua_settop(L, 0);
  mayfly_gcverify(L);
  if (luaL_loadstring(L, "local x; x.y = 1") != LUA_OK || lua_pcall(L, 0, 0, 0) != LUA_ERRRUN || strstr(lua_tostring(L, -1), "(local 'x')") == NULL)
    failed = 1;
  lua_close(L);
  return failed;
}
