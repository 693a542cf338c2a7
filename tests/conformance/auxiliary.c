/* SPDX-License-Identifier: MIT
 * lauxlib.h: the rest; buffers in all uses; opening the libraries; files made by C modules.
 */
#include <errno.h>

#include "conformance.h"

static int traceback(lua_State *L) {
  luaL_traceback(L, L, lua_isnoneornil(L, 1) ? NULL : lua_tostring(L, 1), (int)luaL_optinteger(L, 2, 1));
  return 1;
}

static int fail_open(lua_State *L) { return luaL_fileresult(L, 0, lua_isnoneornil(L, 1) ? NULL : lua_tostring(L, 1)); }

static int to_text(lua_State *L) {
  size_t n = 0;
  luaL_tolstring(L, 1, &n);
  lua_pushinteger(L, (lua_Integer)n);
  return 2;
}

static int call_meta(lua_State *L) {
  lua_pushinteger(L, luaL_callmeta(L, 1, "__event"));
  return lua_gettop(L) - 1;
}

static int get_meta_field(lua_State *L) {
  lua_pushinteger(L, luaL_getmetafield(L, 1, "field"));
  return lua_gettop(L) - 1;
}

static int requires(lua_State *L) {
  text("opening", lua_tostring(L, 1));
  lua_newtable(L);
  return 1;
}

static int fn_upvalue(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushinteger(L, 1);
  lua_arith(L, LUA_OPADD);
  lua_copy(L, -1, lua_upvalueindex(1));
  return 1;
}

static int wrong_version(lua_State *L) {
  luaL_checkversion_(L, 503, LUAL_NUMSIZES);
  return 0;
}

static int wrong_sizes(lua_State *L) {
  luaL_checkversion_(L, LUA_VERSION_NUM, 1234);
  return 0;
}

static int raise_error(lua_State *L) { return luaL_error(L, "%s at %d", "an error", 3); }

