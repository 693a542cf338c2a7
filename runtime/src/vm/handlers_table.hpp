// SPDX-License-Identifier: MIT
// Handlers: globals, fields, elements, table constructors. Included by dispatch.cpp.

HANDLER(get_global) {
  const Value& object = *running_function(base)->upvalues[pc[-1].b]->place;
  if (!object.is_table()) [[unlikely]] SLOW(index_slow);
  const String* key = KC.string();
  Node* node = hinted_node(object.table(), key, pc[-1].x);
  if (node == nullptr) [[unlikely]] {
    node = chained_node(object.table(), key, pc - 1);
    if (node == nullptr) SLOW(index_slow);
  }
  RA = *node->value();
  NEXT();
}

HANDLER(set_global) {
  const Value& object = *running_function(base)->upvalues[pc[-1].a]->place;
  if (!object.is_table()) [[unlikely]] SLOW(set_index_slow);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, pc[-1].x);
  if (node == nullptr) [[unlikely]] {
    node = chained_node(object.table(), key, pc - 1);
    if (node == nullptr) SLOW(set_index_slow);
  }
  const Value& value = RC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(set_global_k) {
  const Value& object = *running_function(base)->upvalues[pc[-1].a]->place;
  if (!object.is_table()) [[unlikely]] SLOW(set_index_slow);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, pc[-1].x);
  if (node == nullptr) [[unlikely]] {
    node = chained_node(object.table(), key, pc - 1);
    if (node == nullptr) SLOW(set_index_slow);
  }
  const Value& value = KC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(get_inherited_field) {
  const Table* t = RB.table();
  if (t->metatable == nullptr) {
    RA.set_nil();
    NEXT();
  }
  Node* node = inherited_node(t, KC.string(), L->global->event_names[static_cast<int>(Event::index)], pc - 1);
  if (node == nullptr) SLOW(index_slow);
  RA = *node->value();
  NEXT();
}

HANDLER(get_field) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_field_weak);
  const String* key = KC.string();
  Node* node = hinted_node(object.table(), key, pc[-1].x);
  if (node == nullptr) [[unlikely]] {
    node = chained_node(object.table(), key, pc - 1);
    if (node == nullptr) CONTINUE_IN(get_inherited_field);
  }
  RA = *node->value();
  NEXT();
}

// A new field whose main position was never used: the key is nowhere in the table then.
HANDLER(set_new_field) {
  Table* t = RA.table();
  String* key = KB.string();
  Node* node = &t->nodes[key->extra & t->node_mask];
  const Value& value = pc[-1].op == Opcode::set_field ? RC : KC;
  if (node->key_tag != Tag::nil || node == &empty_node || t->metatable != nullptr || value.is_nil() || t->color == gc::black) {
    SLOW(set_index_slow);
  }
  node->value_payload = value.payload;
  node->value_tag = value.tag;
  node->key_tag = Tag::short_string;
  node->key_payload.cell = key;
  t->detail = 0;  // the field may be the name of an event
  NEXT();
}

HANDLER(set_field) {
  const Value& object = RA;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(set_field_weak);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, pc[-1].x);
  if (node == nullptr) [[unlikely]] {
    node = chained_node(object.table(), key, pc - 1);
    if (node == nullptr) CONTINUE_IN(set_new_field);
  }
  const Value& value = RC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(set_field_k) {
  const Value& object = RA;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(set_field_k_weak);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, pc[-1].x);
  if (node == nullptr) [[unlikely]] {
    node = chained_node(object.table(), key, pc - 1);
    if (node == nullptr) CONTINUE_IN(set_new_field);
  }
  const Value& value = KC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(inherited_self) {
  const Value& object = RB;
  Node* node = inherited_node(object.table(), KC.string(), L->global->event_names[static_cast<int>(Event::index)], pc - 1);
  if (node == nullptr) SLOW(index_slow);
  Value* out = &RA;
  out[1] = object;
  out[0] = *node->value();
  NEXT();
}

HANDLER(self_of_string) {
  const Value& object = RB;
  const Table* metatable = L->global->type_metatables[LUA_TSTRING];
  if (!object.is_string() || metatable == nullptr) [[unlikely]] CONTINUE_IN(self_weak);
  const Node* index = plain_node(metatable, L->global->event_names[static_cast<int>(Event::index)]);
  if (index == nullptr || index->value_tag != Tag::table) [[unlikely]] SLOW(index_slow);
  Node* node = plain_node(static_cast<const Table*>(index->value_payload.cell), KC.string());
  if (node == nullptr) [[unlikely]] SLOW(index_slow);
  Value* out = &RA;
  out[1] = object;
  out[0] = *node->value();
  NEXT();
}

