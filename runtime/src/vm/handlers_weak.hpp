// SPDX-License-Identifier: MIT
// Handlers: where those of calls, tables and lengths go on when the value is no function, no table. Included by dispatch.cpp.

// Of a ref, all results are wanted: there is one.
HANDLER(call_weak) {
  Value* function = &RA;
  if (pc[-1].c != 0 || !is_ref(*function) || !read_ref(L, *function, function)) SLOW(call_slow);
  L->top = function + 1;
  NEXT();
}

// The step of a loop over a weak table: the cursor stands in the upvalue of what `pairs` gave. The work of the generic_loop
// that follows is done too.
HANDLER(generic_call_weak) {
  Value* loop = &RA;
  if (!is_weak_iterator(loop[0])) {
    if (loop[0].tag == Tag::native_function) SLOW(iterate_native_slow);
    SLOW(generic_call_slow);
  }
  if (pc[-1].b > 2 || L->hook_mask != 0) SLOW(generic_call_slow);
  auto* cursor = static_cast<weak::Cursor*>(loop[0].native_function()->upvalues[0].payload.cell);
  if (!can_advance(L, cursor)) [[unlikely]] SLOW(generic_call_slow);
  const weak::Entry* e = next_entry(cursor);
  if (e == nullptr) {
    loop[4].set_nil();
    ++pc;
    NEXT();
  }
  Value key{Payload{.bits = e->key_bits}, static_cast<Tag>(e->key_tag)};
  loop[4] = key;
  loop[5] = {Payload{.bits = e->value_bits}, static_cast<Tag>(e->value_tag)};
  loop[2] = key;
  pc += 1 + pc->wide;
  RELOAD_DISPATCH();
  NEXT();
}

HANDLER(get_table_weak) {
  if (!read_entry(L, RB, RC, &RA)) SLOW(index_slow);
  NEXT();
}

HANDLER(get_integer_weak) {
  if (!read_entry(L, RB, Value::integer(pc[-1].c), &RA)) SLOW(index_slow);
  NEXT();
}

HANDLER(get_field_weak) {
  if (!read_entry(L, RB, KC, &RA)) SLOW(index_slow);
  NEXT();
}

HANDLER(self_weak) {
  const Value& object = RB;
  Node* node = method_node(L, object, KC.string(), pc - 1);
  if (node == nullptr) SLOW(index_slow);
  Value* out = &RA;
  out[1] = object;
  out[0] = *node->value();
  NEXT();
}

HANDLER(set_table_weak) {
  if (!store_entry(L, RA, RB, RC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(set_table_k_weak) {
  if (!store_entry(L, RA, RB, KC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(set_integer_weak) {
  if (!store_entry(L, RA, Value::integer(pc[-1].b), RC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(set_field_weak) {
  if (!store_entry(L, RA, KB, RC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(set_integer_k_weak) {
  if (!store_entry(L, RA, Value::integer(pc[-1].b), KC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(set_field_k_weak) {
  if (!store_entry(L, RA, KB, KC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(len_weak) {
  std::int64_t count;
  if (!count_entries(L, RB, &count)) SLOW(length_slow);
  RA.set_integer(count);
  NEXT();
}
