// SPDX-License-Identifier: MIT
// math.random and math.randomseed.
#include "random.hpp"

#include "arguments.hpp"

#include <bit>
#include <chrono>
#include <cstdint>
#include <new>

namespace stdlib {

static_assert(sizeof(lua_Unsigned) == 8, "the generator has 64-bit words");

lua_Unsigned RandomGenerator::next() {
  auto& [a, b, c, d] = state_;
  const lua_Unsigned result = std::rotl(b * 5, 7) * 9;
  const lua_Unsigned shifted = b << 17;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = std::rotl(d, 45);
  return result;
}

void RandomGenerator::seed(lua_Unsigned first, lua_Unsigned second) {
  state_ = {first, 0xff, second, 0};  // never all zero
  for (int i = 0; i < 16; ++i)        // lets the seed spread over the state
    next();
}

lua_Number RandomGenerator::next_fraction() { return static_cast<lua_Number>(next() >> 11) * 0x1p-53; }

/// Numbers are cut to the bits of the limit and taken again until one fits, so that all are equally likely.
lua_Unsigned RandomGenerator::next_below_or_at(lua_Unsigned limit) {
  const lua_Unsigned mask = limit == 0 ? 0 : ~lua_Unsigned{0} >> std::countl_zero(limit);
  lua_Unsigned value = next() & mask;
  while (value > limit) value = next() & mask;
  return value;
}

namespace {

RandomGenerator& generator(lua_State* L) {
  return *static_cast<RandomGenerator*>(lua_touserdata(L, lua_upvalueindex(1)));
}

lua_Unsigned seed_from_surroundings(lua_State* L) {
  const auto time = std::chrono::high_resolution_clock::now().time_since_epoch().count();
  return static_cast<lua_Unsigned>(time) * 0x9e3779b97f4a7c15 ^ reinterpret_cast<std::uintptr_t>(L);
}

int math_random(lua_State* L) {
  lua_Integer low = 1;
  lua_Integer high;
  switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, generator(L).next_fraction()); return 1;
    case 1:
      high = integer_argument(L, 1);
      if (high == 0) {
        lua_pushinteger(L, static_cast<lua_Integer>(generator(L).next()));
        return 1;
      }
      break;
    case 2:
      low = integer_argument(L, 1);
      high = integer_argument(L, 2);
      break;
    default: return luaL_error(L, "wrong number of arguments");
  }
  luaL_argcheck(L, low <= high, 1, "interval is empty");
  const auto base = static_cast<lua_Unsigned>(low);
  const lua_Unsigned width = static_cast<lua_Unsigned>(high) - base;
  lua_pushinteger(L, static_cast<lua_Integer>(base + generator(L).next_below_or_at(width)));
  return 1;
}

/// Seeds and pushes the two halves of the seed.
int seed_with(lua_State* L, lua_Unsigned first, lua_Unsigned second) {
  generator(L).seed(first, second);
  lua_pushinteger(L, static_cast<lua_Integer>(first));
  lua_pushinteger(L, static_cast<lua_Integer>(second));
  return 2;
}

int math_randomseed(lua_State* L) {
  if (lua_isnone(L, 1)) return seed_with(L, seed_from_surroundings(L), generator(L).next());
  const lua_Integer first = integer_argument(L, 1);
  const lua_Integer second = integer_argument(L, 2, 0);
  return seed_with(L, static_cast<lua_Unsigned>(first), static_cast<lua_Unsigned>(second));
}

constexpr luaL_Reg functions[] = {{"random", math_random}, {"randomseed", math_randomseed}, {nullptr, nullptr}};

}  // namespace

void add_random_functions(lua_State* L) {
  auto* const fresh = new (lua_newuserdatauv(L, sizeof(RandomGenerator), 0)) RandomGenerator;
  fresh->seed(seed_from_surroundings(L), reinterpret_cast<std::uintptr_t>(fresh));
  luaL_setfuncs(L, functions, 1);
}

}  // namespace stdlib
