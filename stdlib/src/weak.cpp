// SPDX-License-Identifier: MIT
// The library `weak`: opening it, and the checks its functions share.
#include <mayfly/weak.h>

#include <cstring>

#include "weak_library.hpp"

using namespace stdlib;

const char* stdlib::weak_value_name(lua_State* L, int index) {
  return lua_type(L, index) == LUA_TLIGHTUSERDATA ? "light userdata" : mayfly_typename(L, index);
}

void stdlib::check_referable(lua_State* L, int argument) {
  if (mayfly_referable(L, argument) != 0) [[likely]] return;
  luaL_checkany(L, argument);
  luaL_argerror(L, argument, lua_pushfstring(L, "cannot hold a %s weakly", weak_value_name(L, argument)));
}

void stdlib::check_callable(lua_State* L, int argument) {
  if (lua_isfunction(L, argument)) [[likely]] return;
  if (luaL_getmetafield(L, argument, "__call") == LUA_TNIL) luaL_typeerror(L, argument, "function");
  lua_pop(L, 1);
}

int stdlib::optional_callback(lua_State* L, int argument) {
  if (lua_isnoneornil(L, argument)) return 0;
  check_callable(L, argument);
  return argument;
}

void stdlib::check_weak(lua_State* L, int argument, int type, const char* name) {
  if (mayfly_weaktype(L, argument) != type) [[unlikely]] luaL_typeerror(L, argument, name);
}

namespace {

int count_of(const luaL_Reg* functions) {
  int count = 0;
  while (functions[count].name != nullptr) ++count;
  return count;
}

}  // namespace

void stdlib::push_metatable(lua_State* L, const char* name, const luaL_Reg* events, const luaL_Reg* methods) {
  lua_createtable(L, 0, count_of(events) + (methods != nullptr ? 3 : 2));
  luaL_setfuncs(L, events, 0);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  if (methods == nullptr) return;
  lua_createtable(L, 0, count_of(methods));
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
}

void stdlib::set_named_metatable(lua_State* L, const char* name, const luaL_Reg* events, const luaL_Reg* methods) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, name) == LUA_TNIL) {
    lua_pop(L, 1);
    push_metatable(L, name, events, methods);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__weaktype");
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, name);
  }
  lua_setmetatable(L, -2);
}

namespace {

// weak.type(x): the short name, or nil.
int weak_type(lua_State* L) {
  luaL_checkany(L, 1);
  const char* name = mayfly_typename(L, 1);
  if (lua_type(L, 1) == LUA_TUSERDATA && std::strncmp(name, "weak", 4) == 0) {
    lua_pushstring(L, name + 4);
  } else {
    luaL_pushfail(L);
  }
  return 1;
}

int weak_referable(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, mayfly_referable(L, 1));
  return 1;
}

void push_type_metatable(lua_State* L, int type) {
  switch (type) {
    case MAYFLY_WEAKREF: return push_ref_metatable(L);
    case MAYFLY_WEAKSET: return push_set_metatable(L);
    case MAYFLY_WEAKPROXY: return push_proxy_metatable(L);
    case MAYFLY_WEAKFINALIZER: return push_finalizer_metatable(L);
    default: return push_table_metatable(L, type);
  }
}

constexpr luaL_Reg functions[] = {
    {"referable", weak_referable},
    {"type", weak_type},
    {nullptr, nullptr},
};

constexpr int function_count = 26;  // of the whole library

}  // namespace

LUAMOD_API int luaopen_weak(lua_State* L) {
  lua_createtable(L, 0, function_count);
  luaL_setfuncs(L, functions, 0);
  open_weak_refs(L);
  open_weak_tables(L);
  open_weak_sets(L);
  open_weak_finalizers(L);
  open_weak_proxies(L);
  open_weak_methods(L);
  open_weak_notices(L);
  mayfly_setweakmetatables(L, push_type_metatable);
  return 1;
}
