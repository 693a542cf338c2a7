// SPDX-License-Identifier: MIT
// In place of editing_reader.cpp where libedit is not to be had.
#include "line_reader.hpp"

std::unique_ptr<LineReader> editing_reader(lua_State*) { return nullptr; }
