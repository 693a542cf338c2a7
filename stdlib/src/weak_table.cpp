// SPDX-License-Identifier: MIT
// The library `weak`: weak tables and the functions on them.
//
// Loops over entries keep both key and value on the stack while they do anything that may collect.
#include <mayfly/weak.h>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

bool is_weak_table(lua_State* L, int index) {
  int type = mayfly_weaktype(L, index);
  return type >= MAYFLY_WEAKKEYTABLE && type <= MAYFLY_WEAKKVTABLE;
}

void check_weak_table(lua_State* L, int argument) {
  if (!is_weak_table(L, argument)) [[unlikely]] luaL_typeerror(L, argument, "weak table");
}

// A table or weak table, whose entries are to be copied.
void check_source(lua_State* L, int argument) {
  if (!lua_istable(L, argument) && !is_weak_table(L, argument)) luaL_typeerror(L, argument, "table or weak table");
}

// target[key on top - 1] = value on top, without popping; `argument` is to blame for what cannot be held.
void copy_entry(lua_State* L, int target, int argument) {
  int type = mayfly_weaktype(L, target);
  int culprit = 0;
  if ((type == MAYFLY_WEAKKEYTABLE || type == MAYFLY_WEAKKVTABLE) && mayfly_referable(L, -2) == 0) culprit = -2;
  if ((type == MAYFLY_WEAKVALUETABLE || type == MAYFLY_WEAKKVTABLE) && mayfly_referable(L, -1) == 0) culprit = -1;
  if (culprit != 0) {
    luaL_argerror(L, argument, lua_pushfstring(L, "cannot hold a %s weakly", weak_value_name(L, culprit)));
  }
  lua_pushvalue(L, -2);
  lua_pushvalue(L, -2);
  lua_rawset(L, target);
}

// Copies all entries of `source` into `target`.
void copy_entries(lua_State* L, int target, int source, int argument) {
  luaL_checkstack(L, 6, nullptr);
  for (lua_pushnil(L); lua_next(L, source) != 0; lua_pop(L, 1)) copy_entry(L, target, argument);
}

int new_table(lua_State* L, int kind) {
  if (!lua_isnoneornil(L, 1)) check_source(L, 1);
  lua_settop(L, 2);
  mayfly_newweaktable(L, kind, lua_isnil(L, 1) ? 0 : static_cast<size_t>(lua_rawlen(L, 1)));
  if (!lua_isnil(L, 1)) copy_entries(L, 3, 1, 1);
  return 1;
}

// weak.keytable([init [, opts]])
int weak_keytable(lua_State* L) {
  bool is_long = false;
  if (!lua_isnoneornil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 2, "long");
    is_long = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
  }
  return new_table(L, is_long ? MAYFLY_WEAKKEYTABLE | MAYFLY_WEAKLONG : MAYFLY_WEAKKEYTABLE);
}

int weak_valuetable(lua_State* L) { return new_table(L, MAYFLY_WEAKVALUETABLE); }
int weak_kvtable(lua_State* L) { return new_table(L, MAYFLY_WEAKKVTABLE); }

// Pushes t[k] of arguments 1 and 2.
int push_entry(lua_State* L) {
  lua_pushvalue(L, 2);
  return lua_rawget(L, 1);
}

// weak.get(t, k [, default])
int weak_get(lua_State* L) {
  check_weak_table(L, 1);
  luaL_checkany(L, 2);
  lua_settop(L, 3);
  if (push_entry(L) == LUA_TNIL) lua_pop(L, 1);
  return 1;
}

// weak.pop(t, k [, default])
int weak_pop(lua_State* L) {
  check_weak_table(L, 1);
  luaL_checkany(L, 2);
  lua_settop(L, 3);
  if (push_entry(L) == LUA_TNIL) {
    lua_pop(L, 1);
    return 1;
  }
  lua_pushvalue(L, 2);
  lua_pushnil(L);
  lua_rawset(L, 1);
  return 1;
}

// weak.setdefault(t, k, v)
int weak_setdefault(lua_State* L) {
  check_weak_table(L, 1);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (push_entry(L) != LUA_TNIL) return 1;
  lua_settop(L, 3);
  int type = mayfly_weaktype(L, 1);
  if (type != MAYFLY_WEAKVALUETABLE) check_referable(L, 2);
  if (type != MAYFLY_WEAKKEYTABLE) check_referable(L, 3);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, 1);
  return 1;
}

