// SPDX-License-Identifier: MIT
// What opcodes.def says about each opcode, as tables.
#include "syntax/opcode_traits.hpp"

namespace rt {

const OpcodeTraits opcode_traits[opcode_count] = {
#define MAYFLY_OPCODE(name, a, b, c) {#name, Operand::a, Operand::b, Operand::c},
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
};

}  // namespace rt
