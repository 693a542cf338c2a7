// SPDX-License-Identifier: MIT
// Conversions between integers, floats and strings. Nothing here depends on the locale.
#include "value/conversion.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "value/string.hpp"

namespace rt {

bool number_to_integer(double d, std::int64_t* result, Rounding mode) {
  double whole = std::floor(d);
  if (whole != d) {
    if (mode == Rounding::exact) return false;
    if (mode == Rounding::ceil) whole += 1;
  }
  if (!(whole >= -0x1p63 && whole < 0x1p63)) return false;  // NaN fails too
  *result = static_cast<std::int64_t>(whole);
  return true;
}

bool to_integer(const Value& v, std::int64_t* result, Rounding mode) {
  if (v.is_integer()) return *result = v.payload.integer, true;
  if (v.is_number()) return number_to_integer(v.payload.number, result, mode);
  Value number;
  return v.is_string() && parse_number(v.string()->view(), &number) && to_integer(number, result, mode);
}

bool to_number(const Value& v, double* result) {
  if (numeric_to_double(v, result)) return true;
  Value number;
  return v.is_string() && parse_number(v.string()->view(), &number) && numeric_to_double(number, result);
}

// --- text to number -----------------------------------------------------------------------------------------------------

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Exponents beyond this give zero or infinity whatever the digits of a string that fits into memory.
constexpr std::int64_t exponent_limit = 1'000'000'000'000'000;

// [+-]digits, to the end of the text.
bool parse_exponent(const char* at, const char* end, std::int64_t* result) {
  bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  if (at == end) return false;
  std::int64_t exponent = 0;
  for (; at < end; ++at) {
    if (!is_digit(*at)) return false;
    if (exponent < exponent_limit) exponent = exponent * 10 + (*at - '0');
  }
  *result = negative ? -exponent : exponent;
  return true;
}

// mantissa * 2^exponent (plus a little, when `inexact`), rounded to the nearest double, ties to even.
double round_binary(std::uint64_t mantissa, std::int64_t exponent, bool inexact) {
  if (mantissa == 0) return 0.0;
  int width = std::bit_width(mantissa);
  std::int64_t top = exponent + width;  // the value is below 2^top, at least half of that
  if (top > 1024) return std::numeric_limits<double>::infinity();
  if (top < -1074) return 0.0;
  std::int64_t precision = top >= -1021 ? 53 : top + 1074;  // denormals have fewer bits
  int excess = width - static_cast<int>(precision);
  if (excess > 0) {
    // precision may be 0: then excess is up to 64 and only the rounding is left
    std::uint64_t rest = excess == 64 ? mantissa : mantissa & ((std::uint64_t{1} << excess) - 1);
    std::uint64_t half = std::uint64_t{1} << (excess - 1);
    mantissa = excess == 64 ? 0 : mantissa >> excess;
    if (rest > half || (rest == half && (inexact || (mantissa & 1) != 0))) ++mantissa;
    exponent += excess;
  }
  return std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
}

// What follows "0x": an integer modulo 2^64, or a float when there is a point or an exponent.
bool parse_hexadecimal(const char* at, const char* end, bool negative, Value* result) {
  std::uint64_t integer = 0, mantissa = 0;
  std::int64_t exponent = 0;
  bool digits = false, point = false, inexact = false;
  for (; at < end; ++at) {
    if (*at == '.' && !point) {
      point = true;
      continue;
    }
    int digit = hex_digit(*at);
    if (digit < 0) break;
    digits = true;
    integer = integer * 16 + static_cast<unsigned>(digit);
    if (mantissa < (std::uint64_t{1} << 60)) {
      mantissa = mantissa * 16 + static_cast<unsigned>(digit);
      if (point) exponent -= 4;
    } else {
      inexact |= digit != 0;
      if (!point) exponent += 4;
    }
  }
  if (!digits) return false;
  if (at == end && !point) {
    *result = Value::integer(static_cast<std::int64_t>(negative ? 0 - integer : integer));
    return true;
  }
  if (at < end) {
    std::int64_t written;
    if ((*at | 0x20) != 'p' || !parse_exponent(at + 1, end, &written)) return false;
    exponent += written;
  }
  double d = round_binary(mantissa, exponent, inexact);
  *result = Value::number(negative ? -d : d);
  return true;
}

// The conversion ran out of range: to infinity or to zero? `first` to `end` is a well-formed decimal numeral.
double out_of_range(const char* first, const char* end, std::int64_t exponent) {
  std::int64_t magnitude = 0;  // decimal exponent of the first digit that is not 0
  bool point = false, significant = false;
  for (; first < end; ++first) {
    if (*first == '.') {
      point = true;
    } else if (!is_digit(*first)) {
      break;
    } else {
      significant |= *first != '0';
      if (significant && !point) ++magnitude;
      if (!significant && point) --magnitude;
    }
  }
  if (!significant) return 0.0;
  return magnitude + exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

bool parse_decimal_float(const char* first, const char* end, bool negative, Value* result) {
  const char* at = first;
  bool digits = false, point = false;
  for (; at < end && (is_digit(*at) || (*at == '.' && !point)); ++at) {
    (*at == '.' ? point : digits) = true;
  }
  std::int64_t exponent = 0;
  if (!digits) return false;
  if (at < end && ((*at | 0x20) != 'e' || !parse_exponent(at + 1, end, &exponent))) return false;
  double d = 0;
  if (std::from_chars(first, end, d).ec == std::errc::result_out_of_range) d = out_of_range(first, end, exponent);
  *result = Value::number(negative ? -d : d);
  return true;
}

bool parse_decimal(const char* first, const char* end, bool negative, Value* result) {
  std::uint64_t integer = 0;
  for (const char* at = first;; ++at) {
    if (at == end) {
      if (at == first) return false;
      *result = Value::integer(static_cast<std::int64_t>(negative ? 0 - integer : integer));
      return true;
    }
    if (!is_digit(*at)) break;
    auto digit = static_cast<unsigned>(*at - '0');
    std::uint64_t limit = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (integer > (limit - digit) / 10) break;  // too large for an integer: a float
    integer = integer * 10 + digit;
  }
  return parse_decimal_float(first, end, negative, result);
}

}  // namespace

bool parse_number(std::string_view text, Value* result) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end && is_space(*at)) ++at;
  while (end > at && is_space(end[-1])) --end;
  bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  if (end - at >= 2 && at[0] == '0' && (at[1] | 0x20) == 'x') return parse_hexadecimal(at + 2, end, negative, result);
  return parse_decimal(at, end, negative, result);
}

