// SPDX-License-Identifier: MIT
// The library `weak`: registries and queues of deaths.
//
// Both are full userdata that hold the refs they wait for in the table `pending` (user value 1): ref => {held value, list of
// the refs under its token, and for a token that cannot die: that token, the table that leads from it to the list}. All refs of one of them have the same callback, a closure over that table; so nothing but the userdata keeps
// the refs, and when it dies nobody is told.
#include <mayfly/call.h>
#include <mayfly/weak.h>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

constexpr const char* registry_name = "weakregistry";
constexpr const char* queue_name = "weakqueue";
enum { pending_slot = 1, notify_slot, tokens_slot, weak_tokens_slot, slot_count = weak_tokens_slot };
enum { held_field = 1, list_field, token_field, tokens_field };

// Takes the ref at 1, whose entry is at 2, out of the list of its token. A token that cannot die goes with the last of them.
void leave_list(lua_State* L) {
  if (lua_rawgeti(L, 2, list_field) != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    lua_rawset(L, 3);
    lua_pushnil(L);
    if (lua_next(L, 3) == 0 && lua_rawgeti(L, 2, token_field) != LUA_TNIL) {
      lua_rawgeti(L, 2, tokens_field);
      lua_insert(L, -2);
      lua_pushnil(L);
      lua_rawset(L, -3);
    }
  }
  lua_settop(L, 2);
}

// Upvalue 1 is the table of what is pending, argument 1 the dead ref. Leaves the held value on top; false when the ref has
// been taken out meanwhile.
bool take_pending(lua_State* L) {
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) return false;
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  lua_rawset(L, lua_upvalueindex(1));
  leave_list(L);
  lua_rawgeti(L, 2, held_field);
  return true;
}

// The callback of a registry's refs. Upvalue 2: the script's callback.
int registry_notify(lua_State* L) {
  if (!take_pending(L)) return 0;
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, -2);
  return mayfly_tailcallk(L, 1, 0, 0, nullptr);
}

// The entries that wait to be polled are linked, from the oldest on, by what is list_field in those of a registry. A queue's table
// `ends` holds the oldest and the newest (false: none) and their count. So nothing is allocated for a death, and no tag is lost
// where memory is short.
enum { link_field = list_field };
enum { oldest_end = 1, newest_end, count_end };

void add_to_count(lua_State* L, int ends, lua_Integer change) {
  lua_rawgeti(L, ends, count_end);
  lua_pushinteger(L, lua_tointeger(L, -1) + change);
  lua_rawseti(L, ends, count_end);
  lua_pop(L, 1);
}

// The callback of a queue's refs. Upvalue 2: the ends.
int queue_notify(lua_State* L) {
  if (!take_pending(L)) return 0;  // 2: the entry
  const int ends = lua_upvalueindex(2);
  if (lua_rawgeti(L, ends, newest_end) == LUA_TTABLE) {
    lua_pushvalue(L, 2);
    lua_rawseti(L, -2, link_field);
  } else {
    lua_pushvalue(L, 2);
    lua_rawseti(L, ends, oldest_end);
  }
  lua_pushvalue(L, 2);
  lua_rawseti(L, ends, newest_end);
  add_to_count(L, ends, 1);
  return 0;
}

void set_registry_metatable(lua_State* L);
void set_queue_metatable(lua_State* L);

// A new userdata with its table of what is pending; `notify` gets that and the value on top as upvalues.
void push_waiter(lua_State* L, void (*set_metatable)(lua_State*), lua_CFunction notify) {
  lua_newuserdatauv(L, 0, slot_count);
  set_metatable(L);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, -3, pending_slot);
  lua_pushvalue(L, -3);
  lua_pushcclosure(L, notify, 2);
  lua_setiuservalue(L, -2, notify_slot);
}

// Argument 2 is watched, argument 3 is held for it; pushes the ref and the entry {held}, which is pending.
void watch(lua_State* L) {
  lua_getiuservalue(L, 1, notify_slot);
  mayfly_newweakref(L, 2, lua_gettop(L));
  lua_createtable(L, list_field, 0);
  lua_pushvalue(L, 3);
  lua_rawseti(L, -2, held_field);
  lua_getiuservalue(L, 1, pending_slot);
  lua_pushvalue(L, -3);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

void check_held(lua_State* L) {
  luaL_checkany(L, 3);
  if (lua_rawequal(L, 2, 3) != 0) luaL_argerror(L, 3, "is the object itself: it could never die");
}

// --- registry -----------------------------------------------------------------------------------------------------------

// weak.registry(callback)
int weak_registry(lua_State* L) {
  luaL_checkany(L, 1);
  check_callable(L, 1);
  lua_settop(L, 1);
  push_waiter(L, set_registry_metatable, registry_notify);
  lua_newtable(L);
  lua_setiuservalue(L, -2, tokens_slot);
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE, 0);
  lua_setiuservalue(L, -2, weak_tokens_slot);
  return 1;
}