void auxiliary_part(lua_State *L) {
  static const luaL_Reg nothing[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"counter", fn_upvalue}, {"placeholder", NULL}, {"other", fn_upvalue}, {NULL, NULL}};
  section("auxiliary");
  luaL_openlibs(L);
  lua_register(L, "traceback", traceback);
  lua_register(L, "raise", raise_error);
  text("gsub", luaL_gsub(L, "a.b.c", ".", "::"));
  text("gsub nothing", luaL_gsub(L, "abc", "x", "y"));
  text("gsub everything", luaL_gsub(L, "aaa", "a", ""));
  number("results", lua_gettop(L));
  lua_settop(L, 0);
  script(L, "traceback", "local function f()\n  return (traceback('message'))\nend\nlocal s = f()\nreturn s");
  script(L, "traceback without a message", "local s = traceback() return s");
  script(L, "traceback level 0", "local s = traceback('m', 0) return s");
  script(L, "traceback level 2", "local function f() local s = traceback('m', 2) return s end local s = f() return s");
  script(L, "traceback of many", "local function f(n) if n == 0 then return (traceback('m')) end local s = f(n - 1) return s end local s = f(40) return s");
  script(L, "traceback of a coroutine", "local co = coroutine.create(function() local x = coroutine.yield() end) coroutine.resume(co) return debug.traceback(co), debug.traceback(co, 'm', 1), debug.traceback(co, nil)");
  script(L, "traceback of a dead coroutine", "local co = coroutine.create(function() local x = nil; x.y = 1 end) coroutine.resume(co) return debug.traceback(co)");
  script(L, "traceback of methods and globals", "local t = {} function t.field() return (traceback('m')) end function globalfn() local s = t.field() return s end local s = globalfn() return s");
  script(L, "luaL_error", "raise()");

  errno = ENOENT;
  lua_pushliteral(L, "file");
  attempt(L, "fileresult", (errno = ENOENT, fail_open));
  errno = 0;
  number("fileresult success", luaL_fileresult(L, 1, NULL));
  clear(L, "fileresult success");
  errno = EACCES;
  number("fileresult without a name", luaL_fileresult(L, 0, NULL));
  clear(L, "fileresult without a name");
  errno = 0;
  number("execresult exit 0", luaL_execresult(L, 0));
  clear(L, "execresult");
  number("execresult exit 3", luaL_execresult(L, 3 << 8));
  clear(L, "execresult");
  number("execresult signal 9", luaL_execresult(L, 9));
  clear(L, "execresult");
  errno = ECHILD;
  number("execresult failure", luaL_execresult(L, -1));
  clear(L, "execresult");

  lua_pushinteger(L, 12);
  attempt(L, "tolstring of an integer", to_text);
  lua_pushnumber(L, 12);
  attempt(L, "tolstring of a float", to_text);
  lua_pushliteral(L, "a\0b");
  attempt(L, "tolstring of a string", to_text);
  lua_pushnil(L);
  attempt(L, "tolstring of nil", to_text);
  lua_pushboolean(L, 0);
  attempt(L, "tolstring of false", to_text);
  (void)luaL_dostring(L, "return setmetatable({}, {__tostring = function() return 'by __tostring' end})");
  attempt(L, "tolstring by __tostring", to_text);
  (void)luaL_dostring(L, "return setmetatable({}, {__tostring = function() return 5 end})");
  attempt(L, "tolstring by __tostring, a number", to_text);
  (void)luaL_dostring(L, "return setmetatable({}, {__tostring = function() return {} end})");
  attempt(L, "tolstring by __tostring, a table", to_text);
  (void)luaL_dostring(L, "return setmetatable({}, {__name = 'Name'})");
  number("tolstring by __name", strncmp(luaL_tolstring(L, -1, NULL), "Name: ", 6));
  lua_settop(L, 0);
  lua_pushlightuserdata(L, NULL);
  number("tolstring of light userdata", strncmp(luaL_tolstring(L, -1, NULL), "userdata: ", 10));
  lua_settop(L, 0);

  (void)luaL_dostring(L, "return setmetatable({}, {__event = function(self) return 'called', 2 end, field = 'f'})");
  attempt(L, "callmeta", call_meta);
  lua_newtable(L);
  attempt(L, "callmeta without", call_meta);
  (void)luaL_dostring(L, "return setmetatable({}, {field = 'f'})");
  attempt(L, "getmetafield", get_meta_field);
  (void)luaL_dostring(L, "return setmetatable({}, {})");
  attempt(L, "getmetafield without", get_meta_field);
  lua_pushinteger(L, 1);
  attempt(L, "getmetafield of a number", get_meta_field);

  number("getsubtable", luaL_getsubtable(L, LUA_REGISTRYINDEX, "conformance.sub"));
  number("getsubtable again", luaL_getsubtable(L, LUA_REGISTRYINDEX, "conformance.sub"));
  number("the same", lua_rawequal(L, 1, 2));
  lua_settop(L, 0);
  lua_newtable(L);
  lua_pushinteger(L, 10);
  luaL_setfuncs(L, functions, 1);
  show(L, "setfuncs");
  lua_getfield(L, 1, "counter");
  lua_call(L, 0, 1);
  lua_getfield(L, 1, "counter");
  lua_call(L, 0, 1);
  lua_getfield(L, 1, "other");
  lua_call(L, 0, 1);
  lua_getfield(L, 1, "placeholder");
  clear(L, "called");
  luaL_newlib(L, nothing);
  clear(L, "newlib of nothing");
  luaL_requiref(L, "conformance.module", requires, 1);
  luaL_requiref(L, "conformance.module", requires, 0);
  number("loaded once", lua_rawequal(L, 1, 2));
  number("global", lua_getglobal(L, "conformance.module"));
  lua_settop(L, 0);
  attempt(L, "wrong version", wrong_version);
  attempt(L, "wrong sizes", wrong_sizes);
}

static void show_result(lua_State *L, const char *label) {
  size_t n;
  const char *s = lua_tolstring(L, -1, &n);
  unsigned long sum = 0;
  size_t i;
  for (i = 0; i < n; i++) sum = sum * 31 + (unsigned char)s[i];
  printf("buffer/%s: length %lu sum %lu top %d\n", label, (unsigned long)n, sum, lua_gettop(L));
  lua_pop(L, 1);
}

static int too_large(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "abc");
  luaL_prepbuffsize(&b, (size_t)-2);
  return 0;
}

static int error_inside(lua_State *L) {
  luaL_Buffer b;
  int i;
  luaL_buffinit(L, &b);
  for (i = 0; i < 5000; i++) luaL_addchar(&b, 'x');
  return luaL_error(L, "in the middle");
}

