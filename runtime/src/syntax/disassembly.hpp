// SPDX-License-Identifier: MIT
// A listing of a prototype's instructions, for people.
#pragma once

#include <string>

#include "value/function.hpp"

namespace rt {

// One line per instruction ("  3 [12] get_field r2 r0 \"name\""), under a heading; with `nested`, the functions inside
// follow. Not for use where memory errors matter.
std::string disassemble(const Prototype* p, bool nested);

// The same in the form that compilers of Lua print, all nested functions included: chunk and lines in the heading, instructions
// counted from 1; with `full` also constants, local variables and upvalues. Throws std::bad_alloc.
std::string list_function(const Prototype* p, bool full);

}  // namespace rt
