// SPDX-License-Identifier: MIT
// Manual 6.6: table.concat.
#include <cstdint>
#include <cstring>

#include <lua.hpp>

#include <mayfly/array.h>
#include <mayfly/string.h>

#include "table_access.hpp"
#include "work.hpp"

namespace {

struct Separator {
  const char* text;
  size_t length;
};

// The value at `position` is on top; pops it.
void add_element(lua_State* L, luaL_Buffer* text, lua_Integer position) {
  if (lua_isstring(L, -1) == 0) [[unlikely]] {
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
               static_cast<LUAI_UACINT>(position));
  }
  luaL_addvalue(text);
}

// Of a plain table whose elements are all strings: the length is known before anything is copied, so the result is made
// in place. Pushes it and returns true; else does nothing.
bool join_strings(lua_State* L, const mayfly_Value* values, size_t count, Separator separator) {
  size_t total = mayfly_textsize(values, count), separators;
  if (total == SIZE_MAX || __builtin_mul_overflow(count - 1, separator.length, &separators) ||
      __builtin_add_overflow(total, separators, &total)) {
    return false;
  }
  if (total <= MAYFLY_MAXSHORTSTRING) {
    char text[MAYFLY_MAXSHORTSTRING];
    mayfly_copytexts(values, count, separator.text, separator.length, text);
    lua_pushlstring(L, text, total);
    return true;
  }
  constexpr size_t at_once = 64;
  char* target = mayfly_newstring(L, total);
  stdlib::Work work(L);
  for (size_t i = 0; i < count; i += at_once) {
    if (i > 0) {
      std::memcpy(target, separator.text, separator.length);
      target += separator.length;
    }
    size_t portion = count - i < at_once ? count - i : at_once;
    char* begin = target;
    target = mayfly_copytexts(values + i, portion, separator.text, separator.length, target);
    work.add(2 * portion + static_cast<size_t>(target - begin) / 16);
  }
  return true;
}

// Of a plain table with numbers among them. An element that is neither is the error of the general way.
bool join_values(lua_State* L, const mayfly_Value* values, size_t count, Separator separator) {
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  stdlib::Work work(L);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) luaL_addlstring(&text, separator.text, separator.length);
    char room[MAYFLY_MAXNUMBERTEXT];
    size_t length;
    const char* element = mayfly_text(values + i, room, &length);
    if (element == nullptr) return false;
    work.add(4 + length / 16);
    luaL_addlstring(&text, element, length);
  }
  luaL_pushresult(&text);
  return true;
}

void join_any(lua_State* L, lua_Integer position, lua_Integer last, Separator separator) {
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  stdlib::Work work(L);
  for (; position < last; ++position) {
    work.add(4);
    lua_geti(L, 1, position);
    add_element(L, &text, position);
    luaL_addlstring(&text, separator.text, separator.length);
  }
  if (position == last) {  // apart: last may be the greatest integer
    lua_geti(L, 1, position);
    add_element(L, &text, position);
  }
  luaL_pushresult(&text);
}

}  // namespace

int stdlib::table_concat(lua_State* L) {
  lua_Integer last = checked_length(L, 1, table_reads);
  Separator separator;
  separator.text = luaL_optlstring(L, 2, "", &separator.length);
  lua_Integer first = luaL_optinteger(L, 3, 1);
  last = luaL_optinteger(L, 4, last);
  if (last > first && mayfly_isplain(L, 1) != 0) {
    size_t count = static_cast<size_t>(last) - static_cast<size_t>(first) + 1;
    const mayfly_Value* values = mayfly_values(L, 1, first, count);
    if (values != nullptr && (join_strings(L, values, count, separator) || join_values(L, values, count, separator))) {
      return 1;
    }
  }
  join_any(L, first, last, separator);
  return 1;
}
