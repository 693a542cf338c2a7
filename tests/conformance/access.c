/* SPDX-License-Identifier: MIT
 * Types, access without conversion, comparison, arithmetic.
 */
#include "conformance.h"

static int c_function(lua_State *L) {
  (void)L;
  return 0;
}

static void push_samples(lua_State *L) {
  lua_settop(L, 0);
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  lua_pushboolean(L, 7);
  lua_pushinteger(L, 42);
  lua_pushnumber(L, 42.0);
  lua_pushnumber(L, 1.5);
  lua_pushliteral(L, "10");
  lua_pushliteral(L, "0x10");
  lua_pushliteral(L, " 1e1 ");
  lua_pushliteral(L, "abc");
  lua_pushliteral(L, "");
  lua_newtable(L);
  lua_pushcfunction(L, c_function);
  luaL_loadstring(L, "return 1");
  lua_newuserdatauv(L, 16, 1);
  lua_pushlightuserdata(L, L);
  lua_pushlightuserdata(L, NULL);
  lua_newthread(L);
  lua_pushnil(L);
  lua_pushcclosure(L, c_function, 1);
}

static int arith(lua_State *L) {
  int op = (int)lua_tointeger(L, 1);
  lua_remove(L, 1);
  lua_arith(L, op);
  return 1;
}

static int compare(lua_State *L) {
  lua_pushinteger(L, lua_compare(L, 2, 3, (int)lua_tointeger(L, 1)));
  return 1;
}

static int concat(lua_State *L) {
  lua_concat(L, lua_gettop(L));
  return 1;
}

static int length(lua_State *L) {
  lua_len(L, 1);
  lua_pushinteger(L, luaL_len(L, 1));
  return 2;
}

static int answer_meta(lua_State *L) {
  lua_pushinteger(L, lua_gettop(L));
  return 1;
}

static int answer_text(lua_State *L) {
  lua_pushliteral(L, "text");
  return 1;
}

static void arithmetic(lua_State *L) {
  static const struct {
    int op;
    const char *a, *b;
  } cases[] = {{LUA_OPADD, "1", "2"},          {LUA_OPADD, "1", "2.5"},    {LUA_OPSUB, "math.mininteger", "1"}, {LUA_OPMUL, "3", "'4'"},
               {LUA_OPMOD, "-7", "3"},         {LUA_OPMOD, "-7.5", "2"},   {LUA_OPMOD, "7", "0"},               {LUA_OPPOW, "2", "10"},
               {LUA_OPDIV, "7", "2"},          {LUA_OPDIV, "1", "0"},      {LUA_OPIDIV, "-7", "2"},             {LUA_OPIDIV, "7", "0"},
               {LUA_OPIDIV, "7.0", "0"},       {LUA_OPBAND, "7", "10"},    {LUA_OPBOR, "7", "8.0"},             {LUA_OPBXOR, "7", "'2'"},
               {LUA_OPBXOR, "1.5", "2"},       {LUA_OPSHL, "1", "63"},     {LUA_OPSHL, "1", "64"},              {LUA_OPSHR, "-1", "60"},
               {LUA_OPSHR, "1", "-2"},         {LUA_OPADD, "{}", "1"},     {LUA_OPADD, "1", "nil"},             {LUA_OPADD, "'a'", "1"},
               {LUA_OPBAND, "{}", "1"},        {LUA_OPBAND, "'a'", "1"},   {LUA_OPIDIV, "math.mininteger", "-1"}};
  size_t i;
  for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    char line[100];
    lua_pushinteger(L, cases[i].op);
    snprintf(line, sizeof line, "return %s, %s", cases[i].a, cases[i].b);
    if (luaL_dostring(L, line)) lua_error(L);
    snprintf(line, sizeof line, "arith %d %s %s", cases[i].op, cases[i].a, cases[i].b);
    attempt(L, line, arith);
  }
  lua_pushinteger(L, LUA_OPUNM);
  lua_pushinteger(L, 5);
  attempt(L, "unary minus", arith);
  lua_pushinteger(L, LUA_OPUNM);
  lua_pushliteral(L, "0x10");
  attempt(L, "unary minus of a string", arith);
  lua_pushinteger(L, LUA_OPBNOT);
  lua_pushinteger(L, 5);
  attempt(L, "not", arith);
  lua_pushinteger(L, LUA_OPBNOT);
  lua_newtable(L);
  attempt(L, "not of a table", arith);
  lua_pushinteger(L, LUA_OPUNM);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, answer_meta);
  lua_setfield(L, -2, "__unm");
  lua_setmetatable(L, -2);
  attempt(L, "__unm", arith);
}

