// SPDX-License-Identifier: MIT
// The stack: pushing, looking, converting, arithmetic and comparison.
#include <cstdarg>

#include "steps.hpp"

namespace {

const char* push_formatted(lua_State* L, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  // What va_end has to follow, an error skips; on the platforms there are it does nothing.
  const char* text = lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  return text;
}

int push_everything(lua_State* L) {
  luaL_checkstack(L, 60, "no room");
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  lua_pushinteger(L, 42);
  lua_pushnumber(L, 1.5);
  lua_pushlstring(L, "with length", 11);
  lua_pushstring(L, "a string long enough not to be shared by content with others");
  lua_pushliteral(L, "literal");
  lua_pushfstring(L, "%s %d %I %f %p %c %U %%", "text", 1, (LUAI_UACINT)2, 3.5, (void*)L, 'c', 0x20ACL);
  push_formatted(L, "%s and %s", "one", "a text that makes the buffer of formatted strings grow beyond what it has on the stack, "
                 "which takes some two hundred characters, so that it needs storage of its own, and that may fail as well; "
                 "but this is not all: here come more characters, and more, until there are certainly enough of them.");
  lua_pushcfunction(L, push_everything);
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_pushcclosure(L, push_everything, 2);
  lua_pushlightuserdata(L, L);
  lua_pushthread(L);
  lua_pushglobaltable(L);
  return 0;
}

int move_values(lua_State* L) {
  for (int i = 1; i <= 10; ++i) lua_pushfstring(L, "value %d", i);
  lua_pushvalue(L, 3);
  lua_rotate(L, 2, 3);
  lua_insert(L, 1);
  lua_replace(L, 2);
  lua_remove(L, 3);
  lua_copy(L, 1, 4);
  if (lua_absindex(L, -1) != lua_gettop(L)) return luaL_error(L, "absindex");
  lua_settop(L, 5);
  lua_State* other = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, other, 1);
  lua_settop(L, 200 < lua_gettop(L) ? 200 : lua_gettop(L));
  luaL_checkstack(L, 5000, "no room");
  return lua_checkstack(L, 10000) ? 0 : luaL_error(L, "not enough memory for the stack");
}

int look_at_values(lua_State* L) {
  push_everything(L);
  int found = 0;
  for (int i = 1; i <= lua_gettop(L); ++i) {
    found += lua_isnumber(L, i) + lua_isstring(L, i) + lua_iscfunction(L, i) + lua_isinteger(L, i) + lua_isuserdata(L, i);
    found += lua_type(L, i) >= 0 && lua_typename(L, lua_type(L, i)) != nullptr;
    int valid;
    lua_tonumberx(L, i, &valid);
    lua_tointegerx(L, i, &valid);
    found += lua_toboolean(L, i) + (lua_rawlen(L, i) != 0) + (lua_tocfunction(L, i) != nullptr) + (lua_touserdata(L, i) != nullptr);
    found += (lua_tothread(L, i) != nullptr) + (lua_topointer(L, i) != nullptr);
    lua_pushvalue(L, i);
    lua_tolstring(L, -1, nullptr);  // converts numbers in place
    lua_pop(L, 1);
  }
  return found > 20 ? 0 : luaL_error(L, "only %d", found);
}

int calculate(lua_State* L) {
  for (int operation = LUA_OPADD; operation <= LUA_OPBNOT; ++operation) {
    bool bitwise = (operation >= LUA_OPBAND && operation <= LUA_OPSHR) || operation == LUA_OPBNOT;
    if (bitwise) lua_pushinteger(L, 12);
    else lua_pushstring(L, "12");
    if (operation != LUA_OPUNM && operation != LUA_OPBNOT) lua_pushinteger(L, 3);
    lua_arith(L, operation);
    lua_pop(L, 1);
  }
  lua_pushinteger(L, 1);
  lua_pushnumber(L, 2);
  if (lua_rawequal(L, 1, 2) || lua_compare(L, 1, 2, LUA_OPEQ) || !lua_compare(L, 1, 2, LUA_OPLT) || !lua_compare(L, 1, 2, LUA_OPLE)) {
    return luaL_error(L, "comparison");
  }
  lua_pushstring(L, "text");
  lua_concat(L, 3);
  lua_concat(L, 0);
  lua_len(L, -2);
  if (lua_stringtonumber(L, "0x1p4") != 6) return luaL_error(L, "stringtonumber");
  return 0;
}

}  // namespace

const std::vector<Step> stack_steps = {
    {"C++: push everything", push_everything},
    {"C++: move values", move_values},
    {"C++: look at values", look_at_values},
    {"C++: calculate", calculate},
};
