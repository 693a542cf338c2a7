// SPDX-License-Identifier: MIT
// Capability given to clearing code: may ask who lives, may not mark or allocate.
#pragma once

#include "gc/cell.hpp"

namespace gc {

class Liveness {
 public:
  // `dead_color`: the white of the cells that were not reached; no_color when everything survives.
  Liveness(std::uint8_t dead_color, std::uint8_t revived_bit) : dead_color_(dead_color), revived_bit_(revived_bit) {}

  // Will the cell's memory survive this cycle (reached from the roots, revived for a finalizer, or born after the flip)?
  bool survives(const Cell* cell) const { return cell->color != dead_color_ || (cell->marks & pinned) != 0; }

  // Was the cell reached from the roots? False for what was revived for a finalizer in this cycle: dead to weak edges
  // that are older than the flip.
  bool reached(const Cell* cell) const { return survives(cell) && (cell->marks & revived_bit_) == 0; }

 private:
  std::uint8_t dead_color_;
  std::uint8_t revived_bit_;
};

}  // namespace gc
