// SPDX-License-Identifier: MIT
// string.pack and string.packsize.
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
constexpr char padding_byte = '\0';

/// One call of string.pack.
class Packer {
 public:
  explicit Packer(lua_State* L) : L_(L), format_(L, luaL_checkstring(L, 1)) {
    lua_pushnil(L);  // what follows the last argument
    luaL_buffinit(L, &buffer_);
  }

  int run();

 private:
  void add(const Option& option);
  void add_signed(std::size_t size);
  void add_unsigned(std::size_t size);
  void add_fixed_string(std::size_t size);
  void add_counted_string(std::size_t count_size);
  void add_zero_ended_string();
  void add_integer(lua_Unsigned value, std::size_t size, bool negative);
  void add_padding(std::size_t size);

  template <typename Number>
  void add_float(Number value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    if (format_.little_endian() != (std::endian::native == std::endian::little))
      std::reverse(bytes, bytes + sizeof value);
    luaL_addlstring(&buffer_, bytes, sizeof value);
  }

  lua_State* const L_;
  Format format_;
  int argument_ = 1;
  std::size_t total_ = 0;
  luaL_Buffer buffer_;
};

int Packer::run() {
  while (!format_.at_end()) {
    const Option option = format_.next(total_);
    total_ += option.alignment + option.size;
    add_padding(option.alignment);
    add(option);
  }
  luaL_pushresult(&buffer_);
  return 1;
}

void Packer::add(const Option& option) {
  switch (option.kind) {
    case Kind::signed_integer: return add_signed(option.size);
    case Kind::unsigned_integer: return add_unsigned(option.size);
    case Kind::float_number: return add_float(static_cast<float>(number_argument(L_, ++argument_)));
    case Kind::double_number: return add_float(static_cast<double>(number_argument(L_, ++argument_)));
    case Kind::lua_number: return add_float(number_argument(L_, ++argument_));
    case Kind::fixed_string: return add_fixed_string(option.size);
    case Kind::counted_string: return add_counted_string(option.size);
    case Kind::zero_ended_string: return add_zero_ended_string();
    case Kind::padding: return add_padding(1);
    case Kind::alignment:
    case Kind::nothing: return;
  }
}

void Packer::add_padding(std::size_t size) {
  if (size == 0) return;
  std::memset(luaL_prepbuffsize(&buffer_, size), padding_byte, size);
  luaL_addsize(&buffer_, size);
}

void Packer::add_integer(lua_Unsigned value, std::size_t size, bool negative) {
  char bytes[pack::largest_integer];
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>(i < integer_size ? value & 0xff : negative ? 0xff : 0);
    value >>= 8;
  }
  if (!format_.little_endian()) std::reverse(bytes, bytes + size);
  luaL_addlstring(&buffer_, bytes, size);
}

void Packer::add_signed(std::size_t size) {
  const lua_Integer value = integer_argument(L_, ++argument_);
  if (size < integer_size) {
    const lua_Integer limit = lua_Integer{1} << (size * 8 - 1);
    luaL_argcheck(L_, -limit <= value && value < limit, argument_, "integer overflow");
  }
  add_integer(static_cast<lua_Unsigned>(value), size, value < 0);
}

void Packer::add_unsigned(std::size_t size) {
  const auto value = static_cast<lua_Unsigned>(integer_argument(L_, ++argument_));
  if (size < integer_size) luaL_argcheck(L_, value >> (size * 8) == 0, argument_, "unsigned overflow");
  add_integer(value, size, false);
}

void Packer::add_fixed_string(std::size_t size) {
  std::size_t length;
  const char* const text = text_argument(L_, ++argument_, &length);
  luaL_argcheck(L_, length <= size, argument_, "string longer than given size");
  luaL_addlstring(&buffer_, text, length);
  add_padding(size - length);
}

void Packer::add_counted_string(std::size_t count_size) {
  std::size_t length;
  const char* const text = text_argument(L_, ++argument_, &length);
  luaL_argcheck(L_, count_size >= sizeof length || length >> (count_size * 8) == 0, argument_,
                "string length does not fit in given size");
  add_integer(length, count_size, false);
  luaL_addlstring(&buffer_, text, length);
  total_ += length;
}

void Packer::add_zero_ended_string() {
  std::size_t length;
  const char* const text = text_argument(L_, ++argument_, &length);
  luaL_argcheck(L_, std::strlen(text) == length, argument_, "string contains zeros");
  luaL_addlstring(&buffer_, text, length + 1);
  total_ += length + 1;
}

}  // namespace

int string_pack(lua_State* L) { return Packer(L).run(); }

int string_packsize(lua_State* L) {
  Format format(L, luaL_checkstring(L, 1));
  std::size_t total = 0;
  while (!format.at_end()) {
    const Option option = format.next(total);
    luaL_argcheck(L, option.kind != Kind::counted_string && option.kind != Kind::zero_ended_string, 1,
                  "variable-length format");
    const std::size_t size = option.alignment + option.size;
    luaL_argcheck(L, total <= max_counted_size - size, 1, "format result too large");
    total += size;
  }
  lua_pushinteger(L, static_cast<lua_Integer>(total));
  return 1;
}

}  // namespace stdlib