// Pushes the table that knows the token at `index`: tokens that can die are not held.
void push_tokens(lua_State* L, int index) {
  lua_getiuservalue(L, 1, mayfly_referable(L, index) != 0 ? weak_tokens_slot : tokens_slot);
}

// r:register(x, held [, token])
int registry_register(lua_State* L) {
  luaL_checkudata(L, 1, registry_name);
  check_referable(L, 2);
  check_held(L);
  lua_settop(L, 4);
  luaL_argcheck(L, lua_type(L, 4) != LUA_TNUMBER || lua_rawequal(L, 4, 4) != 0, 4, "a token cannot be NaN");
  watch(L);  // 6: the ref, 7: its entry
  if (lua_isnil(L, 4)) return 0;
  push_tokens(L, 4);
  lua_pushvalue(L, 4);
  if (lua_rawget(L, -2) == LUA_TNIL) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, 4);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
  }
  lua_pushvalue(L, 6);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_rawseti(L, 7, list_field);
  if (mayfly_referable(L, 4) == 0) {
    lua_pushvalue(L, 4);
    lua_rawseti(L, 7, token_field);
    lua_rawseti(L, 7, tokens_field);  // the table of tokens, which is on top
  }
  return 0;
}

// r:unregister(token): whether something was registered under it
int registry_unregister(lua_State* L) {
  luaL_checkudata(L, 1, registry_name);
  luaL_checkany(L, 2);
  luaL_argcheck(L, !lua_isnil(L, 2), 2, "a token cannot be nil");
  lua_settop(L, 2);
  push_tokens(L, 2);
  lua_pushvalue(L, 2);
  bool found = false;
  if (lua_rawget(L, 3) != LUA_TNIL) {
    lua_getiuservalue(L, 1, pending_slot);
    for (lua_pushnil(L); lua_next(L, 4) != 0; lua_pop(L, 1)) {
      found = true;
      lua_pushvalue(L, -2);
      lua_pushnil(L);
      lua_rawset(L, 5);
    }
    lua_pushvalue(L, 2);
    lua_pushnil(L);
    lua_rawset(L, 3);
  }
  lua_pushboolean(L, found ? 1 : 0);
  return 1;
}

// --- queue ----------------------------------------------------------------------------------------------------------------

// weak.queue()
int weak_queue(lua_State* L) {
  lua_settop(L, 0);
  lua_createtable(L, count_end, 0);
  lua_pushboolean(L, 0);
  lua_rawseti(L, 1, oldest_end);
  lua_pushboolean(L, 0);
  lua_rawseti(L, 1, newest_end);
  lua_pushinteger(L, 0);
  lua_rawseti(L, 1, count_end);
  push_waiter(L, set_queue_metatable, queue_notify);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, tokens_slot);
  return 1;
}

// q:watch(x, tag)
int queue_watch(lua_State* L) {
  luaL_checkudata(L, 1, queue_name);
  check_referable(L, 2);
  check_held(L);
  luaL_argcheck(L, !lua_isnil(L, 3), 3, "a tag cannot be nil");
  lua_settop(L, 3);
  watch(L);
  return 0;
}

// q:poll()
int queue_poll(lua_State* L) {
  luaL_checkudata(L, 1, queue_name);
  lua_settop(L, 1);
  lua_getiuservalue(L, 1, tokens_slot);
  if (lua_rawgeti(L, 2, oldest_end) != LUA_TTABLE) {
    luaL_pushfail(L);
    return 1;
  }
  if (lua_rawgeti(L, 3, link_field) == LUA_TNIL) {
    lua_pushboolean(L, 0);
    lua_replace(L, 4);
    lua_pushvalue(L, 4);
    lua_rawseti(L, 2, newest_end);
  }
  lua_rawseti(L, 2, oldest_end);
  add_to_count(L, 2, -1);
  lua_rawgeti(L, 3, held_field);
  return 1;
}

// #q: how many tags can be polled
int queue_len(lua_State* L) {
  luaL_checkudata(L, 1, queue_name);
  lua_getiuservalue(L, 1, tokens_slot);
  lua_rawgeti(L, -1, count_end);
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"registry", weak_registry},
    {"queue", weak_queue},
    {nullptr, nullptr},
};

constexpr luaL_Reg registry_methods[] = {
    {"register", registry_register},
    {"unregister", registry_unregister},
    {nullptr, nullptr},
};

constexpr luaL_Reg queue_methods[] = {
    {"watch", queue_watch},
    {"poll", queue_poll},
    {nullptr, nullptr},
};

constexpr luaL_Reg no_events[] = {{nullptr, nullptr}};

constexpr luaL_Reg queue_events[] = {
    {"__len", queue_len},
    {nullptr, nullptr},
};

void set_registry_metatable(lua_State* L) { set_named_metatable(L, registry_name, no_events, registry_methods); }
void set_queue_metatable(lua_State* L) { set_named_metatable(L, queue_name, queue_events, queue_methods); }

}  // namespace

void stdlib::open_weak_notices(lua_State* L) { luaL_setfuncs(L, functions, 0); }
