// SPDX-License-Identifier: MIT
// The math library, with the functions of earlier versions that the distribution's Lua still has.
#include "arguments.hpp"
#include "random.hpp"

#include <lua.hpp>

#include <mayfly/intrinsic.h>

#include <cmath>
#include <iterator>

namespace stdlib {

namespace {

constexpr lua_Number pi = 3.141592653589793238462643383279502884;

template <lua_Number (*function)(lua_Number)>
int apply(lua_State* L) {
  lua_pushnumber(L, function(number_argument(L, 1)));
  return 1;
}

lua_Number to_degrees(lua_Number angle) { return angle * (180.0 / pi); }
lua_Number to_radians(lua_Number angle) { return angle * (pi / 180.0); }

/// Pushes a float without fraction, as an integer where it fits.
void push_integral(lua_State* L, lua_Number value) {
  lua_Integer integer;
  if (lua_numbertointeger(value, &integer))
    lua_pushinteger(L, integer);
  else
    lua_pushnumber(L, value);
}

template <lua_Number (*function)(lua_Number)>
int round_with(lua_State* L) {
  if (lua_isinteger(L, 1))
    lua_settop(L, 1);
  else
    push_integral(L, function(number_argument(L, 1)));
  return 1;
}

int math_abs(lua_State* L) {
  if (!lua_isinteger(L, 1)) return apply<std::fabs>(L);
  const lua_Integer value = lua_tointeger(L, 1);
  lua_pushinteger(L, value < 0 ? static_cast<lua_Integer>(0 - static_cast<lua_Unsigned>(value)) : value);
  return 1;
}

int math_atan(lua_State* L) {
  const lua_Number y = number_argument(L, 1);
  lua_pushnumber(L, std::atan2(y, luaL_optnumber(L, 2, 1)));
  return 1;
}

int math_fmod(lua_State* L) {
  if (!lua_isinteger(L, 1) || !lua_isinteger(L, 2)) {
    const lua_Number divisor = number_argument(L, 2);  // checked first, as lua5.4 does
    lua_pushnumber(L, std::fmod(number_argument(L, 1), divisor));
    return 1;
  }
  const lua_Integer divisor = lua_tointeger(L, 2);
  luaL_argcheck(L, divisor != 0, 2, "zero");
  lua_pushinteger(L, divisor == -1 ? 0 : lua_tointeger(L, 1) % divisor);  // mininteger % -1 traps
  return 1;
}

int math_modf(lua_State* L) {
  if (lua_isinteger(L, 1)) {
    lua_settop(L, 1);
    lua_pushnumber(L, 0);
    return 2;
  }
  const lua_Number value = number_argument(L, 1);
  const lua_Number whole = std::trunc(value);
  push_integral(L, whole);
  lua_pushnumber(L, value == whole ? 0.0 : value - whole);  // an infinity has no fraction
  return 2;
}

int math_log(lua_State* L) {
  const lua_Number value = number_argument(L, 1);
  if (lua_isnoneornil(L, 2)) {
    lua_pushnumber(L, std::log(value));
    return 1;
  }
  const lua_Number base = number_argument(L, 2);
  if (base == 2.0)
    lua_pushnumber(L, std::log2(value));
  else if (base == 10.0)
    lua_pushnumber(L, std::log10(value));
  else
    lua_pushnumber(L, std::log(value) / std::log(base));
  return 1;
}

int math_tointeger(lua_State* L) {
  int converts;
  const lua_Integer value = lua_tointegerx(L, 1, &converts);
  if (converts) {
    lua_pushinteger(L, value);
  } else {
    luaL_checkany(L, 1);
    luaL_pushfail(L);
  }
  return 1;
}

int math_type(lua_State* L) {
  if (lua_type(L, 1) == LUA_TNUMBER) {
    lua_pushstring(L, lua_isinteger(L, 1) ? "integer" : "float");
  } else {
    luaL_checkany(L, 1);
    luaL_pushfail(L);
  }
  return 1;
}

int math_ult(lua_State* L) {
  const auto left = static_cast<lua_Unsigned>(integer_argument(L, 1));
  const auto right = static_cast<lua_Unsigned>(integer_argument(L, 2));
  lua_pushboolean(L, left < right);
  return 1;
}

int math_max(lua_State* L) {
  const int count = lua_gettop(L);
  int best = 1;
  luaL_argcheck(L, count >= 1, 1, "value expected");
  for (int i = 2; i <= count; ++i)
    if (lua_compare(L, best, i, LUA_OPLT)) best = i;
  lua_pushvalue(L, best);
  return 1;
}

int math_min(lua_State* L) {
  const int count = lua_gettop(L);
  int best = 1;
  luaL_argcheck(L, count >= 1, 1, "value expected");
  for (int i = 2; i <= count; ++i)
    if (lua_compare(L, i, best, LUA_OPLT)) best = i;
  lua_pushvalue(L, best);
  return 1;
}

int math_pow(lua_State* L) {
  const lua_Number base = number_argument(L, 1);
  lua_pushnumber(L, std::pow(base, number_argument(L, 2)));
  return 1;
}

int math_frexp(lua_State* L) {
  int exponent;
  lua_pushnumber(L, std::frexp(number_argument(L, 1), &exponent));
  lua_pushinteger(L, exponent);
  return 2;
}

int math_ldexp(lua_State* L) {
  const lua_Number fraction = number_argument(L, 1);
  lua_pushnumber(L, std::ldexp(fraction, static_cast<int>(integer_argument(L, 2))));
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"abs", math_abs},
    {"acos", apply<std::acos>},
    {"asin", apply<std::asin>},
    {"atan", math_atan},
    {"atan2", math_atan},
    {"ceil", round_with<std::ceil>},
    {"cos", apply<std::cos>},
    {"cosh", apply<std::cosh>},
    {"deg", apply<to_degrees>},
    {"exp", apply<std::exp>},
    {"floor", round_with<std::floor>},
    {"fmod", math_fmod},
    {"frexp", math_frexp},
    {"ldexp", math_ldexp},
    {"log", math_log},
    {"log10", apply<std::log10>},
    {"max", math_max},
    {"min", math_min},
    {"modf", math_modf},
    {"pow", math_pow},
    {"rad", apply<to_radians>},
    {"sin", apply<std::sin>},
    {"sinh", apply<std::sinh>},
    {"sqrt", apply<std::sqrt>},
    {"tan", apply<std::tan>},
    {"tanh", apply<std::tanh>},
    {"tointeger", math_tointeger},
    {"type", math_type},
    {"ult", math_ult},
    {nullptr, nullptr},
};

void set_number(lua_State* L, const char* name, lua_Number value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, name);
}

void set_integer(lua_State* L, const char* name, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

}  // namespace

}  // namespace stdlib

int luaopen_math(lua_State* L) {
  constexpr int others = 6;  // set below
  lua_createtable(L, 0, static_cast<int>(std::size(stdlib::functions)) - 1 + others);
  luaL_setfuncs(L, stdlib::functions, 0);
  stdlib::set_number(L, "pi", stdlib::pi);
  stdlib::set_number(L, "huge", HUGE_VAL);
  stdlib::set_integer(L, "maxinteger", LUA_MAXINTEGER);
  stdlib::set_integer(L, "mininteger", LUA_MININTEGER);
  stdlib::add_random_functions(L);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_MATH_ABS, stdlib::math_abs);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_MATH_CEIL, stdlib::round_with<std::ceil>);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_MATH_FLOOR, stdlib::round_with<std::floor>);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_MATH_MAX, stdlib::math_max);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_MATH_MIN, stdlib::math_min);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_MATH_SQRT, stdlib::apply<std::sqrt>);
  return 1;
}