// The usual method is not in the object but inherited.
HANDLER(self) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(self_of_string);
  Node* node = plain_node(object.table(), KC.string());
  if (node == nullptr) CONTINUE_IN(inherited_self);
  Value* out = &RA;
  out[1] = object;
  out[0] = *node->value();
  NEXT();
}

// Not in the array part: in the hash part, or nil.
HANDLER(get_integer_in_hash) {
  const Table* t = RB.table();
  std::int64_t key = pc[-1].op == Opcode::get_integer ? pc[-1].c : RC.payload.integer;
  if (has_hash_part(t)) {
    const Node* node = find_integer(t, key);
    if (node != nullptr && node->value_tag != Tag::nil) {
      RA = *reinterpret_cast<const Value*>(node);
      NEXT();
    }
  }
  if (t->metatable != nullptr) SLOW(index_slow);
  RA.set_nil();
  NEXT();
}

// Objects as keys: tables, functions, userdata.
HANDLER(get_by_object) {
  const Table* t = RB.table();
  const Value& key = RC;
  if (key.tag < Tag::table) SLOW(index_slow);
  const Node* node = &t->nodes[spread(fold(key.payload.bits >> 3), t->node_mask)];
  while (node->key_payload.bits != key.payload.bits || node->key_tag != key.tag) {
    if (node->next == 0) {
      if (t->metatable != nullptr) SLOW(index_slow);
      RA.set_nil();
      NEXT();
    }
    node += node->next;
  }
  if (node->value_tag == Tag::nil && t->metatable != nullptr) SLOW(index_slow);
  RA = *reinterpret_cast<const Value*>(node);
  NEXT();
}

// A float that is an integer finds the same element.
HANDLER(get_by_float) {
  if (!RC.is_number()) CONTINUE_IN(get_by_object);
  double number = RC.payload.number;
  auto key = static_cast<std::int64_t>(number >= 1 && number < 0x1p53 ? number : 0);
  Value* slot;
  if (static_cast<double>(key) != number || !find_slot(RB.table(), key, &slot)) SLOW(index_slow);
  if (slot->is_nil() && RB.table()->metatable != nullptr) SLOW(index_slow);
  RA = *slot;
  NEXT();
}

HANDLER(get_table) {
  const Value& object = RB;
  const Value& key = RC;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_table_weak);
  if (key.is_integer()) [[likely]] {
    Value* slot;
    if (!find_slot(object.table(), key.payload.integer, &slot)) [[unlikely]] CONTINUE_IN(get_integer_in_hash);
    if (slot->is_nil() && object.table()->metatable != nullptr) [[unlikely]] SLOW(index_slow);
    RA = *slot;
    NEXT();
  }
  if (!key.is_short_string()) CONTINUE_IN(get_by_float);
  const Node* node = plain_node(object.table(), key.string());
  if (node == nullptr) {
    if (object.table()->metatable != nullptr) SLOW(index_slow);
    RA.set_nil();
    NEXT();
  }
  RA = *reinterpret_cast<const Value*>(node);
  NEXT();
}

HANDLER(get_integer) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_integer_weak);
  Value* slot;
  if (!find_slot(object.table(), pc[-1].c, &slot)) [[unlikely]] CONTINUE_IN(get_integer_in_hash);
  if (slot->is_nil() && object.table()->metatable != nullptr) [[unlikely]] SLOW(index_slow);
  RA = *slot;
  NEXT();
}

// A store into a slot that holds nil appends or fills a gap: allowed when no metatable can object. If it extends the
// sequence, `border` follows, so that `#t` need not search.
#define STORE_ELEMENT(key, source, otherwise) \
  const Value& object = RA; \
  Value* slot; \
  if (!find_slot(object.table(), key, &slot)) [[unlikely]] otherwise; \
  if (slot->is_nil()) { \
    if (object.table()->metatable != nullptr) [[unlikely]] SLOW(set_index_slow); \
    if (static_cast<std::uint64_t>(slot - object.table()->array) == object.table()->border) ++object.table()->border; \
  } \
  const Value& value = source; \
  *slot = value; \
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow); \
  NEXT()

