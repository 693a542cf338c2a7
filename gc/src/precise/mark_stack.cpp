// SPDX-License-Identifier: MIT
// The mark stack's segments.
#include "mark_stack.hpp"

#include <algorithm>

namespace gc {

bool MarkStack::grow() {
  Segment* segment = spare_;
  if (segment == nullptr) {
    std::size_t capacity = std::clamp<std::size_t>(4 * static_cast<std::size_t>(limit_ - base_), 64, 4096);
    segment = static_cast<Segment*>(memory_.obtain(sizeof(Segment) + capacity * sizeof(Cell*)));
    if (segment == nullptr) return false;
    segment->capacity = capacity;
  }
  spare_ = nullptr;
  segment->previous = segment_;
  segment->previous_base = base_;
  segment->previous_limit = limit_;
  segment_ = segment;
  base_ = top_ = segment->entries();
  limit_ = base_ + segment->capacity;
  return true;
}

// Back to the segment below, which is full.
bool MarkStack::shrink() {
  Segment* segment = segment_;
  if (segment == nullptr) return false;
  if (spare_ != nullptr) memory_.release(spare_, spare_->bytes());
  spare_ = segment;
  segment_ = segment->previous;
  base_ = segment->previous_base;
  top_ = limit_ = segment->previous_limit;
  return true;
}

std::size_t MarkStack::count() const {
  auto count = static_cast<std::size_t>(top_ - base_);
  for (Segment* segment = segment_; segment != nullptr; segment = segment->previous) {
    count += static_cast<std::size_t>(segment->previous_limit - segment->previous_base);
  }
  return count;
}

void MarkStack::trim() {
  if (spare_ != nullptr) memory_.release(spare_, spare_->bytes());
  spare_ = nullptr;
}

void MarkStack::release() {
  while (shrink()) {}
  top_ = base_;
  trim();
}

}  // namespace gc
