// SPDX-License-Identifier: MIT
// Manual 6.1: the basic functions, except those that load chunks (chunk.cpp) and collectgarbage (collect.cpp).
#include <cctype>
#include <cstring>

#include <lua.hpp>

#include <mayfly/call.h>
#include <mayfly/intrinsic.h>
#include <mayfly/weak.h>

#include "base.hpp"
#include "weak_library.hpp"

namespace {

// Errors and protected calls.

// Raises the only value on the stack; text gets the position of the function at `level`.
int raise_at(lua_State* L, int level) {
  if (level > 0 && lua_type(L, 1) == LUA_TSTRING) {
    luaL_where(L, level);
    lua_insert(L, 1);
    lua_concat(L, 2);
  }
  return mayfly_tailerror(L);
}

int base_error(lua_State* L) {
  auto level = static_cast<int>(luaL_optinteger(L, 2, 1));
  lua_settop(L, 1);
  return raise_at(L, level);
}

int base_assert(lua_State* L) {
  if (lua_toboolean(L, 1) != 0) [[likely]]
    return lua_gettop(L);
  luaL_checkany(L, 1);
  lua_remove(L, 1);
  lua_pushliteral(L, "assertion failed!");  // unless there is a message
  lua_settop(L, 1);
  return raise_at(L, 1);
}

// After pcall and xpcall: slot 1 becomes the first result; the others, or the error value, are above it.
int finish_protected(lua_State* L, int status, lua_KContext) {
  lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD ? 1 : 0);
  lua_replace(L, 1);
  return lua_gettop(L);
}

int base_pcall(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushnil(L);
  lua_insert(L, 1);  // the slot of the status
  return mayfly_tailpcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_protected);
}

int base_xpcall(lua_State* L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 1);
  lua_copy(L, 2, 1);  // the handler; later the slot of the status
  lua_replace(L, 2);
  return mayfly_tailpcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, finish_protected);
}

// Text and numbers.

int base_print(lua_State* L) {
  int count = lua_gettop(L);
  for (int i = 1; i <= count; ++i) {
    size_t length;
    const char* text = luaL_tolstring(L, i, &length);
    if (i > 1) lua_writestring("\t", 1);
    lua_writestring(text, length);
    lua_pop(L, 1);
  }
  lua_writeline();
  return 0;
}

int base_warn(lua_State* L) {
  int count = lua_gettop(L);
  luaL_checkstring(L, 1);
  for (int i = 2; i <= count; ++i) luaL_checkstring(L, i);  // no half of a message before an error
  for (int i = 1; i < count; ++i) lua_warning(L, lua_tostring(L, i), 1);
  lua_warning(L, lua_tostring(L, count), 0);
  return 0;
}

int base_tostring(lua_State* L) {
  luaL_checkany(L, 1);
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

constexpr const char blanks[] = " \f\n\r\t\v";

int digit_value(char c) {
  auto character = static_cast<unsigned char>(c);
  if (std::isdigit(character) != 0) return c - '0';
  if (std::isalpha(character) != 0) return std::toupper(character) - 'A' + 10;
  return 36;
}

// The whole of `text` as an integer in a base (wrapping around); false when it is not one.
bool parse_integer(const char* text, size_t length, int base, lua_Integer* result) {
  const char* end = text + length;
  text += std::strspn(text, blanks);
  bool negative = *text == '-';
  if (negative || *text == '+') ++text;
  if (digit_value(*text) >= base) return false;
  lua_Unsigned value = 0;
  for (; digit_value(*text) < base; ++text) {
    value = value * static_cast<lua_Unsigned>(base) + static_cast<lua_Unsigned>(digit_value(*text));
  }
  text += std::strspn(text, blanks);
  *result = static_cast<lua_Integer>(negative ? 0 - value : value);
  return text == end;
}

int base_tonumber(lua_State* L) {
  size_t length;
  if (!lua_isnoneornil(L, 2)) {
    lua_Integer base = luaL_checkinteger(L, 2);
    luaL_checktype(L, 1, LUA_TSTRING);
    luaL_argcheck(L, 2 <= base && base <= 36, 2, "base out of range");
    const char* text = lua_tolstring(L, 1, &length);
    lua_Integer value;
    if (parse_integer(text, length, static_cast<int>(base), &value)) {
      lua_pushinteger(L, value);
      return 1;
    }
  } else if (lua_type(L, 1) == LUA_TNUMBER) {
    lua_settop(L, 1);
    return 1;
  } else {
    const char* text = lua_tolstring(L, 1, &length);
    if (text != nullptr && lua_stringtonumber(L, text) == length + 1) return 1;
    luaL_checkany(L, 1);
  }
  luaL_pushfail(L);
  return 1;
}

int base_type(lua_State* L) {
  luaL_checkany(L, 1);
  mayfly_pushtypename(L, 1);
  return 1;
}

int base_select(lua_State* L) {
  int count = lua_gettop(L);
  if (lua_type(L, 1) == LUA_TSTRING && *lua_tostring(L, 1) == '#') {
    lua_pushinteger(L, count - 1);
    return 1;
  }
  lua_Integer position = luaL_checkinteger(L, 1);
  if (position < 0) {
    position += count;
  } else if (position > count) {
    position = count;
  }
  luaL_argcheck(L, position >= 1, 1, "index out of range");
  return count - static_cast<int>(position);
}

// Tables, weak tables and weak sets.

bool is_tabular(lua_State* L, int index) {
  if (lua_type(L, index) == LUA_TTABLE) [[likely]]
    return true;
  int type = mayfly_weaktype(L, index);
  return type >= MAYFLY_WEAKKEYTABLE && type <= MAYFLY_WEAKSET;
}

void check_tabular(lua_State* L, int argument) {
  if (!is_tabular(L, argument)) [[unlikely]]
    luaL_typeerror(L, argument, lua_typename(L, LUA_TTABLE));
}

int base_next(lua_State* L) {
  check_tabular(L, 1);
  lua_settop(L, 2);
  if (lua_next(L, 1) != 0) return 2;
  lua_pushnil(L);
  return 1;
}

}  // namespace

