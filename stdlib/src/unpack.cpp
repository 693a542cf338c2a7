// SPDX-License-Identifier: MIT
// string.unpack.
#include "arguments.hpp"
#include "pack_format.hpp"
#include "positions.hpp"
#include "string_library.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace stdlib {

using pack::Format;
using pack::Kind;
using pack::Option;

namespace {

constexpr std::size_t integer_size = sizeof(lua_Integer);

template <typename Number>
Number read_float(const char* data, bool little_endian) {
  char bytes[sizeof(Number)];
  std::memcpy(bytes, data, sizeof bytes);
  if (little_endian != (std::endian::native == std::endian::little)) std::reverse(bytes, bytes + sizeof bytes);
  Number value;
  std::memcpy(&value, bytes, sizeof bytes);
  return value;
}

lua_Integer read_integer(lua_State* L, const char* data, std::size_t size, bool little_endian, bool is_signed) {
  const auto byte_at = [=](std::size_t place) {
    return static_cast<unsigned char>(data[little_endian ? place : size - 1 - place]);
  };
  lua_Unsigned value = 0;
  for (std::size_t i = std::min(size, integer_size); i-- > 0;) value = value << 8 | byte_at(i);
  if (size < integer_size && is_signed) {
    const lua_Unsigned sign = lua_Unsigned{1} << (size * 8 - 1);
    return static_cast<lua_Integer>((value ^ sign) - sign);
  }
  const unsigned char extension = is_signed && static_cast<lua_Integer>(value) < 0 ? 0xff : 0;
  for (std::size_t i = integer_size; i < size; ++i)
    if (byte_at(i) != extension) luaL_error(L, "%d-byte integer does not fit into Lua Integer", static_cast<int>(size));
  return static_cast<lua_Integer>(value);
}

/// One call of string.unpack.
class Unpacker {
 public:
  explicit Unpacker(lua_State* L) : L_(L), format_(L, luaL_checkstring(L, 1)) {
    data_ = text_argument(L, 2, &length_);
    position_ = start_position(integer_argument(L, 3, 1), length_) - 1;
    luaL_argcheck(L, position_ <= length_, 3, "initial position out of string");
  }

  int run();

 private:
  void push(const Option& option);
  void push_counted_string(std::size_t count_size);
  void push_zero_ended_string();

  lua_State* const L_;
  Format format_;
  const char* data_;
  std::size_t length_;
  std::size_t position_;
};

int Unpacker::run() {
  int count = 0;
  while (!format_.at_end()) {
    const Option option = format_.next(position_);
    luaL_argcheck(L_, option.alignment + option.size <= length_ - position_, 2, "data string too short");
    position_ += option.alignment;
    luaL_checkstack(L_, 2, "too many results");
    count += option.kind < Kind::padding;
    push(option);
    position_ += option.size;
  }
  lua_pushinteger(L_, static_cast<lua_Integer>(position_) + 1);
  return count + 1;
}

void Unpacker::push(const Option& option) {
  const char* const item = data_ + position_;
  const bool little_endian = format_.little_endian();
  switch (option.kind) {
    case Kind::signed_integer:
    case Kind::unsigned_integer:
      return lua_pushinteger(L_,
                             read_integer(L_, item, option.size, little_endian, option.kind == Kind::signed_integer));
    case Kind::float_number: return lua_pushnumber(L_, static_cast<lua_Number>(read_float<float>(item, little_endian)));
    case Kind::double_number:
      return lua_pushnumber(L_, static_cast<lua_Number>(read_float<double>(item, little_endian)));
    case Kind::lua_number: return lua_pushnumber(L_, read_float<lua_Number>(item, little_endian));
    case Kind::fixed_string: lua_pushlstring(L_, item, option.size); return;
    case Kind::counted_string: return push_counted_string(option.size);
    case Kind::zero_ended_string: return push_zero_ended_string();
    case Kind::padding:
    case Kind::alignment:
    case Kind::nothing: return;
  }
}

void Unpacker::push_counted_string(std::size_t count_size) {
  const auto length =
      static_cast<std::size_t>(read_integer(L_, data_ + position_, count_size, format_.little_endian(), false));
  luaL_argcheck(L_, length <= length_ - position_ - count_size, 2, "data string too short");
  lua_pushlstring(L_, data_ + position_ + count_size, length);
  position_ += length;
}

void Unpacker::push_zero_ended_string() {
  const void* const zero = std::memchr(data_ + position_, '\0', length_ - position_);
  luaL_argcheck(L_, zero != nullptr, 2, "unfinished string for format 'z'");
  const auto length = static_cast<std::size_t>(static_cast<const char*>(zero) - data_) - position_;
  lua_pushlstring(L_, data_ + position_, length);
  position_ += length + 1;
}

}  // namespace

int string_unpack(lua_State* L) { return Unpacker(L).run(); }

}  // namespace stdlib