#define STORE_BY_STRING(source) \
  Node* node = plain_node(RA.table(), RB.string()); \
  if (node == nullptr) SLOW(set_index_slow); \
  const Value& value = source; \
  *node->value() = value; \
  if (must_tell_collector(RA.table(), value)) [[unlikely]] SLOW(barrier_slow); \
  NEXT()

// Elements that are there, in the hash part or by a float key. The value is in a register or a constant.
HANDLER(set_element_elsewhere) {
  Table* t = RA.table();
  const Value& key = RB;
  const Value& value = pc[-1].op == Opcode::set_table ? RC : KC;
  if (key.is_integer()) {
    if (!has_hash_part(t)) SLOW(set_index_slow);
    Node* node = find_integer(t, key.payload.integer);
    if (node == nullptr || node->value_tag == Tag::nil) SLOW(set_index_slow);
    *node->value() = value;
  } else {
    if (!key.is_number()) SLOW(set_index_slow);
    double number = key.payload.number;
    auto position = static_cast<std::int64_t>(number >= 1 && number < 0x1p53 ? number : 0);
    Value* slot;
    if (static_cast<double>(position) != number || !find_slot(t, position, &slot) || slot->is_nil()) SLOW(set_index_slow);
    *slot = value;
  }
  if (must_tell_collector(t, value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(set_table) {
  if (!RA.is_table()) [[unlikely]] CONTINUE_IN(set_table_weak);
  if (RB.is_integer()) [[likely]] {
    STORE_ELEMENT(RB.payload.integer, RC, CONTINUE_IN(set_element_elsewhere));
  }
  if (!RB.is_short_string()) CONTINUE_IN(set_element_elsewhere);
  STORE_BY_STRING(RC);
}

HANDLER(set_table_k) {
  if (!RA.is_table()) [[unlikely]] CONTINUE_IN(set_table_k_weak);
  if (RB.is_integer()) [[likely]] {
    STORE_ELEMENT(RB.payload.integer, KC, CONTINUE_IN(set_element_elsewhere));
  }
  if (!RB.is_short_string()) CONTINUE_IN(set_element_elsewhere);
  STORE_BY_STRING(KC);
}

HANDLER(set_integer) {
  if (!RA.is_table()) [[unlikely]] CONTINUE_IN(set_integer_weak);
  STORE_ELEMENT(pc[-1].b, RC, SLOW(set_index_slow));
}

HANDLER(set_integer_k) {
  if (!RA.is_table()) [[unlikely]] CONTINUE_IN(set_integer_k_weak);
  STORE_ELEMENT(pc[-1].b, KC, SLOW(set_index_slow));
}

#undef STORE_ELEMENT
#undef STORE_BY_STRING

// An empty table without parts, when there is a cell at hand.
HANDLER(new_table) {
  if (pc[-1].wide != 0) SLOW(new_table_slow);
  gc::Cell* cell = L->global->heap.allocate_at_once(kind_table, gc::cell_class_of(sizeof(Table)));
  if (cell == nullptr) [[unlikely]] SLOW(new_table_slow);
  auto* t = static_cast<Table*>(cell);
  t->array = nullptr;
  t->nodes = &empty_node;
  t->metatable = nullptr;
  t->node_mask = 0;
  t->border = 0;
  RA = Value::of(t);
  NEXT();
}

HANDLER(set_list) {
  const Value* from = &RA;
  Table* t = from->table();
  unsigned count = pc[-1].b;
  unsigned offset = pc[-1].c;
  if (count == 0 || pc[-1].x != 0 || offset + count > t->array_size() || t->color == gc::black) [[unlikely]] SLOW(set_list_slow);
  Value* to = t->array + offset;
  do {
    *to++ = *++from;
  } while (--count != 0);
  NEXT();
}

// The border hint is right as long as elements are only appended.
HANDLER(len) {
  const Value& object = RB;
  if (object.is_short_string()) {
    RA.set_integer(object.string()->detail);
    NEXT();
  }
  if (!object.is_table()) CONTINUE_IN(len_weak);
  if (object.table()->metatable != nullptr) SLOW(length_slow);
  const Table* t = object.table();
  std::uint32_t border = t->border;
  if (border - 1 >= t->array_size() || t->array[border - 1].is_nil()) SLOW(length_slow);
  if (border < t->array_size() ? !t->array[border].is_nil() : has_hash_part(t)) SLOW(length_slow);
  RA.set_integer(border);
  NEXT();
}
