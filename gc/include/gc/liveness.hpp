// SPDX-License-Identifier: MIT
// Capability given to clearing code: may ask who lives, may not mark or allocate.
#pragma once

#include "gc/cell.hpp"

namespace gc {

class Liveness {
 public:
  explicit Liveness(std::uint8_t revived_bit) : revived_bit_(revived_bit) {}

  // Will the cell's memory survive this cycle (reached from the roots, or revived for a finalizer)?
  bool survives(const Cell* cell) const { return cell->color >= grey || (cell->marks & pinned) != 0; }

  // Was the cell reached from the roots? False for what was revived for a finalizer in this cycle: dead to weak edges
  // that are older than the flip.
  bool reached(const Cell* cell) const { return survives(cell) && (cell->marks & revived_bit_) == 0; }

 private:
  std::uint8_t revived_bit_;
};

}  // namespace gc
