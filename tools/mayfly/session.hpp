// SPDX-License-Identifier: MIT
// The interactive mode at a terminal.
#pragma once

#include <lua.hpp>

// Returns when the user leaves (Ctrl-D).
void run_session(lua_State* L);
