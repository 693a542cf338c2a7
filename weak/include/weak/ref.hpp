// SPDX-License-Identifier: MIT
// One weak edge: refs, proxies and finalizers are the same cell with different manners.
#pragma once

#include <cstdint>

#include "gc/cell.hpp"
#include "weak/slot.hpp"

namespace weak {

//   header: detail = the callback's tag (nil_tag: none)
//           extra  = birth << 8 | flags << 16
//   8            16    17           24
//   +------------+-----+------------+------------+
//   | target     | tag | next       | callback   |
//   +------------+-----+------------+------------+
// The target and its tag lie as in an embedder's value, which can be copied in one piece.
// All refs to one target form a list, newest first, whose head stands in the Registry's records; once the target is
// dead and the ref has been cleared, `target` is null, its tag nil, and `next` links the queue of notices (if it waits there).
struct Ref : gc::Cell {
  gc::Cell* target;
  std::uint64_t target_tag : 8;
  std::uint64_t next_bits : 56;  // addresses are shorter than that
  std::uint64_t callback_bits;

  Ref* next() const { return reinterpret_cast<Ref*>(static_cast<std::uintptr_t>(next_bits)); }
  void set_next(const Ref* ref) { next_bits = reinterpret_cast<std::uintptr_t>(ref) & ((std::uint64_t{1} << 56) - 1); }
  void set_target(const Slot& slot) {
    target = slot.cell;
    target_tag = slot.tag;
  }
  std::uint8_t birth() const { return static_cast<std::uint8_t>(extra >> 8); }
  void set_birth(std::uint8_t birth) { extra = (extra & ~0xFF00u) | static_cast<std::uint32_t>(birth) << 8; }

  enum Flag : std::uint32_t {
    waiting = 1u << 16,   // in the queue of notices
    handle = 1u << 17,    // belongs to a host's handle: pinned, not counted among the refs of its target
    pending = 1u << 18,   // finalizer: in the list of those that have not run
    at_exit = 1u << 19,   // finalizer: runs when the state closes
  };
  bool has(Flag flag) const { return (extra & flag) != 0; }
  void set(Flag flag) { extra |= flag; }
  void reset(Flag flag) { extra &= ~static_cast<std::uint32_t>(flag); }

  Slot callback() const { return Slot::of(callback_bits, detail); }
  void set_callback(const Slot& callback) {
    callback_bits = callback.bits;
    detail = callback.tag;
  }
};
static_assert(sizeof(Ref) == 32);

// Its callback is the action to be run. Finalizers that have not run are held by the Registry, newest first.
struct Finalizer : Ref {
  Finalizer* newer;
  Finalizer* older;
};

}  // namespace weak
