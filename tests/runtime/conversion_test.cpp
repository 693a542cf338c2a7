// SPDX-License-Identifier: MIT
// value/conversion.hpp
#include "value/conversion.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <doctest/doctest.h>

using rt::Value;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string format(const Value& number) {
  char buffer[48];
  return {buffer, rt::format_number(number, buffer)};
}
std::string format(double d) { return format(Value::number(d)); }

// The number a text spells, in Lua's notation; "-" when it spells none.
std::string parse(std::string_view text) {
  Value result;
  return rt::parse_number(text, &result) ? format(result) : "-";
}
double parse_float(std::string_view text) {
  Value result = Value::nil();
  rt::parse_number(text, &result);
  REQUIRE(result.is_number());
  return result.payload.number;
}

}  // namespace

TEST_CASE("integers are written in full") {
  CHECK(format(Value::integer(0)) == "0");
  CHECK(format(Value::integer(7)) == "7");
  CHECK(format(Value::integer(-10)) == "-10");
  CHECK(format(Value::integer(100)) == "100");
  CHECK(format(Value::integer(12345)) == "12345");
  CHECK(format(Value::integer(INT64_MAX)) == "9223372036854775807");
  CHECK(format(Value::integer(INT64_MIN)) == "-9223372036854775808");
}

TEST_CASE("floats are written with 14 digits and look like floats") {
  CHECK(format(0.0) == "0.0");
  CHECK(format(-0.0) == "-0.0");
  CHECK(format(1.0) == "1.0");
  CHECK(format(-3.5) == "-3.5");
  CHECK(format(0.1) == "0.1");
  CHECK(format(1.0 / 3) == "0.33333333333333");
  CHECK(format(99999999999999.0) == "99999999999999.0");
  CHECK(format(1e14) == "1e+14");
  CHECK(format(-1e15) == "-1e+15");
  CHECK(format(123456789012345.0) == "1.2345678901234e+14");
  CHECK(format(99999999999999.5) == "1e+14");
  CHECK(format(1e100) == "1e+100");
  CHECK(format(1e-5) == "1e-05");
  CHECK(format(0.0001) == "0.0001");
  CHECK(format(5e-324) == "4.9406564584125e-324");
  CHECK(format(infinity) == "inf");
  CHECK(format(-infinity) == "-inf");
  CHECK(format(std::copysign(std::nan(""), 1.0)) == "nan");
  CHECK(format(std::copysign(std::nan(""), -1.0)) == "-nan");
}

TEST_CASE("decimal numerals") {
  CHECK(parse("0") == "0");
  CHECK(parse("10") == "10");
  CHECK(parse("  10\t\n\v\f\r ") == "10");
  CHECK(parse("-7") == "-7");
  CHECK(parse("+7") == "7");
  CHECK(parse("9223372036854775807") == "9223372036854775807");
  CHECK(parse("9223372036854775808") == "9.2233720368548e+18");
  CHECK(parse("-9223372036854775808") == "-9223372036854775808");
  CHECK(parse("-9223372036854775809") == "-9.2233720368548e+18");
  CHECK(parse("1e1") == "10.0");
  CHECK(parse("1E+2") == "100.0");
  CHECK(parse(".5") == "0.5");
  CHECK(parse("5.") == "5.0");
  CHECK(parse("-.5e-1") == "-0.05");
  CHECK(parse("1e999") == "inf");
  CHECK(parse("-1e999") == "-inf");
  CHECK(parse("1e-999") == "0.0");
  CHECK(parse("-1e-999") == "-0.0");
  CHECK(parse("0e99999999999999999999") == "0.0");
  CHECK(parse("1e99999999999999999999") == "inf");
  CHECK(parse("1e-99999999999999999999") == "0.0");
  CHECK(parse("1" + std::string(400, '0')) == "inf");
  CHECK(parse("0." + std::string(400, '0') + "1") == "0.0");
  CHECK(parse("0." + std::string(400, '0') + "1e401") == "1.0");
  CHECK(parse_float("2.2250738585072011e-308") == 2.2250738585072011e-308);
  CHECK(parse_float("4.9e-324") == 4.9e-324);
  CHECK(parse_float("1.7976931348623157e308") == 1.7976931348623157e308);
}

