// SPDX-License-Identifier: MIT
// One conversion of string.format, and the writing of numbers by it.
#pragma once

#include <lua.hpp>

#include <cstddef>

namespace stdlib::format {

/// What stands between '%' and the end of a conversion, taken apart.
struct Specification {
  bool left = false;       // '-'
  bool sign = false;       // '+'
  bool space = false;      // ' '
  bool alternate = false;  // '#'
  bool zeros = false;      // '0'
  int width = 0;
  int precision = -1;  // none
  char conversion = '\0';

  bool plain() const { return !left && !sign && !space && !alternate && !zeros && width == 0 && precision < 0; }
};

/// Room enough for any integer with any specification, and for any float but those of longest_float.
inline constexpr std::size_t longest_number = 120;
/// Room enough for any float with a precision of 99: 309 digits, the point, 99 more, sign.
inline constexpr std::size_t longest_float = 420;

/// Each writes at `out` and returns the end.
char* write_integer(char* out, const Specification& specification, lua_Integer value);
char* write_float(char* out, const Specification& specification, lua_Number value);

/// Writes `length` bytes padded with spaces to the width.
char* write_padded(char* out, const Specification& specification, const char* text, std::size_t length);

/// The float as a hexadecimal literal that reads back as the same value, infinities and NaN as expressions.
char* write_literal(char* out, lua_Number value);

}  // namespace stdlib::format
