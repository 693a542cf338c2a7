/* SPDX-License-Identifier: MIT
 * A host in C, as the consumer projects build it.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <mayfly/interrupt.h>
#include <stdio.h>

int main(void) {
  lua_State *L = luaL_newstate();
  int status;
  luaL_openlibs(L);
  mayfly_setbudget(L, 10000);
  status = luaL_dostring(L, "while true do end");
  printf("%d %s\n", status, lua_tostring(L, -1));
  lua_close(L);
  return 0;
}
