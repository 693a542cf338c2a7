// SPDX-License-Identifier: MIT
// Which constants a function has already.
#pragma once

#include <cstdint>

#include "syntax/buffer.hpp"
#include "value/value.hpp"

namespace rt {

// One table for each depth of nesting, used by one function after another: an entry with another function's serial
// counts as empty, so a new function begins without clearing.
class ConstantIndex {
 public:
  explicit ConstantIndex(gc::Heap& heap) : heap_(heap), levels_(heap) {}
  ~ConstantIndex();

  // A function with this serial begins at this depth (0 the outermost).
  void begin(int depth, std::uint32_t serial);
  // Number of the constant; `fresh` (the number it would get) when the function does not have it yet, and then it has.
  std::uint32_t find(int depth, const Value& constant, std::uint32_t fresh);

 private:
  struct Entry {
    std::uint64_t bits;
    std::uint32_t serial;  // 0: never used
    std::uint32_t number;
    Tag tag;
  };
  struct Level {
    Entry* entries;
    std::uint32_t mask;
    std::uint32_t used;  // by the present function
    std::uint32_t serial;
  };
  void grow(Level& level);

  gc::Heap& heap_;
  Buffer<Level> levels_;
};

}  // namespace rt
