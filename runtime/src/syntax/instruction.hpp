// SPDX-License-Identifier: MIT
// The form of one instruction. The set is in opcodes.def.
#pragma once

#include <cstdint>

namespace rt {

enum class Opcode : std::uint8_t {
#define MAYFLY_OPCODE(name, a, b, c) name,
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
#define MAYFLY_FUSED(first, second) first##_then_##second,
#include "syntax/fused.def"
#undef MAYFLY_FUSED
};
inline constexpr int opcode_count = 0
#define MAYFLY_OPCODE(name, a, b, c) +1
#include "syntax/opcodes.def"
#undef MAYFLY_OPCODE
    ;
// Those of fused pairs follow; only finished code in memory has them.
inline constexpr int all_opcode_count = opcode_count
#define MAYFLY_FUSED(first, second) +1
#include "syntax/fused.def"
#undef MAYFLY_FUSED
    ;

// The opcode without regard to what follows: what the instruction itself does. The interpreter's pseudo instructions
// (vm/handler_table.hpp) lie behind and are what they are.
struct PlainOpcodes {
  Opcode of[256];
  constexpr PlainOpcodes() : of{} {
    for (unsigned op = 0; op < 256; ++op) of[op] = static_cast<Opcode>(op);
#define MAYFLY_FUSED(first, second) of[static_cast<unsigned>(Opcode::first##_then_##second)] = Opcode::first;
#include "syntax/fused.def"
#undef MAYFLY_FUSED
  }
};
inline constexpr PlainOpcodes plain_opcodes;
inline Opcode plain(Opcode op) { return plain_opcodes.of[static_cast<unsigned>(op)]; }

// What an operand field means; the disassembler, the checker of binary chunks, the liveness of registers and the names
// in error messages all read this.
enum class Operand : std::uint8_t {
  none,
  out,         // register written (scaled)
  in,          // register read (scaled)
  inout,       // register read and written (scaled)
  constant,    // constant (scaled, so only the first 4096)
  key,         // constant that is a short string (scaled)
  upvalue,     // number of an upvalue
  count,       // a plain unsigned number
  immediate,   // a signed 16-bit number
  jump16,      // signed 16-bit distance from the next instruction
  wide_jump,   // in b and c together: signed 32-bit distance from the next instruction
  wide_int,    // in b and c together: signed 32-bit number
  wide_index,  // in b and c together: index of a constant or prototype (not scaled)
};

//   byte 0    1     2..3   4..5   6..7
//   +--------+-----+------+------+------+
//   | opcode |  x  |  a   |  b   |  c   |     b and c together: one signed 32-bit field (wide)
//   +--------+-----+------+------+------+
// Registers and constants are stored as byte offsets (number * sizeof(Value)), so that a handler adds them to the base.
struct Instruction {
  Opcode op;
  std::uint8_t x;
  std::uint16_t a;
  union {
    struct {
      std::uint16_t b;
      std::uint16_t c;
    };
    std::int32_t wide;
  };
};
static_assert(sizeof(Instruction) == 8);

inline constexpr int scale = 16;  // sizeof(Value)
inline constexpr int max_registers = 255;
inline constexpr int max_scaled_constants = 4096;
inline constexpr int max_model_fields = 8;  // of a constructor that new_record makes the table for

}  // namespace rt
