// SPDX-License-Identifier: MIT
// The interactive mode: reads a line, completes it, runs it, prints what it gives.
#pragma once

#include <lua.hpp>

// Returns at the end of standard input.
void run_repl(lua_State* L);
