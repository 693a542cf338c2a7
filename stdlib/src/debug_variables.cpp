// SPDX-License-Identifier: MIT
// The debug functions for local variables and upvalues.
#include "debug_library.hpp"

namespace stdlib {

namespace {

int check_int(lua_State* L, int index) { return static_cast<int>(luaL_checkinteger(L, index)); }

void check_level(lua_State* L, const TargetThread& target, int level, lua_Debug* activation) {
  if (!lua_getstack(target.thread, level, activation)) luaL_argerror(L, target.offset + 1, "level out of range");
}

/// Identity of the upvalue that arguments `function` and `function + 1` name; null if there is none.
void* upvalue_identity(lua_State* L, int function) {
  const int number = check_int(L, function + 1);
  luaL_checktype(L, function, LUA_TFUNCTION);
  return lua_upvalueid(L, function, number);
}

int check_upvalue(lua_State* L, int function) {
  luaL_argcheck(L, upvalue_identity(L, function) != nullptr, function + 1, "invalid upvalue index");
  return check_int(L, function + 1);
}

}  // namespace

int debug_getlocal(lua_State* L) {
  const TargetThread target = target_thread(L);
  const int number = check_int(L, target.offset + 2);
  if (lua_isfunction(L, target.offset + 1)) {
    lua_pushvalue(L, target.offset + 1);
    lua_pushstring(L, lua_getlocal(L, nullptr, number));
    return 1;
  }
  lua_Debug activation;
  check_level(L, target, check_int(L, target.offset + 1), &activation);
  ensure_stack(L, target.thread, 1);
  const char* const name = lua_getlocal(target.thread, &activation, number);
  if (name == nullptr) return luaL_pushfail(L), 1;
  lua_xmove(target.thread, L, 1);
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

int debug_setlocal(lua_State* L) {
  const TargetThread target = target_thread(L);
  const int level = check_int(L, target.offset + 1);
  const int number = check_int(L, target.offset + 2);
  lua_Debug activation;
  check_level(L, target, level, &activation);
  luaL_checkany(L, target.offset + 3);
  lua_settop(L, target.offset + 3);
  ensure_stack(L, target.thread, 1);
  lua_xmove(L, target.thread, 1);
  const char* const name = lua_setlocal(target.thread, &activation, number);
  if (name == nullptr) lua_pop(target.thread, 1);
  lua_pushstring(L, name);
  return 1;
}

int debug_getupvalue(lua_State* L) {
  const int number = check_int(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  const char* const name = lua_getupvalue(L, 1, number);
  if (name == nullptr) return 0;
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

int debug_setupvalue(lua_State* L) {
  luaL_checkany(L, 3);
  const int number = check_int(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 3);
  const char* const name = lua_setupvalue(L, 1, number);
  if (name == nullptr) return 0;
  lua_pushstring(L, name);
  return 1;
}

int debug_upvalueid(lua_State* L) {
  void* const identity = upvalue_identity(L, 1);
  if (identity == nullptr)
    luaL_pushfail(L);
  else
    lua_pushlightuserdata(L, identity);
  return 1;
}

int debug_upvaluejoin(lua_State* L) {
  const int target = check_upvalue(L, 1);
  const int source = check_upvalue(L, 3);
  luaL_argcheck(L, !lua_iscfunction(L, 1), 1, "Lua function expected");
  luaL_argcheck(L, !lua_iscfunction(L, 3), 3, "Lua function expected");
  lua_upvaluejoin(L, 1, target, 3, source);
  return 0;
}

}  // namespace stdlib
