// SPDX-License-Identifier: MIT
// Finished code: pairs of instructions that have a handler of their own.
#include "syntax/fuse.hpp"

#include <array>
#include <cstdint>

namespace rt {

namespace {

// The opcode of a fused pair by its two opcodes; no pair: 0, which is never the opcode of one.
using PairTable = std::array<std::array<std::uint8_t, opcode_count>, opcode_count>;

constexpr PairTable make_pair_table() {
  PairTable table{};
#define MAYFLY_FUSED(first, second) \
  table[static_cast<unsigned>(Opcode::first)][static_cast<unsigned>(Opcode::second)] = static_cast<std::uint8_t>(Opcode::first##_then_##second);
#include "syntax/fused.def"
#undef MAYFLY_FUSED
  return table;
}

constexpr PairTable pair_table = make_pair_table();

}  // namespace

void fuse_pairs(Instruction* code, std::uint32_t count) {
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    std::uint8_t fused = pair_table[static_cast<unsigned>(code[i].op)][static_cast<unsigned>(code[i + 1].op)];
    if (fused == 0) continue;
    code[i].op = static_cast<Opcode>(fused);
    ++i;
  }
}

}  // namespace rt
