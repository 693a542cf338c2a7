// SPDX-License-Identifier: MIT
// Classes of characters as the language sees them, whatever the locale.
#pragma once

#include <array>
#include <cstdint>

#include "syntax/token.hpp"

namespace rt {

enum CharacterClass : std::uint8_t {
  letter = 1 << 0,  // may begin a name
  digit = 1 << 1,
  hexadecimal = 1 << 2,
  blank = 1 << 3,
  printable = 1 << 4,
};

// Index 0 is the end of input (-1).
inline constexpr std::array<std::uint8_t, 257> character_classes = [] {
  std::array<std::uint8_t, 257> classes{};
  for (int c = 0; c < 256; ++c) {
    std::uint8_t& of = classes[static_cast<std::size_t>(c) + 1];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') of |= letter;
    if (c >= '0' && c <= '9') of |= digit | hexadecimal;
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) of |= hexadecimal;
    if (c == ' ' || (c >= '\t' && c <= '\r')) of |= blank;
    if (c >= ' ' && c <= '~') of |= printable;
  }
  return classes;
}();

inline bool is_of_class(int c, unsigned classes) { return (character_classes[static_cast<std::size_t>(c + 1)] & classes) != 0; }
inline bool starts_name(int c) { return is_of_class(c, letter); }
inline bool continues_name(int c) { return is_of_class(c, letter | digit); }
inline bool is_digit(int c) { return is_of_class(c, digit); }
inline bool is_hexadecimal(int c) { return is_of_class(c, hexadecimal); }
inline bool is_blank(int c) { return is_of_class(c, blank); }
inline bool is_printable(int c) { return is_of_class(c, printable); }
inline unsigned hexadecimal_value(int c) { return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10); }

// The token a single byte is, TokenKind::stray when it is none.
inline TokenKind symbol_of(int c) {
  switch (c) {
    case '+': return TokenKind::plus;
    case '*': return TokenKind::star;
    case '%': return TokenKind::percent;
    case '^': return TokenKind::caret;
    case '#': return TokenKind::hash;
    case '&': return TokenKind::ampersand;
    case '|': return TokenKind::bar;
    case '(': return TokenKind::open_paren;
    case ')': return TokenKind::close_paren;
    case '{': return TokenKind::open_brace;
    case '}': return TokenKind::close_brace;
    case ']': return TokenKind::close_bracket;
    case ';': return TokenKind::semicolon;
    case ',': return TokenKind::comma;
    default: return TokenKind::stray;
  }
}

}  // namespace rt
