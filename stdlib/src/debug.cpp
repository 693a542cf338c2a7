// SPDX-License-Identifier: MIT
// The debug library: opening it, and the functions for metatables, user values and tracebacks.
#include "debug_library.hpp"

#include <cstdio>
#include <cstring>

namespace stdlib {

namespace {

int debug_getregistry(lua_State* L) {
  lua_pushvalue(L, LUA_REGISTRYINDEX);
  return 1;
}

int debug_getmetatable(lua_State* L) {
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1)) lua_pushnil(L);
  return 1;
}

int debug_setmetatable(lua_State* L) {
  const int kind = lua_type(L, 2);
  luaL_argexpected(L, kind == LUA_TNIL || kind == LUA_TTABLE, 2, "nil or table");
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

int debug_getuservalue(lua_State* L) {
  const int number = static_cast<int>(luaL_optinteger(L, 2, 1));
  if (lua_type(L, 1) != LUA_TUSERDATA) return luaL_pushfail(L), 1;
  if (lua_getiuservalue(L, 1, number) == LUA_TNONE) return 1;
  lua_pushboolean(L, true);
  return 2;
}

int debug_setuservalue(lua_State* L) {
  const int number = static_cast<int>(luaL_optinteger(L, 3, 1));
  luaL_checktype(L, 1, LUA_TUSERDATA);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  if (!lua_setiuservalue(L, 1, number)) luaL_pushfail(L);
  return 1;
}

int debug_setcstacklimit(lua_State* L) {
  lua_pushinteger(L, lua_setcstacklimit(L, static_cast<unsigned>(luaL_checkinteger(L, 1))));
  return 1;
}

int debug_traceback(lua_State* L) {
  const auto [thread, offset] = target_thread(L);
  const char* const message = lua_tostring(L, offset + 1);
  if (message == nullptr && !lua_isnoneornil(L, offset + 1)) {
    lua_pushvalue(L, offset + 1);  // not a string: left as it is
  } else {
    const auto level = static_cast<int>(luaL_optinteger(L, offset + 2, L == thread ? 1 : 0));
    luaL_traceback(L, thread, message, level);
  }
  return 1;
}

/// Pushes the next line of the standard input without its end; pushes nothing at the end of the input.
bool push_input_line(lua_State* L) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  int c = std::getchar();
  if (c == EOF) {
    lua_settop(L, 0);
    return false;
  }
  for (; c != EOF && c != '\n'; c = std::getchar()) luaL_addchar(&buffer, static_cast<char>(c));
  luaL_pushresult(&buffer);
  return true;
}

int debug_debug(lua_State* L) {
  lua_settop(L, 0);
  for (;;) {
    lua_writestringerror("%s", "lua_debug> ");
    if (!push_input_line(L)) return 0;
    std::size_t length;
    const char* const line = lua_tolstring(L, -1, &length);
    if (std::strcmp(line, "cont") == 0) return 0;
    if (luaL_loadbuffer(L, line, length, "=(debug command)") || lua_pcall(L, 0, 0, 0))
      lua_writestringerror("%s\n", luaL_tolstring(L, -1, nullptr));
    lua_settop(L, 0);
  }
}

constexpr luaL_Reg functions[] = {
    {"debug", debug_debug},           {"gethook", debug_gethook},           {"getinfo", debug_getinfo},
    {"getlocal", debug_getlocal},     {"getmetatable", debug_getmetatable}, {"getregistry", debug_getregistry},
    {"getupvalue", debug_getupvalue}, {"getuservalue", debug_getuservalue}, {"setcstacklimit", debug_setcstacklimit},
    {"sethook", debug_sethook},       {"setlocal", debug_setlocal},         {"setmetatable", debug_setmetatable},
    {"setupvalue", debug_setupvalue}, {"setuservalue", debug_setuservalue}, {"traceback", debug_traceback},
    {"upvalueid", debug_upvalueid},   {"upvaluejoin", debug_upvaluejoin},   {nullptr, nullptr},
};

}  // namespace

}  // namespace stdlib

int luaopen_debug(lua_State* L) {
  luaL_newlib(L, stdlib::functions);
  return 1;
}
