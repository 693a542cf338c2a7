/* SPDX-License-Identifier: MIT
 * The state as a whole: allocators, panic, extra space, warnings, the collector's controls, the version.
 */
#include <setjmp.h>

#include "conformance.h"

struct Count {
  long blocks, limit_bytes, bytes;
  int types_seen;
};

static void *counting(void *data, void *block, size_t old_size, size_t new_size) {
  struct Count *c = (struct Count *)data;
  if (block == NULL && old_size >= LUA_TSTRING && old_size <= LUA_TTHREAD) c->types_seen |= 1 << old_size;
  if (new_size == 0) {
    if (block != NULL) {
      c->blocks--;
      c->bytes -= (long)old_size;
    }
    free(block);
    return NULL;
  }
  {
    long more = (long)new_size - (block != NULL ? (long)old_size : 0);
    if (more > 0 && c->limit_bytes > 0 && c->bytes + more > c->limit_bytes) return NULL;
    void *result = realloc(block, new_size);
    if (result == NULL) return NULL;
    if (block == NULL) c->blocks++;
    c->bytes += more;
    return result;
  }
}

static void warn(void *data, const char *message, int to_continue) { printf("state/warning %s: %s %d\n", (const char *)data, message, to_continue); }

static jmp_buf escape;

static int panic(lua_State *L) {
  text("panic", lua_tostring(L, -1));
  longjmp(escape, 1);
}

/* lua_gc with each option, from within a function: pushes what each returns, and prints it. */
static int every_option(lua_State *L) {
  int results[] = {lua_gc(L, LUA_GCSTOP), lua_gc(L, LUA_GCISRUNNING), lua_gc(L, LUA_GCRESTART), lua_gc(L, LUA_GCISRUNNING),
                   lua_gc(L, LUA_GCCOLLECT), lua_gc(L, LUA_GCSTEP, 0) & -2, lua_gc(L, LUA_GCSETPAUSE, 200), lua_gc(L, LUA_GCSETSTEPMUL, 100),
                   lua_gc(L, LUA_GCGEN, 0, 0), lua_gc(L, LUA_GCINC, 0, 0, 0), lua_gc(L, 999)};
  int count = (int)(sizeof results / sizeof results[0]);
  for (int i = 0; i < count; i++) {
    number("option", results[i]);
    lua_pushinteger(L, results[i]);
  }
  return count;
}

static int make_garbage(lua_State *L) {
  int i;
  for (i = 0; i < 1000; i++) lua_newtable(L), lua_pop(L, 1);
  return 0;
}

static int exhaust(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (;;) luaL_addlstring(&b, "0123456789012345678901234567890123456789", 40);
  return 0;
}

static int exhaust_tables(lua_State *L) {
  lua_Integer i;
  lua_newtable(L);
  for (i = 1;; i++) {
    lua_newtable(L);
    lua_rawseti(L, -2, i);
  }
  return 0;
}

