/* SPDX-License-Identifier: MIT
 * Conversions between numbers and strings, in place and not; the pushing functions.
 */
#include <math.h>

#include "conformance.h"

static void conversions(lua_State *L, const char *label) {
  int is_integer, is_number;
  lua_Integer i = lua_tointegerx(L, -1, &is_integer);
  lua_Number n = lua_tonumberx(L, -1, &is_number);
  size_t length = 99;
  const char *s;
  printf("conversion/%s: integer %d %lld, number %d %.17g,", label, is_integer, (long long)i, is_number, n == 0 ? 0 : n);
  s = lua_tolstring(L, -1, &length);
  printf(" string %s (%d), now %s\n", s ? s : "null", (int)length, luaL_typename(L, -1));
  lua_settop(L, 0);
}

void conversion_part(lua_State *L) {
  static const char *const texts[] = {"0", "10", " 10 ", "10 x", "-7", "+7", "0x1F", "0xffffffffffffffffff", "9223372036854775807", "9223372036854775808",
                                      "-9223372036854775808", "1e3", "1E+3", ".5", "5.", "0x.8p1", "0x1p-2", "inf", "nan", "1e", "", " ", "1 2", "1_000", "\t12\n", "0x", "1e400", "--1", "3.0"};
  size_t i;
  section("conversion");
  for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    size_t used = lua_stringtonumber(L, texts[i]);
    number("stringtonumber", (long long)used);
    clear(L, texts[i]);
    lua_pushstring(L, texts[i]);
    conversions(L, texts[i]);
  }
  lua_pushlstring(L, "1\0", 2);
  conversions(L, "zero byte");
  lua_pushinteger(L, LUA_MAXINTEGER);
  conversions(L, "maxinteger");
  lua_pushinteger(L, LUA_MININTEGER);
  conversions(L, "mininteger");
  lua_pushnumber(L, 1e15);
  conversions(L, "1e15");
  lua_pushnumber(L, 1e100);
  conversions(L, "1e100");
  lua_pushnumber(L, 0.1);
  conversions(L, "0.1");
  lua_pushnumber(L, -0.0);
  conversions(L, "-0.0");
  lua_pushnumber(L, 9007199254740993.0);
  conversions(L, "2^53");
  lua_pushnumber(L, 9223372036854775808.0);
  conversions(L, "2^63");
  lua_pushnumber(L, -9223372036854775808.0);
  conversions(L, "-2^63");
  lua_pushnumber(L, HUGE_VAL);
  conversions(L, "inf");
  lua_pushboolean(L, 1);
  conversions(L, "true");
  lua_pushnil(L);
  conversions(L, "nil");
  number("tointeger of none", lua_tointegerx(L, 10, NULL));
  number("tonumber of none", (long long)lua_tonumberx(L, 10, NULL));
  number("tostring of none", lua_tolstring(L, 10, NULL) == NULL);
  lua_pushinteger(L, 12);
  number("tostring converts in place", lua_tostring(L, 1) != NULL && lua_type(L, 1) == LUA_TSTRING);
  lua_settop(L, 0);
  lua_newtable(L);
  lua_pushinteger(L, 3);
  lua_rawseti(L, 1, 1);
  lua_rawgeti(L, 1, 1);
  lua_tostring(L, -1);
  lua_rawgeti(L, 1, 1);
  clear(L, "the table keeps the number");
}

static int upvalue_sum(lua_State *L) {
  lua_Integer sum = 0;
  int i;
  for (i = 1; i <= 255; i++) sum += lua_tointeger(L, lua_upvalueindex(i));
  lua_pushinteger(L, sum);
  return 1;
}

static const char *format(lua_State *L, const char *form, ...) {
  const char *result;
  va_list arguments;
  va_start(arguments, form);
  result = lua_pushvfstring(L, form, arguments);
  va_end(arguments);
  return result;
}

static int bad_format(lua_State *L) {
  lua_pushfstring(L, "%y");
  return 1;
}

static int bad_padding(lua_State *L) {
  lua_pushfstring(L, "%5d", 1);
  return 1;
}

void push_part(lua_State *L) {
  char large[2000];
  int i;
  section("push");
  lua_pushnil(L);
  lua_pushnumber(L, 1.25);
  lua_pushinteger(L, -3);
  lua_pushboolean(L, -1);
  lua_pushlightuserdata(L, L);
  number("pushthread", lua_pushthread(L));
  lua_pushglobaltable(L);
  clear(L, "values");
  number("pushstring null", lua_pushstring(L, NULL) == NULL);
  text("pushstring", lua_pushstring(L, "hello"));
  text("pushlstring empty", lua_pushlstring(L, NULL, 0));
  lua_pushlstring(L, "a\0b", 3);
  lua_pushliteral(L, "literal\0no");
  number("copies", lua_tostring(L, 2) != NULL && strcmp(lua_tostring(L, 2), "hello") == 0);
  clear(L, "strings");
  memset(large, 'x', sizeof large);
  lua_pushlstring(L, large, sizeof large);
  number("large string", (long long)lua_rawlen(L, -1));
  large[0] = 'y';
  number("is a copy", lua_tostring(L, -1)[0] == 'x');
  lua_settop(L, 0);
  text("fstring plain", lua_pushfstring(L, "plain"));
  text("fstring all", lua_pushfstring(L, "%s|%d|%I|%f|%c|%U|%%|%s", "s", -5, (LUAI_UACINT)LUA_MININTEGER, 2.0, 'c', 0x20ACL, (char *)NULL));
  text("fstring float", lua_pushfstring(L, "%f %f %f", 0.1, 1e100, 1e15));
  text("fstring utf8", lua_pushfstring(L, "%U %U %U %U %U", 0x7FL, 0x80L, 0x7FFL, 0xFFFFL, 0x7FFFFFFFL));
  text("fstring null pointer", strcmp(lua_pushfstring(L, "%p", NULL), "(nil)") == 0 || strcmp(lua_tostring(L, -1), "(null)") == 0 || strcmp(lua_tostring(L, -1), "0x0") == 0 ? "null" : lua_tostring(L, -1));
  large[sizeof large - 1] = '\0';
  number("fstring long", (long long)strlen(lua_pushfstring(L, "<%s%s>", large, large)));
  lua_pushfstring(L, "%c", 0);
  number("fstring zero byte", (long long)lua_rawlen(L, -1));
  text("vfstring", format(L, "%s-%d", "v", 7));
  number("vfstring empty", (long long)strlen(format(L, "")));
  lua_settop(L, 0);
  attempt(L, "fstring unknown", bad_format);
  attempt(L, "fstring with a width", bad_padding);
  luaL_checkstack(L, 300, NULL);
  for (i = 1; i <= 255; i++) lua_pushinteger(L, i);
  lua_pushcclosure(L, upvalue_sum, 255);
  lua_call(L, 0, 1);
  clear(L, "255 upvalues");
  lua_pushcclosure(L, upvalue_sum, 0);
  lua_call(L, 0, 1);
  clear(L, "no upvalues");
}
