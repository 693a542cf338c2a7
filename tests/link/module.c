/* SPDX-License-Identifier: MIT
 * A C module, compiled against the public headers alone and loaded by the program.
 */
#include <lauxlib.h>
#include <lua.h>

int luaopen_module(lua_State *L);

static int answer(lua_State *L) {
  lua_pushinteger(L, 42);
  return 1;
}

int luaopen_module(lua_State *L) {
  static const luaL_Reg functions[] = {{"answer", answer}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
