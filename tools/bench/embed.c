/* SPDX-License-Identifier: MIT
 * What the C API costs a host: one line per kind of work, with the nanoseconds of one operation (the best of several rounds). The
 * same binary runs with every library of Lua 5.4; embed.py compares two. An argument selects the lines that contain it. With a
 * number behind it the line of that name is done once, that often, and nothing is measured: for who counts from outside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lua.h>

#include <lauxlib.h>
#include <lualib.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef void (*Work)(lua_State *L, int count);

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static int add(lua_State *L) {
  lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
  return 1;
}

static int raise(lua_State *L) { return luaL_error(L, "failed with %d", 7); }

static void new_state(lua_State *L, int count) {
  (void)L;
  while (count--) lua_close(luaL_newstate());
}

static void new_state_with_libraries(lua_State *L, int count) {
  (void)L;
  while (count--) {
    lua_State *other = luaL_newstate();
    luaL_openlibs(other);
    lua_close(other);
  }
}

static void new_thread(lua_State *L, int count) {
  while (count--) {
    lua_newthread(L);
    lua_pop(L, 1);
  }
}

/* The function to call is at index 1. */
static void call_script(lua_State *L, int count) {
  while (count--) {
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 1);
    lua_pushinteger(L, 2);
    lua_call(L, 2, 1);
    lua_pop(L, 1);
  }
}

static void pcall_script(lua_State *L, int count) {
  while (count--) {
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 1);
    lua_pushinteger(L, 2);
    lua_pcall(L, 2, 1, 0);
    lua_pop(L, 1);
  }
}

static void call_named(lua_State *L, int count) {
  while (count--) {
    lua_getglobal(L, "update");
    lua_pushnumber(L, 0.5);
    lua_call(L, 1, 0);
  }
}

/* A script that loops over what it is given at index 1: the count is its argument. */
static void run_script(lua_State *L, int count) {
  lua_pushvalue(L, 1);
  lua_pushinteger(L, count);
  lua_call(L, 1, 0);
}

static void resume_script(lua_State *L, int count) {
  lua_State *co = lua_newthread(L);
  int results;
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  while (count--) {
    lua_resume(co, L, 0, &results);
    lua_pop(co, results);
  }
  lua_pop(L, 1);
}

static void make_table(lua_State *L, int count) {
  while (count--) {
    lua_newtable(L);
    lua_pushinteger(L, 1);
    lua_setfield(L, -2, "x");
    lua_pushinteger(L, 2);
    lua_setfield(L, -2, "y");
    lua_pushstring(L, "name");
    lua_setfield(L, -2, "name");
    lua_pop(L, 1);
  }
}

static void make_array(lua_State *L, int count) {
  int i;
  while (count--) {
    lua_createtable(L, 10, 0);
    for (i = 1; i <= 10; i++) {
      lua_pushinteger(L, i);
      lua_rawseti(L, -2, i);
    }
    lua_pop(L, 1);
  }
}

static void get_field(lua_State *L, int count) {
  while (count--) {
    lua_getfield(L, 1, "field");
    lua_pop(L, 1);
  }
}

static void set_field(lua_State *L, int count) {
  while (count--) {
    lua_pushinteger(L, count);
    lua_setfield(L, 1, "field");
  }
}

static void get_global(lua_State *L, int count) {
  while (count--) {
    lua_getglobal(L, "print");
    lua_pop(L, 1);
  }
}

static void get_index(lua_State *L, int count) {
  while (count--) {
    lua_rawgeti(L, 1, 5);
    lua_geti(L, 1, 6);
    lua_pop(L, 2);
  }
}

static void traverse(lua_State *L, int count) {
  while (count > 0) {
    lua_pushnil(L);
    while (lua_next(L, 1)) {
      lua_pop(L, 1);
      count--;
    }
  }
}

static void reference(lua_State *L, int count) {
  while (count--) {
    int r;
    lua_pushvalue(L, 1);
    r = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_rawgeti(L, LUA_REGISTRYINDEX, r);
    lua_pop(L, 1);
    luaL_unref(L, LUA_REGISTRYINDEX, r);
  }
}

