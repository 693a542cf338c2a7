// SPDX-License-Identifier: MIT
// Calls, errors, coroutines, states, loading and dumping, the collector.
#include <cstring>

#include <mayfly/call.h>

#include "failing.hpp"
#include "steps.hpp"

namespace {

int concatenate(lua_State* L) {
  lua_concat(L, lua_gettop(L));
  return 1;
}

int go_on(lua_State* L, int, lua_KContext) { return lua_gettop(L); }

int call_functions(lua_State* L) {
  lua_pushcfunction(L, concatenate);
  lua_pushstring(L, "a");
  lua_pushinteger(L, 1);
  lua_call(L, 2, 1);
  lua_pushcfunction(L, concatenate);
  lua_pushstring(L, "b");
  lua_callk(L, 1, 1, 0, go_on);
  lua_pushcfunction(L, concatenate);
  lua_newtable(L);
  lua_newtable(L);
  if (lua_pcall(L, 2, 1, 0) == LUA_OK) return luaL_error(L, "concatenated tables");
  if (std::strstr(lua_tostring(L, -1), "not enough memory") != nullptr) return lua_error(L);
  lua_pushcfunction(L, concatenate);
  lua_pushstring(L, "c");
  if (lua_pcallk(L, 1, LUA_MULTRET, 0, 0, go_on) != LUA_OK) return lua_error(L);
  return 0;
}

int yield_values(lua_State* L) {
  lua_newtable(L);
  lua_pushstring(L, "yielded");
  return lua_yieldk(L, 2, 0, go_on);
}

int run_coroutines(lua_State* L) {
  for (int i = 0; i < 3; ++i) {
    lua_State* co = lua_newthread(L);
    lua_pushcfunction(co, yield_values);
    int results = 0;
    int status = lua_resume(co, L, 0, &results);
    if (status != LUA_YIELD) {
      lua_xmove(co, L, 1);
      return lua_error(L);
    }
    if (lua_status(co) != LUA_YIELD || results != 2 || lua_isyieldable(L)) return luaL_error(L, "coroutine");
    if (i == 1) {
      lua_closethread(co, L);
      continue;
    }
    if (i == 2) {
      lua_resetthread(co);
      continue;
    }
    lua_pop(co, results);
    if (lua_resume(co, L, 0, &results) != LUA_OK) {
      lua_xmove(co, L, 1);
      return lua_error(L);
    }
  }
  return 0;
}

struct Text {
  const char* next;
  static const char* read(lua_State*, void* data, size_t* size) {
    auto* text = static_cast<Text*>(data);
    *size = *text->next != '\0' ? 1 : 0;  // a character a time
    return text->next++;
  }
};

// A piece of storage of the state, so that nothing of the host's is lost when an error passes.
struct Dump {
  size_t length = 0;
  char text[4000];
  static int write(lua_State*, const void* data, size_t size, void* to) {
    auto* dump = static_cast<Dump*>(to);
    if (dump->length + size > sizeof dump->text) return 1;
    std::memcpy(dump->text + dump->length, data, size);
    dump->length += size;
    return 0;
  }
};

int load_and_dump(lua_State* L) {
  Text text{"local a, b = 1, 'two' local function f(x) return x .. a .. b end return f(...), { a, b, c = f }"};
  if (lua_load(L, Text::read, &text, "=read", "t") != LUA_OK) return lua_error(L);
  Dump dump;
  if (lua_dump(L, Dump::write, &dump, 0) != 0) return luaL_error(L, "dump");
  if (luaL_loadbufferx(L, dump.text, dump.length, "dumped", "b") != LUA_OK) return lua_error(L);
  lua_pushstring(L, "x");
  lua_call(L, 1, 2);
  if (luaL_loadstring(L, "return 1") != LUA_OK) return lua_error(L);
  lua_call(L, 0, 1);
  if (luaL_dostring(L, "return ...") != LUA_OK) return lua_error(L);
  return 0;
}

int raise_values(lua_State* L) {
  lua_pushcfunction(L, [](lua_State* state) {
    lua_newtable(state);
    return lua_error(state);
  });
  int status = lua_pcall(L, 0, 0, 0);
  if (status == LUA_ERRMEM) return lua_error(L);
  if (status != LUA_ERRRUN || !lua_istable(L, -1)) return luaL_error(L, "status %d", status);
  lua_pushcfunction(L, [](lua_State* state) { return luaL_error(state, "number %d", 5); });
  if (lua_pcall(L, 0, 0, 0) == LUA_ERRMEM) return lua_error(L);
  return 0;
}

int close_variables(lua_State* L) {
  for (int i = 0; i < 2; ++i) {
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcfunction(L, concatenate);
    lua_pop(L, 1);
    lua_pushcfunction(L, [](lua_State* state) {
      lua_newtable(state);
      return 0;
    });
    lua_setfield(L, -2, "__close");
    lua_setmetatable(L, -2);
    lua_toclose(L, -1);
  }
  lua_closeslot(L, -1);
  lua_pop(L, 1);
  lua_settop(L, lua_gettop(L) - 1);
  return 0;
}

int collect(lua_State* L) {
  lua_gc(L, LUA_GCSTOP);
  lua_gc(L, LUA_GCRESTART);
  for (int i = 0; i < 100; ++i) {
    lua_newtable(L);
    lua_gc(L, LUA_GCSTEP, 1);
    lua_pop(L, 1);
  }
  return lua_gc(L, LUA_GCCOUNT) >= 0 && lua_gc(L, LUA_GCISRUNNING) ? 0 : luaL_error(L, "gc");
}

// One state inside another's protected call: what fails is the outer one, the inner one is whole.
int make_states(lua_State* L) {
  void* context;
  lua_Alloc function = lua_getallocf(L, &context);
  lua_State* state = lua_newstate(function, context);
  if (state == nullptr) return luaL_error(L, "not enough memory");
  lua_atpanic(state, lua_atpanic(L, nullptr));
  lua_setallocf(state, function, context);
  bool right = lua_version(state) == LUA_VERSION_NUM;
  lua_close(state);
  lua_State* other = luaL_newstate();
  if (other == nullptr) return luaL_error(L, "not enough memory");
  lua_close(other);
  lua_setwarnf(L, [](void*, const char*, int) {}, nullptr);
  lua_warning(L, "to ", 1);
  lua_warning(L, "nobody", 0);
  lua_setcstacklimit(L, 200);
  return right ? 0 : luaL_error(L, "version");
}

}  // namespace

const std::vector<Step> call_steps = {
    {"C++: call functions", call_functions}, {"C++: run coroutines", run_coroutines}, {"C++: load and dump", load_and_dump},
    {"C++: raise values", raise_values},     {"C++: close variables", close_variables}, {"C++: collect", collect},
    {"C++: make states (no second try)", make_states},
};
