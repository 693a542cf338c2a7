// SPDX-License-Identifier: MIT
// The pseudo-random numbers of the math library: the generator xoshiro256**, seeded and cut to intervals as Lua does.
#pragma once

#include <lua.hpp>

#include <array>

namespace stdlib {

class RandomGenerator {
 public:
  /// Starts the sequence of a 128-bit seed.
  void seed(lua_Unsigned first, lua_Unsigned second);

  lua_Unsigned next();

  /// A float in [0, 1).
  lua_Number next_fraction();

  /// An integer in [0, limit].
  lua_Unsigned next_below_or_at(lua_Unsigned limit);

 private:
  std::array<lua_Unsigned, 4> state_{};
};

/// Adds `random` and `randomseed` to the table on top of the stack, with a generator of their own, seeded at random.
void add_random_functions(lua_State* L);

}  // namespace stdlib