int stdlib::base_pairs(lua_State* L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    return mayfly_tailcallk(L, 1, 3, 0, nullptr);
  }
  if (lua_type(L, 1) == LUA_TUSERDATA && is_tabular(L, 1)) return mayfly_weakpairs(L, 1);
  lua_pushcfunction(L, base_next);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

namespace {

int ipairs_step(lua_State* L) {
  auto position = static_cast<lua_Integer>(static_cast<lua_Unsigned>(luaL_checkinteger(L, 2)) + 1);
  lua_pushinteger(L, position);
  return lua_geti(L, 1, position) == LUA_TNIL ? 1 : 2;
}

int base_ipairs(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushcfunction(L, ipairs_step);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

int base_rawequal(lua_State* L) {
  luaL_checkany(L, 1);
  luaL_checkany(L, 2);
  lua_pushboolean(L, lua_rawequal(L, 1, 2));
  return 1;
}

int base_rawlen(lua_State* L) {
  luaL_argexpected(L, lua_type(L, 1) == LUA_TSTRING || is_tabular(L, 1), 1, "table or string");
  lua_pushinteger(L, static_cast<lua_Integer>(lua_rawlen(L, 1)));
  return 1;
}

int base_rawget(lua_State* L) {
  check_tabular(L, 1);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_rawget(L, 1);
  return 1;
}

// What a weak table cannot hold is the argument's fault.
void check_weak_entry(lua_State* L) {
  int type = mayfly_weaktype(L, 1);
  if (type == MAYFLY_WEAKKEYTABLE || type == MAYFLY_WEAKKVTABLE || type == MAYFLY_WEAKSET) stdlib::check_referable(L, 2);
  if ((type == MAYFLY_WEAKVALUETABLE || type == MAYFLY_WEAKKVTABLE) && !lua_isnil(L, 3)) stdlib::check_referable(L, 3);
}

int base_rawset(lua_State* L) {
  check_tabular(L, 1);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  if (!lua_istable(L, 1)) [[unlikely]] check_weak_entry(L);
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 1;
}

int base_getmetatable(lua_State* L) {
  luaL_checkany(L, 1);
  if (lua_getmetatable(L, 1) == 0) {
    lua_pushnil(L);
  } else {
    luaL_getmetafield(L, 1, "__metatable");  // pushes nothing when there is none
  }
  return 1;
}

int base_setmetatable(lua_State* L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
    return luaL_error(L, "cannot change a protected metatable");
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"assert", base_assert},
    {"collectgarbage", stdlib::base_collectgarbage},
    {"dofile", stdlib::base_dofile},
    {"error", base_error},
    {"getmetatable", base_getmetatable},
    {"ipairs", base_ipairs},
    {"load", stdlib::base_load},
    {"loadfile", stdlib::base_loadfile},
    {"next", base_next},
    {"pairs", stdlib::base_pairs},
    {"pcall", base_pcall},
    {"print", base_print},
    {"rawequal", base_rawequal},
    {"rawget", base_rawget},
    {"rawlen", base_rawlen},
    {"rawset", base_rawset},
    {"select", base_select},
    {"setmetatable", base_setmetatable},
    {"tonumber", base_tonumber},
    {"tostring", base_tostring},
    {"type", base_type},
    {"warn", base_warn},
    {"xpcall", base_xpcall},
    {LUA_GNAME, nullptr},  // set below
    {"_VERSION", nullptr},
    {nullptr, nullptr},
};

}  // namespace

int luaopen_base(lua_State* L) {
  lua_pushglobaltable(L);
  luaL_setfuncs(L, functions, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, LUA_GNAME);
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "_VERSION");
  mayfly_setiterators(L, base_next, ipairs_step);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_ASSERT, base_assert);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_GETMETATABLE, base_getmetatable);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_IPAIRS, base_ipairs);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_NEXT, base_next);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_PAIRS, stdlib::base_pairs);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_PCALL, base_pcall);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_RAWGET, base_rawget);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_RAWSET, base_rawset);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_SELECT, base_select);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_SETMETATABLE, base_setmetatable);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_TONUMBER, base_tonumber);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_TOSTRING, base_tostring);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_TYPE, base_type);
  return 1;
}