TEST_CASE("hexadecimal numerals") {
  CHECK(parse("0x10") == "16");
  CHECK(parse("-0xA") == "-10");
  CHECK(parse("0XfF") == "255");
  CHECK(parse("0xffffffffffffffff") == "-1");
  CHECK(parse("0x1ffffffffffffffff") == "-1");
  CHECK(parse("0x7fffffffffffffff") == "9223372036854775807");
  CHECK(parse("0x.8") == "0.5");
  CHECK(parse("0xA.") == "10.0");
  CHECK(parse("0x.8p1") == "1.0");
  CHECK(parse("0x1p4") == "16.0");
  CHECK(parse("0x1P-2") == "0.25");
  CHECK(parse("-0x1p+1") == "-2.0");
  CHECK(parse("0x1p99999999999") == "inf");
  CHECK(parse("0x1p-99999999999") == "0.0");
  CHECK(parse("0x0p99999999999") == "0.0");
  CHECK(parse("0x" + std::string(300, '0') + "1.8") == "1.5");
  CHECK(parse("0x1" + std::string(300, '0') + "p-1200") == "1.0");
  CHECK(parse_float("0x1.fffffffffffff7p0") == 0x1.fffffffffffffp0);    // below half: down
  CHECK(parse_float("0x1.fffffffffffff8p0") == 2.0);                    // half: to even
  CHECK(parse_float("0x1.00000000000008p0") == 1.0);                    // half: to even
  CHECK(parse_float("0x1.000000000000080000000000001p0") == 0x1.0000000000001p0);  // a little more than half
  CHECK(parse_float("0x1p-1074") == 5e-324);
  CHECK(parse_float("0x1p-1075") == 0.0);
  CHECK(parse_float("0x1.8p-1075") == 5e-324);
  CHECK(parse_float("0x.8p-1074") == 0.0);
  CHECK(parse_float("0x3p-1075") == 1e-323);
  CHECK(parse_float("0x1.fffffffffffff8p1023") == infinity);
  CHECK(parse_float("0x1.fffffffffffff7p1023") == std::numeric_limits<double>::max());
}

TEST_CASE("what is no numeral") {
  for (const char* text : {"", " ", "-", "+", ".", "e1", "1e", "1e+", "0x", "0x.", "0xp1", "0x1p", "1 2", "1x", "--1",
                           "- 1", "inf", "nan", "NaN", "infinity", "1..2", "1.2.3", "0x1.2.3", "1e1.0", "0x1pf", "1f"}) {
    CAPTURE(text);
    CHECK(parse(text) == "-");
  }
  CHECK(parse(std::string_view("1\0", 2)) == "-");
}

TEST_CASE("floats to integers") {
  std::int64_t i = 0;
  CHECK((rt::number_to_integer(3.0, &i) && i == 3));
  CHECK(!rt::number_to_integer(3.5, &i));
  CHECK((rt::number_to_integer(-3.5, &i, rt::Rounding::floor) && i == -4));
  CHECK((rt::number_to_integer(-3.5, &i, rt::Rounding::ceil) && i == -3));
  CHECK((rt::number_to_integer(-0x1p63, &i) && i == INT64_MIN));
  CHECK(!rt::number_to_integer(0x1p63, &i));
  CHECK(!rt::number_to_integer(infinity, &i, rt::Rounding::floor));
  CHECK(!rt::number_to_integer(std::nan(""), &i, rt::Rounding::ceil));
}

TEST_CASE("integer operators wrap and round to minus infinity") {
  CHECK(rt::floor_divide(7, 2) == 3);
  CHECK(rt::floor_divide(-7, 2) == -4);
  CHECK(rt::floor_divide(7, -2) == -4);
  CHECK(rt::floor_divide(INT64_MIN, -1) == INT64_MIN);
  CHECK(rt::floor_modulo(std::int64_t{-7}, std::int64_t{3}) == 2);
  CHECK(rt::floor_modulo(std::int64_t{7}, std::int64_t{-3}) == -2);
  CHECK(rt::floor_modulo(INT64_MIN, std::int64_t{-1}) == 0);
  CHECK(rt::floor_modulo(-1.0, infinity) == infinity);
  CHECK(rt::floor_modulo(1.0, -infinity) == -infinity);
  CHECK(rt::floor_modulo(5.5, 2.0) == 1.5);
  CHECK(rt::floor_modulo(-5.5, 2.0) == 0.5);
  CHECK(rt::shift_left(1, 63) == INT64_MIN);
  CHECK(rt::shift_left(1, 64) == 0);
  CHECK(rt::shift_left(-1, -1) == INT64_MAX);
  CHECK(rt::shift_left(-1, -64) == 0);
  CHECK(rt::shift_left(-1, INT64_MIN) == 0);
}
