// SPDX-License-Identifier: MIT
// Sets of bytes, and what the C locale says about bytes, kept in tables until the locale changes.
#pragma once

#include <array>
#include <cstdint>

namespace stdlib {

/// A set of bytes, one bit each.
struct ByteSet {
  std::array<std::uint64_t, 4> words{};

  bool has(unsigned char byte) const { return (words[byte >> 6] >> (byte & 63)) & 1; }
  void add(unsigned char byte) { words[byte >> 6] |= std::uint64_t{1} << (byte & 63); }
  void add(const ByteSet& other);
  void add_range(unsigned first, unsigned last);
  void invert();
  bool disjoint(const ByteSet& other) const;
  int count() const;
  /// The smallest member; the set is not empty.
  unsigned char lowest() const;
};

/// The character classes of patterns (`%a`, `%d` ...) and the case tables.
class CharacterTables {
 public:
  /// Rebuilds the tables if the locale is not the one they were made for; says whether it was so.
  bool refresh();

  /// The set of `%letter`; a null pointer when the letter names no class and stands for itself.
  const ByteSet* find_class(unsigned char letter) const;

  const std::array<unsigned char, 256>& upper() const { return upper_; }
  const std::array<unsigned char, 256>& lower() const { return lower_; }

  /// Only the letters of ASCII have a case.
  bool has_ascii_case() const { return ascii_case_; }

 private:
  static constexpr int class_count = 11;

  void build();

  const void* locale_ = nullptr;
  std::array<ByteSet, 2 * class_count> classes_{};  // each class, then each complement
  std::array<unsigned char, 256> upper_{};
  std::array<unsigned char, 256> lower_{};
  bool ascii_case_ = false;
};

}  // namespace stdlib
