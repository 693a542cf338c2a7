/* SPDX-License-Identifier: MIT
 * lauxlib.h: checks of arguments, the errors they raise, metatables by name, references.
 */
#include "conformance.h"

static int check_integer(lua_State *L) { return lua_pushinteger(L, luaL_checkinteger(L, 1)), 1; }
static int check_number(lua_State *L) { return lua_pushnumber(L, luaL_checknumber(L, 1)), 1; }
static int check_string(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  lua_pushlstring(L, s, n);
  lua_pushinteger(L, (lua_Integer)n);
  return 2;
}
static int opt_integer(lua_State *L) { return lua_pushinteger(L, luaL_optinteger(L, 1, -99)), 1; }
static int opt_number(lua_State *L) { return lua_pushnumber(L, luaL_optnumber(L, 1, -9.5)), 1; }
static int opt_string(lua_State *L) {
  size_t n = 77;
  const char *s = luaL_optlstring(L, 1, "default", &n);
  lua_pushlstring(L, s, n);
  luaL_optlstring(L, 2, NULL, &n);
  lua_pushinteger(L, (lua_Integer)n);
  return 2;
}
static int check_any(lua_State *L) { return luaL_checkany(L, 1), 0; }
static int check_table(lua_State *L) { return luaL_checktype(L, 1, LUA_TTABLE), 0; }
static int check_light(lua_State *L) { return luaL_checktype(L, 1, LUA_TLIGHTUSERDATA), 0; }
static int check_option(lua_State *L) {
  static const char *const names[] = {"one", "two", "three", NULL};
  lua_pushinteger(L, luaL_checkoption(L, 1, "two", names));
  return 1;
}
static int check_option_strictly(lua_State *L) {
  static const char *const names[] = {"one", NULL};
  lua_pushinteger(L, luaL_checkoption(L, 1, NULL, names));
  return 1;
}
static int arg_check(lua_State *L) {
  luaL_argcheck(L, lua_toboolean(L, 1), 1, "must be true");
  luaL_argexpected(L, lua_isnumber(L, 2), 2, "a number or so");
  return 0;
}
static int check_user(lua_State *L) {
  luaL_checkudata(L, 1, "conformance.Type");
  lua_pushboolean(L, luaL_testudata(L, 1, "conformance.Type") == lua_touserdata(L, 1));
  return 1;
}
static int type_error(lua_State *L) { return luaL_typeerror(L, 1, "something"); }
static int where(lua_State *L) {
  int i;
  lua_settop(L, 0);
  for (i = 0; i < 4; i++) luaL_where(L, i);
  return 4;
}

static const struct {
  const char *name;
  lua_CFunction function;
} checks[] = {{"checkinteger", check_integer}, {"checknumber", check_number}, {"checkstring", check_string}, {"optinteger", opt_integer},
              {"optnumber", opt_number},       {"optstring", opt_string},     {"checkany", check_any},       {"checktable", check_table},
              {"checklight", check_light},     {"checkoption", check_option}, {"checkoption_strictly", check_option_strictly},
              {"arg_check", arg_check},        {"check_user", check_user},    {"type_error", type_error},    {"where", where}};

void argument_part(lua_State *L) {
  static const char *const values[] = {"", "nil", "1", "1.0", "1.5", "'12'", "'0x10'", "'1.5'", "'one'", "'text'", "true", "{}", "print", "io.stdout", "setmetatable({}, {__name = 'Named'})",
                                       "setmetatable({}, {__name = 5})", "user", "coroutine.create(print)", "2^70"};
  size_t i, k;
  section("argument");
  luaL_openlibs(L);
  number("newmetatable", luaL_newmetatable(L, "conformance.Type"));
  number("newmetatable again", luaL_newmetatable(L, "conformance.Type"));
  number("it is the same", lua_rawequal(L, 1, 2));
  number("getmetatable", luaL_getmetatable(L, "conformance.Type"));
  number("its name", lua_getfield(L, -1, "__name"));
  clear(L, "metatables");
  number("getmetatable of nothing", luaL_getmetatable(L, "conformance.Missing"));
  lua_settop(L, 0);
  lua_newuserdatauv(L, 4, 0);
  luaL_setmetatable(L, "conformance.Type");
  number("testudata", luaL_testudata(L, 1, "conformance.Type") == lua_touserdata(L, 1));
  number("testudata of another", luaL_testudata(L, 1, "conformance.Missing") == NULL);
  number("testudata of nil", luaL_testudata(L, 5, "conformance.Type") == NULL);
  lua_setglobal(L, "user");
  for (k = 0; k < sizeof(checks) / sizeof(checks[0]); k++) {
    lua_register(L, checks[k].name, checks[k].function);
    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
      char code[200];
      snprintf(code, sizeof code, "%s(%s)", checks[k].name, values[i]);
      {
        char line[300];
        /* Not `return f()`: a tail call has no name. */
        snprintf(line, sizeof line, "local a, b, c, d = %s return a, b, c, d", code);
        script(L, code, line);
      }
    }
  }
  script(L, "arg_check", "arg_check(true, 'x')");
  script(L, "as a method", "local o = {m = checkinteger} o:m()");
  script(L, "as a method, further argument", "local o = setmetatable({m = arg_check}, {}) o.m(true)");
  script(L, "as a field", "local o = {f = {g = checkinteger}} o.f.g('x')");
  script(L, "as an upvalue", "local f = checkinteger; (function() f('x') end)()");
  script(L, "in a tail call", "return checkinteger('x')");
  script(L, "through pcall", "return pcall(checkinteger, 'x')");
  script(L, "through pcall, a library function", "return pcall(string.rep)");
  script(L, "as a metamethod", "return setmetatable({}, {__index = checkinteger}).x");
  script(L, "as an iterator", "for _ in checkinteger, 'x' do end");
  script(L, "where", "local function f()\n  return {where()}\nend\nlocal t = f()\nreturn t[1], t[2], t[3]");

  /* References. */
  lua_newtable(L);
  {
    int a, b, c;
    lua_pushliteral(L, "a");
    a = luaL_ref(L, 1);
    lua_pushliteral(L, "b");
    b = luaL_ref(L, 1);
    lua_pushnil(L);
    c = luaL_ref(L, 1);
    number("nil", c);
    number("different", a != b && a > 0 && b > 0);
    lua_rawgeti(L, 1, a);
    lua_rawgeti(L, 1, b);
    show(L, "refs");
    luaL_unref(L, 1, a);
    luaL_unref(L, 1, LUA_NOREF);
    luaL_unref(L, 1, LUA_REFNIL);
    lua_pushliteral(L, "c");
    c = luaL_ref(L, 1);
    number("used again", c == a);
    luaL_unref(L, 1, b);
    luaL_unref(L, 1, c);
    lua_pushliteral(L, "d");
    a = luaL_ref(L, 1);
    lua_pushliteral(L, "e");
    b = luaL_ref(L, 1);
    number("newest first", a == c);
    number("then the other", b != a);
    lua_settop(L, 1);
    lua_pushliteral(L, "r");
    a = luaL_ref(L, LUA_REGISTRYINDEX);
    number("in the registry", a > LUA_RIDX_LAST);
    lua_rawgeti(L, LUA_REGISTRYINDEX, a);
    clear(L, "from the registry");
    luaL_unref(L, LUA_REGISTRYINDEX, a);
  }
}
