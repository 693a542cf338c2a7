// SPDX-License-Identifier: MIT
// Reads the options of pack formats and works out their alignment.
#include "pack_format.hpp"

#include "positions.hpp"

namespace stdlib::pack {

namespace {

/// What '!' without a number aligns for.
union Widest {
  lua_Number number;
  lua_Integer integer;
  void* pointer;
};

}  // namespace

/// A decimal number; digits that could make it too big are left in the format, where they are invalid options.
std::size_t Format::read_number(std::size_t fallback) {
  if (!at_digit()) return fallback;
  std::size_t number = 0;
  do number = number * 10 + static_cast<std::size_t>(*place_++ - '0');
  while (at_digit() && number <= (max_counted_size - 9) / 10);
  return number;
}

std::size_t Format::read_integer_size(std::size_t fallback) {
  const std::size_t size = read_number(fallback);
  if (size == 0 || size > largest_integer)
    luaL_error(L_, "integral size (%d) out of limits [1,%d]", static_cast<int>(size), largest_integer);
  return size;
}

Format::Plain Format::read_option() {
  const char option = *place_++;
  switch (option) {
    case 'b': return {Kind::signed_integer, sizeof(char)};
    case 'B': return {Kind::unsigned_integer, sizeof(char)};
    case 'h': return {Kind::signed_integer, sizeof(short)};
    case 'H': return {Kind::unsigned_integer, sizeof(short)};
    case 'i': return {Kind::signed_integer, read_integer_size(sizeof(int))};
    case 'I': return {Kind::unsigned_integer, read_integer_size(sizeof(int))};
    case 'l': return {Kind::signed_integer, sizeof(long)};
    case 'L': return {Kind::unsigned_integer, sizeof(long)};
    case 'j': return {Kind::signed_integer, sizeof(lua_Integer)};
    case 'J': return {Kind::unsigned_integer, sizeof(lua_Integer)};
    case 'T': return {Kind::unsigned_integer, sizeof(std::size_t)};
    case 'f': return {Kind::float_number, sizeof(float)};
    case 'd': return {Kind::double_number, sizeof(double)};
    case 'n': return {Kind::lua_number, sizeof(lua_Number)};
    case 's': return {Kind::counted_string, read_integer_size(sizeof(std::size_t))};
    case 'c':
      if (!at_digit()) luaL_error(L_, "missing size for format option 'c'");
      return {Kind::fixed_string, read_number(0)};
    case 'z': return {Kind::zero_ended_string, 0};
    case 'x': return {Kind::padding, 1};
    case 'X': return {Kind::alignment, 0};
    case ' ': break;
    case '<': little_endian_ = true; break;
    case '>': little_endian_ = false; break;
    case '=': little_endian_ = std::endian::native == std::endian::little; break;
    case '!': max_alignment_ = read_integer_size(alignof(Widest)); break;
    default: luaL_error(L_, "invalid format option '%c'", option);
  }
  return {Kind::nothing, 0};
}

Option Format::next(std::size_t position) {
  const Plain plain = read_option();
  std::size_t alignment = plain.size;
  if (plain.kind == Kind::alignment) {
    const Plain model = at_end() ? Plain{Kind::nothing, 0} : read_option();
    alignment = model.size;
    if (model.kind == Kind::fixed_string || alignment == 0) luaL_argerror(L_, 1, "invalid next option for option 'X'");
  }
  const bool aligns =
      plain.kind <= Kind::lua_number || plain.kind == Kind::counted_string || plain.kind == Kind::alignment;
  if (alignment > max_alignment_) alignment = max_alignment_;
  if (!aligns || alignment <= 1) return {plain.kind, plain.size, 0};
  if (!std::has_single_bit(alignment)) luaL_argerror(L_, 1, "format asks for alignment not power of 2");
  return {plain.kind, plain.size, (alignment - (position & (alignment - 1))) & (alignment - 1)};
}

}  // namespace stdlib::pack
