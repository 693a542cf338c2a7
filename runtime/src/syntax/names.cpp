// SPDX-License-Identifier: MIT
// The strings of one chunk: an open-addressed table of names.
#include "syntax/names.hpp"

#include <cstring>

namespace rt {

namespace {

constexpr std::uint32_t first_slots = 64;

std::uint32_t hash_text(std::string_view text, std::uint32_t seed) {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = seed ^ (text.size() * factor);
  const char* p = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    hash = (hash ^ word) * factor;
    hash ^= hash >> 29;
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < left; ++i) word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  hash = (hash ^ word) * factor;
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

Names::Names(GlobalState& state) : state_(state), arena_(state.heap, 1024) {
  slots_ = static_cast<Name**>(state.heap.allocate_storage(first_slots * sizeof(Name*)));
  std::memset(slots_, 0, first_slots * sizeof(Name*));
  mask_ = first_slots - 1;
}

Names::~Names() { state_.heap.free_storage(slots_, (std::size_t{mask_} + 1) * sizeof(Name*)); }

Name* Names::find(std::string_view text) {
  std::uint32_t hash = hash_text(text, state_.hash_seed);
  for (std::uint32_t at = hash & mask_; slots_[at] != nullptr; at = (at + 1) & mask_) {
    Name* name = slots_[at];
    if (name->hash == hash && name->text() == text) return name;
  }
  if (count_ >= mask_ - mask_ / 4) grow();
  Name* name = arena_.make<Name>();
  *name = {make_string(state_, text), hash, -1, 0, 0};
  std::uint32_t at = hash & mask_;
  while (slots_[at] != nullptr) at = (at + 1) & mask_;
  slots_[at] = name;
  ++count_;
  return name;
}

void Names::grow() {
  std::size_t old_count = std::size_t{mask_} + 1;
  std::uint32_t mask = mask_ * 2 + 1;
  auto slots = static_cast<Name**>(state_.heap.allocate_storage(old_count * 2 * sizeof(Name*)));
  std::memset(slots, 0, old_count * 2 * sizeof(Name*));
  for (std::size_t i = 0; i < old_count; ++i) {
    if (slots_[i] == nullptr) continue;
    std::uint32_t at = slots_[i]->hash & mask;
    while (slots[at] != nullptr) at = (at + 1) & mask;
    slots[at] = slots_[i];
  }
  state_.heap.free_storage(slots_, old_count * sizeof(Name*));
  slots_ = slots;
  mask_ = mask;
}

void Names::visit(gc::Visitor& visitor) {
  for (std::size_t i = 0; i <= mask_; ++i) {
    if (slots_[i] != nullptr) visitor.visit(slots_[i]->string);
  }
}

}  // namespace rt
