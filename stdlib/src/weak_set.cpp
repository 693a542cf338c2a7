// SPDX-License-Identifier: MIT
// The library `weak`: sets.
#include <mayfly/weak.h>

#include "weak_library.hpp"

using namespace stdlib;

namespace {

bool is_set(lua_State* L, int index) { return mayfly_weaktype(L, index) == MAYFLY_WEAKSET; }
void check_set(lua_State* L, int argument) { check_weak(L, argument, MAYFLY_WEAKSET, "weakset"); }

void check_members(lua_State* L, int argument) {
  if (!is_set(L, argument) && !lua_istable(L, argument)) luaL_typeerror(L, argument, "weakset or sequence");
}

// Is the value on top a member?
bool has_top(lua_State* L, int set) {
  lua_pushvalue(L, -1);
  bool found = lua_rawget(L, set) != LUA_TNIL;
  lua_pop(L, 1);
  return found;
}

// Enters, or removes, the value on top, which stays.
void put_top(lua_State* L, int set, bool member) {
  lua_pushvalue(L, -1);
  if (member) {
    lua_pushboolean(L, 1);
  } else {
    lua_pushnil(L);
  }
  lua_rawset(L, set);
}

// Calls visit(L) with each member of the set or sequence at `members` on top. What cannot be a member of a set raises an
// error that blames `argument`; with argument 0 it is left out. Returns whether nothing was left out.
template <class Visit>
bool for_each_member(lua_State* L, int members, int argument, Visit visit) {
  luaL_checkstack(L, 6, nullptr);
  if (is_set(L, members)) {
    for (lua_pushnil(L); lua_next(L, members) != 0;) {
      lua_pop(L, 1);
      visit(L);
    }
    return true;
  }
  bool all = true;
  lua_Integer count = luaL_len(L, members);
  for (lua_Integer i = 1; i <= count; ++i, lua_pop(L, 1)) {
    lua_geti(L, members, i);
    if (mayfly_referable(L, -1) != 0) {
      visit(L);
    } else if (argument == 0) {
      all = false;
    } else {
      luaL_argerror(L, argument, lua_pushfstring(L, "cannot hold a %s weakly", weak_value_name(L, -1)));
    }
  }
  return all;
}

void add_all(lua_State* L, int set, int members, int argument) {
  for_each_member(L, members, argument, [set](lua_State* l) { put_top(l, set, true); });
}

// Pushes a new set with the members of the set or sequence at `members`.
void push_set(lua_State* L, int members, int argument) {
  mayfly_newweakset(L, static_cast<size_t>(lua_rawlen(L, members)));
  add_all(L, lua_gettop(L), members, argument);
}

// Makes a sequence at `argument` a set; false when some of its values cannot be members.
bool as_set(lua_State* L, int argument) {
  check_members(L, argument);
  if (is_set(L, argument)) return true;
  mayfly_newweakset(L, static_cast<size_t>(lua_rawlen(L, argument)));
  int set = lua_gettop(L);
  bool all = for_each_member(L, argument, 0, [set](lua_State* l) { put_top(l, set, true); });
  lua_replace(L, argument);
  return all;
}

// weak.set([members])
int weak_set(lua_State* L) {
  lua_settop(L, 1);
  if (lua_isnil(L, 1)) {
    mayfly_newweakset(L, 0);
    return 1;
  }
  check_members(L, 1);
  push_set(L, 1, 1);
  return 1;
}

// --- single members ---------------------------------------------------------------------------------------------------

int set_add(lua_State* L) {
  check_set(L, 1);
  check_referable(L, 2);
  lua_settop(L, 2);
  put_top(L, 1, true);
  lua_settop(L, 1);
  return 1;
}

int set_discard(lua_State* L) {
  check_set(L, 1);
  check_referable(L, 2);
  lua_settop(L, 2);
  put_top(L, 1, false);
  lua_settop(L, 1);
  return 1;
}

int set_remove(lua_State* L) {
  check_set(L, 1);
  check_referable(L, 2);
  lua_settop(L, 2);
  if (!has_top(L, 1)) luaL_argerror(L, 2, "not a member of the set");
  put_top(L, 1, false);
  lua_settop(L, 1);
  return 1;
}

int set_has(lua_State* L) {
  check_set(L, 1);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_pushboolean(L, has_top(L, 1) ? 1 : 0);
  return 1;
}

// s:pop(): the newest member, or nil
int set_pop(lua_State* L) {
  check_set(L, 1);
  if (mayfly_popweak(L, 1) == 0) {
    luaL_pushfail(L);
  } else {
    lua_pop(L, 1);
  }
  return 1;
}

// --- whole sets ---------------------------------------------------------------------------------------------------------

int set_clear(lua_State* L) {
  check_set(L, 1);
  mayfly_clearweak(L, 1);
  lua_settop(L, 1);
  return 1;
}

int set_copy(lua_State* L) {
  check_set(L, 1);
  push_set(L, 1, 1);
  return 1;
}

void unite(lua_State* L, int set, int argument) {
  if (lua_rawequal(L, set, argument) == 0) add_all(L, set, argument, argument);
}

void intersect(lua_State* L, int set, int argument) {
  as_set(L, argument);
  for_each_member(L, set, 0, [set, argument](lua_State* l) {
    if (!has_top(l, argument)) put_top(l, set, false);
  });
}

void subtract(lua_State* L, int set, int argument) {
  for_each_member(L, argument, 0, [set](lua_State* l) { put_top(l, set, false); });
}

// A value that stands twice in a sequence is one member.
void subtract_symmetrically(lua_State* L, int set, int argument) {
  if (lua_rawequal(L, set, argument) != 0) return mayfly_clearweak(L, set);
  if (!is_set(L, argument)) {
    push_set(L, argument, argument);
    lua_replace(L, argument);
  }
  for_each_member(L, argument, 0, [set](lua_State* l) { put_top(l, set, !has_top(l, set)); });
}

using Combine = void (*)(lua_State* L, int set, int argument);

// s:..._update(...): combines the set with each argument; returns it.
template <Combine combine>
int set_combine(lua_State* L) {
  check_set(L, 1);
  int last = lua_gettop(L);
  for (int i = 2; i <= last; ++i) check_members(L, i);
  for (int i = 2; i <= last; ++i) combine(L, 1, i);
  lua_settop(L, 1);
  return 1;
}

// The same with a copy.
template <Combine combine>
int set_combined(lua_State* L) {
  check_set(L, 1);
  int last = lua_gettop(L);
  for (int i = 2; i <= last; ++i) check_members(L, i);
  push_set(L, 1, 1);
  int result = lua_gettop(L);
  for (int i = 2; i <= last; ++i) combine(L, result, i);
  lua_settop(L, result);
  return 1;
}

// Operators: between sets only.
template <Combine combine>
int set_operator(lua_State* L) {
  check_set(L, 1);
  check_set(L, 2);
  lua_settop(L, 2);
  return set_combined<combine>(L);
}

// --- comparison -----------------------------------------------------------------------------------------------------------

// Is every member of the set at `part` one of that at `whole`?
bool is_part(lua_State* L, int part, int whole) {
  bool all = true;
  for_each_member(L, part, 0, [whole, &all](lua_State* l) { all = all && has_top(l, whole); });
  return all;
}

int push_answer(lua_State* L, bool answer) {
  lua_pushboolean(L, answer ? 1 : 0);
  return 1;
}

int set_issubset(lua_State* L) {
  check_set(L, 1);
  lua_settop(L, 2);
  as_set(L, 2);
  return push_answer(L, is_part(L, 1, 2));
}

int set_issuperset(lua_State* L) {
  check_set(L, 1);
  lua_settop(L, 2);
  return push_answer(L, as_set(L, 2) && is_part(L, 2, 1));
}

int set_isdisjoint(lua_State* L) {
  check_set(L, 1);
  check_members(L, 2);
  lua_settop(L, 2);
  bool disjoint = true;
  for_each_member(L, 2, 0, [&disjoint](lua_State* l) { disjoint = disjoint && !has_top(l, 1); });
  return push_answer(L, disjoint);
}

int set_less_equal(lua_State* L) {
  check_set(L, 1);
  check_set(L, 2);
  return push_answer(L, is_part(L, 1, 2));
}

int set_less(lua_State* L) {
  check_set(L, 1);
  check_set(L, 2);
  return push_answer(L, is_part(L, 1, 2) && lua_rawlen(L, 1) < lua_rawlen(L, 2));
}

constexpr luaL_Reg functions[] = {
    {"set", weak_set},
    {nullptr, nullptr},
};

constexpr luaL_Reg methods[] = {
    {"add", set_add},
    {"discard", set_discard},
    {"remove", set_remove},
    {"has", set_has},
    {"pop", set_pop},
    {"clear", set_clear},
    {"copy", set_copy},
    {"update", set_combine<unite>},
    {"intersection_update", set_combine<intersect>},
    {"difference_update", set_combine<subtract>},
    {"symmetric_difference_update", set_combine<subtract_symmetrically>},
    {"union", set_combined<unite>},
    {"intersection", set_combined<intersect>},
    {"difference", set_combined<subtract>},
    {"symmetric_difference", set_combined<subtract_symmetrically>},
    {"issubset", set_issubset},
    {"issuperset", set_issuperset},
    {"isdisjoint", set_isdisjoint},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__bor", set_operator<unite>},
    {"__band", set_operator<intersect>},
    {"__sub", set_operator<subtract>},
    {"__bxor", set_operator<subtract_symmetrically>},
    {"__le", set_less_equal},
    {"__lt", set_less},
    {nullptr, nullptr},
};

}  // namespace

void stdlib::push_set_metatable(lua_State* L) { push_metatable(L, "weakset", events, methods); }

void stdlib::open_weak_sets(lua_State* L) { luaL_setfuncs(L, functions, 0); }
