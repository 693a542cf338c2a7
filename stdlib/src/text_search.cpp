// SPDX-License-Identifier: MIT
// Finding a string in a string: looks for places that have the needle's first and last character at the right distance,
// sixteen at a time, and compares there. A text with too many such places is left to the C library's search, whose time is
// linear for every text.
#include "text_search.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace stdlib {

namespace {

using Block = unsigned char __attribute__((vector_size(16)));
using Words = std::uint64_t __attribute__((vector_size(16)));

Block load(const char* place) {
  Block block;
  std::memcpy(&block, place, sizeof block);
  return block;
}

/// Index of the lowest-addressed byte that is not zero.
int first_byte(std::uint64_t word) {
  return (std::endian::native == std::endian::little ? std::countr_zero(word) : std::countl_zero(word)) / 8;
}

std::uint64_t without_byte(std::uint64_t word, int index) {
  const int shift = 8 * (std::endian::native == std::endian::little ? index : 7 - index);
  return word & ~(std::uint64_t{0xff} << shift);
}

class Search {
 public:
  Search(const char* text, std::size_t length, const char* needle, std::size_t needle_length)
      : place_(text),
        end_(text + length),
        last_(text + (length - needle_length)),
        needle_(needle),
        length_(needle_length) {}

  const char* run();

 private:
  bool found_in(std::uint64_t candidates, const char* base);
  const char* search_last_places();

  const char* place_;
  const char* const end_;
  const char* const last_;  // the last place where the needle fits
  const char* const needle_;
  const std::size_t length_;  // at least 2
  int patience_ = 64;         // false places that are still accepted; sixteen bytes without any give one back
};

/// Compares at the candidates (a byte each) from `base`; leaves the place in place_ where the needle is found.
bool Search::found_in(std::uint64_t candidates, const char* base) {
  while (candidates != 0) {
    const int index = first_byte(candidates);
    if (std::memcmp(base + index + 1, needle_ + 1, length_ - 2) == 0) {
      place_ = base + index;
      return true;
    }
    candidates = without_byte(candidates, index);
    --patience_;
  }
  return false;
}

const char* Search::search_last_places() {
  for (; place_ <= last_; ++place_) {
    const void* const found =
        std::memchr(place_, static_cast<unsigned char>(*needle_), static_cast<std::size_t>(last_ - place_) + 1);
    if (found == nullptr) return nullptr;
    place_ = static_cast<const char*>(found);
    if (std::memcmp(place_ + 1, needle_ + 1, length_ - 1) == 0) return place_;
  }
  return nullptr;
}

const char* Search::run() {
  const Block first = Block{} + static_cast<unsigned char>(needle_[0]);
  const Block last = Block{} + static_cast<unsigned char>(needle_[length_ - 1]);
  for (; last_ - place_ >= 16 && patience_ > 0; place_ += 16) {
    const Words candidates = Words((load(place_) == first) & (load(place_ + length_ - 1) == last));
    if ((candidates[0] | candidates[1]) == 0) {
      ++patience_;
      continue;
    }
    if (found_in(candidates[0], place_) || found_in(candidates[1], place_ + 8)) return place_;
  }
  if (patience_ > 0) return search_last_places();
  return static_cast<const char*>(memmem(place_, static_cast<std::size_t>(end_ - place_), needle_, length_));
}

}  // namespace

const char* find_text(const char* text, std::size_t length, const char* needle, std::size_t needle_length) {
  if (needle_length == 0) return text;
  if (needle_length > length) return nullptr;
  if (needle_length == 1)
    return static_cast<const char*>(std::memchr(text, static_cast<unsigned char>(*needle), length));
  return Search(text, length, needle, needle_length).run();
}

}  // namespace stdlib
