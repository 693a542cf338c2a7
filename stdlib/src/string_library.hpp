// SPDX-License-Identifier: MIT
// The functions of the string library that have files of their own.
#pragma once

#include <lua.hpp>

namespace stdlib {

// string_search.cpp
int string_find(lua_State* L);
int string_match(lua_State* L);
int string_gmatch(lua_State* L);

// string_replace.cpp
int string_gsub(lua_State* L);

// format.cpp
int string_format(lua_State* L);

// pack.cpp
int string_pack(lua_State* L);
int string_packsize(lua_State* L);

// unpack.cpp
int string_unpack(lua_State* L);

// string_arithmetic.cpp: the metatable of strings, left on top of the stack, without __index
void push_string_metatable(lua_State* L);

}  // namespace stdlib
