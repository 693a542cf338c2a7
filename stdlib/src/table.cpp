// SPDX-License-Identifier: MIT
// Manual 6.6: the table library, except sort (sort.cpp) and concat (concat.cpp).
#include <climits>

#include <lua.hpp>

#include <mayfly/array.h>
#include <mayfly/intrinsic.h>

#include "table_access.hpp"
#include "work.hpp"

namespace {

using stdlib::table_measures;
using stdlib::table_reads;
using stdlib::table_writes;

bool has_metamethod(lua_State* L, const char* event) {
  lua_pushstring(L, event);
  bool found = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 1);
  return found;
}

}  // namespace

void stdlib::check_table(lua_State* L, int argument, unsigned uses) {
  if (lua_type(L, argument) == LUA_TTABLE) [[likely]]
    return;
  if (lua_getmetatable(L, argument) != 0) {
    bool suitable = ((uses & table_reads) == 0 || has_metamethod(L, "__index")) &&
                    ((uses & table_writes) == 0 || has_metamethod(L, "__newindex")) &&
                    ((uses & table_measures) == 0 || has_metamethod(L, "__len"));
    lua_pop(L, 1);
    if (suitable) return;
  }
  luaL_checktype(L, argument, LUA_TTABLE);
}

lua_Integer stdlib::checked_length(lua_State* L, int argument, unsigned uses) {
  check_table(L, argument, uses | table_measures);
  return luaL_len(L, argument);
}

namespace {

// Adds without overflow: a length may be anything that __len says.
lua_Integer wrapping_add(lua_Integer a, lua_Integer b) {
  return static_cast<lua_Integer>(static_cast<lua_Unsigned>(a) + static_cast<lua_Unsigned>(b));
}

// from[source] to to[target]; indices of tables on the stack.
void copy_element(lua_State* L, int from, lua_Integer source, int to, lua_Integer target) {
  lua_geti(L, from, source);
  lua_seti(L, to, target);
}

// The `count` elements from from[first] on to to[target] and behind; `forwards`: the first one first.
void copy_elements(lua_State* L, int from, lua_Integer first, lua_Integer count, int to, lua_Integer target, bool forwards) {
  stdlib::Work work(L);
  for (lua_Integer done = 0; done < count; ++done) {
    work.add(4);
    lua_Integer i = forwards ? done : count - 1 - done;
    copy_element(L, from, first + i, to, target + i);
  }
}

constexpr lua_Integer values_per_unit = 4;  // moved in bulk

// Moves t[first .. first + count - 1] of the table in slot 1 to t[target ...], in bulk where it is plain.
void shift(lua_State* L, lua_Integer first, lua_Integer count, lua_Integer target) {
  if (count > values_per_unit * 100) mayfly_safepoint(L, static_cast<size_t>(count / values_per_unit));
  if (mayfly_isplain(L, 1) != 0 && count > 0 &&
      mayfly_movevalues(L, 1, first, static_cast<size_t>(count), 1, target) != 0) {
    return;
  }
  copy_elements(L, 1, first, count, 1, target, target < first);
}

int table_insert(lua_State* L) {
  int count = lua_gettop(L);
  if (count == 2 && mayfly_isplain(L, 1) != 0) [[likely]] {
    mayfly_append(L, 1);
    return 0;
  }
  lua_Integer end = wrapping_add(stdlib::checked_length(L, 1, table_reads | table_writes), 1);  // first free position
  if (count == 2) {
    lua_seti(L, 1, end);
    return 0;
  }
  if (count != 3) return luaL_error(L, "wrong number of arguments to 'insert'");
  lua_Integer position = luaL_checkinteger(L, 2);
  // Unsigned, so that position 0 and negative ones fail too.
  luaL_argcheck(L, static_cast<lua_Unsigned>(position) - 1U < static_cast<lua_Unsigned>(end), 2,
                "position out of bounds");
  if (position < end) {
    copy_element(L, 1, end - 1, 1, end);  // first, for the table may have to grow
    shift(L, position, end - 1 - position, position + 1);
  }
  lua_seti(L, 1, position);
  return 0;
}

int table_remove(lua_State* L) {
  lua_Integer size = stdlib::checked_length(L, 1, table_reads | table_writes);
  lua_Integer position = luaL_optinteger(L, 2, size);
  if (position != size) {  // 1 to size + 1
    luaL_argcheck(L, static_cast<lua_Unsigned>(position) - 1U <= static_cast<lua_Unsigned>(size), 1,
                  "position out of bounds");
  }
  lua_geti(L, 1, position);
  if (position < size) {
    shift(L, position + 1, size - position, position);
    position = size;
  }
  lua_pushnil(L);
  lua_seti(L, 1, position);
  return 1;
}

int table_move(lua_State* L) {
  lua_Integer first = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  lua_Integer target = luaL_checkinteger(L, 4);
  int destination = lua_isnoneornil(L, 5) ? 1 : 5;
  stdlib::check_table(L, 1, table_reads);
  stdlib::check_table(L, destination, table_writes);
  lua_settop(L, 5);
  lua_pushvalue(L, destination);  // the result
  if (last < first) return 1;
  luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
  lua_Integer count = last - first + 1;
  luaL_argcheck(L, target <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
  bool plain = mayfly_isplain(L, 1) != 0 && mayfly_isplain(L, destination) != 0;
  if (plain && count > values_per_unit * 100) mayfly_safepoint(L, static_cast<size_t>(count / values_per_unit));
  if (plain && mayfly_movevalues(L, 1, first, static_cast<size_t>(count), destination, target) != 0) return 1;
  bool forwards =
      target > last || target <= first || (destination != 1 && lua_compare(L, 1, destination, LUA_OPEQ) == 0);
  copy_elements(L, 1, first, count, destination, target, forwards);
  return 1;
}

int table_pack(lua_State* L) {
  int count = lua_gettop(L);
  mayfly_newsequence(L, count, 1);
  lua_pushinteger(L, count);
  lua_setfield(L, -2, "n");
  return 1;
}

int table_unpack(lua_State* L) {
  lua_Integer first = luaL_optinteger(L, 2, 1);
  lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
  if (first > last) return 0;
  lua_Unsigned count =
      static_cast<lua_Unsigned>(last) - static_cast<lua_Unsigned>(first);  // less one: may not overflow
  if (count >= INT_MAX || lua_checkstack(L, static_cast<int>(++count)) == 0) {
    return luaL_error(L, "too many results to unpack");
  }
  if (mayfly_isplain(L, 1) != 0) {
    mayfly_pushvalues(L, 1, first, count);
  } else {
    for (; first < last; ++first) lua_geti(L, 1, first);
    lua_geti(L, 1, last);
  }
  return static_cast<int>(count);
}

constexpr luaL_Reg functions[] = {
    {"concat", stdlib::table_concat}, {"insert", table_insert},     {"move", table_move},     {"pack", table_pack},
    {"remove", table_remove},         {"sort", stdlib::table_sort}, {"unpack", table_unpack}, {nullptr, nullptr},
};

}  // namespace

int luaopen_table(lua_State* L) {
  luaL_newlib(L, functions);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_TABLE_INSERT, table_insert);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_TABLE_REMOVE, table_remove);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_TABLE_UNPACK, table_unpack);
  return 1;
}
