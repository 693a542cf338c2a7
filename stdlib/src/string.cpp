// SPDX-License-Identifier: MIT
// The string library: opening it, and the functions without patterns and formats.
#include "arguments.hpp"
#include "new_string.hpp"
#include "positions.hpp"
#include "string_library.hpp"
#include "string_state.hpp"

#include <mayfly/interrupt.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include <mayfly/intrinsic.h>

namespace stdlib {

namespace {

int string_len(lua_State* L) {
  std::size_t length;
  text_argument(L, 1, &length);
  lua_pushinteger(L, static_cast<lua_Integer>(length));
  return 1;
}

int string_sub(lua_State* L) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  const std::size_t first = start_position(integer_argument(L, 2), length);
  const std::size_t last = end_argument(L, 3, -1, length);
  if (first > last)
    lua_pushliteral(L, "");
  else if (last - first + 1 == length)
    lua_pushvalue(L, 1);
  else
    lua_pushlstring(L, text + first - 1, last - first + 1);
  return 1;
}

int string_byte(lua_State* L) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  const lua_Integer position = integer_argument(L, 2, 1);
  const std::size_t first = start_position(position, length);
  const std::size_t last = end_argument(L, 3, position, length);
  if (first > last) return 0;
  if (last - first >= max_counted_size) return luaL_error(L, "string slice too long");
  const int count = static_cast<int>(last - first + 1);
  if (count > LUA_MINSTACK / 2) luaL_checkstack(L, count, "string slice too long");
  for (int i = 0; i < count; ++i)
    lua_pushinteger(L, static_cast<unsigned char>(text[first - 1 + static_cast<std::size_t>(i)]));
  return count;
}

int string_char(lua_State* L) {
  const int count = lua_gettop(L);
  luaL_Buffer buffer;
  char* const bytes = luaL_buffinitsize(L, &buffer, static_cast<std::size_t>(count));
  for (int i = 1; i <= count; ++i) {
    const lua_Integer code = integer_argument(L, i);
    luaL_argcheck(L, code >= 0 && code <= 255, i, "value out of range");
    bytes[i - 1] = static_cast<char>(code);
  }
  luaL_pushresultsize(&buffer, static_cast<std::size_t>(count));
  return 1;
}

int string_reverse(lua_State* L) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  NewString result(L, length);
  std::reverse_copy(text, text + length, result.bytes());
  result.push();
  return 1;
}

/// Copies with the case of the 26 letters from `first` changed.
void change_ascii_case(char* __restrict out, const char* __restrict text, std::size_t length, unsigned char first) {
  for (std::size_t i = 0; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto is_letter = static_cast<unsigned char>(static_cast<unsigned char>(byte - first) < 26);
    out[i] = static_cast<char>(byte ^ static_cast<unsigned char>(is_letter << 5));
  }
}

/// Pushes argument 1 with the letters from `first` (of ASCII, where only these have a case) or else by `table` changed.
int push_with_case(lua_State* L, unsigned char first, bool ascii, const std::array<unsigned char, 256>& table) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  NewString result(L, length);
  char* const bytes = result.bytes();
  if (ascii) {
    change_ascii_case(bytes, text, length, first);
  } else {
    for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>(table[static_cast<unsigned char>(text[i])]);
  }
  result.push();
  return 1;
}

int string_lower(lua_State* L) {
  const CharacterTables& tables = string_state(L).tables;
  return push_with_case(L, 'A', tables.has_ascii_case(), tables.lower());
}

int string_upper(lua_State* L) {
  const CharacterTables& tables = string_state(L).tables;
  return push_with_case(L, 'a', tables.has_ascii_case(), tables.upper());
}

constexpr std::size_t longest_copy = 1 << 20;  // between two safepoints

