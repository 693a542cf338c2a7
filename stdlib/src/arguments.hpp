// SPDX-License-Identifier: MIT
// Arguments that are nearly always of the right type: one call of the API where they are, the auxiliary library's checks, and
// its messages, where they are not.
#pragma once

#include <lua.hpp>

#include <cstddef>

namespace stdlib {

/// As luaL_checklstring.
inline const char* text_argument(lua_State* L, int index, std::size_t* length) {
  if (const char* const text = lua_tolstring(L, index, length)) [[likely]]
    return text;
  return luaL_checklstring(L, index, length);
}

/// As luaL_checkinteger.
inline lua_Integer integer_argument(lua_State* L, int index) {
  int converts;
  const lua_Integer value = lua_tointegerx(L, index, &converts);
  if (converts) [[likely]]
    return value;
  return luaL_checkinteger(L, index);
}

/// As luaL_optinteger.
inline lua_Integer integer_argument(lua_State* L, int index, lua_Integer fallback) {
  if (lua_gettop(L) < index) return fallback;
  int converts;
  const lua_Integer value = lua_tointegerx(L, index, &converts);
  if (converts) [[likely]]
    return value;
  return luaL_optinteger(L, index, fallback);
}

/// As luaL_checknumber.
inline lua_Number number_argument(lua_State* L, int index) {
  int converts;
  const lua_Number value = lua_tonumberx(L, index, &converts);
  if (converts) [[likely]]
    return value;
  return luaL_checknumber(L, index);
}

}  // namespace stdlib
