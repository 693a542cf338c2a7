// SPDX-License-Identifier: MIT
// Handlers: library functions done in place of a call (vm/intrinsic.hpp). Included by dispatch.cpp.
//
// R[a] holds the function, the arguments follow, b - 1 of them (0: up to L->top). The one result goes to R[a].

#define ARGUMENT(n) ((&RA)[n])

// The instruction wants something else than one result: none, several, or (0, and every tail call) all of them.
HANDLER(intrinsic_results) {
  Value* out = &RA;
  unsigned wanted = pc[-1].c;
  if (wanted == 0 || pc[-1].op == Opcode::tail_call) {
    L->top = out + 1;
    NEXT();
  }
  for (unsigned n = 1; n + 1 < wanted; ++n) out[n].set_nil();
  NEXT();
}

#define DONE() \
  if (pc[-1].c != 2) [[unlikely]] CONTINUE_IN(intrinsic_results); \
  NEXT()

#define ARGUMENTS_MUST_BE(count) \
  if (pc[-1].b != (count) + 1) [[unlikely]] SLOW(call_native_slow)

// --- basic functions -----------------------------------------------------------------------------------------------------

HANDLER(intrinsic_assert) {
  Value* out = &RA;
  unsigned wanted = pc[-1].c;
  if (pc[-1].b < 2 || out[1].is_falsy() || wanted - 1 > 1) SLOW(call_native_slow);
  out[0] = out[1];
  NEXT();
}

HANDLER(intrinsic_getmetatable) {
  ARGUMENTS_MUST_BE(1);
  if (!ARGUMENT(1).is_table()) [[unlikely]] SLOW(call_native_slow);
  Table* metatable = ARGUMENT(1).table()->metatable;
  if (metatable == nullptr) {
    RA.set_nil();
    DONE();
  }
  if (is_veiled(metatable) || plain_node(metatable, L->global->event_names[static_cast<int>(Event::metatable)]) != nullptr) {
    SLOW(call_native_slow);
  }
  RA = Value::of(metatable);
  DONE();
}

// A generic loop takes four values: this and `pairs` give three.
HANDLER(intrinsic_ipairs) {
  if (pc[-1].b != 2 || pc[-1].c != 5) [[unlikely]] SLOW(call_native_slow);
  Value* out = &RA;
  out[3].set_nil();
  out[0] = Value::light_function(L->global->ipairs_function);
  out[2].set_integer(0);
  NEXT();
}

HANDLER(intrinsic_next) {
  SLOW(next_slow);
}

HANDLER(intrinsic_pairs) {
  if (pc[-1].b != 2 || pc[-1].c != 5 || !ARGUMENT(1).is_table()) [[unlikely]] SLOW(call_native_slow);
  const Table* metatable = ARGUMENT(1).table()->metatable;
  if (metatable != nullptr &&
      (is_veiled(metatable) ||
       plain_node(metatable, L->global->event_names[static_cast<int>(Event::pairs)]) != nullptr)) [[unlikely]] {
    SLOW(call_native_slow);
  }
  Value* out = &RA;
  out[0] = Value::light_function(L->global->next_function);
  out[2].set_nil();
  out[3].set_nil();
  NEXT();
}

