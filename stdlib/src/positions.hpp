// SPDX-License-Identifier: MIT
// String positions as scripts give them: from 1, negative ones count from the end.
#pragma once

#include "arguments.hpp"

#include <lua.hpp>

#include <cstddef>

namespace stdlib {

/// Largest size the string library makes or accepts where sizes are counted as ints by Lua's own library.
inline constexpr std::size_t max_counted_size = 0x7fffffff;

/// A start position, clipped to [1, inf).
inline std::size_t start_position(lua_Integer position, std::size_t length) {
  if (position > 0) return static_cast<std::size_t>(position);
  if (position == 0 || position < -static_cast<lua_Integer>(length)) return 1;
  return length + static_cast<std::size_t>(position) + 1;
}

/// An end position, clipped to [0, length].
inline std::size_t end_position(lua_Integer position, std::size_t length) {
  if (position > static_cast<lua_Integer>(length)) return length;
  if (position >= 0) return static_cast<std::size_t>(position);
  if (position < -static_cast<lua_Integer>(length)) return 0;
  return length + static_cast<std::size_t>(position) + 1;
}

/// The end position in argument `index`, `fallback` where it is absent or nil.
inline std::size_t end_argument(lua_State* L, int index, lua_Integer fallback, std::size_t length) {
  return end_position(integer_argument(L, index, fallback), length);
}

}  // namespace stdlib
