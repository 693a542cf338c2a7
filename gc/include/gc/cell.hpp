// SPDX-License-Identifier: MIT
// The header word every heap object starts with.
//
//   byte 0      1       2        3        4..7
//   +-------+-------+--------+--------+-------------------+
//   | kind  | color | marks  | detail | extra             |
//   +-------+-------+--------+--------+-------------------+
//   kind    index of the gc::Kind that describes the cell
//   color   two whites that alternate from cycle to cycle, grey, black
//   marks   bits of the collector (below)
//   detail  the embedder's: the collector never reads it
//   extra   the embedder's: the collector never reads it
#pragma once

#include <cstdint>

namespace gc {

enum Color : std::uint8_t {
  white_even = 0,  // not reached in this cycle, or newborn; which white means "newborn" alternates
  white_odd = 1,
  grey = 2,         // reached, its edges not yet all visited
  black = 3,        // reached, all its edges visited; a black cell never points to a white one while marking
  no_color = 0xFF,  // no cell has it
};

// Bits of Cell::marks.
enum Mark : std::uint8_t {
  watched = 1 << 0,         // CycleClient::watched_cell_marked is called when this cell is marked
  finalizable = 1 << 1,     // a finalizer is attached (Heap::attach_finalizer)
  revived_even = 1 << 2,    // marked only because a finalizer will see it, in an even / odd cycle:
  revived_odd = 1 << 3,     // dead to every weak edge made before that cycle's flip
  has_weak_edges = 1 << 4,  // the weak room keeps a record about this cell
  pinned = 1 << 5,          // never freed (static strings and the like)
  remembered = 1 << 6,      // waits to be traced again before the flip or at it
};

struct Cell {
  std::uint8_t kind;
  std::uint8_t color;
  std::uint8_t marks;
  std::uint8_t detail;
  std::uint32_t extra;
};
static_assert(sizeof(Cell) == 8);

}  // namespace gc
