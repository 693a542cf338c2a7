// SPDX-License-Identifier: MIT
// The debug interface.
#include "steps.hpp"

namespace {

int look_at_frames(lua_State* L) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(L, level, &frame); ++level) {
    lua_getinfo(L, "nSlutr", &frame);
    lua_getinfo(L, "fL", &frame);
    lua_pop(L, 2);
    if (const char* name = lua_getlocal(L, &frame, 1)) {
      lua_pushstring(L, name);
      lua_pop(L, 1);
      lua_setlocal(L, &frame, 1);
    }
  }
  luaL_traceback(L, L, "message", 0);
  luaL_where(L, 1);
  return 0;
}

int frames(lua_State* L) {
  if (luaL_loadstring(L, "local f = ... local function g(a, b) f() return a end return g(1, 2)") != LUA_OK) return lua_error(L);
  lua_pushcfunction(L, look_at_frames);
  lua_call(L, 1, 0);
  return 0;
}

int upvalues(lua_State* L) {
  if (luaL_loadstring(L, "local a, b = {}, {} return function() return a end, function() return b end") != LUA_OK) return lua_error(L);
  lua_call(L, 0, 2);
  if (lua_getupvalue(L, 1, 1) == nullptr || lua_setupvalue(L, 2, 1) == nullptr) return luaL_error(L, "upvalue");
  bool apart = lua_upvalueid(L, 1, 1) != lua_upvalueid(L, 2, 1);
  lua_upvaluejoin(L, 1, 1, 2, 1);
  return apart && lua_upvalueid(L, 1, 1) == lua_upvalueid(L, 2, 1) ? 0 : luaL_error(L, "upvalueid");
}

void make_garbage(lua_State* L, lua_Debug* event) {
  lua_getinfo(L, "l", event);
  lua_newtable(L);
  lua_pop(L, 1);
}

struct HookScope {
  lua_State* L;
  ~HookScope() { lua_sethook(L, nullptr, 0, 0); }
};

int hooks(lua_State* L) {
  HookScope scope{L};
  lua_sethook(L, make_garbage, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 3);
  if (lua_gethook(L) != make_garbage || lua_gethookmask(L) == 0 || lua_gethookcount(L) != 3) return luaL_error(L, "hook");
  if (luaL_loadstring(L, "local t = {}\nfor i = 1, 3 do\nt[i] = { i }\nend\nreturn t") != LUA_OK) return lua_error(L);
  lua_call(L, 0, 1);
  return 0;
}

}  // namespace

const std::vector<Step> debug_steps = {
    {"C++: frames", frames},
    {"C++: upvalues", upvalues},
    {"C++: hooks", hooks},
};