void buffer_part(lua_State *L) {
  static const size_t sizes[] = {0, 1, 100, LUAL_BUFFERSIZE - 1, LUAL_BUFFERSIZE, LUAL_BUFFERSIZE + 1, 5000, 100000};
  luaL_Buffer b;
  size_t k, i;
  section("buffer");
  lua_pushliteral(L, "below");
  luaL_buffinit(L, &b);
  number("buffinit takes a slot at most", lua_gettop(L) <= 2);
  luaL_pushresult(&b);
  show_result(L, "empty");
  for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
    size_t n = sizes[k];
    char *room;
    luaL_buffinit(L, &b);
    for (i = 0; i < n; i++) luaL_addchar(&b, (char)('a' + i % 26));
    number("bufflen", (long long)luaL_bufflen(&b));
    luaL_pushresult(&b);
    show_result(L, "addchar");
    room = luaL_buffinitsize(L, &b, n);
    memset(room, 'q', n);
    luaL_pushresultsize(&b, n);
    show_result(L, "buffinitsize");
    luaL_buffinit(L, &b);
    for (i = 0; i < 5; i++) {
      room = luaL_prepbuffsize(&b, n);
      memset(room, (int)('0' + i), n);
      luaL_addsize(&b, n);
    }
    if (n > 0) luaL_buffsub(&b, n);
    number("buffaddr", n == 0 || luaL_buffaddr(&b)[0] == '0');
    luaL_pushresult(&b);
    show_result(L, "prepbuffsize");
    luaL_buffinit(L, &b);
    for (i = 0; i < 7; i++) {
      lua_pushinteger(L, (lua_Integer)i);
      luaL_addvalue(&b);
      lua_pushliteral(L, "value");
      luaL_addvalue(&b);
      luaL_addlstring(&b, "l\0l", 3);
      luaL_addstring(&b, "string");
      luaL_addgsub(&b, "x-y-z", "-", "++");
    }
    room = luaL_prepbuffer(&b);
    memset(room, 'p', 10);
    luaL_addsize(&b, 10);
    luaL_pushresult(&b);
    show_result(L, "mixed");
  }
  lua_settop(L, 0);
  attempt(L, "too large", too_large);
  attempt(L, "an error inside", error_inside);
  {  /* Two buffers, one inside the other. */
    luaL_Buffer outer;
    luaL_buffinit(L, &outer);
    luaL_addstring(&outer, "outer ");
    luaL_buffinit(L, &b);
    for (i = 0; i < 3000; i++) luaL_addchar(&b, 'i');
    luaL_pushresult(&b);
    luaL_addvalue(&outer);
    luaL_pushresult(&outer);
    show_result(L, "nested");
  }
}

static int close_count;

static int close_stream(lua_State *L) {
  luaL_Stream *s = (luaL_Stream *)luaL_checkudata(L, 1, LUA_FILEHANDLE);
  close_count++;
  return luaL_fileresult(L, fclose(s->f) == 0, NULL);
}

static int open_stream(lua_State *L) {
  luaL_Stream *s = (luaL_Stream *)lua_newuserdatauv(L, sizeof(luaL_Stream), 0);
  s->closef = NULL;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  s->f = tmpfile();
  s->closef = close_stream;
  return 1;
}

void library_part(lua_State *L) {
  static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base},       {LUA_LOADLIBNAME, luaopen_package}, {LUA_COLIBNAME, luaopen_coroutine}, {LUA_TABLIBNAME, luaopen_table},
                                       {LUA_IOLIBNAME, luaopen_io},     {LUA_OSLIBNAME, luaopen_os},        {LUA_STRLIBNAME, luaopen_string},   {LUA_MATHLIBNAME, luaopen_math},
                                       {LUA_UTF8LIBNAME, luaopen_utf8}, {LUA_DBLIBNAME, luaopen_debug},     {NULL, NULL}};
  const luaL_Reg *library;
  section("library");
  for (library = libraries; library->name != NULL; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_settop(L, 0);
  }
  for (library = libraries; library->name != NULL; library++) {
    char code[300];
    snprintf(code, sizeof code, "local own = {weak = 1, gc = 1} local names = {} for k, v in pairs(package.loaded['%s']) do if not own[k] then names[#names + 1] = k .. ':' .. type(v) end end table.sort(names) return table.concat(names, ' ')", library->name);
    script(L, library->name, code);
  }
  lua_register(L, "open_stream", open_stream);
  script(L, "a stream of a C module",
         "local f = open_stream() f:write('line 1\\n', 2, '\\n') f:seek('set') local a, b = f:read('l', 'n') local kind = io.type(f)"
         " local closed = f:close() return a, b, kind, closed, io.type(f), tostring(f), pcall(f.read, f)");
  number("its closef was called", close_count);
  script(L, "closed by the collector", "open_stream() collectgarbage() collectgarbage()");
  number("its closef was called", close_count);
  script(L, "closed by a block", "do local f <close> = open_stream() end");
  number("its closef was called", close_count);
  script(L, "lines", "local f = open_stream() f:write('a\\nb\\nc') f:seek('set') local t = {} for l in f:lines() do t[#t + 1] = l end return table.concat(t, '|')");
  script(L, "stdout is a stream", "return io.type(io.stdout), getmetatable(io.stdout).__name");
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_getglobal(L, "io");
  lua_getfield(L, -1, "stderr");
  number("layout", ((luaL_Stream *)lua_touserdata(L, -1))->f == stderr && ((luaL_Stream *)lua_touserdata(L, -1))->closef != NULL);
  lua_settop(L, 0);
  script(L, "version", "return _VERSION");
}
