// SPDX-License-Identifier: MIT
// Handlers: operators on numbers. Included by dispatch.cpp.

// Integers wrap around; a mix of an integer and a float is computed in floats.
#define ARITHMETIC(name, right, operator_) \
  HANDLER(mixed_##name) { \
    const Value& x = RB; \
    const Value& y = right; \
    if (x.is_number() && y.is_integer()) { \
      RA.set_number(x.payload.number operator_ static_cast<double>(y.payload.integer)); \
      NEXT(); \
    } \
    if (x.is_integer() && y.is_number()) { \
      RA.set_number(static_cast<double>(x.payload.integer) operator_ y.payload.number); \
      NEXT(); \
    } \
    CONTINUE_IN(arithmetic_of_table); \
  } \
  INLINE_HANDLER(name) { \
    const Value& x = RB; \
    const Value& y = right; \
    if (x.is_integer() && y.is_integer()) [[likely]] { \
      RA.set_integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(x.payload.integer) operator_ static_cast<std::uint64_t>(y.payload.integer))); \
      NEXT(); \
    } \
    if (x.is_number() && y.is_number()) [[likely]] { \
      RA.set_number(x.payload.number operator_ y.payload.number); \
      NEXT(); \
    } \
    CONTINUE_IN(mixed_##name); \
  }

ARITHMETIC(add, RC, +)
ARITHMETIC(sub, RC, -)
ARITHMETIC(mul, RC, *)
ARITHMETIC(add_k, KC, +)
ARITHMETIC(sub_k, KC, -)
ARITHMETIC(mul_k, KC, *)
#undef ARITHMETIC

INLINE_HANDLER(add_i) {
  const Value& x = RB;
  if (x.is_integer()) {
    RA.set_integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(x.payload.integer) + static_cast<std::uint64_t>(std::int64_t{SIGNED_C})));
    NEXT();
  }
  if (!x.is_number()) SLOW(arithmetic_slow);
  RA.set_number(x.payload.number + SIGNED_C);
  NEXT();
}

#define DIVISION(name, right) \
  HANDLER(name) { \
    double x, y; \
    if (!numeric_to_double(RB, &x) || !numeric_to_double(right, &y)) [[unlikely]] CONTINUE_IN(arithmetic_of_table); \
    RA.set_number(x / y); \
    NEXT(); \
  }

DIVISION(div, RC)
DIVISION(div_k, KC)
#undef DIVISION

// Only the square is simple enough for the fast path.
#define POWER(name, right) \
  HANDLER(name) { \
    const Value& y = right; \
    double x; \
    bool square = y.is_integer() ? y.payload.integer == 2 : y.is_number() && y.payload.number == 2; \
    if (!square || !numeric_to_double(RB, &x)) CONTINUE_IN(arithmetic_of_table); \
    RA.set_number(x * x); \
    NEXT(); \
  }

POWER(pow, RC)
POWER(pow_k, KC)
#undef POWER

// Division of 64-bit integers is slow on many processors; most operands are small and not negative. The remaining cases
// divide by a positive number and correct the quotient, which C rounds towards zero.
#define FLOORED(name, right, SMALL, CORRECTED, otherwise) \
  INLINE_HANDLER(name) { \
    if (!RB.is_integer() || !right.is_integer()) otherwise; \
    std::int64_t x = RB.payload.integer; \
    std::int64_t y = right.payload.integer; \
    if (y <= 0) [[unlikely]] SLOW(arithmetic_slow); \
    if ((static_cast<std::uint64_t>(x | y) >> 32) == 0) { \
      auto small_x = static_cast<std::uint32_t>(x); \
      auto small_y = static_cast<std::uint32_t>(y); \
      RA.set_integer(SMALL); \
      NEXT(); \
    } \
    std::int64_t quotient = x / y; \
    std::int64_t remainder = x % y; \
    RA.set_integer(CORRECTED); \
    NEXT(); \
  }