// weak.popitem(t): the newest pair, or nil
int weak_popitem(lua_State* L) {
  check_weak_table(L, 1);
  if (mayfly_popweak(L, 1) != 0) return 2;
  luaL_pushfail(L);
  return 1;
}

// weak.update(t, source)
int weak_update(lua_State* L) {
  check_weak_table(L, 1);
  check_source(L, 2);
  lua_settop(L, 2);
  if (lua_rawequal(L, 1, 2) == 0) copy_entries(L, 1, 2, 2);
  lua_settop(L, 1);
  return 1;
}

// Pushes a copy of the table or weak table at `index`.
void push_copy(lua_State* L, int index) {
  if (lua_istable(L, index)) {
    lua_newtable(L);
  } else {
    int kind = mayfly_weaktype(L, index) | (mayfly_islongweak(L, index) != 0 ? MAYFLY_WEAKLONG : 0);
    mayfly_newweaktable(L, kind, static_cast<size_t>(lua_rawlen(L, index)));
  }
  copy_entries(L, lua_gettop(L), index, index);
}

// weak.copy(t)
int weak_copy(lua_State* L) {
  check_weak_table(L, 1);
  push_copy(L, 1);
  return 1;
}

// a | b, where at least one is a weak table
int table_union(lua_State* L) {
  check_source(L, 1);
  check_source(L, 2);
  lua_settop(L, 2);
  push_copy(L, 1);
  copy_entries(L, 3, 2, 2);
  return 1;
}

// weak.clear(t)
int weak_clear(lua_State* L) {
  check_weak_table(L, 1);
  mayfly_clearweak(L, 1);
  lua_settop(L, 1);
  return 1;
}

// A sequence of what `part` makes of each entry: it gets key and value on top and leaves its result above them.
int collect_entries(lua_State* L, void (*part)(lua_State* L)) {
  lua_settop(L, 1);
  auto count = lua_rawlen(L, 1);
  lua_createtable(L, count < 0x7FFFFFFF ? static_cast<int>(count) : 0, 0);
  lua_Integer position = 0;
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
    part(L);
    lua_rawseti(L, 2, ++position);
  }
  return 1;
}

// weak.keys(t), weak.values(t)
int weak_keys(lua_State* L) {
  check_weak_table(L, 1);
  return collect_entries(L, [](lua_State* l) { lua_pushvalue(l, -2); });
}

int weak_values(lua_State* L) {
  check_weak_table(L, 1);
  return collect_entries(L, [](lua_State* l) { lua_pushvalue(l, -1); });
}

// weak.keyrefs(t), weak.valuerefs(t)
int weak_keyrefs(lua_State* L) {
  if (!is_weak_table(L, 1) || mayfly_weaktype(L, 1) == MAYFLY_WEAKVALUETABLE) {
    luaL_typeerror(L, 1, "weak table with weak keys");
  }
  return collect_entries(L, [](lua_State* l) { mayfly_newweakref(l, -2, 0); });
}

int weak_valuerefs(lua_State* L) {
  if (!is_weak_table(L, 1) || mayfly_weaktype(L, 1) == MAYFLY_WEAKKEYTABLE) {
    luaL_typeerror(L, 1, "weak table with weak values");
  }
  return collect_entries(L, [](lua_State* l) { mayfly_newweakref(l, -1, 0); });
}

constexpr luaL_Reg functions[] = {
    {"keytable", weak_keytable},
    {"valuetable", weak_valuetable},
    {"kvtable", weak_kvtable},
    {"get", weak_get},
    {"pop", weak_pop},
    {"setdefault", weak_setdefault},
    {"popitem", weak_popitem},
    {"update", weak_update},
    {"copy", weak_copy},
    {"clear", weak_clear},
    {"keys", weak_keys},
    {"values", weak_values},
    {"keyrefs", weak_keyrefs},
    {"valuerefs", weak_valuerefs},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__bor", table_union},
    {nullptr, nullptr},
};

}  // namespace

void stdlib::push_table_metatable(lua_State* L, int type) {
  static constexpr const char* names[] = {"weakkeytable", "weakvaluetable", "weakkvtable"};
  push_metatable(L, names[type - MAYFLY_WEAKKEYTABLE], events, nullptr);
}

void stdlib::open_weak_tables(lua_State* L) { luaL_setfuncs(L, functions, 0); }
