// SPDX-License-Identifier: MIT
// The basic functions that have files of their own.
#pragma once

#include <lua.hpp>

namespace stdlib {

// base.cpp
int base_pairs(lua_State* L);

// state.cpp: the C library's free memory to the system, if the state's memory is from luaL_newstate.
void return_free_memory(lua_State* L);

// chunk.cpp
int base_load(lua_State* L);
int base_loadfile(lua_State* L);
int base_dofile(lua_State* L);

// collect.cpp
int base_collectgarbage(lua_State* L);

}  // namespace stdlib
