// SPDX-License-Identifier: MIT
// lua.h: what belongs to the state as a whole. Its making and closing are in memory/state.cpp.
#include "api/address.hpp"

using namespace rt;

// As long as the library of the distribution has it: programs linked against that one reserve the room for a copy.
const char lua_ident[129] = "$LuaVersion: Lua 5.4.8 (Mayfly) $";

LUA_API lua_Number lua_version(lua_State*) {
  return LUA_VERSION_NUM;
}

LUA_API lua_CFunction lua_atpanic(lua_State* L, lua_CFunction panic) {
  lua_CFunction before = L->global->panic;
  L->global->panic = panic;
  return before;
}

LUA_API lua_Alloc lua_getallocf(lua_State* L, void** context) {
  gc::Allocator allocator = L->global->heap.allocator();
  if (context != nullptr) *context = allocator.context;
  return allocator.function;
}

LUA_API void lua_setallocf(lua_State* L, lua_Alloc function, void* context) {
  L->global->heap.set_allocator({function, context});
}

// The limit cannot be changed (it never could be trusted to be): as in 5.4.3 and later, this gives the limit there is.
LUA_API int lua_setcstacklimit(lua_State*, unsigned int) {
  return max_native_calls;
}