void state_part(lua_State *L) {
  struct Count count = {0, 0, 0, 0};
  void *data = NULL;
  lua_State *other, *co;
  section("state");
  number("version", (long long)lua_version(L));
  number("version of none", (long long)lua_version(NULL));
  luaL_checkversion(L);
  number("atpanic", lua_atpanic(L, panic) != NULL);
  number("atpanic again", lua_atpanic(L, panic) == panic);
  number("setcstacklimit", lua_setcstacklimit(L, 300));

  other = lua_newstate(counting, &count);
  number("newstate", other != NULL);
  number("atpanic of a new state", lua_atpanic(other, NULL) == NULL);
  number("getallocf", lua_getallocf(other, &data) == counting && data == &count);
  number("getallocf without data", lua_getallocf(other, NULL) == counting);
  number("empty", lua_gettop(other));
  number("it has globals", lua_rawgeti(other, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS));
  lua_pop(other, 1);
  number("it has no libraries", lua_getglobal(other, "print"));
  lua_pop(other, 1);
  memset(lua_getextraspace(other), 0x5a, LUA_EXTRASPACE);
  co = lua_newthread(other);
  number("extra space is copied", memcmp(lua_getextraspace(co), lua_getextraspace(other), LUA_EXTRASPACE));
  memset(lua_getextraspace(co), 0, LUA_EXTRASPACE);
  number("and is its own", *(char *)lua_getextraspace(other) == 0x5a);
  luaL_openlibs(other);
  lua_setallocf(other, counting, &count);
  count.limit_bytes = count.bytes + 3000000;
  attempt(other, "out of memory, a string", exhaust);
  attempt(other, "out of memory, tables", exhaust_tables);
  attempt(other, "out of memory, a string, again", exhaust);
  script(other, "out of memory in a script", "local t = {} local ok, m = pcall(function() for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end end) t = nil return ok, m");
  count.limit_bytes = 0;
  script(other, "afterwards", "return 1 + 1");
  lua_close(other);
  number("blocks left", count.blocks);
  number("bytes left", count.bytes);
  number("types seen", (count.types_seen & (1 << LUA_TTHREAD)) != 0);
  count.limit_bytes = 100;
  number("newstate without memory", lua_newstate(counting, &count) == NULL);
  number("blocks left", count.blocks);

  lua_setwarnf(L, warn, (void *)"W");
  lua_warning(L, "one piece", 0);
  lua_warning(L, "two ", 1);
  lua_warning(L, "pieces", 0);
  luaL_openlibs(L);
  script(L, "warn", "warn('from ', 'a ', 'script')");
  script(L, "error in __gc", "setmetatable({}, {__gc = function() error('gc error', 0) end}) collectgarbage()");
  lua_setwarnf(L, NULL, NULL);
  lua_warning(L, "to nobody", 0);

  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  number("stop", lua_gc(L, LUA_GCSTOP));
  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  number("restart", lua_gc(L, LUA_GCRESTART));
  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  number("collect", lua_gc(L, LUA_GCCOLLECT));
  number("count", lua_gc(L, LUA_GCCOUNT) > 0);
  number("countb", lua_gc(L, LUA_GCCOUNTB) >= 0 && lua_gc(L, LUA_GCCOUNTB) < 1024);
  number("setpause", lua_gc(L, LUA_GCSETPAUSE, 300));
  number("setpause", lua_gc(L, LUA_GCSETPAUSE, 200));
  number("setstepmul", lua_gc(L, LUA_GCSETSTEPMUL, 300));
  number("setstepmul", lua_gc(L, LUA_GCSETSTEPMUL, 100));
  number("gen", lua_gc(L, LUA_GCGEN, 0, 0));
  number("gen again", lua_gc(L, LUA_GCGEN, 30, 60));
  attempt(L, "garbage in generations", make_garbage);
  number("inc", lua_gc(L, LUA_GCINC, 0, 0, 0));
  number("inc again", lua_gc(L, LUA_GCINC, 150, 200, 10));
  attempt(L, "garbage in steps", make_garbage);
  {
    int steps = 0;
    while (!lua_gc(L, LUA_GCSTEP, 1) && steps < 100000) steps++;
    number("steps end a cycle", steps < 100000);
  }
  number("unknown", lua_gc(L, 999));
  number("unknown, negative", lua_gc(L, -1));
  for (int i = 0; i < 8; i++) {  /* what is kept of a parameter shows when it is replaced */
    static const int values[] = {0, 1, 5, 1001, 1020, 1024, -5, 200};
    number("setpause", lua_gc(L, LUA_GCSETPAUSE, values[i]));
    number("setstepmul", lua_gc(L, LUA_GCSETSTEPMUL, values[i]));
  }
  number("inc", lua_gc(L, LUA_GCINC, 333, 444, 300));
  number("setpause", lua_gc(L, LUA_GCSETPAUSE, 200));
  number("setstepmul", lua_gc(L, LUA_GCSETSTEPMUL, 100));
  number("inc", lua_gc(L, LUA_GCINC, 0, 0, 13));
  number("stop", lua_gc(L, LUA_GCSTOP));
  number("stop again", lua_gc(L, LUA_GCSTOP));
  number("collect while stopped", lua_gc(L, LUA_GCCOLLECT));
  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  number("gen while stopped", lua_gc(L, LUA_GCGEN, 20, 100));
  number("step 0, generational", lua_gc(L, LUA_GCSTEP, 0) >= 0);
  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  number("inc while stopped", lua_gc(L, LUA_GCINC, 0, 0, 0));
  {
    int steps = 0;
    while (!lua_gc(L, LUA_GCSTEP, 0) && steps < 100000) steps++;
    number("steps of no size end a cycle", steps < 100000);
  }
  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  number("restart", lua_gc(L, LUA_GCRESTART));
  number("isrunning", lua_gc(L, LUA_GCISRUNNING));
  lua_register(L, "every_option", every_option);
  script(L, "options in a finalizer", "setmetatable({}, {__gc = function() results = {every_option()} end}) collectgarbage() return table.unpack(results)");
  script(L, "options in a coroutine", "return coroutine.wrap(every_option)()");
  other = luaL_newstate();
  luaL_openlibs(other);
  lua_register(other, "every_option", every_option);
  script(other, "to be closed", "setmetatable({}, {__gc = function() every_option() end})");
  lua_close(other);

  number("threads have a state of their own", lua_newthread(L) != L);
  number("pushthread of the main thread", lua_pushthread(L));
  number("pushthread of another", lua_pushthread(lua_tothread(L, 1)));
  lua_settop(lua_tothread(L, 1), 0);
  lua_settop(L, 0);
  if (setjmp(escape) == 0) {
    other = luaL_newstate();
    lua_atpanic(other, panic);
    lua_pushliteral(other, "nobody protects");
    lua_error(other);
  }
}
