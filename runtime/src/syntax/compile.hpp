// SPDX-License-Identifier: MIT
// From text to a function: the room's entry.
#pragma once

#include <lua.hpp>

#include "value/function.hpp"

namespace rt {

// What lua_load does, unprotected: reads a chunk, text or binary by its first byte (as far as `mode`, null for both,
// allows), and leaves its closure on the stack with all upvalues closed and nil (text: exactly one, _ENV).
// Raises syntax errors and malformed binaries with LUA_ERRSYNTAX, and memory errors.
LuaFunction* load(lua_State* L, lua_Reader reader, void* data, const char* chunk_name, const char* mode);

// The same for text only.
LuaFunction* compile(lua_State* L, lua_Reader reader, void* data, const char* chunk_name);

// What lua_dump does: writes the function's prototype as a binary chunk. Returns the writer's last result.
int dump(lua_State* L, const LuaFunction* function, lua_Writer writer, void* data, bool strip);

}  // namespace rt
