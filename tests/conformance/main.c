/* SPDX-License-Identifier: MIT
 * Calls every function of lua.h, lauxlib.h and lualib.h in ordinary, boundary and error cases and prints what it sees. The same
 * binary prints the same with every library of Lua 5.4 (tests/conformance/run).
 */
#include "conformance.h"

static const char *current_section = "";

void section(const char *name) {
  current_section = name;
  printf("== %s\n", name);
}

static void show_value(lua_State *L, int i) {
  switch (lua_type(L, i)) {
    case LUA_TNONE: printf(" none"); break;
    case LUA_TNIL: printf(" nil"); break;
    case LUA_TBOOLEAN: printf(lua_toboolean(L, i) ? " true" : " false"); break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, i))
        printf(" %lld", (long long)lua_tointeger(L, i));
      else
        printf(" %.14gf", lua_tonumber(L, i));
      break;
    case LUA_TSTRING: {
      size_t length, k;
      const char *s = lua_tolstring(L, i, &length);
      printf(" '");
      for (k = 0; k < length; k++)
        if ((unsigned char)s[k] >= 32 && (unsigned char)s[k] < 127)
          putchar(s[k]);
        else
          printf("\\x%02x", (unsigned char)s[k]);
      printf("'");
      break;
    }
    case LUA_TLIGHTUSERDATA: printf(" light"); break;
    case LUA_TFUNCTION: printf(lua_iscfunction(L, i) ? " cfunction" : " function"); break;
    default: printf(" %s", luaL_typename(L, i));
  }
}

void show(lua_State *L, const char *label) {
  int i, n = lua_gettop(L);
  printf("%s/%s:", current_section, label);
  for (i = 1; i <= n; i++) show_value(L, i);
  printf("\n");
}

void clear(lua_State *L, const char *label) {
  show(L, label);
  lua_settop(L, 0);
}

void number(const char *label, long long n) { printf("%s/%s: %lld\n", current_section, label, n); }
void text(const char *label, const char *s) { printf("%s/%s: %s\n", current_section, label, s ? s : "(null)"); }

void attempt(lua_State *L, const char *label, lua_CFunction function) {
  int status;
  lua_pushcfunction(L, function);
  lua_insert(L, 1);
  status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  printf("%s/%s: status %d:", current_section, label, status);
  {
    int i;
    for (i = 1; i <= lua_gettop(L); i++) show_value(L, i);
  }
  printf("\n");
  lua_settop(L, 0);
}

static int run_text(lua_State *L) {
  const char *code = luaL_checkstring(L, 1);
  if (luaL_loadbuffer(L, code, strlen(code), "=text") != LUA_OK) return lua_error(L);
  lua_call(L, 0, LUA_MULTRET);
  return lua_gettop(L) - 1;
}

void script(lua_State *L, const char *label, const char *code) {
  lua_pushstring(L, code);
  attempt(L, label, run_text);
}

int main(void) {
  static void (*const parts[])(lua_State *) = {
      stack_part,  access_part, conversion_part, push_part, table_part, userdata_part, call_part,      coroutine_part, closing_part,
      load_part,   debug_part,  hook_part,       state_part, argument_part, auxiliary_part, buffer_part, library_part,
  };
  size_t i;
  for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
    lua_State *L = luaL_newstate();
    if (L == NULL) return 2;
    parts[i](L);
    if (lua_gettop(L) != 0) clear(L, "left on the stack");
    lua_close(L);
    fflush(stdout);
  }
  return 0;
}
