// SPDX-License-Identifier: MIT
// The basic functions that have files of their own.
#pragma once

#include <lua.hpp>

namespace stdlib {

// base.cpp
int base_pairs(lua_State* L);

// chunk.cpp
int base_load(lua_State* L);
int base_loadfile(lua_State* L);
int base_dofile(lua_State* L);

// collect.cpp
int base_collectgarbage(lua_State* L);

}  // namespace stdlib
