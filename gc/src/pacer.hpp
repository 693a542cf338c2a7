// SPDX-License-Identifier: MIT
// When a cycle starts and how much each step does.
#pragma once

#include <cstddef>

#include "budget.hpp"

namespace gc {

class Pacer {
 public:
  static constexpr std::size_t least_growth = 16 * 1024;

  // `first_threshold`: no cycle begins in a heap of fewer bytes.
  explicit Pacer(std::size_t first_threshold) : first_threshold_(first_threshold), threshold_(first_threshold) {}
  // Memory was handed to the allocator's fast path or to a cell.
  void charge(std::size_t bytes) { debt_ += bytes; }
  void forgive() { debt_ = 0; }
  // Is there enough debt for a step?
  bool due() const { return debt_ >= step_bytes; }
  // The work that pays for the debt, or for a part of it when it is very large.
  Budget pay(unsigned step_multiplier, std::size_t bytes);
  static Budget work_for(std::size_t bytes, unsigned step_multiplier);

  bool cycle_due(std::size_t bytes) const { return bytes >= threshold_; }
  void set_live(std::size_t bytes, unsigned pause_percent, std::size_t least = least_growth);
  void set_pause(unsigned pause_percent) { set_live(live_, pause_percent); }
  // From so many bytes on (0: never) a cycle begins at once, steps do several times the work, and the next cycle begins when
  // the heap has grown by a sixteenth.
  void set_soft_limit(std::size_t bytes, unsigned pause_percent) {
    soft_limit_ = bytes;
    set_live(live_, pause_percent);
  }
  std::size_t soft_limit() const { return soft_limit_; }

 private:
  static constexpr std::size_t step_bytes = 4 * 1024;
  // A large debt is paid in parts, each in proportion to what is left.
  static constexpr std::size_t least_payment = 8 * 1024;
  static constexpr std::size_t largest_payment = 128 * 1024;

  static constexpr unsigned haste = 4;

  const std::size_t first_threshold_;
  std::size_t debt_ = 0;
  std::size_t soft_limit_ = 0;
  std::size_t live_ = 0;  // after the last cycle
  std::size_t threshold_;
};

}  // namespace gc