// Floats: where both are positive integers of 53 bits, or the first is the smaller one already, the remainder is exact.
#define FLOAT_MODULO(name, right) \
  HANDLER(name) { \
    double x, y; \
    if (!numeric_to_double(RB, &x) || !numeric_to_double(right, &y) || !(x > 0) || !(y > 0)) CONTINUE_IN(arithmetic_of_table); \
    if (x < y) { \
      RA.set_number(x); \
      NEXT(); \
    } \
    if (!(x < 0x1p53)) SLOW(arithmetic_slow); \
    auto whole_x = static_cast<std::int64_t>(x); \
    auto whole_y = static_cast<std::int64_t>(y); \
    if (static_cast<double>(whole_y) != y) SLOW(arithmetic_slow); \
    double fraction = x - static_cast<double>(whole_x); \
    if (whole_y == 1) { \
      RA.set_number(fraction); \
      NEXT(); \
    } \
    std::int64_t rest = (whole_x >> 32) == 0 ? static_cast<std::int64_t>(static_cast<std::uint32_t>(whole_x) % static_cast<std::uint32_t>(whole_y)) \
                                             : whole_x % whole_y; \
    RA.set_number(static_cast<double>(rest) + fraction); \
    NEXT(); \
  }

FLOAT_MODULO(float_mod, RC)
FLOAT_MODULO(float_mod_k, KC)
#undef FLOAT_MODULO

FLOORED(mod, RC, small_x % small_y, remainder + (remainder < 0 ? (void)quotient, y : 0), CONTINUE_IN(float_mod))
FLOORED(mod_k, KC, small_x % small_y, remainder + (remainder < 0 ? (void)quotient, y : 0), CONTINUE_IN(float_mod_k))
FLOORED(idiv, RC, small_x / small_y, quotient - (remainder < 0 ? 1 : 0), CONTINUE_IN(arithmetic_of_table))
FLOORED(idiv_k, KC, small_x / small_y, quotient - (remainder < 0 ? 1 : 0), CONTINUE_IN(arithmetic_of_table))
#undef FLOORED

#define BITWISE(name, right, operator_) \
  INLINE_HANDLER(name) { \
    const Value& x = RB; \
    const Value& y = right; \
    if (!x.is_integer() || !y.is_integer()) [[unlikely]] CONTINUE_IN(arithmetic_of_table); \
    RA.set_integer(x.payload.integer operator_ y.payload.integer); \
    NEXT(); \
  }

BITWISE(band, RC, &)
BITWISE(bor, RC, |)
BITWISE(bxor, RC, ^)
BITWISE(band_k, KC, &)
BITWISE(bor_k, KC, |)
BITWISE(bxor_k, KC, ^)
#undef BITWISE

// Distances of 64 and more, and negative ones, are rare.
#define SHIFT(name, distance_is_small, distance, operator_) \
  HANDLER(name) { \
    const Value& x = RB; \
    if (!x.is_integer() || !(distance_is_small)) [[unlikely]] SLOW(arithmetic_slow); \
    RA.set_integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(x.payload.integer) operator_(distance))); \
    NEXT(); \
  }

SHIFT(shl, RC.is_integer() && RC.payload.bits < 64, RC.payload.bits, <<)
SHIFT(shr, RC.is_integer() && RC.payload.bits < 64, RC.payload.bits, >>)
SHIFT(shl_i, static_cast<std::uint16_t>(SIGNED_C) < 64, static_cast<unsigned>(SIGNED_C), <<)
SHIFT(shr_i, static_cast<std::uint16_t>(SIGNED_C) < 64, static_cast<unsigned>(SIGNED_C), >>)
#undef SHIFT

HANDLER(unm) {
  const Value& x = RB;
  if (x.is_integer()) {
    RA.set_integer(static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(x.payload.integer)));
    NEXT();
  }
  if (!x.is_number()) [[unlikely]] SLOW(unary_slow);
  RA.set_number(-x.payload.number);
  NEXT();
}

HANDLER(bnot) {
  if (!RB.is_integer()) [[unlikely]] SLOW(unary_slow);
  RA.set_integer(~RB.payload.integer);
  NEXT();
}

HANDLER(not_) {
  RA.set_boolean(RB.is_falsy());
  NEXT();
}

HANDLER(concat) {
  SLOW(concat_slow);
}
