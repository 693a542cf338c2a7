// SPDX-License-Identifier: MIT
// What opcodes.def says about each opcode, as tables.
#pragma once

#include "syntax/instruction.hpp"

namespace rt {

struct OpcodeTraits {
  const char* name;
  Operand a, b, c;
  bool is_wide() const { return b >= Operand::wide_jump; }
  bool jumps() const { return b == Operand::wide_jump || c == Operand::jump16; }
};

extern const OpcodeTraits opcode_traits[opcode_count];
inline const OpcodeTraits& traits_of(Opcode op) { return opcode_traits[static_cast<int>(plain(op))]; }

// Instruction the jump at `pc` leads to.
inline int jump_target(const Instruction& i, int pc) {
  return pc + 1 + (traits_of(i.op).is_wide() ? i.wide : static_cast<std::int16_t>(i.c));
}

}  // namespace rt
