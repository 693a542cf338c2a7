// SPDX-License-Identifier: MIT
// debug.getinfo.
#include "debug_library.hpp"

#include <cstring>

namespace stdlib {

namespace {

void set_integer(lua_State* L, const char* name, int value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

void set_boolean(lua_State* L, const char* name, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, name);
}

void set_string(lua_State* L, const char* name, const char* value) {
  lua_pushstring(L, value);  // null gives nil: the field stays absent
  lua_setfield(L, -2, name);
}

/// Stores what lua_getinfo left on the other thread's stack; `depth` is its distance from the top on a shared stack, below
/// the result table.
void set_pushed_value(lua_State* L, lua_State* thread, const char* name) {
  if (L == thread)
    lua_rotate(L, -2, 1);  // it lies below the table
  else
    lua_xmove(thread, L, 1);
  lua_setfield(L, -2, name);
}

void set_fields(lua_State* L, const char* options, const lua_Debug& activation) {
  if (std::strchr(options, 'S')) {
    lua_pushlstring(L, activation.source, activation.srclen);
    lua_setfield(L, -2, "source");
    set_string(L, "short_src", activation.short_src);
    set_integer(L, "linedefined", activation.linedefined);
    set_integer(L, "lastlinedefined", activation.lastlinedefined);
    set_string(L, "what", activation.what);
  }
  if (std::strchr(options, 'l')) set_integer(L, "currentline", activation.currentline);
  if (std::strchr(options, 'u')) {
    set_integer(L, "nups", activation.nups);
    set_integer(L, "nparams", activation.nparams);
    set_boolean(L, "isvararg", activation.isvararg);
  }
  if (std::strchr(options, 'n')) {
    set_string(L, "name", activation.name);
    set_string(L, "namewhat", activation.namewhat);
  }
  if (std::strchr(options, 'r')) {
    set_integer(L, "ftransfer", activation.ftransfer);
    set_integer(L, "ntransfer", activation.ntransfer);
  }
  if (std::strchr(options, 't')) set_boolean(L, "istailcall", activation.istailcall);
}

}  // namespace

int debug_getinfo(lua_State* L) {
  const auto [thread, offset] = target_thread(L);
  const char* options = luaL_optstring(L, offset + 2, "flnSrtu");
  lua_Debug activation;
  ensure_stack(L, thread, 3);
  luaL_argcheck(L, options[0] != '>', offset + 2, "invalid option '>'");
  if (lua_isfunction(L, offset + 1)) {
    options = lua_pushfstring(L, ">%s", options);
    lua_pushvalue(L, offset + 1);
    lua_xmove(L, thread, 1);
  } else if (!lua_getstack(thread, static_cast<int>(luaL_checkinteger(L, offset + 1)), &activation)) {
    return luaL_pushfail(L), 1;
  }
  if (!lua_getinfo(thread, options, &activation)) return luaL_argerror(L, offset + 2, "invalid option");
  lua_newtable(L);
  set_fields(L, options, activation);
  if (std::strchr(options, 'L'))  // pushed behind the function
    set_pushed_value(L, thread, "activelines");
  if (std::strchr(options, 'f')) set_pushed_value(L, thread, "func");
  return 1;
}

}  // namespace stdlib
