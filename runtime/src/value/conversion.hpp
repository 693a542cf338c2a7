// SPDX-License-Identifier: MIT
// Conversions between integers, floats and strings (manual 3.4.3), exact.
#pragma once

#include <cstdint>
#include <string_view>

#include "value/value.hpp"

namespace rt {

enum class Rounding { exact, floor, ceil };

// Float to integer; false when it has no integer representation (in the mode).
bool number_to_integer(double d, std::int64_t* result, Rounding mode = Rounding::exact);
// Any value to integer / float: numbers and strings that spell numbers.
bool to_integer(const Value& v, std::int64_t* result, Rounding mode = Rounding::exact);
bool to_number(const Value& v, double* result);
// Numbers only (no strings).
inline bool numeric_to_double(const Value& v, double* result) {
  if (v.is_number()) return *result = v.payload.number, true;
  if (v.is_integer()) return *result = static_cast<double>(v.payload.integer), true;
  return false;
}
// The lexical conversion of manual 3.1 ("0x1p4", "  10  ", "1e1"): integer or float into *result; false when malformed.
bool parse_number(std::string_view text, Value* result);
// "%d" / "%.14g" with ".0" added to floats that look like integers. Returns the length; buffer of at least 48 bytes.
std::size_t format_number(const Value& number, char* buffer);

// Integer operators of the language, wrapping; division by zero is the caller's business.
std::int64_t floor_divide(std::int64_t a, std::int64_t b);
std::int64_t floor_modulo(std::int64_t a, std::int64_t b);
double floor_modulo(double a, double b);
std::int64_t shift_left(std::int64_t a, std::int64_t by);  // by >= 64 gives 0, negative shifts right

}  // namespace rt