// --- number to text -----------------------------------------------------------------------------------------------------

namespace {

constexpr char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657"
    "585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

std::size_t format_integer(std::int64_t i, char* buffer) {
  char digits[20];
  char* at = digits + sizeof(digits);
  std::uint64_t rest = i < 0 ? 0 - static_cast<std::uint64_t>(i) : static_cast<std::uint64_t>(i);
  for (; rest >= 100; rest /= 100) {
    at -= 2;
    std::memcpy(at, &digit_pairs[rest % 100 * 2], 2);
  }
  if (rest >= 10) {
    at -= 2;
    std::memcpy(at, &digit_pairs[rest * 2], 2);
  } else {
    *--at = static_cast<char>('0' + rest);
  }
  if (i < 0) *buffer++ = '-';
  auto length = static_cast<std::size_t>(digits + sizeof(digits) - at);
  std::memcpy(buffer, at, length);
  return length + (i < 0 ? 1 : 0);
}

std::size_t format_float(double d, char* buffer) {
  char* at = buffer;
  if (std::signbit(d)) *at++ = '-';
  d = std::fabs(d);
  if (!std::isfinite(d)) {
    std::memcpy(at, std::isnan(d) ? "nan" : "inf", 3);
    return static_cast<std::size_t>(at + 3 - buffer);
  }
  if (d < 1e14 && d == std::floor(d)) {
    at += format_integer(static_cast<std::int64_t>(d), at);
  } else {
    char* first = at;
    at = std::to_chars(at, at + 32, d, std::chars_format::general, 14).ptr;
    for (; first < at; ++first) {
      if (!is_digit(*first)) return static_cast<std::size_t>(at - buffer);
    }
  }
  std::memcpy(at, ".0", 2);
  return static_cast<std::size_t>(at + 2 - buffer);
}

}  // namespace

std::size_t format_number(const Value& number, char* buffer) {
  return number.is_integer() ? format_integer(number.payload.integer, buffer)
                             : format_float(number.payload.number, buffer);
}

// --- operators ----------------------------------------------------------------------------------------------------------

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  if (b == -1) return static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(a));  // mininteger // -1 wraps
  std::int64_t quotient = a / b;
  return quotient - ((a % b != 0 && (a ^ b) < 0) ? 1 : 0);
}

std::int64_t floor_modulo(std::int64_t a, std::int64_t b) {
  if (b == -1) return 0;
  std::int64_t rest = a % b;
  return rest != 0 && (rest ^ b) < 0 ? rest + b : rest;
}

double floor_modulo(double a, double b) {
  double rest = std::fmod(a, b);
  return rest != 0 && std::signbit(rest) != std::signbit(b) ? rest + b : rest;
}

std::int64_t shift_left(std::int64_t a, std::int64_t by) {
  auto bits = static_cast<std::uint64_t>(a);
  if (by <= -64 || by >= 64) return 0;
  return static_cast<std::int64_t>(by >= 0 ? bits << by : bits >> -by);
}

}  // namespace rt
