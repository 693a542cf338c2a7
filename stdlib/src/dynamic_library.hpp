// SPDX-License-Identifier: MIT
// Native libraries of a state: opened once, closed when the state closes.
#pragma once

#include <lua.hpp>

namespace stdlib {

enum class LoadResult { loaded, no_library, no_function };

// Opens the library at `path` (or finds it open) and pushes the C function `function`; for "*" only makes the library's
// symbols available to others and pushes true. On failure pushes the message of the system.
LoadResult load_native(lua_State* L, const char* path, const char* function);

// Creates the table of the open libraries.
void prepare_native_libraries(lua_State* L);

}  // namespace stdlib
