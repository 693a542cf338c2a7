// SPDX-License-Identifier: MIT
// Searching the loaded modules for a function.
#include "function_name.hpp"

#include <cstring>

namespace {

// Stack: ..., module's name, module (both stay). Pushes the qualified name of the field that holds `function`.
bool push_field_name(lua_State* L, int function) {
  int module = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, module) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING || lua_rawequal(L, -1, function) == 0) continue;
    lua_pop(L, 1);
    const char* module_name = lua_tostring(L, module - 1);
    if (std::strcmp(module_name, LUA_GNAME) != 0) {
      lua_pushfstring(L, "%s.%s", module_name, lua_tostring(L, -1));
      lua_remove(L, -2);
    }
    return true;
  }
  return false;
}

}  // namespace

bool stdlib::push_loaded_name(lua_State* L, lua_State* thread, lua_Debug* call) {
  int top = lua_gettop(L);
  lua_getinfo(thread, "f", call);
  if (thread != L) lua_xmove(thread, L, 1);
  int function = top + 1;
  if (lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE) != LUA_TTABLE) {
    lua_settop(L, top);
    return false;
  }
  bool found = false;
  for (lua_pushnil(L); !found && lua_next(L, top + 2) != 0;) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      if (lua_rawequal(L, -1, function) != 0) {
        lua_pushvalue(L, -2);
        found = true;
      } else if (lua_type(L, -1) == LUA_TTABLE) {
        found = push_field_name(L, function);
      }
    }
    if (!found) lua_pop(L, 1);
  }
  if (found) lua_copy(L, -1, function);
  lua_settop(L, found ? function : top);
  return found;
}
