// SPDX-License-Identifier: MIT
// Large cells: their list and their memory.
#include "large.hpp"

namespace gc {

void* LargeCells::take(std::size_t bytes) {
  if (bytes > SIZE_MAX - sizeof(LargeCell)) return nullptr;
  auto* large = static_cast<LargeCell*>(memory_.obtain(sizeof(LargeCell) + bytes));
  if (large == nullptr) return nullptr;
  large->bytes = bytes;
  keep(large, true);
  ++count_;
  return large->cell();
}

// Nothing is left unswept from the cycle before.
void LargeCells::begin_sweep(bool minor) {
  unswept_[0] = young_;
  young_ = nullptr;
  if (minor) return;
  unswept_[1] = swept_;
  swept_ = nullptr;
}

LargeCell* LargeCells::next_unswept() {
  LargeCell*& list = unswept_[0] != nullptr ? unswept_[0] : unswept_[1];
  LargeCell* large = list;
  if (large != nullptr) list = large->next;
  return large;
}

void LargeCells::keep(LargeCell* large, bool young) {
  LargeCell*& list = young ? young_ : swept_;
  large->next = list;
  list = large;
}

void LargeCells::release(LargeCell* large) {
  --count_;
  memory_.release(large, sizeof(LargeCell) + large->bytes);
}

void LargeCells::release_all() {
  for_each([this](LargeCell* large) { release(large); });
  unswept_[0] = unswept_[1] = young_ = swept_ = nullptr;
}

}  // namespace gc
