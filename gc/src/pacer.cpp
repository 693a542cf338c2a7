// SPDX-License-Identifier: MIT
// The arithmetic of pacing.
#include "pacer.hpp"

#include <algorithm>

namespace gc {

namespace {
constexpr std::size_t bytes_per_unit = 16;
constexpr std::size_t multiplier_of_one_byte = 25;  // a step multiplier of 25 looks at one byte per byte allocated
}  // namespace

Budget Pacer::work_for(std::size_t bytes, unsigned step_multiplier) {
  std::size_t units = std::min<std::size_t>(bytes, PTRDIFF_MAX / 1024) / bytes_per_unit;
  std::size_t factor = std::clamp(step_multiplier, 1u, 1000u);
  return {static_cast<std::ptrdiff_t>(units * factor / multiplier_of_one_byte + 1)};
}

// `bytes`: what the heap has.
Budget Pacer::pay(unsigned step_multiplier, std::size_t bytes) {
  std::size_t paid = std::min(debt_, std::clamp(debt_ / 32, least_payment, largest_payment));
  debt_ -= paid;
  bool hurries = soft_limit_ != 0 && bytes >= soft_limit_;
  return work_for(paid, hurries ? std::max(step_multiplier, 100u) * haste : step_multiplier);
}

void Pacer::set_live(std::size_t bytes, unsigned pause_percent, std::size_t least) {
  live_ = bytes;
  std::size_t grown = bytes / 100 > SIZE_MAX / 2000 ? SIZE_MAX : bytes / 100 * std::min(pause_percent, 1000u);
  threshold_ = std::max({grown, bytes + least, first_threshold_});
  if (soft_limit_ != 0) threshold_ = std::min(threshold_, std::max(soft_limit_, bytes + bytes / 16 + least_growth));
}

}  // namespace gc
