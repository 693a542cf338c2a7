/* SPDX-License-Identifier: MIT
 * The debug interface: lua_getinfo with every option, local variables, upvalues, hooks of every kind.
 */
#include "conformance.h"

static void show_record(const char *label, const lua_Debug *ar) {
  printf("debug/%s: name=%s namewhat=%s what=%s source=%s short=%s srclen=%d line=%d defined=%d-%d nups=%d nparams=%d vararg=%d tail=%d transfer=%d+%d\n", label,
         ar->name ? ar->name : "(null)", ar->namewhat, ar->what, ar->source, ar->short_src, (int)ar->srclen, ar->currentline, ar->linedefined,
         ar->lastlinedefined, ar->nups, ar->nparams, ar->isvararg, ar->istailcall != 0, ar->ftransfer, ar->ntransfer);
}

static int levels(lua_State *L) {
  lua_Debug ar;
  int level;
  for (level = 0; lua_getstack(L, level, &ar); level++) {
    char label[30];
    number("getinfo", lua_getinfo(L, "nSlutr", &ar));
    snprintf(label, sizeof label, "level %d", level);
    show_record(label, &ar);
  }
  number("levels", level);
  number("negative level", lua_getstack(L, -1, &ar));
  return 0;
}

static int locals(lua_State *L) {
  lua_Debug ar;
  int n;
  const char *name;
  if (!lua_getstack(L, 1, &ar)) return 0;
  for (n = -3; n <= 8; n++) {
    name = lua_getlocal(L, &ar, n);
    printf("debug/local %d: %s\n", n, name ? name : "(null)");
    if (name != NULL) clear(L, "value");
  }
  lua_pushliteral(L, "changed");
  text("setlocal", lua_setlocal(L, &ar, 1));
  lua_pushliteral(L, "changed vararg");
  text("setlocal vararg", lua_setlocal(L, &ar, -1));
  lua_pushliteral(L, "x");
  text("setlocal none", lua_setlocal(L, &ar, 100));
  number("top", lua_gettop(L));
  return 0;
}

static int c_locals(lua_State *L) {
  lua_Debug ar;
  lua_settop(L, 2);
  if (!lua_getstack(L, 0, &ar)) return 0;
  text("C local 1", lua_getlocal(L, &ar, 1));
  lua_settop(L, 2);
  text("C local 3", lua_getlocal(L, &ar, 3));
  lua_pushinteger(L, 9);
  text("C setlocal", lua_setlocal(L, &ar, 2));
  return 2;
}

static void information(lua_State *L, const char *label, const char *code, const char *options) {
  lua_Debug ar;
  char what[20];
  memset(&ar, 0, sizeof ar);
  ar.namewhat = ar.what = ar.source = "";
  if (luaL_dostring(L, code)) lua_error(L);
  snprintf(what, sizeof what, ">%s", options);
  number("getinfo", lua_getinfo(L, what, &ar));
  show_record(label, &ar);
  clear(L, label);
}

static const char *const levels_code =
    "local function f(...) levels() end\nlocal t = {}\nfunction t:method() f(1, 2) return 1 end\nlocal x = t:method()\n"
    "local function tail() return f() end\ntail()";

void debug_part(lua_State *L) {
  lua_Debug ar;
  const char *name;
  int n;
  section("debug");
  luaL_openlibs(L);
  lua_register(L, "levels", levels);
  lua_register(L, "locals", locals);
  lua_register(L, "clocals", c_locals);
  number("no level in the main program", lua_getstack(L, 0, &ar));
  if (luaL_loadbuffer(L, levels_code, strlen(levels_code), "@a/file.lua") == LUA_OK) lua_call(L, 0, 0);
  script(L, "pcall between", "pcall(levels)");
  script(L, "metamethod", "local t = setmetatable({}, {__index = levels, __add = levels, __lt = levels, __close = levels}) local _ = t.x _ = t + 1 _ = t < t");
  script(L, "iterator", "for _ in levels do end");
  script(L, "global function", "function globalf() levels() end globalf()");
  script(L, "locals", "local function f(a, b, ...) local c = 'c' do local gone end local d <const> = 5 local e = {} locals() return a, ... end return f(1, 2, 3, 4)");
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  attempt(L, "C locals", c_locals);
  luaL_loadstring(L, "local a, b = ...");
  (void)luaL_dostring(L, "return function(first, second, ...) local third end");
  lua_pushvalue(L, -1);
  text("parameter 1", lua_getlocal(L, NULL, 1));
  lua_pushvalue(L, -1);
  text("parameter 2", lua_getlocal(L, NULL, 2));
  lua_pushvalue(L, -1);
  text("parameter 3", lua_getlocal(L, NULL, 3));
  number("top", lua_gettop(L));
  lua_settop(L, 0);

  information(L, "function", "local up = 1\nreturn function(a, b, ...)\nreturn up\nend", "Su");
  information(L, "its lines", "return function()\n\nlocal a\n\na = 1\nend", "SfL");
  information(L, "C function", "return print", "SnlutrfL");
  information(L, "lines alone", "return load('\\nreturn 1')", "L");
  information(L, "main chunk", "return load('return 1', '=(main)')", "Slut");
  information(L, "text chunk", "return load('return 1\\nreturn 2')", "S");
  information(L, "long text chunk", "return load('return 1 --' .. ('x'):rep(100))", "S");
  information(L, "long file", "return load('return 1', '@/' .. ('directory/'):rep(10) .. 'file.lua')", "S");
  information(L, "unknown option", "return print", "SX");
  if (luaL_dostring(L, "return setmetatable({}, {__index = function() end}), debug.getinfo(1, 'L').activelines")) text("activelines", "error");
  lua_settop(L, 0);
  if (luaL_dostring(L, "local f = function()\n\nlocal a\n\na = 1\nend local lines = {} for l in pairs(debug.getinfo(f, 'L').activelines) do lines[#lines + 1] = l end table.sort(lines) return table.concat(lines, ' ')")) text("activelines", "error");
  clear(L, "active lines");

  /* Upvalues. */
  if (luaL_dostring(L, "local a, b = 1, 2 local function f() return a, b end local function g() b = b + 1 return b, a end return f, g")) text("upvalues", "error");
  for (n = 0; n <= 3; n++) {
    name = lua_getupvalue(L, 1, n);
    printf("debug/upvalue %d: %s\n", n, name ? name : "(null)");
    if (name != NULL) lua_pop(L, 1);
  }
  number("same variable", lua_upvalueid(L, 1, 1) == lua_upvalueid(L, 2, 2));
  number("other variable", lua_upvalueid(L, 1, 1) == lua_upvalueid(L, 1, 2));
  number("no variable", lua_upvalueid(L, 1, 9) == NULL);
  lua_pushinteger(L, 100);
  text("setupvalue", lua_setupvalue(L, 1, 1));
  lua_pushinteger(L, 100);
  text("setupvalue none", lua_setupvalue(L, 1, 7));
  lua_pop(L, 1);
  lua_pushvalue(L, 2);
  lua_call(L, 0, LUA_MULTRET);
  show(L, "after setupvalue");
  lua_settop(L, 2);
  lua_upvaluejoin(L, 1, 1, 2, 1);
  lua_pushvalue(L, 1);
  lua_call(L, 0, LUA_MULTRET);
  show(L, "after upvaluejoin");
  lua_settop(L, 0);
  lua_pushliteral(L, "of C");
  lua_pushnil(L);
  lua_pushcclosure(L, levels, 2);
  text("C upvalue", lua_getupvalue(L, 1, 1));
  show(L, "C upvalue");
  lua_pushliteral(L, "new");
  text("set C upvalue", lua_setupvalue(L, 1, 2));
  text("C upvalue 3", lua_getupvalue(L, 1, 3));
  number("ids of C upvalues differ", lua_upvalueid(L, 1, 1) != lua_upvalueid(L, 1, 2));
  lua_settop(L, 0);
  lua_pushcfunction(L, levels);
  text("light function", lua_getupvalue(L, 1, 1));
  lua_settop(L, 0);
}

