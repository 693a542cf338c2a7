// SPDX-License-Identifier: MIT
// A listing of a prototype's instructions, for people.
#pragma once

#include <string>

#include "value/function.hpp"

namespace rt {

// One line per instruction ("  3 [12] get_field r2 r0 \"name\""), under a heading; with `nested`, the functions inside
// follow. Not for use where memory errors matter.
std::string disassemble(const Prototype* p, bool nested);

}  // namespace rt
