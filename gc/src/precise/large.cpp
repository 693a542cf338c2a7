// SPDX-License-Identifier: MIT
// Large cells: their list and their memory.
#include "large.hpp"

namespace gc {

void* LargeCells::take(std::size_t bytes) {
  if (bytes > SIZE_MAX - sizeof(LargeCell)) return nullptr;
  auto* large = static_cast<LargeCell*>(memory_.obtain(sizeof(LargeCell) + bytes));
  if (large == nullptr) return nullptr;
  large->bytes = bytes;
  keep(large);
  ++count_;
  return large->cell();
}

// Nothing is left unswept from the cycle before.
void LargeCells::begin_sweep() {
  unswept_ = swept_;
  swept_ = nullptr;
}

LargeCell* LargeCells::next_unswept() {
  LargeCell* large = unswept_;
  if (large != nullptr) unswept_ = large->next;
  return large;
}

void LargeCells::keep(LargeCell* large) {
  large->next = swept_;
  swept_ = large;
}

void LargeCells::release(LargeCell* large) {
  --count_;
  memory_.release(large, sizeof(LargeCell) + large->bytes);
}

void LargeCells::release_all() {
  for_each([this](LargeCell* large) { release(large); });
  unswept_ = swept_ = nullptr;
}

}  // namespace gc