static int hook_lines;

static void hook(lua_State *L, lua_Debug *ar) {
  static const char *const events[] = {"call", "return", "line", "count", "tail call"};
  lua_getinfo(L, "nSlr", ar);
  if (hook_lines++ < 60)
    printf("hook/%s: line %d name %s %s what %s transfer %d+%d\n", events[ar->event], ar->event == LUA_HOOKCOUNT ? 0 : ar->currentline,
           ar->name ? ar->name : "-", ar->namewhat, ar->what, ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKRET ? ar->ftransfer : 0,
           ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKRET ? ar->ntransfer : 0);
}

static void raising_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  luaL_error(L, "from the hook");
}

static void yielding_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_yield(L, 0);
}

static void run_hooked(lua_State *L, const char *label, int mask, int count, const char *code) {
  text("mask", label);
  hook_lines = 0;
  luaL_loadbuffer(L, code, strlen(code), "=hooked");
  lua_sethook(L, hook, mask, count);
  number("gethook", lua_gethook(L) == hook);
  number("gethookmask", lua_gethookmask(L));
  number("gethookcount", lua_gethookcount(L));
  lua_call(L, 0, 0);
  lua_sethook(L, NULL, 0, 0);
  number("gethook", lua_gethook(L) == NULL);
  number("gethookmask", lua_gethookmask(L));
}

void hook_part(lua_State *L) {
  static const char *const code = "local function f(a)\n  local b = a + 1\n  return b\nend\nfor i = 1, 2 do\n  f(i)\nend\nlocal s = string.rep('x', 2)\nlocal function g(...) return f(...) end\ng(1)\nif s then\n  s = nil\nend";
  lua_State *co;
  int status, results, steps = 0;
  section("hook");
  luaL_openlibs(L);
  run_hooked(L, "calls", LUA_MASKCALL, 0, code);
  run_hooked(L, "returns", LUA_MASKRET, 0, code);
  run_hooked(L, "lines", LUA_MASKLINE, 0, code);
  run_hooked(L, "everything", LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET, 0, code);
  hook_lines = 0;
  lua_sethook(L, hook, LUA_MASKCOUNT, 1000);
  (void)luaL_dostring(L, "for i = 1, 10000 do local x = i end");
  lua_sethook(L, NULL, 0, 0);
  number("counts were met", hook_lines >= 10 && hook_lines <= 100);
  luaL_loadstring(L, "local x = 1\nx = 2");
  lua_sethook(L, raising_hook, LUA_MASKLINE, 0);
  number("a hook that raises", lua_pcall(L, 0, 0, 0));
  lua_sethook(L, NULL, 0, 0);
  clear(L, "a hook that raises");
  co = lua_newthread(L);
  luaL_loadstring(co, "local x = 1\nx = 2\nx = x + 5\nreturn x");
  lua_sethook(co, yielding_hook, LUA_MASKLINE, 0);
  while ((status = lua_resume(co, L, 0, &results)) == LUA_YIELD) steps++;
  number("a hook that yields: steps", steps);
  number("status", status);
  clear(co, "result");
  lua_settop(L, 0);
  script(L, "debug.sethook", "local n = 0 debug.sethook(function(e, l) n = n + 1 end, 'l')\nlocal a\n\na = 1\ndebug.sethook() return n, debug.gethook()");
}
