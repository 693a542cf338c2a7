// SPDX-License-Identifier: MIT
// The format strings of string.pack, packsize and unpack, read one option at a time.
#pragma once

#include <lua.hpp>

#include <bit>
#include <cstddef>

namespace stdlib::pack {

inline constexpr int largest_integer = 16;  // bytes

enum class Kind {
  signed_integer,
  unsigned_integer,
  float_number,
  double_number,
  lua_number,
  fixed_string,       // c
  counted_string,     // s
  zero_ended_string,  // z
  padding,            // x
  alignment,          // X
  nothing,            // an option that only sets something
};

struct Option {
  Kind kind;
  std::size_t size;       // bytes of the item, of the count of a counted string
  std::size_t alignment;  // bytes to skip before the item
};

/// Reads a format. Errors are raised with argument 1 as the format.
class Format {
 public:
  Format(lua_State* L, const char* format) : L_(L), place_(format) {}

  bool at_end() const { return *place_ == '\0'; }

  /// The next option, for an item at offset `position`.
  Option next(std::size_t position);

  bool little_endian() const { return little_endian_; }

 private:
  struct Plain {
    Kind kind;
    std::size_t size;
  };
  Plain read_option();
  bool at_digit() const { return *place_ >= '0' && *place_ <= '9'; }
  std::size_t read_number(std::size_t fallback);
  std::size_t read_integer_size(std::size_t fallback);

  lua_State* const L_;
  const char* place_;
  bool little_endian_ = std::endian::native == std::endian::little;
  std::size_t max_alignment_ = 1;
};

}  // namespace stdlib::pack
