// SPDX-License-Identifier: MIT
// File handles: luaL_Stream userdata with the metatable LUA_FILEHANDLE.
#pragma once

#include <cstdio>

#include <lua.hpp>

namespace stdlib {

// stream.cpp: creating, checking and closing

// Pushes a handle that counts as closed until `closef` is set; so an error before that closes nothing.
luaL_Stream* push_closed_stream(lua_State* L);
luaL_Stream* check_stream(lua_State* L, int argument);
FILE* check_open_file(lua_State* L, int argument);  // raises an error when the handle is closed
inline bool is_closed(const luaL_Stream* stream) { return stream->closef == nullptr; }
int close_stream(lua_State* L);  // the handle is argument 1; what file:close gives
void create_stream_metatable(lua_State* L);

// read.cpp

// Reads what the arguments from `first` to the top say (a line when there are none), pushes the results and returns
// their number. A format that fails gives nil and ends the reading; an error of the system gives nil, its message and
// code.
int read_formats(lua_State* L, FILE* file, int first);

// The handle is in slot 1, formats are above it: replaces the formats by an iterator that reads by them.
void push_line_iterator(lua_State* L, bool close_at_end);

// write.cpp

// Writes the arguments from `first` to the one below the top, which is the handle: the result, unless writing fails.
int write_arguments(lua_State* L, FILE* file, int first);

}  // namespace stdlib