static void make_userdata(lua_State *L, int count) {
  while (count--) {
    *(int *)lua_newuserdatauv(L, 16, 1) = count;
    luaL_setmetatable(L, "embed.Type");
    lua_pop(L, 1);
  }
}

static void check_userdata(lua_State *L, int count) {
  while (count--) *(int *)luaL_checkudata(L, 1, "embed.Type") += 1;
}

static void push_format(lua_State *L, int count) {
  while (count--) {
    lua_pushfstring(L, "%s:%d: %s %f", "file.lua", count, "message", 1.5);
    lua_pop(L, 1);
  }
}

static void push_string(lua_State *L, int count) {
  while (count--) {
    lua_pushstring(L, "a name");
    lua_pop(L, 1);
  }
}

static void push_new_string(lua_State *L, int count) {
  char text[32];
  while (count--) {
    memcpy(text, "string 00000000", 16);
    memcpy(text + 7, &count, sizeof count);
    lua_pushlstring(L, text, 15);
    lua_pop(L, 1);
  }
}

static void push_long_string(lua_State *L, int count) {
  static char text[1000];
  while (count--) {
    lua_pushlstring(L, text, sizeof text);
    lua_pop(L, 1);
  }
}

static void make_closure(lua_State *L, int count) {
  while (count--) {
    lua_pushinteger(L, 1);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, nothing, 2);
    lua_pop(L, 1);
  }
}

static void to_number(lua_State *L, int count) {
  double sum = 0;
  while (count--) sum += lua_tonumber(L, 1) + (double)lua_tointeger(L, 2) + (double)lua_type(L, 1) + (double)lua_toboolean(L, 2);
  if (sum < 0) abort();
}

static void to_string(lua_State *L, int count) {
  size_t length, sum = 0;
  while (count--) {
    luaL_checklstring(L, 1, &length);
    sum += length;
  }
  if (sum == 0) abort();
}

static void build(lua_State *L, int count) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while (count--) luaL_addchar(&b, 'x');
  luaL_pushresult(&b);
  lua_pop(L, 1);
}

static void build_pieces(lua_State *L, int count) {
  while (count--) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    luaL_addstring(&b, "some ");
    luaL_addlstring(&b, "pieces ", 7);
    lua_pushinteger(L, count);
    luaL_addvalue(&b);
    luaL_pushresult(&b);
    lua_pop(L, 1);
  }
}

static void stack_work(lua_State *L, int count) {
  while (count--) {
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 2);
    lua_insert(L, -2);
    lua_pushnil(L);
    lua_remove(L, -2);
    lua_settop(L, 2);
  }
}

static void compile(lua_State *L, int count) {
  static const char *const code = "local a, b = ... local t = {x = a, y = b} function t:sum() return self.x + self.y end return t:sum()";
  size_t length = strlen(code);
  while (count--) {
    luaL_loadbufferx(L, code, length, "=code", "t");
    lua_pop(L, 1);
  }
}

static void pcall_raising(lua_State *L, int count) {  /* of the function at index 1 */
  while (count--) {
    lua_pushvalue(L, 1);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK) abort();
    lua_pop(L, 1);
  }
}

