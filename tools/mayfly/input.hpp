// SPDX-License-Identifier: MIT
// One input of the interactive mode: is it an expression, a statement, or only the beginning of one?
#pragma once

#include <string>

#include <lua.hpp>

// [-0, +1, -]  Is the load error of status `status` on top that the chunk ends too early?
bool is_incomplete(lua_State* L, int status);

enum class Verdict { runs, goes_on, wrong };

// [-0, +(0|1), -]  Loads the text as an expression, else as statements, under the name of standard input. `runs`: pushes the function;
// `wrong`: pushes the message; `goes_on`: more text may make it right.
Verdict judge(lua_State* L, const std::string& text);
