// SPDX-License-Identifier: MIT
// The utf8 library. Lua's UTF-8 is the original one: up to 31 bits in six bytes; strict functions refuse what Unicode does.
#include "arguments.hpp"

#include <lua.hpp>

#include <climits>
#include <cstdint>
#include <cstring>

namespace stdlib {

namespace {

constexpr std::uint32_t largest_code = 0x7fffffff;
constexpr std::uint32_t largest_unicode = 0x10ffff;
constexpr char invalid_code[] = "invalid UTF-8 code";

/// Matches exactly one character in a valid string.
constexpr char character_pattern[] = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*";

bool is_continuation(const char* place) { return (static_cast<unsigned char>(*place) & 0xc0) == 0x80; }

/// Decodes the character at `place` (the string ends with a zero byte). Returns what is behind it, or null if it is invalid.
const char* decode(const char* place, std::uint32_t* code, bool strict) {
  static constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};  // by number of bytes
  const auto lead = static_cast<unsigned char>(*place);
  if (lead < 0x80) {
    *code = lead;
    return place + 1;
  }
  int size = 0;  // leading ones
  while (size < 8 && (lead << size & 0x80) != 0) ++size;
  if (size < 2 || size > 6) return nullptr;
  std::uint32_t result = lead & (0x7fU >> size);
  for (int i = 1; i < size; ++i) {
    if (!is_continuation(place + i)) return nullptr;
    result = result << 6 | (static_cast<unsigned char>(place[i]) & 0x3f);
  }
  const bool is_surrogate = result >= 0xd800 && result <= 0xdfff;
  if (result < smallest[size] || (strict && (result > largest_unicode || is_surrogate))) return nullptr;
  *code = result;
  return place + size;
}

/// Writes the character at `out` (room for six bytes) and returns the end.
char* encode(char* out, std::uint32_t code) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
    return out;
  }
  int size = 2;
  while (size < 6 && code >> (5 * size + 1) != 0) ++size;
  *out++ = static_cast<char>((0xff00U >> size) | code >> (6 * (size - 1)));
  for (int i = size - 2; i >= 0; --i) *out++ = static_cast<char>(0x80 | (code >> (6 * i) & 0x3f));
  return out;
}

/// A position from 1, negative ones from the end; 0 where it lies before the beginning.
lua_Integer absolute_position(lua_Integer position, std::size_t length) {
  if (position >= 0) return position;
  if (0U - static_cast<std::size_t>(position) > length) return 0;
  return static_cast<lua_Integer>(length) + position + 1;
}

int utf8_len(lua_State* L) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  const auto signed_length = static_cast<lua_Integer>(length);
  const lua_Integer first = absolute_position(integer_argument(L, 2, 1), length);
  const lua_Integer last = absolute_position(integer_argument(L, 3, -1), length);
  const bool strict = !lua_toboolean(L, 4);
  luaL_argcheck(L, 1 <= first && first <= signed_length + 1, 2, "initial position out of bounds");
  luaL_argcheck(L, last <= signed_length, 3, "final position out of bounds");
  lua_Integer count = 0;
  for (const char* place = text + first - 1; place < text + last; ++count) {
    std::uint32_t code;
    const char* const next = decode(place, &code, strict);
    if (next == nullptr) {
      luaL_pushfail(L);
      lua_pushinteger(L, place - text + 1);
      return 2;
    }
    place = next;
  }
  lua_pushinteger(L, count);
  return 1;
}

int utf8_codepoint(lua_State* L) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  const lua_Integer first = absolute_position(integer_argument(L, 2, 1), length);
  const lua_Integer last = absolute_position(integer_argument(L, 3, first), length);
  const bool strict = !lua_toboolean(L, 4);
  luaL_argcheck(L, first >= 1, 2, "out of bounds");
  luaL_argcheck(L, last <= static_cast<lua_Integer>(length), 3, "out of bounds");
  if (first > last) return 0;
  if (last - first >= INT_MAX) return luaL_error(L, "string slice too long");
  luaL_checkstack(L, static_cast<int>(last - first + 1), "string slice too long");
  int count = 0;
  const char* place = text + first - 1;
  while (place < text + last) {
    std::uint32_t code;
    place = decode(place, &code, strict);
    if (place == nullptr) return luaL_error(L, invalid_code);
    lua_pushinteger(L, code);
    ++count;
  }
  return count;
}