void access_part(lua_State *L) {
  int i, j;
  section("access");
  luaL_openlibs(L);
  push_samples(L);
  for (i = 0; i <= 21; i++) {
    int index = i == 0 ? LUA_REGISTRYINDEX : i;
    char line[160];
    snprintf(line, sizeof line, "%d %s num%d str%d cfn%d int%d ud%d fn%d tab%d light%d nil%d bool%d thr%d none%d nn%d", lua_type(L, index), luaL_typename(L, index),
             lua_isnumber(L, index), lua_isstring(L, index), lua_iscfunction(L, index), lua_isinteger(L, index), lua_isuserdata(L, index),
             lua_isfunction(L, index), lua_istable(L, index), lua_islightuserdata(L, index), lua_isnil(L, index), lua_isboolean(L, index),
             lua_isthread(L, index), lua_isnone(L, index), lua_isnoneornil(L, index));
    text("sample", line);
    snprintf(line, sizeof line, "%d len%llu cf%d ud%d th%d ptr%d", lua_toboolean(L, index), (unsigned long long)lua_rawlen(L, index),
             lua_tocfunction(L, index) == c_function, lua_touserdata(L, index) != NULL, lua_tothread(L, index) != NULL,
             lua_topointer(L, index) != NULL);
    text("as", line);
  }
  for (i = LUA_TNONE; i < LUA_NUMTYPES; i++) text("typename", lua_typename(L, i));
  number("light userdata is itself", lua_touserdata(L, 16) == (void *)L);
  number("thread is itself", lua_topointer(L, 18) == (const void *)lua_tothread(L, 18));
  number("a light function's pointer is the function", lua_topointer(L, 13) == (const void *)(size_t)c_function);
  for (i = 1; i <= 20; i++) {
    char line[64];
    int n = 0;
    for (j = 1; j <= 21; j++) n += snprintf(line + n, sizeof line - (size_t)n, "%d", lua_rawequal(L, i, j));
    text("rawequal", line);
  }
  number("rawequal of none", lua_rawequal(L, 1, 50));
  number("compare with none", lua_compare(L, 50, 1, LUA_OPEQ) + lua_compare(L, 1, 50, LUA_OPLT) + lua_compare(L, 50, 51, LUA_OPLE));
  lua_settop(L, 0);
  {
    static const char *const pairs[] = {"1, 2", "2, 1", "1, 1.0", "2^53, 2^53 + 1 | 0", "'a', 'b'", "'a\\0b', 'a\\0c'", "'', 'a'", "0/0, 0/0", "1, 'a'", "{}, {}", "nil, nil", "1.5, 2", "math.maxinteger, math.maxinteger + 0.0"};
    size_t k;
    for (k = 0; k < sizeof(pairs) / sizeof(pairs[0]); k++)
      for (i = LUA_OPEQ; i <= LUA_OPLE; i++) {
        char line[100];
        snprintf(line, sizeof line, "return %d, %s", i, pairs[k]);
        if (luaL_dostring(L, line)) lua_error(L);
        snprintf(line, sizeof line, "compare %d %s", i, pairs[k]);
        attempt(L, line, compare);
      }
  }
  arithmetic(L);
  attempt(L, "concat 0", concat);
  lua_pushinteger(L, 5);
  attempt(L, "concat 1", concat);
  lua_pushliteral(L, "a");
  lua_pushinteger(L, 5);
  lua_pushnumber(L, 2);
  attempt(L, "concat 3", concat);
  lua_pushliteral(L, "a");
  lua_newtable(L);
  attempt(L, "concat of a table", concat);
  lua_pushliteral(L, "a");
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, answer_text);
  lua_setfield(L, -2, "__concat");
  lua_setmetatable(L, -2);
  lua_pushliteral(L, "b");
  attempt(L, "__concat", concat);
  lua_pushliteral(L, "four");
  attempt(L, "length of a string", length);
  if (luaL_dostring(L, "return {1, 2, 3}")) lua_error(L);
  attempt(L, "length of a table", length);
  lua_pushinteger(L, 1);
  attempt(L, "length of a number", length);
  if (luaL_dostring(L, "return setmetatable({}, {__len = function() return 7.0 end})")) lua_error(L);
  attempt(L, "__len", length);
  if (luaL_dostring(L, "return setmetatable({}, {__len = function() return 7.5 end})")) lua_error(L);
  attempt(L, "__len that is no integer", length);
  if (luaL_dostring(L, "return setmetatable({}, {__len = function() return 'x' end})")) lua_error(L);
  attempt(L, "__len that is no number", length);
}
