// SPDX-License-Identifier: MIT
// A host as the consumer projects build it: Lua's headers, Mayfly's headers, the library.
#include <cstdio>

#include <lua.hpp>
#include <mayfly/gc.h>
#include <mayfly/weak.h>

int main() {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  int status = luaL_dostring(L, "local t = weak.keytable() t[{}] = 1 collectgarbage() return #t, 6 * 7");
  if (status == LUA_OK) std::printf("%d %d\n", static_cast<int>(lua_tointeger(L, -2)), static_cast<int>(lua_tointeger(L, -1)));
  mayfly_gcverify(L);
  lua_close(L);
  return status;
}
