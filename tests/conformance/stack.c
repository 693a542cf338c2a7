/* SPDX-License-Identifier: MIT
 * Basic stack manipulation, pseudo-indices, moving values between threads.
 */
#include "conformance.h"

static int fill(lua_State *L) {
  int n = (int)luaL_checkinteger(L, 1), i;
  for (i = 0; i < n; i++) {
    if (!lua_checkstack(L, 1)) {
      lua_settop(L, 0);
      lua_pushinteger(L, i > 900000 && i <= 1000000);
      return 1;
    }
    lua_pushinteger(L, i);
  }
  lua_pushinteger(L, lua_gettop(L));
  return 1;
}

static int check_too_much(lua_State *L) {
  luaL_checkstack(L, 2000000, lua_isnil(L, 1) ? NULL : "so many");
  return 0;
}

static int upvalue_indices(lua_State *L) {
  int i;
  lua_settop(L, 0);
  for (i = 1; i <= 4; i++) lua_pushvalue(L, lua_type(L, lua_upvalueindex(i)) == LUA_TNONE ? lua_upvalueindex(1) : lua_upvalueindex(i));
  show(L, "upvalues");
  number("type of upvalue 4", lua_type(L, lua_upvalueindex(4)));
  number("type of upvalue 255", lua_type(L, lua_upvalueindex(255)));
  lua_pushliteral(L, "replaced");
  lua_replace(L, lua_upvalueindex(2));
  lua_copy(L, lua_upvalueindex(2), lua_upvalueindex(3));
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_pushvalue(L, lua_upvalueindex(3));
  return 2;
}

void stack_part(lua_State *L) {
  lua_State *co;
  int i;
  section("stack");
  number("empty top", lua_gettop(L));
  lua_settop(L, 3);
  clear(L, "settop grows with nil");
  for (i = 1; i <= 5; i++) lua_pushinteger(L, i);
  number("absindex 2", lua_absindex(L, 2));
  number("absindex -1", lua_absindex(L, -1));
  number("absindex -5", lua_absindex(L, -5));
  number("absindex registry", lua_absindex(L, LUA_REGISTRYINDEX) == LUA_REGISTRYINDEX);
  number("absindex upvalue", lua_absindex(L, lua_upvalueindex(2)) == lua_upvalueindex(2));
  lua_rotate(L, 1, 1);
  show(L, "rotate 1 1");
  lua_rotate(L, 1, -1);
  show(L, "rotate 1 -1");
  lua_rotate(L, 2, 2);
  show(L, "rotate 2 2");
  lua_rotate(L, -3, -2);
  show(L, "rotate -3 -2");
  lua_rotate(L, 1, 0);
  lua_rotate(L, 1, 5);
  lua_rotate(L, -1, 1);
  show(L, "rotations of nothing");
  lua_insert(L, 1);
  show(L, "insert 1");
  lua_insert(L, -1);
  show(L, "insert -1");
  lua_remove(L, 2);
  show(L, "remove 2");
  lua_remove(L, -1);
  show(L, "remove -1");
  lua_pushliteral(L, "x");
  lua_replace(L, 1);
  show(L, "replace 1");
  lua_copy(L, 1, -1);
  show(L, "copy");
  lua_copy(L, -1, -1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -1);
  show(L, "pushvalue");
  lua_settop(L, -3);
  show(L, "settop -3");
  lua_pop(L, 1);
  clear(L, "pop");
  number("checkstack 0", lua_checkstack(L, 0));
  number("checkstack 10000", lua_checkstack(L, 10000));
  for (i = 0; i < 10000; i++) lua_pushinteger(L, i);
  number("sum of ends", (long long)lua_tointeger(L, 1) + lua_tointeger(L, -1));
  lua_settop(L, 0);
  number("checkstack of too much", lua_checkstack(L, 1000001));
  number("checkstack of the most", lua_checkstack(L, 2147483647));
  lua_pushinteger(L, 5000);
  attempt(L, "fill a little", fill);
  lua_pushinteger(L, 2000000);
  attempt(L, "fill the stack", fill);
  lua_pushnil(L);
  attempt(L, "luaL_checkstack", check_too_much);
  lua_pushboolean(L, 1);
  attempt(L, "luaL_checkstack with a message", check_too_much);

  lua_pushliteral(L, "one");
  lua_pushinteger(L, 2);
  lua_newtable(L);
  lua_pushcclosure(L, upvalue_indices, 3);
  lua_call(L, 0, 2);
  clear(L, "after the upvalues");

  co = lua_newthread(L);
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_pushinteger(L, 3);
  lua_xmove(L, co, 2);
  show(L, "xmove from");
  show(co, "xmove to");
  lua_xmove(co, L, 1);
  lua_xmove(L, L, 2);
  lua_xmove(L, co, 0);
  show(L, "xmove back");
  clear(L, "with itself");
}
