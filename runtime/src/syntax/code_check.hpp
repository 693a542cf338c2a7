// SPDX-License-Identifier: MIT
// Is the code of a prototype from outside sound?
#pragma once

#include "value/function.hpp"

namespace rt {

// Checks every operand of every instruction against the prototype: registers within the frame, constants of the right
// kind, jumps to beginnings of instructions, open results directly before what consumes them. All parts of the prototype
// but its debug information are there. Returns what is wrong, or null.
const char* find_fault_in_code(const Prototype* p);

}  // namespace rt
