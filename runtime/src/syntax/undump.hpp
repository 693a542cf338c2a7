// SPDX-License-Identifier: MIT
// Binary chunks, read. Everything is checked: a damaged chunk gives an error and never a function that misbehaves.
#pragma once

#include "gc/root.hpp"
#include "syntax/chunk_stream.hpp"
#include "value/function.hpp"

namespace rt {

// Reads a binary chunk (its first byte not yet consumed) into `result`. Raises "name: bad binary format (why)" with
// LUA_ERRSYNTAX. `chunk_name` is used for messages only.
void undump(lua_State* L, ChunkStream& stream, const char* chunk_name, gc::Handle<Prototype>& result);

}  // namespace rt