// Two frames at once: that of `pcall`, which has the function it calls as its first slot, and that of a Lua function. What
// the callee returns finds its place in return_from_pcall; after an error or a yield finish_pcall goes on.
HANDLER(intrinsic_pcall) {
  Value* out = &RA;
  unsigned b = pc[-1].b;
  Value* end = b != 0 ? out + b : L->top;
  if (end - out < 2 || out[1].tag != Tag::lua_function || !L->hooks_allowed || pc[-1].op != Opcode::call) SLOW(call_native_slow);
  const Prototype* p = out[1].lua_function()->prototype;
  Frame* frame = L->frame;
  Frame* protector = frame->next;
  if (p->is_vararg || protector == nullptr || protector->next == nullptr) [[unlikely]] SLOW(call_native_slow);
  if (L->stack_limit - end < LUA_MINSTACK || out + 2 + p->frame_size > L->stack_limit) [[unlikely]] SLOW(call_native_slow);
  Frame* callee = protector->next;
  for (Value* parameters_end = out + 2 + p->parameter_count; end < parameters_end; ++end) end->set_nil();
  frame->lua.pc = pc;
  protector->function = out;
  protector->top = out + 2;
  protector->native.k = finish_pcall;
  protector->native.context = 0;
  protector->saved_handler = L->error_handler;
  protector->wanted_results = static_cast<std::int16_t>(pc[-1].c - 1);
  protector->status = frame_native | frame_protected;
  protector->transfer = static_cast<std::int32_t>(out + 1 - L->stack);
  L->error_handler = 0;
  callee->function = out + 1;
  callee->expect(LUA_MULTRET, frame_called_natively);
  callee->lua.constants = p->constants;
  callee->lua.extra_arguments = 0;
  SET_FRAME(callee);
  pc = p->code;
  base = reinterpret_cast<char*>(out + 2);
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

HANDLER(intrinsic_rawget) {
  ARGUMENTS_MUST_BE(2);
  const Value& object = ARGUMENT(1);
  const Value& key = ARGUMENT(2);
  if (!object.is_table()) [[unlikely]] SLOW(call_native_slow);
  if (key.is_integer()) {
    Value* slot;
    if (!find_slot(object.table(), key.payload.integer, &slot)) SLOW(call_native_slow);
    RA = *slot;
    DONE();
  }
  if (!key.is_short_string()) SLOW(call_native_slow);
  const Node* node = plain_node(object.table(), key.string());
  if (node == nullptr) {
    if (is_veiled(object.table())) SLOW(call_native_slow);
    RA.set_nil();
    DONE();
  }
  RA = *reinterpret_cast<const Value*>(node);
  DONE();
}

// Only keys that are there: others may have the table grow.
HANDLER(intrinsic_rawset) {
  ARGUMENTS_MUST_BE(3);
  const Value& object = ARGUMENT(1);
  const Value& key = ARGUMENT(2);
  const Value& value = ARGUMENT(3);
  if (!object.is_table() || must_tell_collector(object.table(), value)) [[unlikely]] SLOW(call_native_slow);
  if (key.is_integer()) {
    Value* slot;
    if (!find_slot(object.table(), key.payload.integer, &slot)) SLOW(call_native_slow);
    *slot = value;
  } else {
    if (!key.is_short_string()) SLOW(call_native_slow);
    Node* node = plain_node(object.table(), key.string());
    if (node == nullptr || block_of(object.table()).inherits != 0) SLOW(call_native_slow);
    *node->value() = value;
  }
  RA = object;
  DONE();
}

// The number of arguments (select("#", ...)), or those from one on.
HANDLER(intrinsic_select) {
  Value* out = &RA;
  unsigned b = pc[-1].b;
  const Value* end = b != 0 ? out + b : L->top;
  std::int64_t count = end - out - 2;
  if (count < 0) [[unlikely]] SLOW(call_native_slow);
  const Value& which = out[1];
  if (!which.is_integer()) {
    if (!which.is_short_string() || which.string()->data[0] != '#') [[unlikely]] SLOW(call_native_slow);
    out[0].set_integer(count);
    DONE();
  }
  std::int64_t position = which.payload.integer;
  if (position < 1) [[unlikely]] SLOW(call_native_slow);
  if (pc[-1].c == 2) {
    if (position > count) {
      out[0].set_nil();
      NEXT();
    }
    out[0] = out[1 + position];
    NEXT();
  }
  if (pc[-1].c != 0 && pc[-1].op != Opcode::tail_call) SLOW(call_native_slow);
  if (position <= count) {
    for (const Value* from = out + 1 + position; from != end;) *out++ = *from++;
  }
  L->top = out;
  NEXT();
}

// A fresh table gets a metatable without finalizer. Weak modes are looked at when the table is traced.
HANDLER(intrinsic_setmetatable) {
  ARGUMENTS_MUST_BE(2);
  if (!ARGUMENT(1).is_table() || !ARGUMENT(2).is_table()) [[unlikely]] SLOW(call_native_slow);
  Table* t = ARGUMENT(1).table();
  Table* metatable = ARGUMENT(2).table();
  bool no_finalizer = (metatable->detail & (1u << static_cast<unsigned>(Event::gc))) != 0;
  if (t->metatable != nullptr || t->color == gc::black || !no_finalizer || block_of(t).inherits != 0) [[unlikely]] SLOW(call_native_slow);
  t->metatable = metatable;
  RA = Value::of(t);
  DONE();
}

HANDLER(intrinsic_tonumber) {
  ARGUMENTS_MUST_BE(1);
  if (!ARGUMENT(1).is_numeric()) SLOW(tonumber_slow);
  RA = ARGUMENT(1);
  DONE();
}

HANDLER(intrinsic_tostring) {
  ARGUMENTS_MUST_BE(1);
  SLOW(tostring_slow);
}

HANDLER(intrinsic_type) {
  ARGUMENTS_MUST_BE(1);
  const Value& value = ARGUMENT(1);
  if (value.tag >= Tag::userdata) [[unlikely]] SLOW(call_native_slow);  // may name its type itself
  RA = Value::of(Tag::short_string, L->global->type_names[basic_types[static_cast<unsigned>(value.tag)]]);
  DONE();
}

// --- math ----------------------------------------------------------------------------------------------------------------

HANDLER(intrinsic_math_abs) {
  ARGUMENTS_MUST_BE(1);
  const Value& x = ARGUMENT(1);
  if (x.is_integer()) {
    std::uint64_t bits = x.payload.bits;
    RA.set_integer(static_cast<std::int64_t>(x.payload.integer < 0 ? 0 - bits : bits));
    DONE();
  }
  if (!x.is_number()) [[unlikely]] SLOW(call_native_slow);
  RA.set_number(__builtin_fabs(x.payload.number));
  DONE();
}

// Floats whose integral part is an integer of 64 bits.
#define ROUNDING(name, beyond, correction) \
  HANDLER(name) { \
    ARGUMENTS_MUST_BE(1); \
    const Value& x = ARGUMENT(1); \
    if (x.is_integer()) { \
      RA.set_integer(x.payload.integer); \
      DONE(); \
    } \
    if (!x.is_number()) [[unlikely]] SLOW(call_native_slow); \
    double number = x.payload.number; \
    if (!(number >= -0x1p63 && number < 0x1p63)) [[unlikely]] SLOW(call_native_slow); \
    auto whole = static_cast<std::int64_t>(number); \
    if (static_cast<double>(whole) beyond number) whole += (correction); \
    RA.set_integer(whole); \
    DONE(); \
  }

ROUNDING(intrinsic_math_floor, >, -1)
ROUNDING(intrinsic_math_ceil, <, 1)
#undef ROUNDING

#define EXTREME(name, first_wins) \
  HANDLER(name) { \
    ARGUMENTS_MUST_BE(2); \
    const Value& x = ARGUMENT(1); \
    const Value& y = ARGUMENT(2); \
    if (x.is_integer() && y.is_integer()) { \
      auto a = x.payload.integer, b = y.payload.integer; \
      RA.set_integer((first_wins) ? a : b); \
      DONE(); \
    } \
    if (!x.is_number() || !y.is_number()) [[unlikely]] SLOW(call_native_slow); \
    auto a = x.payload.number, b = y.payload.number; \
    RA.set_number((first_wins) ? a : b); \
    DONE(); \
  }

EXTREME(intrinsic_math_max, !(a < b))
EXTREME(intrinsic_math_min, !(b < a))
#undef EXTREME

HANDLER(intrinsic_math_sqrt) {
  ARGUMENTS_MUST_BE(1);
  double x;
  if (!numeric_to_double(ARGUMENT(1), &x)) [[unlikely]] SLOW(call_native_slow);
  RA.set_number(__builtin_sqrt(x));
  DONE();
}

// --- strings -------------------------------------------------------------------------------------------------------------

HANDLER(intrinsic_string_byte) {
  Value* out = &RA;
  unsigned b = pc[-1].b;
  if (b - 2 > 1 || !out[1].is_string()) [[unlikely]] SLOW(call_native_slow);
  const String* s = out[1].string();
  std::uint64_t length = out[1].is_short_string() ? s->detail : s->long_length;
  std::uint64_t position = 1;
  if (b == 3) {
    if (!out[2].is_integer()) [[unlikely]] SLOW(call_native_slow);
    position = out[2].payload.bits;
    if (out[2].payload.integer < 0) position += length + 1;
  }
  if (position - 1 >= length) [[unlikely]] SLOW(call_native_slow);
  out[0].set_integer(static_cast<unsigned char>(s->data[position - 1]));
  DONE();
}

HANDLER(intrinsic_string_char) {
  ARGUMENTS_MUST_BE(1);
  const Value& code = ARGUMENT(1);
  if (!code.is_integer() || code.payload.bits > 255) [[unlikely]] SLOW(call_native_slow);
  String* character = L->global->characters[code.payload.bits];
  if (character == nullptr) [[unlikely]] SLOW(character_slow);
  RA = Value::of(Tag::short_string, character);
  DONE();
}

HANDLER(intrinsic_string_len) {
  ARGUMENTS_MUST_BE(1);
  const Value& s = ARGUMENT(1);
  if (s.is_short_string()) {
    RA.set_integer(s.string()->detail);
    DONE();
  }
  if (!s.is_string()) [[unlikely]] SLOW(call_native_slow);
  RA.set_integer(static_cast<std::int64_t>(s.string()->long_length));
  DONE();
}

// One character of the string.
HANDLER(intrinsic_string_sub) {
  Value* out = &RA;
  unsigned b = pc[-1].b;
  if (b - 3 > 1 || !out[1].is_string() || !out[2].is_integer()) [[unlikely]] SLOW(call_native_slow);
  if (b == 3 || !out[3].is_integer() || out[2].payload.bits != out[3].payload.bits) SLOW(substring_slow);
  const String* s = out[1].string();
  std::uint64_t length = out[1].is_short_string() ? s->detail : s->long_length;
  std::uint64_t position = out[2].payload.bits;
  if (out[2].payload.integer < 0) position += length + 1;
  if (position - 1 >= length) SLOW(substring_slow);
  String* character = L->global->characters[static_cast<unsigned char>(s->data[position - 1])];
  if (character == nullptr) [[unlikely]] SLOW(character_slow);
  RA = Value::of(Tag::short_string, character);
  DONE();
}

// --- tables --------------------------------------------------------------------------------------------------------------

// The length of a plain table where its hint is right, as in `len`.
#define HINTED_LENGTH(t, otherwise) \
  std::uint32_t border = (t)->border; \
  if (border - 1 >= (t)->array_size() || (t)->array[border - 1].is_nil()) SLOW(otherwise); \
  if (border < (t)->array_size() ? !(t)->array[border].is_nil() : has_hash_part(t)) SLOW(otherwise)

HANDLER(intrinsic_table_insert) {
  ARGUMENTS_MUST_BE(2);
  if (!ARGUMENT(1).is_table()) [[unlikely]] SLOW(call_native_slow);
  Table* t = ARGUMENT(1).table();
  const Value& value = ARGUMENT(2);
  if (t->metatable != nullptr || pc[-1].c != 1) [[unlikely]] SLOW(call_native_slow);
  HINTED_LENGTH(t, append_slow);
  if (border >= t->array_size() || value.is_nil() || must_tell_collector(t, value)) [[unlikely]] SLOW(append_slow);
  t->array[border] = value;
  t->border = border + 1;
  NEXT();
}

HANDLER(intrinsic_table_remove) {
  ARGUMENTS_MUST_BE(1);
  if (!ARGUMENT(1).is_table()) [[unlikely]] SLOW(call_native_slow);
  Table* t = ARGUMENT(1).table();
  if (t->metatable != nullptr) [[unlikely]] SLOW(call_native_slow);
  HINTED_LENGTH(t, call_native_slow);
  Value& last = t->array[border - 1];
  RA = last;
  last.set_nil();
  t->border = border - 1;
  DONE();
}

// All elements of a short plain sequence.
HANDLER(intrinsic_table_unpack) {
  Value* out = &RA;
  unsigned b = pc[-1].b;
  if ((b != 2 && b != 4) || !out[1].is_table()) [[unlikely]] SLOW(call_native_slow);
  const Table* t = out[1].table();
  if (t->metatable != nullptr) [[unlikely]] SLOW(call_native_slow);
  std::uint64_t count;
  if (b == 2) {
    HINTED_LENGTH(t, call_native_slow);
    count = border;
  } else {
    if (!out[2].is_integer() || out[2].payload.integer != 1 || !out[3].is_integer()) SLOW(call_native_slow);
    count = out[3].payload.bits;
    if (count > t->array_size()) SLOW(call_native_slow);
  }
  const Value* from = t->array;
  const Value* end = from + count;
  unsigned wanted = pc[-1].c;
  if (wanted == 0 || pc[-1].op == Opcode::tail_call) {
    if (static_cast<std::uint64_t>(L->stack_limit - out) <= count) [[unlikely]] SLOW(call_native_slow);
    while (from != end) *out++ = *from++;
    L->top = out;
    NEXT();
  }
  for (const Value* last = out + (wanted - 1); out != last;) {
    if (from != end) {
      *out++ = *from++;
    } else {
      (out++)->set_nil();
    }
  }
  NEXT();
}

// --- weak types ----------------------------------------------------------------------------------------------------------

HANDLER(intrinsic_weakref_get) {
  ARGUMENTS_MUST_BE(1);
  if (!is_ref(ARGUMENT(1)) || !read_ref(L, ARGUMENT(1), &RA)) [[unlikely]] SLOW(call_native_slow);
  DONE();
}

#undef HINTED_LENGTH

#undef ARGUMENTS_MUST_BE
#undef DONE
#undef ARGUMENT
