// SPDX-License-Identifier: MIT
// The form of binary chunks, as dump.cpp writes and undump.cpp reads them.
//
//   "\x1bMayfly" version sizes test-values fingerprint | upvalue count, function | checksum
//   function: source, lines, parameters, frame, code, constants, upvalues, children, locals, line table
// Counts are in base 128, low part first; instructions and numbers as in memory (the test values show the byte order).
#pragma once

#include <cstddef>
#include <cstdint>

#include "syntax/opcode_traits.hpp"

namespace rt::binary {

inline constexpr char signature[] = "\x1bMayfly";
inline constexpr std::size_t signature_length = sizeof signature - 1;
inline constexpr std::uint8_t version = 3;
inline constexpr std::uint8_t sizes[] = {sizeof(Instruction), sizeof(std::int64_t), sizeof(double)};
inline constexpr std::int64_t test_integer = 0x5678;
inline constexpr double test_number = 370.5;

enum class Source : std::uint8_t { none, of_outer, own };
enum class Constant : std::uint8_t { nil, false_, true_, integer, number, string, model };

// Changes whenever the instruction set does.
inline std::uint32_t instruction_set_fingerprint() {
  std::uint32_t hash = 2166136261u;
  auto mix = [&hash](unsigned byte) { hash = (hash ^ byte) * 16777619u; };
  for (const OpcodeTraits& traits : opcode_traits) {
    for (const char* c = traits.name; *c != '\0'; ++c) mix(static_cast<unsigned char>(*c));
    for (Operand operand : {traits.a, traits.b, traits.c}) mix(static_cast<unsigned>(operand));
  }
  return hash;
}

class Checksum {
 public:
  void add(const void* data, std::size_t size) {
    auto bytes = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < size; ++i) value_ = (value_ ^ bytes[i]) * 0x100000001B3;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325;
};

// Instructions whose byte x is a guess kept by the interpreter.
inline bool has_hint(Opcode op) {
  switch (op) {
    case Opcode::get_global: case Opcode::set_global: case Opcode::set_global_k: case Opcode::get_field:
    case Opcode::set_field: case Opcode::set_field_k: case Opcode::init_field: case Opcode::init_field_k: case Opcode::self:
    case Opcode::call: return true;
    default: return false;
  }
}

}  // namespace rt::binary
