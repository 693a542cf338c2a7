// SPDX-License-Identifier: MIT
// lualib.h: which libraries a state gets.
#include <lua.hpp>

#include <mayfly/gc.h>
#include <mayfly/weak.h>

namespace {

constexpr luaL_Reg libraries[] = {
    {LUA_GNAME, luaopen_base},
    {LUA_LOADLIBNAME, luaopen_package},
    {LUA_COLIBNAME, luaopen_coroutine},
    {LUA_TABLIBNAME, luaopen_table},
    {LUA_IOLIBNAME, luaopen_io},
    {LUA_OSLIBNAME, luaopen_os},
    {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math},
    {LUA_UTF8LIBNAME, luaopen_utf8},
    {LUA_DBLIBNAME, luaopen_debug},
    {"weak", luaopen_weak},
};

}  // namespace

void luaL_openlibs(lua_State* L) {
  for (const luaL_Reg& library : libraries) {
    luaL_requiref(L, library.name, library.func, 1);
    lua_pop(L, 1);
  }
  // For `require` only: a global of this name would be in the way of scripts.
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_gc);
  lua_setfield(L, -2, "gc");
  lua_pop(L, 1);
}
