// SPDX-License-Identifier: MIT
// The interactive mode: a session at a terminal, or inputs from a file or a pipe.
#pragma once

#include <lua.hpp>

// Returns at the end of standard input.
void run_repl(lua_State* L);
