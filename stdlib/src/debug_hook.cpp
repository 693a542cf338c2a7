// SPDX-License-Identifier: MIT
// debug.sethook and debug.gethook.
#include "debug_library.hpp"

#include <cstring>

namespace stdlib {

namespace {

const char hook_table_key = 0;  // its address is the registry key of the table from threads to hook functions

/// Pushes the table of hook functions, whose keys are weak: it does not keep threads alive.
void push_hook_table(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &hook_table_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &hook_table_key);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
}

void push_thread(lua_State* L, lua_State* thread) {
  ensure_stack(L, thread, 1);
  lua_pushthread(thread);
  lua_xmove(thread, L, 1);
}

const char* event_name(int event) {
  switch (event) {
    case LUA_HOOKCALL: return "call";
    case LUA_HOOKRET: return "return";
    case LUA_HOOKLINE: return "line";
    case LUA_HOOKCOUNT: return "count";
    default: return "tail call";
  }
}

void call_hook_function(lua_State* L, lua_Debug* activation) {
  push_hook_table(L);
  lua_pushthread(L);
  if (lua_rawget(L, -2) != LUA_TFUNCTION) return;
  lua_pushstring(L, event_name(activation->event));
  if (activation->currentline >= 0)
    lua_pushinteger(L, activation->currentline);
  else
    lua_pushnil(L);
  lua_call(L, 2, 0);
}

int mask_from(const char* letters, int count) {
  int mask = count > 0 ? LUA_MASKCOUNT : 0;
  if (std::strchr(letters, 'c')) mask |= LUA_MASKCALL;
  if (std::strchr(letters, 'r')) mask |= LUA_MASKRET;
  if (std::strchr(letters, 'l')) mask |= LUA_MASKLINE;
  return mask;
}

void push_mask(lua_State* L, int mask) {
  char letters[3];
  std::size_t count = 0;
  if (mask & LUA_MASKCALL) letters[count++] = 'c';
  if (mask & LUA_MASKRET) letters[count++] = 'r';
  if (mask & LUA_MASKLINE) letters[count++] = 'l';
  lua_pushlstring(L, letters, count);
}

}  // namespace

int debug_sethook(lua_State* L) {
  const auto [thread, offset] = target_thread(L);
  lua_Hook hook = nullptr;
  int mask = 0;
  int count = 0;
  if (lua_isnoneornil(L, offset + 1)) {
    lua_settop(L, offset + 1);
  } else {
    const char* const letters = luaL_checkstring(L, offset + 2);
    luaL_checktype(L, offset + 1, LUA_TFUNCTION);
    count = static_cast<int>(luaL_optinteger(L, offset + 3, 0));
    hook = call_hook_function;
    mask = mask_from(letters, count);
  }
  push_hook_table(L);
  push_thread(L, thread);
  lua_pushvalue(L, offset + 1);
  lua_rawset(L, -3);
  lua_sethook(thread, hook, mask, count);
  return 0;
}

int debug_gethook(lua_State* L) {
  lua_State* const thread = target_thread(L).thread;
  const lua_Hook hook = lua_gethook(thread);
  if (hook == nullptr) return luaL_pushfail(L), 1;
  if (hook == call_hook_function) {
    push_hook_table(L);
    push_thread(L, thread);
    lua_rawget(L, -2);
    lua_remove(L, -2);
  } else {
    lua_pushliteral(L, "external hook");
  }
  push_mask(L, lua_gethookmask(thread));
  lua_pushinteger(L, lua_gethookcount(thread));
  return 3;
}

}  // namespace stdlib
