// SPDX-License-Identifier: MIT
// Numbers in string.format: integers and decimal floats without the C library's printf, which interprets its format anew.
#include "format_number.hpp"

#include <langinfo.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace stdlib::format {

namespace {

char* fill(char* out, char byte, int count) {
  if (count <= 0) return out;
  std::memset(out, byte, static_cast<std::size_t>(count));
  return out + count;
}

char* copy(char* out, const char* text, std::size_t length) {
  if (length != 0) std::memcpy(out, text, length);  // no text may be no address
  return out + length;
}

char* sign_of(char* out, const Specification& specification, bool negative) {
  if (negative)
    *out++ = '-';
  else if (specification.sign)
    *out++ = '+';
  else if (specification.space)
    *out++ = ' ';
  return out;
}

/// Writes prefix (sign or 0x), zeros and body, with spaces around to the width.
char* assemble(char* out, const Specification& specification, std::string_view prefix, int zeros,
               std::string_view body) {
  const int padding =
      specification.width - static_cast<int>(prefix.size()) - std::max(zeros, 0) - static_cast<int>(body.size());
  if (!specification.left) out = fill(out, ' ', padding);
  out = copy(out, prefix.data(), prefix.size());
  out = fill(out, '0', zeros);
  out = copy(out, body.data(), body.size());
  if (specification.left) out = fill(out, ' ', padding);
  return out;
}

/// Zeros that fill the width where the '0' flag asks for it.
int zeros_to_width(const Specification& specification, std::size_t prefix_length, std::size_t body_length) {
  if (!specification.zeros || specification.left) return 0;
  return specification.width - static_cast<int>(prefix_length + body_length);
}

int base_of(char conversion) {
  switch (conversion) {
    case 'x':
    case 'X': return 16;
    case 'o': return 8;
    default: return 10;
  }
}

void make_upper(char* begin, char* end) {
  std::transform(begin, end, begin, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
}

/// The C format of a specification, for what is left to the C library.
void write_c_format(char* out, const Specification& specification) {
  *out++ = '%';
  const struct {
    bool wanted;
    char flag;
  } flags[] = {{specification.left, '-'},
               {specification.sign, '+'},
               {specification.space, ' '},
               {specification.alternate, '#'},
               {specification.zeros, '0'}};
  for (const auto& [wanted, flag] : flags)
    if (wanted) *out++ = flag;
  if (specification.width > 0) out = std::to_chars(out, out + 3, specification.width).ptr;
  if (specification.precision >= 0) {
    *out++ = '.';
    out = std::to_chars(out, out + 3, specification.precision).ptr;
  }
  *out++ = specification.conversion;
  *out = '\0';
}

char* write_with_c(char* out, const Specification& specification, lua_Number value) {
  char c_format[16];
  write_c_format(c_format, specification);
  return out + std::snprintf(out, longest_float, c_format, value);
}

char* write_not_finite(char* out, const Specification& specification, lua_Number value) {
  char prefix[1];
  const char* const prefix_end = sign_of(prefix, specification, std::signbit(value));
  const bool upper = specification.conversion >= 'A' && specification.conversion <= 'Z';
  const char* const name = std::isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
  return assemble(out, specification, {prefix, prefix_end}, 0, name);
}

/// Whether the locale writes the decimal point as a point, as std::to_chars does.
bool has_plain_decimal_point() {
  const char* const point = nl_langinfo(RADIXCHAR);
  return point[0] == '.' && point[1] == '\0';
}

std::chars_format style_of(char conversion) {
  switch (conversion) {
    case 'e':
    case 'E': return std::chars_format::scientific;
    case 'f': return std::chars_format::fixed;
    default: return std::chars_format::general;
  }
}

}  // namespace

char* write_integer(char* out, const Specification& specification, lua_Integer value) {
  const bool is_signed = specification.conversion == 'd' || specification.conversion == 'i';
  if (is_signed && specification.plain()) return std::to_chars(out, out + longest_number, value).ptr;
  const bool negative = is_signed && value < 0;
  const auto bits = static_cast<lua_Unsigned>(value);
  const lua_Unsigned magnitude = negative ? 0 - bits : bits;
  const int base = base_of(specification.conversion);

  char prefix[2];
  char* prefix_end = is_signed ? sign_of(prefix, specification, negative) : prefix;
  if (specification.alternate && base == 16 && magnitude != 0) {
    *prefix_end++ = '0';
    *prefix_end++ = specification.conversion;
  }
  char digits[24];
  char* const end = magnitude == 0 && specification.precision == 0
                        ? digits
                        : std::to_chars(digits, digits + sizeof digits, magnitude, base).ptr;
  if (specification.conversion == 'X') make_upper(digits, end);
  const auto digit_count = static_cast<std::size_t>(end - digits);
  int zeros = specification.precision - static_cast<int>(digit_count);
  if (specification.precision < 0)
    zeros = zeros_to_width(specification, static_cast<std::size_t>(prefix_end - prefix), digit_count);
  if (specification.alternate && base == 8 && zeros <= 0 && (magnitude != 0 || digit_count == 0)) zeros = 1;
  return assemble(out, specification, {prefix, prefix_end}, zeros, {digits, digit_count});
}

char* write_float(char* out, const Specification& specification, lua_Number value) {
  if (!std::isfinite(value)) return write_not_finite(out, specification, value);
  const char conversion = specification.conversion;
  if (specification.alternate || conversion == 'a' || conversion == 'A' || !has_plain_decimal_point())
    return write_with_c(out, specification, value);
  char prefix[1];
  const char* const prefix_end = sign_of(prefix, specification, std::signbit(value));
  const int precision = specification.precision < 0 ? 6 : specification.precision;
  char digits[longest_float];
  char* const end =
      std::to_chars(digits, digits + longest_float, std::fabs(value), style_of(conversion), precision).ptr;
  if (conversion == 'E' || conversion == 'G') make_upper(digits, end);
  const auto digit_count = static_cast<std::size_t>(end - digits);
  const int zeros = zeros_to_width(specification, static_cast<std::size_t>(prefix_end - prefix), digit_count);
  return assemble(out, specification, {prefix, prefix_end}, zeros, {digits, digit_count});
}

char* write_padded(char* out, const Specification& specification, const char* text, std::size_t length) {
  return assemble(out, specification, {}, 0, {text, length});
}

char* write_literal(char* out, lua_Number value) {
  if (std::isnan(value)) return copy(out, "(0/0)", 5);
  if (std::isinf(value)) return value < 0 ? copy(out, "-1e9999", 7) : copy(out, "1e9999", 6);
  Specification hexadecimal;
  hexadecimal.conversion = 'a';
  char* const end = write_with_c(out, hexadecimal, value);
  std::replace_if(out, end, [](char c) { return c == ','; }, '.');
  return end;
}

}  // namespace stdlib::format
