// SPDX-License-Identifier: MIT
// Manual 6.1: collectgarbage.
#include <lua.hpp>

#include "base.hpp"

namespace {

int push_integer(lua_State* L, int result) {
  lua_pushinteger(L, result);
  return 1;
}

int push_boolean(lua_State* L, int result) {
  lua_pushboolean(L, result);
  return 1;
}

int push_mode(lua_State* L, int mode) {
  lua_pushstring(L, mode == LUA_GCINC ? "incremental" : "generational");
  return 1;
}

int push_count(lua_State* L, int kilobytes) {
  lua_pushnumber(L, static_cast<lua_Number>(kilobytes) + static_cast<lua_Number>(lua_gc(L, LUA_GCCOUNTB)) / 1024);
  return 1;
}

int integer_argument(lua_State* L, int argument) { return static_cast<int>(luaL_optinteger(L, argument, 0)); }

using PushResult = int (*)(lua_State* L, int result);

// ORDER option: names, what lua_gc is asked for, how many arguments it gets, what its result means.
constexpr const char* const names[] = {"stop",       "restart",   "collect",      "count",       "step", "setpause",
                                       "setstepmul", "isrunning", "generational", "incremental", nullptr};
struct Option {
  int what;
  int arguments;
  PushResult push;
};
constexpr Option options[] = {
    {LUA_GCSTOP, 0, push_integer},       {LUA_GCRESTART, 0, push_integer},   {LUA_GCCOLLECT, 0, push_integer},
    {LUA_GCCOUNT, 0, push_count},        {LUA_GCSTEP, 1, push_boolean},      {LUA_GCSETPAUSE, 1, push_integer},
    {LUA_GCSETSTEPMUL, 1, push_integer}, {LUA_GCISRUNNING, 0, push_boolean}, {LUA_GCGEN, 2, push_mode},
    {LUA_GCINC, 3, push_mode},
};
static_assert(sizeof(names) / sizeof(names[0]) == sizeof(options) / sizeof(options[0]) + 1);

}  // namespace

int stdlib::base_collectgarbage(lua_State* L) {
  const Option& option = options[luaL_checkoption(L, 1, "collect", names)];
  int arguments[3] = {};
  for (int i = 0; i < option.arguments; ++i) arguments[i] = integer_argument(L, i + 2);
  int result = lua_gc(L, option.what, arguments[0], arguments[1], arguments[2]);
  if (result == -1) {  // inside a finalizer
    luaL_pushfail(L);
    return 1;
  }
  return option.push(L, result);
}
