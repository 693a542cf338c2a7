// SPDX-License-Identifier: MIT
// Byte sets and the locale's character tables.
#include "character_tables.hpp"

#include <bit>
#include <cctype>
#include <clocale>
#include <string_view>

namespace stdlib {

namespace {

using Predicate = int (*)(int);

int is_zero(int byte) { return byte == 0; }

constexpr std::string_view class_letters = "acdglpsuwxz";
constexpr Predicate class_predicates[] = {std::isalpha, std::iscntrl,  std::isdigit, std::isgraph,
                                          std::islower, std::ispunct,  std::isspace, std::isupper,
                                          std::isalnum, std::isxdigit, is_zero};

/// Something that differs between locales that classify bytes differently.
const void* current_locale() {
#if defined(__GLIBC__)
  return *__ctype_b_loc();
#else
  return std::setlocale(LC_CTYPE, nullptr);
#endif
}

}  // namespace

void ByteSet::add(const ByteSet& other) {
  for (std::size_t i = 0; i < words.size(); ++i) words[i] |= other.words[i];
}

void ByteSet::add_range(unsigned first, unsigned last) {
  for (unsigned byte = first; byte <= last; ++byte) add(static_cast<unsigned char>(byte));
}

void ByteSet::invert() {
  for (std::uint64_t& word : words) word = ~word;
}

bool ByteSet::disjoint(const ByteSet& other) const {
  std::uint64_t both = 0;
  for (std::size_t i = 0; i < words.size(); ++i) both |= words[i] & other.words[i];
  return both == 0;
}

int ByteSet::count() const {
  int total = 0;
  for (const std::uint64_t word : words) total += std::popcount(word);
  return total;
}

unsigned char ByteSet::lowest() const {
  unsigned base = 0;
  for (const std::uint64_t word : words) {
    if (word != 0) return static_cast<unsigned char>(base + static_cast<unsigned>(std::countr_zero(word)));
    base += 64;
  }
  return 0;
}

bool CharacterTables::refresh() {
  const void* const locale = current_locale();
  if (locale == locale_) return false;
  build();
  locale_ = locale;
  return true;
}

const ByteSet* CharacterTables::find_class(unsigned char letter) const {
  const bool complement = letter >= 'A' && letter <= 'Z';
  const std::size_t index = class_letters.find(static_cast<char>(complement ? letter - 'A' + 'a' : letter));
  if (index == std::string_view::npos) return nullptr;
  return &classes_[complement ? index + class_count : index];
}

void CharacterTables::build() {
  for (std::size_t index = 0; index < class_count; ++index) {
    ByteSet set;
    for (int byte = 0; byte < 256; ++byte)
      if (class_predicates[index](byte)) set.add(static_cast<unsigned char>(byte));
    classes_[index] = set;
    set.invert();
    classes_[index + class_count] = set;
  }
  ascii_case_ = true;
  for (int byte = 0; byte < 256; ++byte) {
    upper_[static_cast<std::size_t>(byte)] = static_cast<unsigned char>(std::toupper(byte));
    lower_[static_cast<std::size_t>(byte)] = static_cast<unsigned char>(std::tolower(byte));
    const bool is_lower = byte >= 'a' && byte <= 'z';
    const bool is_upper = byte >= 'A' && byte <= 'Z';
    ascii_case_ = ascii_case_ && std::toupper(byte) == (is_lower ? byte - 32 : byte);
    ascii_case_ = ascii_case_ && std::tolower(byte) == (is_upper ? byte + 32 : byte);
  }
}

}  // namespace stdlib
