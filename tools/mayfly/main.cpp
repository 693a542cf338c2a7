// SPDX-License-Identifier: MIT
// The mayfly program: where it starts.
#include <lua.hpp>

int main(int argc, char** argv) {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  if (argc > 1 && (luaL_loadfile(L, argv[1]) || lua_pcall(L, 0, 0, 0))) {
    lua_writestringerror("mayfly: %s\n", lua_tostring(L, -1));
    return 1;
  }
  lua_close(L);
  return 0;
}
