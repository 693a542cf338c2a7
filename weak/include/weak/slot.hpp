// SPDX-License-Identifier: MIT
// A value as the weak room sees it: a payload and a tag. The embedder's values have the same 16-byte form.
#pragma once

#include <cstdint>

#include "gc/cell.hpp"

namespace weak {

// The contract with the embedder about tags: below first_cell_tag there is no cell; from there to first_mortal_tag the
// payload is a cell that counts as a plain value (a string: held strongly, never dies for weak purposes); from
// first_mortal_tag on it is a cell that can be held weakly.
inline constexpr std::uint8_t nil_tag = 0;
inline constexpr std::uint8_t true_tag = 2;
inline constexpr std::uint8_t first_cell_tag = 8;
inline constexpr std::uint8_t first_mortal_tag = 10;

struct Slot {
  union {
    std::uint64_t bits;
    gc::Cell* cell;
  };
  std::uint8_t tag;

  static Slot of(std::uint64_t bits, std::uint8_t tag) {
    Slot slot;
    slot.bits = bits;
    slot.tag = tag;
    return slot;
  }
  static Slot of(gc::Cell* cell, std::uint8_t tag) { return of(reinterpret_cast<std::uint64_t>(cell), tag); }
  static Slot nil() { return of(std::uint64_t{0}, nil_tag); }

  bool is_nil() const { return tag == nil_tag; }
  bool has_cell() const { return tag >= first_cell_tag; }
  bool is_mortal() const { return tag >= first_mortal_tag; }
};
static_assert(sizeof(Slot) == 16);

}  // namespace weak
