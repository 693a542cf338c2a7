// SPDX-License-Identifier: MIT
// Which constants a function has already: open-addressed tables.
#include "syntax/constant_index.hpp"

#include <cstring>

namespace rt {

namespace {

constexpr std::uint32_t first_entries = 32;

std::uint32_t slot_of(std::uint64_t bits, Tag tag, std::uint32_t mask) {
  std::uint64_t hash = (bits ^ static_cast<std::uint64_t>(tag)) * 0x9E3779B97F4A7C15;
  return static_cast<std::uint32_t>(hash >> 32) & mask;
}

}  // namespace

ConstantIndex::~ConstantIndex() {
  for (std::size_t i = 0; i < levels_.size(); ++i)
    heap_.free_storage(levels_[i].entries, (std::size_t{levels_[i].mask} + 1) * sizeof(Entry));
}

void ConstantIndex::begin(int depth, std::uint32_t serial) {
  if (depth == levels_.count()) {
    levels_.reserve(levels_.size() + 1);
    auto entries = static_cast<Entry*>(heap_.allocate_storage(first_entries * sizeof(Entry)));
    std::memset(static_cast<void*>(entries), 0, first_entries * sizeof(Entry));
    levels_.push({entries, first_entries - 1, 0, 0});
  }
  Level& level = levels_[static_cast<std::size_t>(depth)];
  level.used = 0;
  level.serial = serial;
}

std::uint32_t ConstantIndex::find(int depth, const Value& constant, std::uint32_t fresh) {
  Level& level = levels_[static_cast<std::size_t>(depth)];
  std::uint64_t bits = constant.tag <= Tag::true_ ? 0 : constant.payload.bits;
  if (level.used > level.mask / 2) grow(level);
  std::uint32_t at = slot_of(bits, constant.tag, level.mask);
  for (; level.entries[at].serial == level.serial; at = (at + 1) & level.mask) {
    const Entry& entry = level.entries[at];
    if (entry.bits == bits && entry.tag == constant.tag) return entry.number;
  }
  level.entries[at] = {bits, level.serial, fresh, constant.tag};
  ++level.used;
  return fresh;
}

void ConstantIndex::grow(Level& level) {
  std::uint32_t mask = level.mask * 2 + 1;
  auto entries = static_cast<Entry*>(heap_.allocate_storage((std::size_t{mask} + 1) * sizeof(Entry)));
  std::memset(static_cast<void*>(entries), 0, (std::size_t{mask} + 1) * sizeof(Entry));
  for (std::size_t i = 0; i <= level.mask; ++i) {
    const Entry& entry = level.entries[i];
    if (entry.serial != level.serial) continue;
    std::uint32_t at = slot_of(entry.bits, entry.tag, mask);
    while (entries[at].serial == level.serial) at = (at + 1) & mask;
    entries[at] = entry;
  }
  heap_.free_storage(level.entries, (std::size_t{level.mask} + 1) * sizeof(Entry));
  level.entries = entries;
  level.mask = mask;
}

}  // namespace rt
