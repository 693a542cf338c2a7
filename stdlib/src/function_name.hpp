// SPDX-License-Identifier: MIT
// The name under which a function can be reached from the loaded modules, for messages and tracebacks.
#pragma once

#include <lua.hpp>

namespace stdlib {

// Looks for the function of the activation `call` (of `thread`) among the loaded modules and their fields. When found,
// pushes its name on L ("print", "string.format", "mymodule") and returns true; else pushes nothing. Needs eight free
// slots.
bool push_loaded_name(lua_State* L, lua_State* thread, lua_Debug* call);

}  // namespace stdlib
