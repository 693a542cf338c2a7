// SPDX-License-Identifier: MIT
// lauxlib.h: a state with an allocator, a panic function and warnings for ordinary programs.
#include <cstdio>
#include <cstring>

#include <lua.hpp>
#include <mayfly/gc.h>

#include "allocator.hpp"

namespace {

int panic(lua_State* L) {
  const char* message = lua_tostring(L, -1);
  if (message == nullptr) message = "error object is not a string";
  lua_writestringerror("PANIC: unprotected error in call to Lua API (%s)\n", message);
  return 0;
}

// Warnings: the function in force is the state of the machine, its user data the lua_State.
//
//   warn_off: ignores all but controls
//   warn_on: begins a message
//   warn_continue: in the middle of a message
void warn_off(void* state, const char* piece, int continued);
void warn_on(void* state, const char* piece, int continued);

void warn_continue(void* state, const char* piece, int continued) {
  auto* L = static_cast<lua_State*>(state);
  lua_writestringerror("%s", piece);
  if (continued != 0) {
    lua_setwarnf(L, warn_continue, L);
  } else {
    lua_writestringerror("%s", "\n");
    lua_setwarnf(L, warn_on, L);
  }
}

// Control messages are one piece that begins with '@'; unknown ones are ignored.
bool obey_control(lua_State* L, const char* piece, int continued) {
  if (continued != 0 || *piece != '@') return false;
  if (std::strcmp(piece, "@off") == 0) {
    lua_setwarnf(L, warn_off, L);
  } else if (std::strcmp(piece, "@on") == 0) {
    lua_setwarnf(L, warn_on, L);
  }
  return true;
}

void warn_off(void* state, const char* piece, int continued) {
  obey_control(static_cast<lua_State*>(state), piece, continued);
}

void warn_on(void* state, const char* piece, int continued) {
  if (obey_control(static_cast<lua_State*>(state), piece, continued)) return;
  lua_writestringerror("%s", "Lua warning: ");
  warn_continue(state, piece, continued);
}

}  // namespace

lua_State* luaL_newstate() {
  void* context = stdlib::context_for_new_state();
  lua_State* L = lua_newstate(stdlib::allocate, context);
  if (L == nullptr) return nullptr;
  mayfly_setgiveback(L, stdlib::give_back, context);
  mayfly_setfilling(L, stdlib::prepare_filling, context);
  lua_atpanic(L, panic);
  lua_setwarnf(L, warn_off, L);
  return L;
}

void luaL_checkversion_(lua_State* L, lua_Number version, size_t sizes) {
  if (sizes != LUAL_NUMSIZES) luaL_error(L, "core and library have incompatible numeric types");
  lua_Number core = lua_version(L);
  if (core != version) {
    luaL_error(L, "version mismatch: app. needs %f, Lua core provides %f", version, core);
  }
}
