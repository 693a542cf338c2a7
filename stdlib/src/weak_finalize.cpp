// SPDX-License-Identifier: MIT
// The library `weak`: finalizers.
#include <mayfly/call.h>
#include <mayfly/weak.h>

#include <cstring>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

void check_finalizer(lua_State* L) { check_weak(L, 1, MAYFLY_WEAKFINALIZER, "weakfinalizer"); }

// weak.finalize(x, f, ...)
int weak_finalize(lua_State* L) {
  check_referable(L, 1);
  check_callable(L, 2);
  int last = lua_gettop(L);
  for (int i = 2; i <= last; ++i) {
    if (lua_rawequal(L, 1, i) != 0) luaL_argerror(L, i, "is the object itself: the finalizer could never run");
  }
  mayfly_finalize(L, 1, last - 2, 1);
  return 1;
}

// h(): runs it now
int finalizer_call(lua_State* L) {
  check_finalizer(L);
  lua_settop(L, 1);
  int count = mayfly_takefinalizer(L, 1, 0);
  if (count == 0) {
    luaL_pushfail(L);
    return 1;
  }
  return mayfly_tailcallk(L, count - 1, LUA_MULTRET, 0, nullptr);
}

// h:alive()
int finalizer_alive(lua_State* L) {
  check_finalizer(L);
  lua_pushboolean(L, mayfly_getfinalizer(L, 1) != LUA_TNIL ? 1 : 0);
  return 1;
}

// x, f, ...; nil when x is dead, or the finalizer has run or was detached.
int push_parts(lua_State* L, int keep) {
  check_finalizer(L);
  lua_settop(L, 1);
  if (mayfly_getfinalizer(L, 1) == LUA_TNIL) return 1;
  return mayfly_takefinalizer(L, 1, keep) + 1;
}

int finalizer_peek(lua_State* L) { return push_parts(L, 1); }
int finalizer_detach(lua_State* L) { return push_parts(L, 0); }

bool is_atexit(lua_State* L) {
  return lua_type(L, 2) == LUA_TSTRING && std::strcmp(lua_tostring(L, 2), "atexit") == 0;
}

// h.atexit, and the methods in upvalue 1
int finalizer_index(lua_State* L) {
  check_finalizer(L);
  if (is_atexit(L)) {
    lua_pushboolean(L, mayfly_finalizeratexit(L, 1, -1));
  } else {
    lua_settop(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
  }
  return 1;
}

int finalizer_newindex(lua_State* L) {
  check_finalizer(L);
  if (!is_atexit(L)) return luaL_error(L, "a weakfinalizer has no field to set but 'atexit'");
  mayfly_finalizeratexit(L, 1, lua_toboolean(L, 3));
  return 0;
}

constexpr luaL_Reg functions[] = {
    {"finalize", weak_finalize},
    {nullptr, nullptr},
};

constexpr luaL_Reg methods[] = {
    {"alive", finalizer_alive},
    {"peek", finalizer_peek},
    {"detach", finalizer_detach},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__call", finalizer_call},
    {"__newindex", finalizer_newindex},
    {nullptr, nullptr},
};

}  // namespace

void stdlib::push_finalizer_metatable(lua_State* L) {
  push_metatable(L, "weakfinalizer", events, nullptr);
  luaL_newlib(L, methods);
  lua_pushcclosure(L, finalizer_index, 1);
  lua_setfield(L, -2, "__index");
}

void stdlib::open_weak_finalizers(lua_State* L) { luaL_setfuncs(L, functions, 0); }