/// Fills `size` bytes with copies of their first `period` bytes, doubling what is there.
void fill_periodically(lua_State* L, char* bytes, std::size_t period, std::size_t size) {
  for (std::size_t done = period, source = period; done < size;) {
    const std::size_t step = std::min(source, size - done);
    std::memcpy(bytes + done, bytes, step);
    done += step;
    if (source <= longest_copy) source = done;  // whole periods
    if (step >= longest_copy) mayfly_safepoint(L, step / 16);
  }
}

void fill(lua_State* L, char* bytes, char byte, std::size_t size) {
  for (; size > longest_copy; size -= longest_copy, bytes += longest_copy) {
    std::memset(bytes, byte, longest_copy);
    mayfly_safepoint(L, longest_copy / 16);
  }
  std::memset(bytes, byte, size);
}

int string_rep(lua_State* L) {
  std::size_t length;
  std::size_t separator_length;
  const char* const text = text_argument(L, 1, &length);
  const lua_Integer count = integer_argument(L, 2);
  const char* const separator = luaL_optlstring(L, 3, "", &separator_length);
  const std::size_t period = length + separator_length;
  if (count <= 0 || period == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (period < length || period > max_counted_size / static_cast<std::size_t>(count))
    return luaL_error(L, "resulting string too large");
  if (count == 1) {
    lua_pushvalue(L, 1);
    return 1;
  }
  const std::size_t size = static_cast<std::size_t>(count) * period - separator_length;
  NewString result(L, size);
  char* const bytes = result.bytes();
  if (period == 1) {
    fill(L, bytes, length == 1 ? *text : *separator, size);
  } else {
    std::memcpy(bytes, text, length);
    std::memcpy(bytes + length, separator, separator_length);
    fill_periodically(L, bytes, period, size);
  }
  result.push();
  return 1;
}

struct Dump {
  luaL_Buffer buffer;
  bool begun = false;
};

int write_dump(lua_State* L, const void* bytes, std::size_t size, void* context) {
  auto& dump = *static_cast<Dump*>(context);
  if (!dump.begun) {
    dump.begun = true;  // lua_dump wants the function on top, so the buffer may begin only now
    luaL_buffinit(L, &dump.buffer);
  }
  luaL_addlstring(&dump.buffer, static_cast<const char*>(bytes), size);
  return 0;
}

int string_dump(lua_State* L) {
  const int strip = lua_toboolean(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  Dump dump;
  if (lua_dump(L, write_dump, &dump, strip) != 0) return luaL_error(L, "unable to dump given function");
  luaL_pushresult(&dump.buffer);
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"byte", string_byte},       {"char", string_char}, {"dump", string_dump},     {"format", string_format},
    {"len", string_len},         {"pack", string_pack}, {"rep", string_rep},       {"packsize", string_packsize},
    {"reverse", string_reverse}, {"sub", string_sub},   {"unpack", string_unpack}, {nullptr, nullptr},
};

constexpr luaL_Reg functions_with_state[] = {
    {"find", string_find},   {"gmatch", string_gmatch}, {"gsub", string_gsub}, {"lower", string_lower},
    {"match", string_match}, {"upper", string_upper},   {nullptr, nullptr},
};

/// Gives strings their metatable, with the library on top of the stack as __index.
void set_metatable(lua_State* L) {
  push_string_metatable(L);
  lua_pushliteral(L, "");
  lua_pushvalue(L, -2);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

}  // namespace

}  // namespace stdlib

int luaopen_string(lua_State* L) {
  lua_createtable(L, 0, static_cast<int>(std::size(stdlib::functions) + std::size(stdlib::functions_with_state)) - 2);
  luaL_setfuncs(L, stdlib::functions, 0);
  stdlib::push_string_state(L);
  luaL_setfuncs(L, stdlib::functions_with_state, 1);
  stdlib::set_metatable(L);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_STRING_BYTE, stdlib::string_byte);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_STRING_CHAR, stdlib::string_char);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_STRING_LEN, stdlib::string_len);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_STRING_SUB, stdlib::string_sub);
  return 1;
}