static const struct {
  const char *name;
  Work work;
  int count;
  const char *prepare; /* gives the values that the work finds on the stack */
} lines[] = {
    {"state: new and close", new_state, 200, ""},
    {"state: with libraries", new_state_with_libraries, 50, ""},
    {"thread: new", new_thread, 20000, ""},
    {"host calls script", call_script, 100000, "return function(a, b) return a + b end"},
    {"host calls script, pcall", pcall_script, 100000, "return function(a, b) return a + b end"},
    {"host calls script by its name", call_named, 100000, "local n = 0 function update(dt) n = n + dt end"},
    {"host calls C function", call_script, 100000, "return add"},
    {"host resumes script", resume_script, 100000, "return function() local yield = coroutine.yield while true do yield() end end"},
    {"script calls host", run_script, 300000, "local f = nothing return function(n) for i = 1, n do f() end end"},
    {"script calls host, 2 arguments, 1 result", run_script, 300000, "local f = add return function(n) for i = 1, n do f(i, 2) end end"},
    {"script calls method of userdata", run_script, 100000, "local u = new_object() return function(n) for i = 1, n do u:get() end end"},
    {"table: new with 3 fields", make_table, 50000, ""},
    {"table: new with 10 elements", make_array, 50000, ""},
    {"table: get field", get_field, 300000, "return {field = 1, other = 2}"},
    {"table: set field", set_field, 300000, "return {field = 1, other = 2}"},
    {"table: get global", get_global, 300000, ""},
    {"table: get 2 elements", get_index, 300000, "return {1, 2, 3, 4, 5, 6, 7, 8}"},
    {"table: traverse", traverse, 300000, "local t = {} for i = 1, 100 do t['k' .. i] = i end return t"},
    {"ref, get, unref", reference, 200000, "return {}"},
    {"userdata: new", make_userdata, 50000, ""},
    {"userdata: check", check_userdata, 300000, "return new_object()"},
    {"pushfstring", push_format, 100000, ""},
    {"pushstring, known", push_string, 300000, ""},
    {"pushlstring, new", push_new_string, 100000, ""},
    {"pushlstring, 1000 characters", push_long_string, 50000, ""},
    {"pushcclosure", make_closure, 100000, "return 1"},
    {"conversions of numbers", to_number, 300000, "return 1.5, 2"},
    {"checklstring", to_string, 300000, "return 'text'"},
    {"buffer: characters", build, 300000, ""},
    {"buffer: pieces", build_pieces, 100000, ""},
    {"stack: push, insert, remove", stack_work, 300000, "return 1, 2"},
    {"load a function", compile, 5000, ""},
    {"error from script to pcall of host", pcall_raising, 20000, "return function() error('failed') end"},
    {"error from script to pcall of script", run_script, 50000, "local f, p = function() error('failed') end, pcall return function(n) for i = 1, n do p(f) end end"},
    {"runtime error to pcall of script", run_script, 50000, "local f, p = function() local a = nil + 1 end, pcall return function(n) for i = 1, n do p(f) end end"},
    {"error from C to pcall of script", run_script, 5000, "local f, p = raise, pcall return function(n) for i = 1, n do p(f) end end"},
    {"error from C to pcall of host", pcall_raising, 5000, "return raise"},
};

static int get_object(lua_State *L) {
  lua_pushinteger(L, *(int *)luaL_checkudata(L, 1, "embed.Type"));
  return 1;
}

static int new_object(lua_State *L) {
  *(int *)lua_newuserdatauv(L, 16, 1) = 1;
  luaL_setmetatable(L, "embed.Type");
  return 1;
}

static lua_State *prepare(size_t line) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "nothing", nothing);
  lua_register(L, "add", add);
  lua_register(L, "raise", raise);
  lua_register(L, "new_object", new_object);
  luaL_newmetatable(L, "embed.Type");
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, get_object);
  lua_setfield(L, -2, "get");
  lua_pop(L, 1);
  if (luaL_dostring(L, lines[line].prepare)) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    exit(1);
  }
  return L;
}

static void once(size_t line, int count) {
  lua_State *L = prepare(line);
  lines[line].work(L, count);
  lua_close(L);
}

static double best(size_t line) {
  double least = 1e300;
  int round;
  for (round = 0; round < 7; round++) {
    double start, spent;
    lua_State *L = prepare(line);
    lines[line].work(L, lines[line].count / 10 + 1);
    start = now();
    lines[line].work(L, lines[line].count);
    spent = (now() - start) / lines[line].count;
    if (spent < least) least = spent;
    lua_close(L);
  }
  return least;
}

int main(int argc, char **argv) {
  size_t i;
  for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
    if (argc > 2 ? strcmp(lines[i].name, argv[1]) != 0 : argc > 1 && strstr(lines[i].name, argv[1]) == NULL) continue;
    if (argc > 2) {
      once(i, atoi(argv[2]));
    } else {
      printf("%s\t%.2f\n", lines[i].name, best(i));
      fflush(stdout);
    }
  }
  return 0;
}
