// SPDX-License-Identifier: MIT
// What a step of the collector may still do.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gc {

// Work left in a step, in units of about sixteen bytes looked at.
struct Budget {
  std::ptrdiff_t left;
  static Budget unlimited() { return {PTRDIFF_MAX}; }
  bool is_unlimited() const { return left > PTRDIFF_MAX / 2; }
  bool exhausted() const { return left <= 0; }
  void spend(std::size_t units) { left -= static_cast<std::ptrdiff_t>(units); }
};

// For what clients clear, or prepare for the flip.
inline constexpr std::size_t units_per_entry = 6;

}  // namespace gc
