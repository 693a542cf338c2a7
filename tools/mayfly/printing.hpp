// SPDX-License-Identifier: MIT
// How a session shows the values of an input: tables with what is in them, weak values as alive or dead.
#pragma once

#include <string>

#include <lua.hpp>

// [-0, +0, m]  The text of the `count` values from index `first` on, for lines of `width` characters, without a line end. Calls
// `__tostring` and no other metamethod.
std::string show_values(lua_State* L, int first, int count, int width);
