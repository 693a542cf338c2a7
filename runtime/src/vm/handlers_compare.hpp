// SPDX-License-Identifier: MIT
// Handlers: jumps, tests, comparisons. Included by dispatch.cpp.

HANDLER(jump) {
  pc += pc[-1].wide;
  RELOAD_DISPATCH();
  MARK_ROUND();
  NEXT();
}

// Jumps over part of an expression or a block go forward; loops are closed by `jump` and, in `repeat`, by these as well:
// hence the reload.
#define JUMP_IF(condition, distance) \
  if (condition) { \
    pc += (distance); \
    RELOAD_DISPATCH(); \
    NEXT(); \
  } \
  NEXT()

INLINE_HANDLER(jump_true) {
  JUMP_IF(!RA.is_falsy(), pc[-1].wide);
}

INLINE_HANDLER(jump_false) {
  JUMP_IF(RA.is_falsy(), pc[-1].wide);
}

HANDLER(test_set_true) {
  const Value& value = RB;
  if (!value.is_falsy()) {
    RA = value;
    pc += SIGNED_C;
  }
  NEXT();
}

HANDLER(test_set_false) {
  const Value& value = RB;
  if (value.is_falsy()) {
    RA = value;
    pc += SIGNED_C;
  }
  NEXT();
}

// An integer that a float can hold exactly, whatever else is compared with it.
#define IS_EXACT_IN_FLOAT(value) ((value).payload.bits + (std::uint64_t{1} << 53) <= std::uint64_t{1} << 54)

// Values of the same tag and payload are equal, except NaN; of different tags they differ, except numbers; what is left
// (long strings, objects with `__eq`, large integers among floats) is not decided here.
#define EQUALITY(name, right, wanted) \
  HANDLER(name) { \
    const Value& x = RA; \
    const Value& y = right; \
    if (x.tag != y.tag) { \
      if (x.is_number() && y.is_integer() && IS_EXACT_IN_FLOAT(y)) { \
        JUMP_IF((x.payload.number == static_cast<double>(y.payload.integer)) == (wanted), SIGNED_C); \
      } \
      if (x.is_numeric() && y.is_numeric()) [[unlikely]] SLOW(equal_slow); \
      JUMP_IF(!(wanted), SIGNED_C); \
    } \
    if (x.is_number()) { \
      JUMP_IF((x.payload.number == y.payload.number) == (wanted), SIGNED_C); \
    } \
    if (x.payload.bits == y.payload.bits) { \
      JUMP_IF(wanted, SIGNED_C); \
    } \
    if (x.tag <= Tag::true_) { \
      JUMP_IF(wanted, SIGNED_C); \
    } \
    if (x.tag >= Tag::long_string) { \
      if (x.is_table()) CONTINUE_IN(equality_of_tables); \
      SLOW(equal_slow); \
    } \
    JUMP_IF(!(wanted), SIGNED_C); \
  }

EQUALITY(jump_eq, RB, true)
EQUALITY(jump_ne, RB, false)
EQUALITY(jump_eq_k, KB, true)
EQUALITY(jump_ne_k, KB, false)
#undef EQUALITY

#define EQUALITY_IMMEDIATE(name, wanted) \
  INLINE_HANDLER(name) { \
    const Value& x = RA; \
    if (x.is_integer()) [[likely]] { \
      JUMP_IF((x.payload.integer == SIGNED_B) == (wanted), SIGNED_C); \
    } \
    JUMP_IF((x.is_number() && x.payload.number == SIGNED_B) == (wanted), SIGNED_C); \
  }

EQUALITY_IMMEDIATE(jump_eq_i, true)
EQUALITY_IMMEDIATE(jump_ne_i, false)
#undef EQUALITY_IMMEDIATE

HANDLER(jump_eq_nil) {
  JUMP_IF(static_cast<std::uint8_t>(RA.tag) == OPERAND_X, SIGNED_C);
}

HANDLER(jump_ne_nil) {
  JUMP_IF(static_cast<std::uint8_t>(RA.tag) != OPERAND_X, SIGNED_C);
}

#define MIXED_ORDER(name, operator_, wanted) \
  HANDLER(mixed_##name) { \
    const Value& x = RA; \
    const Value& y = RB; \
    if (x.is_integer() && y.is_number() && IS_EXACT_IN_FLOAT(x)) { \
      JUMP_IF((static_cast<double>(x.payload.integer) operator_ y.payload.number) == (wanted), SIGNED_C); \
    } \
    if (x.is_number() && y.is_integer() && IS_EXACT_IN_FLOAT(y)) { \
      JUMP_IF((x.payload.number operator_ static_cast<double>(y.payload.integer)) == (wanted), SIGNED_C); \
    } \
    CONTINUE_IN(order_of_table); \
  }

MIXED_ORDER(jump_lt, <, true)
MIXED_ORDER(jump_nlt, <, false)
MIXED_ORDER(jump_le, <=, true)
MIXED_ORDER(jump_nle, <=, false)
#undef MIXED_ORDER

#define ORDER(name, operator_, wanted) \
  INLINE_HANDLER(name) { \
    const Value& x = RA; \
    const Value& y = RB; \
    if (x.is_integer() && y.is_integer()) [[likely]] { \
      JUMP_IF((x.payload.integer operator_ y.payload.integer) == (wanted), SIGNED_C); \
    } \
    if (!x.is_number() || !y.is_number()) CONTINUE_IN(mixed_##name); \
    JUMP_IF((x.payload.number operator_ y.payload.number) == (wanted), SIGNED_C); \
  }

ORDER(jump_lt, <, true)
ORDER(jump_nlt, <, false)
ORDER(jump_le, <=, true)
ORDER(jump_nle, <=, false)
#undef ORDER

#define ORDER_IMMEDIATE(name, operator_, wanted) \
  INLINE_HANDLER(name) { \
    const Value& x = RA; \
    if (x.is_integer()) [[likely]] { \
      JUMP_IF((x.payload.integer operator_ SIGNED_B) == (wanted), SIGNED_C); \
    } \
    if (!x.is_number()) SLOW(compare_slow); \
    JUMP_IF((x.payload.number operator_ SIGNED_B) == (wanted), SIGNED_C); \
  }

ORDER_IMMEDIATE(jump_lt_i, <, true)
ORDER_IMMEDIATE(jump_nlt_i, <, false)
ORDER_IMMEDIATE(jump_le_i, <=, true)
ORDER_IMMEDIATE(jump_nle_i, <=, false)
ORDER_IMMEDIATE(jump_gt_i, >, true)
ORDER_IMMEDIATE(jump_ngt_i, >, false)
ORDER_IMMEDIATE(jump_ge_i, >=, true)
ORDER_IMMEDIATE(jump_nge_i, >=, false)
#undef ORDER_IMMEDIATE
#undef IS_EXACT_IN_FLOAT
#undef JUMP_IF
