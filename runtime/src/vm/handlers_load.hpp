// SPDX-License-Identifier: MIT
// Handlers: constants, registers, upvalues. Included by dispatch.cpp.

INLINE_HANDLER(move) {
  RA = RB;
  NEXT();
}

INLINE_HANDLER(load_integer) {
  RA.set_integer(pc[-1].wide);
  NEXT();
}

HANDLER(load_number) {
  RA.set_number(pc[-1].wide);
  NEXT();
}

INLINE_HANDLER(load_constant) {
  RA = reinterpret_cast<const Value*>(constants)[static_cast<std::uint32_t>(pc[-1].wide)];
  NEXT();
}

HANDLER(load_nil) {
  Value* slot = &RA;
  unsigned count = pc[-1].b;
#pragma GCC unroll 1
  do {
    (slot++)->set_nil();
  } while (--count != 0);
  NEXT();
}

HANDLER(load_false) {
  RA.set_boolean(false);
  NEXT();
}

HANDLER(load_true) {
  RA.set_boolean(true);
  NEXT();
}

HANDLER(load_false_skip) {
  RA.set_boolean(false);
  ++pc;
  NEXT();
}

INLINE_HANDLER(get_upvalue) {
  RA = *running_function(base)->upvalues[pc[-1].b]->place;
  NEXT();
}

INLINE_HANDLER(set_upvalue) {
  Upvalue* upvalue = running_function(base)->upvalues[pc[-1].b];
  const Value& value = RA;
  *upvalue->place = value;
  if (must_tell_collector(upvalue, value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}
