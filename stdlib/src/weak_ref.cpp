// SPDX-License-Identifier: MIT
// The library `weak`: refs.
#include <mayfly/intrinsic.h>
#include <mayfly/weak.h>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

// weak.ref(x [, callback])
int weak_ref(lua_State* L) {
  check_referable(L, 1);
  mayfly_newweakref(L, 1, optional_callback(L, 2));
  return 1;
}

// weak.refs(x)
int weak_refs(lua_State* L) {
  luaL_checkany(L, 1);
  mayfly_weakrefs(L, 1);
  return 1;
}

// weak.refcount(x)
int weak_refcount(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushinteger(L, static_cast<lua_Integer>(mayfly_weakrefcount(L, 1)));
  return 1;
}

// r(), r:get()
int ref_get(lua_State* L) {
  check_weak(L, 1, MAYFLY_WEAKREF, "weakref");
  mayfly_getweakref(L, 1);
  return 1;
}

// r:callback()
int ref_callback(lua_State* L) {
  check_weak(L, 1, MAYFLY_WEAKREF, "weakref");
  mayfly_getweakcallback(L, 1);
  return 1;
}

// No metamethod of the referent is asked.
int ref_tostring(lua_State* L) {
  check_weak(L, 1, MAYFLY_WEAKREF, "weakref");
  if (mayfly_getweakref(L, 1) == LUA_TNIL) {
    lua_pushfstring(L, "weakref: %p (dead)", lua_topointer(L, 1));
  } else {
    lua_pushfstring(L, "weakref: %p -> %s: %p", lua_topointer(L, 1), mayfly_typename(L, -1), lua_topointer(L, -1));
  }
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"ref", weak_ref},
    {"refs", weak_refs},
    {"refcount", weak_refcount},
    {nullptr, nullptr},
};

constexpr luaL_Reg methods[] = {
    {"get", ref_get},
    {"callback", ref_callback},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__call", ref_get},
    {"__tostring", ref_tostring},
    {nullptr, nullptr},
};

}  // namespace

void stdlib::push_ref_metatable(lua_State* L) { push_metatable(L, "weakref", events, methods); }

void stdlib::open_weak_refs(lua_State* L) {
  luaL_setfuncs(L, functions, 0);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_WEAKREF_GET, ref_get);
}
