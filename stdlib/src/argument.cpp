// SPDX-License-Identifier: MIT
// lauxlib.h: checks of the arguments of C functions, and the errors they raise.
#include <cstring>

#include <lua.hpp>

#include "function_name.hpp"

namespace {

int raise_tag_error(lua_State* L, int argument, int expected) {
  return luaL_typeerror(L, argument, lua_typename(L, expected));
}

int raise_not_integer(lua_State* L, int argument) {
  if (lua_isnumber(L, argument) == 0) return raise_tag_error(L, argument, LUA_TNUMBER);
  return luaL_argerror(L, argument, "number has no integer representation");
}

}  // namespace

void luaL_where(lua_State* L, int level) {
  lua_Debug call;
  if (lua_getstack(L, level, &call) != 0) {
    lua_getinfo(L, "Sl", &call);
    if (call.currentline > 0) {
      lua_pushfstring(L, "%s:%d: ", call.short_src, call.currentline);
      return;
    }
  }
  lua_pushliteral(L, "");
}

int luaL_error(lua_State* L, const char* format, ...) {
  luaL_where(L, 1);
  va_list arguments;
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  return lua_error(L);
}

int luaL_argerror(lua_State* L, int argument, const char* message) {
  lua_Debug call;
  if (lua_getstack(L, 0, &call) == 0) return luaL_error(L, "bad argument #%d (%s)", argument, message);
  lua_getinfo(L, "n", &call);
  if (std::strcmp(call.namewhat, "method") == 0) {
    --argument;  // scripts do not count the receiver
    if (argument == 0) return luaL_error(L, "calling '%s' on bad self (%s)", call.name, message);
  }
  if (call.name == nullptr) {
    luaL_checkstack(L, 8, nullptr);
    call.name = stdlib::push_loaded_name(L, L, &call) ? lua_tostring(L, -1) : "?";
  }
  return luaL_error(L, "bad argument #%d to '%s' (%s)", argument, call.name, message);
}

int luaL_typeerror(lua_State* L, int argument, const char* expected) {
  const char* actual;
  if (luaL_getmetafield(L, argument, "__name") == LUA_TSTRING) {
    actual = lua_tostring(L, -1);
  } else if (lua_type(L, argument) == LUA_TLIGHTUSERDATA) {
    actual = "light userdata";
  } else {
    actual = luaL_typename(L, argument);
  }
  return luaL_argerror(L, argument, lua_pushfstring(L, "%s expected, got %s", expected, actual));
}

void luaL_checkstack(lua_State* L, int slots, const char* what) {
  if (lua_checkstack(L, slots) != 0) return;
  if (what != nullptr) {
    luaL_error(L, "stack overflow (%s)", what);
  } else {
    luaL_error(L, "stack overflow");
  }
}

void luaL_checktype(lua_State* L, int argument, int type) {
  if (lua_type(L, argument) != type) raise_tag_error(L, argument, type);
}

void luaL_checkany(lua_State* L, int argument) {
  if (lua_type(L, argument) == LUA_TNONE) luaL_argerror(L, argument, "value expected");
}

const char* luaL_checklstring(lua_State* L, int argument, size_t* length) {
  const char* text = lua_tolstring(L, argument, length);
  if (text == nullptr) raise_tag_error(L, argument, LUA_TSTRING);
  return text;
}

const char* luaL_optlstring(lua_State* L, int argument, const char* fallback, size_t* length) {
  if (!lua_isnoneornil(L, argument)) return luaL_checklstring(L, argument, length);
  if (length != nullptr) *length = fallback != nullptr ? std::strlen(fallback) : 0;
  return fallback;
}

lua_Number luaL_checknumber(lua_State* L, int argument) {
  int converted;
  lua_Number number = lua_tonumberx(L, argument, &converted);
  if (converted == 0) [[unlikely]] return raise_tag_error(L, argument, LUA_TNUMBER);
  return number;
}

lua_Number luaL_optnumber(lua_State* L, int argument, lua_Number fallback) {
  return lua_isnoneornil(L, argument) ? fallback : luaL_checknumber(L, argument);
}

lua_Integer luaL_checkinteger(lua_State* L, int argument) {
  int converted;
  lua_Integer integer = lua_tointegerx(L, argument, &converted);
  if (converted == 0) [[unlikely]] return raise_not_integer(L, argument);
  return integer;
}

lua_Integer luaL_optinteger(lua_State* L, int argument, lua_Integer fallback) {
  return lua_isnoneornil(L, argument) ? fallback : luaL_checkinteger(L, argument);
}

int luaL_checkoption(lua_State* L, int argument, const char* fallback, const char* const options[]) {
  const char* wanted = fallback != nullptr ? luaL_optstring(L, argument, fallback) : luaL_checkstring(L, argument);
  for (int position = 0; options[position] != nullptr; ++position) {
    if (std::strcmp(options[position], wanted) == 0) return position;
  }
  return luaL_argerror(L, argument, lua_pushfstring(L, "invalid option '%s'", wanted));
}

void* luaL_testudata(lua_State* L, int index, const char* type_name) {
  void* block = lua_touserdata(L, index);
  if (block == nullptr || lua_getmetatable(L, index) == 0) return nullptr;
  luaL_getmetatable(L, type_name);
  bool same = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  return same ? block : nullptr;
}

void* luaL_checkudata(lua_State* L, int argument, const char* type_name) {
  void* block = luaL_testudata(L, argument, type_name);
  if (block == nullptr) luaL_typeerror(L, argument, type_name);
  return block;
}
