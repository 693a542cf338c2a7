// SPDX-License-Identifier: MIT
// Handlers: numeric and generic loops. Included by dispatch.cpp.

// Counting up by one; everything else is prepared by the slow path.
HANDLER(for_prepare) {
  Value* loop = &RA;
  if (!loop[0].is_integer() || !loop[1].is_integer() || !loop[2].is_integer() || loop[2].payload.integer != 1) {
    SLOW(for_prepare_slow);
  }
  std::int64_t start = loop[0].payload.integer;
  if (loop[1].payload.integer < start) {
    pc += pc[-1].wide;
    NEXT();
  }
  loop[1].payload.bits -= static_cast<std::uint64_t>(start);
  loop[3].set_integer(start);
  NEXT();
}

HANDLER(float_for_loop) {
  Value* loop = &RA;
  double step = loop[2].payload.number;
  double counter = loop[0].payload.number + step;
  if (step > 0 ? !(counter <= loop[1].payload.number) : !(counter >= loop[1].payload.number)) {
    NEXT();
  }
  loop[0].payload.number = counter;
  loop[3].set_number(counter);
  pc += pc[-1].wide;
  RELOAD_DISPATCH();
  MARK_ROUND();
  NEXT();
}

// An integer loop counts its iterations down, so that the counter cannot overflow.
INLINE_HANDLER(for_loop) {
  Value* loop = &RA;
  if (!loop[2].is_integer()) [[unlikely]] CONTINUE_IN(float_for_loop);
  if (loop[1].payload.bits-- == 0) [[unlikely]] {
    NEXT();
  }
  auto counter = static_cast<std::int64_t>(loop[0].payload.bits + loop[2].payload.bits);
  loop[0].payload.integer = counter;
  loop[3].set_integer(counter);
  pc += pc[-1].wide;
  RELOAD_DISPATCH();
  MARK_ROUND();
  NEXT();
}

HANDLER(generic_prepare) {
  if ((&RA)[3].is_falsy()) [[likely]] {
    pc += pc[-1].wide;
    NEXT();
  }
  SLOW(generic_prepare_slow);
}

// Traversals with `next` keep a position in the hidden control variable (Tag::index), steps of `ipairs` are done here;
// both then do the work of the generic_loop that follows. Everything else is a call: of Lua functions here.
HANDLER(generic_call) {
  Value* loop = &RA;
  if (loop[0].tag == Tag::lua_function) {
    const Prototype* p = loop[0].lua_function()->prototype;
    if (!enough_arguments(p, 3)) [[unlikely]] SLOW(generic_call_slow);
    loop[4] = loop[0];
    loop[5] = loop[1];
    loop[6] = loop[2];
    BEGIN_LUA_CALL(p, loop + 4, pc[-1].b, generic_call_slow);
  }
  if (loop[0].tag != Tag::light_function || !loop[1].is_table()) CONTINUE_IN(generic_call_wrapped);
  const Table* t = loop[1].table();
  std::uint64_t position;
  if (loop[2].tag == Tag::index) {
    position = loop[2].payload.bits;
  } else if (loop[2].is_integer() && loop[0].payload.code == L->global->ipairs_function && pc[-1].b <= 2) {
    position = loop[2].payload.bits;
    bool inside = position < t->array_size();
    if (inside && !t->array[position].is_nil()) [[likely]] {
      loop[5] = t->array[position];
      ++position;
      loop[2].payload.bits = position;
      loop[4].set_integer(static_cast<std::int64_t>(position));
      pc += 1 + pc->wide;
      RELOAD_DISPATCH();
      MARK_ROUND();
      NEXT();
    }
    if (may_have(t, Event::index) || (!inside && has_hash_part(t))) SLOW(generic_call_slow);
    loop[4].set_nil();
    ++pc;
    NEXT();
  } else {
    SLOW(generic_call_slow);
  }
  while (position < t->array_size()) {
    const Value& element = t->array[position++];
    if (element.is_nil()) continue;
    loop[5] = element;
    loop[2].payload.bits = position;
    loop[4].set_integer(static_cast<std::int64_t>(position));
    pc += 1 + pc->wide;
    RELOAD_DISPATCH();
    MARK_ROUND();
    NEXT();
  }
  for (std::uint64_t index = position - t->array_size(); index <= t->node_mask; ++index) {
    const Node& node = t->nodes[index];
    if (node.value_tag == Tag::nil) continue;
    loop[5] = reinterpret_cast<const Value&>(node);
    loop[4] = node.key();
    loop[2].payload.bits = t->array_size() + index + 1;
    pc += 1 + pc->wide;
    RELOAD_DISPATCH();
    MARK_ROUND();
    NEXT();
  }
  if (is_veiled(t)) [[unlikely]] SLOW(generic_call_slow);
  loop[4].set_nil();
  ++pc;
  NEXT();
}

HANDLER(generic_loop) {
  Value* loop = &RA;
  if (loop[4].is_nil()) {
    NEXT();
  }
  loop[2] = loop[4];
  pc += pc[-1].wide;
  RELOAD_DISPATCH();
  MARK_ROUND();
  NEXT();
}