std::uint32_t check_code(lua_State* L, int index) {
  const auto code = static_cast<lua_Unsigned>(integer_argument(L, index));
  luaL_argcheck(L, code <= largest_code, index, "value out of range");
  return static_cast<std::uint32_t>(code);
}

int utf8_char(lua_State* L) {
  const int count = lua_gettop(L);
  if (count == 1) {
    char bytes[6];
    const char* const end = encode(bytes, check_code(L, 1));
    lua_pushlstring(L, bytes, static_cast<std::size_t>(end - bytes));
    return 1;
  }
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= count; ++i) {
    const std::uint32_t code = check_code(L, i);
    char* const room = luaL_prepbuffsize(&buffer, 6);
    luaL_addsize(&buffer, static_cast<std::size_t>(encode(room, code) - room));
  }
  luaL_pushresult(&buffer);
  return 1;
}

/// Moves `place` over `count` characters (backwards when negative); null when the string ends before.
const char* skip_characters(const char* begin, const char* end, const char* place, lua_Integer count) {
  if (count < 0) {
    for (; count < 0 && place > begin; ++count) {
      do --place;
      while (place > begin && is_continuation(place));
    }
    return count == 0 ? place : nullptr;
  }
  for (; count > 0 && place < end; --count) {
    do ++place;
    while (is_continuation(place));  // the zero byte at the end stops it
  }
  return count == 0 ? place : nullptr;
}

int utf8_offset(lua_State* L) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  const lua_Integer n = integer_argument(L, 2);
  const lua_Integer origin = n > 0 ? 1 : static_cast<lua_Integer>(length) + 1;
  const lua_Integer position = absolute_position(integer_argument(L, 3, n == 0 ? 1 : origin), length);
  luaL_argcheck(L, 1 <= position && position <= static_cast<lua_Integer>(length) + 1, 3, "position out of bounds");
  const char* place = text + position - 1;
  if (n == 0) {
    while (place > text && is_continuation(place)) --place;
  } else {
    if (is_continuation(place)) return luaL_error(L, "initial position is a continuation byte");
    place = skip_characters(text, text + length, place, n > 0 ? n - 1 : n);
  }
  if (place == nullptr)
    luaL_pushfail(L);
  else
    lua_pushinteger(L, place - text + 1);
  return 1;
}

/// Goes from the character at the control position to the next one.
int next_code(lua_State* L, bool strict) {
  std::size_t length;
  const char* const text = text_argument(L, 1, &length);
  auto offset = static_cast<lua_Unsigned>(lua_tointeger(L, 2));
  if (offset < length)
    while (is_continuation(text + offset)) ++offset;
  if (offset >= length) return 0;
  std::uint32_t code;
  const char* const next = decode(text + offset, &code, strict);
  if (next == nullptr || is_continuation(next)) return luaL_error(L, invalid_code);
  lua_pushinteger(L, static_cast<lua_Integer>(offset) + 1);
  lua_pushinteger(L, code);
  return 2;
}

int next_code_strictly(lua_State* L) { return next_code(L, true); }
int next_code_laxly(lua_State* L) { return next_code(L, false); }

int utf8_codes(lua_State* L) {
  const bool lax = lua_toboolean(L, 2);
  const char* const text = luaL_checkstring(L, 1);
  luaL_argcheck(L, !is_continuation(text), 1, invalid_code);
  lua_pushcfunction(L, lax ? next_code_laxly : next_code_strictly);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

constexpr luaL_Reg functions[] = {
    {"char", utf8_char}, {"codepoint", utf8_codepoint}, {"codes", utf8_codes},
    {"len", utf8_len},   {"offset", utf8_offset},       {nullptr, nullptr},
};

}  // namespace

}  // namespace stdlib

int luaopen_utf8(lua_State* L) {
  luaL_newlib(L, stdlib::functions);
  lua_pushlstring(L, stdlib::character_pattern, sizeof stdlib::character_pattern - 1);
  lua_setfield(L, -2, "charpattern");
  return 1;
}
