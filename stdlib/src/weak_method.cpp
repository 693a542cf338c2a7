// SPDX-License-Identifier: MIT
// The library `weak`: refs to a method of an object. A full userdata whose user values are: 1 the ref to the object, 2 the
// ref to the function (or the function, when it cannot die), 3 the callback until it has been called.
#include <mayfly/call.h>
#include <mayfly/weak.h>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

constexpr const char* method_name = "weakmethod";
enum { object_slot = 1, function_slot, callback_slot, slot_count = callback_slot };

// Pushes the object and the function; false, and nothing, when one of them is dead.
bool push_pair(lua_State* L, int index) {
  index = lua_absindex(L, index);
  for (int slot = object_slot; slot <= function_slot; ++slot) {
    lua_getiuservalue(L, index, slot);
    if (mayfly_weaktype(L, -1) == MAYFLY_WEAKREF) {
      mayfly_getweakref(L, -1);
      lua_remove(L, -2);
    }
    if (lua_isnil(L, -1)) {
      lua_pop(L, slot);
      return false;
    }
  }
  return true;
}

// The callback of both refs. Upvalue 1: the userdata.
int half_died(lua_State* L) {
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(1));
  if (lua_getiuservalue(L, 1, callback_slot) == LUA_TNIL) return 0;
  lua_pushnil(L);
  lua_setiuservalue(L, 1, callback_slot);
  lua_insert(L, 1);
  return mayfly_tailcallk(L, 1, 0, 0, nullptr);
}

// Stores a ref to the value at `index` in the userdata on top.
void hold_weakly(lua_State* L, int index, int slot, bool told) {
  if (mayfly_referable(L, index) == 0) {
    lua_pushvalue(L, index);
  } else if (told) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, half_died, 1);
    mayfly_newweakref(L, index, lua_gettop(L));
    lua_remove(L, -2);
  } else {
    mayfly_newweakref(L, index, 0);
  }
  lua_setiuservalue(L, -2, slot);
}

void set_method_metatable(lua_State* L);

// weak.method(x, f_or_name [, callback])
int weak_method(lua_State* L) {
  check_referable(L, 1);
  luaL_checkany(L, 2);
  int callback = optional_callback(L, 3);
  lua_settop(L, 3);
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    if (lua_gettable(L, 1) == LUA_TNIL) {
      luaL_argerror(L, 2, lua_pushfstring(L, "the object has no method '%s'", lua_tostring(L, 2)));
    }
    lua_replace(L, 2);
  }
  check_callable(L, 2);
  lua_newuserdatauv(L, 0, slot_count);
  set_method_metatable(L);
  hold_weakly(L, 1, object_slot, callback != 0);
  hold_weakly(L, 2, function_slot, callback != 0);
  if (callback != 0) {
    lua_pushvalue(L, callback);
    lua_setiuservalue(L, -2, callback_slot);
  }
  return 1;
}

// Upvalues: the function and the object.
int call_bound(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, 2);
  return mayfly_tailcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, nullptr);
}

// m(), m:get(): a function bound to the object, or nil
int method_get(lua_State* L) {
  luaL_checkudata(L, 1, method_name);
  if (!push_pair(L, 1)) {
    luaL_pushfail(L);
    return 1;
  }
  lua_insert(L, -2);
  lua_pushcclosure(L, call_bound, 2);
  return 1;
}

// The same pair while it lives; else itself only.
int method_equals(lua_State* L) {
  if (luaL_testudata(L, 1, method_name) == nullptr || luaL_testudata(L, 2, method_name) == nullptr) {
    lua_pushboolean(L, 0);
    return 1;
  }
  lua_settop(L, 2);
  bool same = push_pair(L, 1) && push_pair(L, 2) && lua_rawequal(L, 3, 5) != 0 && lua_rawequal(L, 4, 6) != 0;
  lua_pushboolean(L, same ? 1 : 0);
  return 1;
}

int method_tostring(lua_State* L) {
  luaL_checkudata(L, 1, method_name);
  lua_pushfstring(L, push_pair(L, 1) ? "weakmethod: %p" : "weakmethod: %p (dead)", lua_topointer(L, 1));
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"method", weak_method},
    {nullptr, nullptr},
};

constexpr luaL_Reg methods[] = {
    {"get", method_get},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__call", method_get},
    {"__eq", method_equals},
    {"__tostring", method_tostring},
    {nullptr, nullptr},
};

void set_method_metatable(lua_State* L) { set_named_metatable(L, method_name, events, methods); }

}  // namespace

void stdlib::open_weak_methods(lua_State* L) { luaL_setfuncs(L, functions, 0); }
