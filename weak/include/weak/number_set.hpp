// SPDX-License-Identifier: MIT
// A set of the numbers below a capacity, as bits: to enter, to take out and to find the next one cost a step a level at most.
//
// A bit of level 0 stands for a number, one of a level above for a word of the level below: it is set when that word has a bit.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace weak {

class NumberSet {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  // What a set of that capacity needs; at most 2^32 - 1.
  static std::size_t bytes(std::size_t capacity) {
    std::size_t words = 0;
    for (std::size_t level = words_for(capacity);; level = words_for(level)) {
      words += level;
      if (level <= 1) return words * sizeof(std::uint64_t);
    }
  }

  // Empty, in this memory (aligned for 64 bits), which remains the caller's.
  void place(void* memory, std::size_t capacity) {
    auto* words = static_cast<std::uint64_t*>(memory);
    std::fill_n(words, bytes(capacity) / sizeof(std::uint64_t), 0);
    count_ = 0;
    level_count_ = 0;
    for (std::size_t size = words_for(capacity);; size = words_for(size)) {
      levels_[level_count_] = words;
      sizes_[level_count_++] = size;
      words += size;
      if (size <= 1) return;
    }
  }

  std::size_t count() const { return count_; }

  // Nothing when it is there already.
  void insert(std::uint32_t number) {
    std::uint64_t* word = &levels_[0][number / 64];
    std::uint64_t before = *word;
    *word = before | bit(number);
    count_ += *word != before;
    for (unsigned level = 1; before == 0 && level < level_count_; ++level) {
      number /= 64;
      word = &levels_[level][number / 64];
      before = *word;
      *word = before | bit(number);
    }
  }

  // It must be there.
  void erase(std::uint32_t number) {
    --count_;
    for (unsigned level = 0; level < level_count_; ++level, number /= 64) {
      if ((levels_[level][number / 64] &= ~bit(number)) != 0) return;
    }
  }

  // The least of those from `number` on; `none`: there is none.
  std::uint32_t next(std::size_t number) const {
    for (unsigned level = 0; level < level_count_; ++level) {
      std::size_t at = number / 64;
      if (at >= sizes_[level]) return none;
      if (std::uint64_t rest = levels_[level][at] >> number % 64; rest != 0) return least_below(level, number + first(rest));
      number = at + 1;
    }
    return none;
  }

 private:
  static constexpr unsigned most_levels = 6;
  static std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }
  static std::uint64_t bit(std::size_t number) { return std::uint64_t{1} << number % 64; }
  static unsigned first(std::uint64_t word) { return static_cast<unsigned>(std::countr_zero(word)); }
  std::uint32_t least_below(unsigned level, std::size_t number) const {
    while (level-- != 0) number = number * 64 + first(levels_[level][number]);
    return static_cast<std::uint32_t>(number);
  }

  std::size_t count_ = 0;
  unsigned level_count_ = 0;
  std::uint64_t* levels_[most_levels] = {};
  std::size_t sizes_[most_levels] = {};
};

}  // namespace weak
