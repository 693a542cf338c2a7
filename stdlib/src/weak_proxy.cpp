// SPDX-License-Identifier: MIT
// The library `weak`: proxies. Every operation is done again with the object in the proxy's place.
#include <mayfly/call.h>
#include <mayfly/weak.h>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

bool is_proxy(lua_State* L, int index) { return mayfly_weaktype(L, index) == MAYFLY_WEAKPROXY; }

// Puts the object in the place of a proxy; other values stay.
void resolve(lua_State* L, int index) {
  if (!is_proxy(L, index)) return;
  if (mayfly_getweakref(L, index) == LUA_TNIL) luaL_error(L, "weak proxy: its object is dead");
  lua_replace(L, index);
}

// weak.proxy(x [, callback])
int weak_proxy(lua_State* L) {
  check_referable(L, 1);
  mayfly_newweakproxy(L, 1, optional_callback(L, 2));
  return 1;
}

// weak.unproxy(p)
int weak_unproxy(lua_State* L) {
  if (!is_proxy(L, 1)) luaL_typeerror(L, 1, "weakproxy");
  mayfly_getweakref(L, 1);
  return 1;
}

int proxy_index(lua_State* L) {
  lua_settop(L, 2);
  resolve(L, 1);
  lua_gettable(L, 1);
  return 1;
}

int proxy_newindex(lua_State* L) {
  lua_settop(L, 3);
  resolve(L, 1);
  lua_settable(L, 1);
  return 0;
}

int proxy_call(lua_State* L) {
  resolve(L, 1);
  return mayfly_tailcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, nullptr);
}

int proxy_len(lua_State* L) {
  resolve(L, 1);
  lua_len(L, 1);
  return 1;
}

// Either operand may be the proxy.
template <int operation>
int proxy_arithmetic(lua_State* L) {
  lua_settop(L, operation == LUA_OPUNM || operation == LUA_OPBNOT ? 1 : 2);
  for (int i = 1; i <= lua_gettop(L); ++i) resolve(L, i);
  lua_arith(L, operation);
  return 1;
}

int proxy_concat(lua_State* L) {
  lua_settop(L, 2);
  resolve(L, 1);
  resolve(L, 2);
  lua_concat(L, 2);
  return 1;
}

template <int operation>
int proxy_compare(lua_State* L) {
  lua_settop(L, 2);
  resolve(L, 1);
  resolve(L, 2);
  lua_pushboolean(L, lua_compare(L, 1, 2, operation));
  return 1;
}

// Two proxies are equal when their objects are; a dead one equals only itself.
int proxy_equals(lua_State* L) {
  lua_settop(L, 2);
  bool alive = mayfly_getweakref(L, 1) != LUA_TNIL && mayfly_getweakref(L, 2) != LUA_TNIL;
  lua_pushboolean(L, alive && lua_compare(L, 3, 4, LUA_OPEQ) != 0 ? 1 : 0);
  return 1;
}

int proxy_tostring(lua_State* L) {
  resolve(L, 1);
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

// Upvalue 1: the function `pairs`.
int proxy_pairs(lua_State* L) {
  lua_settop(L, 1);
  resolve(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  return mayfly_tailcallk(L, 1, 3, 0, nullptr);
}

int proxy_close(lua_State* L) {
  lua_settop(L, 2);
  resolve(L, 1);
  if (luaL_getmetafield(L, 1, "__close") == LUA_TNIL) return luaL_error(L, "the object of the proxy cannot be closed");
  lua_insert(L, 1);
  return mayfly_tailcallk(L, 2, 0, 0, nullptr);
}

constexpr luaL_Reg functions[] = {
    {"proxy", weak_proxy},
    {"unproxy", weak_unproxy},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__index", proxy_index},
    {"__newindex", proxy_newindex},
    {"__call", proxy_call},
    {"__len", proxy_len},
    {"__add", proxy_arithmetic<LUA_OPADD>},
    {"__sub", proxy_arithmetic<LUA_OPSUB>},
    {"__mul", proxy_arithmetic<LUA_OPMUL>},
    {"__mod", proxy_arithmetic<LUA_OPMOD>},
    {"__pow", proxy_arithmetic<LUA_OPPOW>},
    {"__div", proxy_arithmetic<LUA_OPDIV>},
    {"__idiv", proxy_arithmetic<LUA_OPIDIV>},
    {"__band", proxy_arithmetic<LUA_OPBAND>},
    {"__bor", proxy_arithmetic<LUA_OPBOR>},
    {"__bxor", proxy_arithmetic<LUA_OPBXOR>},
    {"__shl", proxy_arithmetic<LUA_OPSHL>},
    {"__shr", proxy_arithmetic<LUA_OPSHR>},
    {"__unm", proxy_arithmetic<LUA_OPUNM>},
    {"__bnot", proxy_arithmetic<LUA_OPBNOT>},
    {"__concat", proxy_concat},
    {"__eq", proxy_equals},
    {"__lt", proxy_compare<LUA_OPLT>},
    {"__le", proxy_compare<LUA_OPLE>},
    {"__tostring", proxy_tostring},
    {"__close", proxy_close},
    {nullptr, nullptr},
};

}  // namespace

void stdlib::open_weak_proxies(lua_State* L) {
  luaL_setfuncs(L, functions, 0);
  mayfly_newweakproxy(L, -1, 0);
  push_metatable(L, "weakproxy", events, nullptr);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, LUA_GNAME);
  if (lua_istable(L, -1)) {
    lua_getfield(L, -1, "pairs");
    lua_pushcclosure(L, proxy_pairs, 1);
    lua_setfield(L, -4, "__pairs");
  }
  lua_pop(L, 2);
  set_type_metatable(L);
}
