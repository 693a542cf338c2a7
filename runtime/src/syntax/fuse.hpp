// SPDX-License-Identifier: MIT
// Finished code: pairs of instructions that have a handler of their own (fused.def).
#pragma once

#include "syntax/instruction.hpp"

namespace rt {

// The last thing done to the code of a prototype, which must be sound; jumps, lines and operands stay as they are.
void fuse_pairs(Instruction* code, std::uint32_t count);

}  // namespace rt
