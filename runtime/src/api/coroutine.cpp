// SPDX-License-Identifier: MIT
// lua.h: coroutines.
#include "api/address.hpp"
#include "vm/interpreter.hpp"

using namespace rt;

extern "C" {  // of Lua 5.4.6, missing in older headers
LUA_API int lua_closethread(lua_State* L, lua_State* from);
}

LUA_API int lua_resume(lua_State* L, lua_State* from, int arguments, int* results) {
  return resume(L, from, arguments, results);
}

LUA_API int lua_yieldk(lua_State* L, int results, lua_KContext context, lua_KFunction k) {
  return guarded(L, [&] { return yield(L, results, context, k); });
}

LUA_API int lua_isyieldable(lua_State* L) {
  return is_yieldable(L);
}

LUA_API int lua_status(lua_State* L) {
  return L->status;
}

LUA_API int lua_closethread(lua_State* L, lua_State* from) {
  int status = close_thread(L, from);
  note_written(L);
  return status;
}

LUA_API int lua_resetthread(lua_State* L) {
  return lua_closethread(L, nullptr);
}
