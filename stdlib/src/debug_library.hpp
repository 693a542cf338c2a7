// SPDX-License-Identifier: MIT
// The optional first argument of most debug functions: the thread they work on.
#pragma once

#include <lua.hpp>

namespace stdlib {

struct TargetThread {
  lua_State* thread;
  int offset;  // how many arguments it took
};

/// The thread in argument 1, or the running one.
inline TargetThread target_thread(lua_State* L) {
  if (lua_isthread(L, 1)) return {lua_tothread(L, 1), 1};
  return {L, 0};
}

/// Makes room on the other thread's stack; `L` itself has room enough.
inline void ensure_stack(lua_State* L, lua_State* thread, int slots) {
  if (L != thread && !lua_checkstack(thread, slots)) luaL_error(L, "stack overflow");
}

// debug_hook.cpp
int debug_sethook(lua_State* L);
int debug_gethook(lua_State* L);

// debug_information.cpp
int debug_getinfo(lua_State* L);

// debug_variables.cpp
int debug_getlocal(lua_State* L);
int debug_setlocal(lua_State* L);
int debug_getupvalue(lua_State* L);
int debug_setupvalue(lua_State* L);
int debug_upvalueid(lua_State* L);
int debug_upvaluejoin(lua_State* L);

}  // namespace stdlib
