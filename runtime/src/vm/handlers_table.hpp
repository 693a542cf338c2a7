// SPDX-License-Identifier: MIT
// Handlers: globals, fields, elements, table constructors. Included by dispatch.cpp.

// The table lacks the field, or has nil there: it may inherit it.
HANDLER(get_inherited_global) {
  const Table* t = running_function(base)->upvalues[pc[-1].b]->place->table();
  if (!may_have(t, Event::index)) {
    RA.set_nil();
    NEXT();
  }
  if (is_veiled(t)) SLOW(index_slow);
  const String* key = KC.string();
  const InheritedField* field = &L->global->inherited[inherited_slot(t->metatable, key)];
  if (field->metatable != t->metatable || field->key != key) SLOW(inherited_slow);
  Value value = *field->node->value();
  if (value.is_nil() && field->node != &empty_node) SLOW(index_slow);
  RA = value;
  NEXT();
}

HANDLER(get_global_by_chain) {
  const Value& object = *running_function(base)->upvalues[pc[-1].b]->place;
  const String* key = KC.string();
  Node* node = chained_node(object.table(), key, pc - 1);
  if (node == nullptr) CONTINUE_IN(get_inherited_global);
  RA = *node->value();
  NEXT();
}

INLINE_HANDLER(get_global) {
  const Value& object = *running_function(base)->upvalues[pc[-1].b]->place;
  if (!object.is_table()) [[unlikely]] SLOW(index_slow);
  const String* key = KC.string();
  Node* node = hinted_place(object.table(), key, OPERAND_X);
  if (node == nullptr) [[unlikely]] CONTINUE_IN(get_global_by_chain);
  Value value = *node->value();
  if (value.is_nil()) [[unlikely]] CONTINUE_IN(get_inherited_global);
  RA = value;
  NEXT();
}

// A key that is there without a value is stored to when no metamethod is asked.
#define SET_FIELD_BY_CHAIN(object, otherwise) \
  Table* t = (object).table(); \
  Node* node = model_node(t, KB.string(), pc - 1); \
  if (node == nullptr) otherwise; \
  if (node->value_tag == Tag::nil && may_have(t, Event::newindex)) SLOW(set_index_slow); \
  const Value& value = plain(pc[-1].op) == Opcode::set_field || plain(pc[-1].op) == Opcode::set_global ? RC : KC; \
  *node->value() = value; \
  if (must_tell_collector(t, value)) [[unlikely]] SLOW(barrier_slow); \
  NEXT()

HANDLER(set_global_by_chain) {
  SET_FIELD_BY_CHAIN(*running_function(base)->upvalues[pc[-1].a]->place, SLOW(set_index_slow));
}

INLINE_HANDLER(set_global) {
  const Value& object = *running_function(base)->upvalues[pc[-1].a]->place;
  if (!object.is_table()) [[unlikely]] SLOW(set_index_slow);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, OPERAND_X);
  if (node == nullptr) [[unlikely]] CONTINUE_IN(set_global_by_chain);
  const Value& value = RC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(set_global_k) {
  const Value& object = *running_function(base)->upvalues[pc[-1].a]->place;
  if (!object.is_table()) [[unlikely]] SLOW(set_index_slow);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, OPERAND_X);
  if (node == nullptr) [[unlikely]] CONTINUE_IN(set_global_by_chain);
  const Value& value = KC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(get_inherited_field) {
  const Table* t = RB.table();
  if (!may_have(t, Event::index)) {
    RA.set_nil();
    NEXT();
  }
  if (is_veiled(t)) SLOW(index_slow);
  const String* key = KC.string();
  const InheritedField* field = &L->global->inherited[inherited_slot(t->metatable, key)];
  if (field->metatable != t->metatable || field->key != key) CONTINUE_IN(get_computed_field);
  Value value = *field->node->value();
  if (value.is_nil() && field->node != &empty_node) SLOW(index_slow);
  RA = value;
  NEXT();
}

HANDLER(get_field_by_chain) {
  const Value& object = RB;
  const String* key = KC.string();
  Node* node = chained_node(object.table(), key, pc - 1);
  if (node == nullptr) CONTINUE_IN(get_inherited_field);
  RA = *node->value();
  NEXT();
}

INLINE_HANDLER(get_field) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_field_weak);
  const String* key = KC.string();
  Node* node = hinted_place(object.table(), key, OPERAND_X);
  if (node == nullptr) [[unlikely]] CONTINUE_IN(get_field_by_chain);
  Value value = *node->value();
  if (value.is_nil()) [[unlikely]] CONTINUE_IN(get_inherited_field);
  RA = value;
  NEXT();
}

// A field that is nowhere in the table: here when its main position was never used.
HANDLER(set_new_field) {
  Table* t = RA.table();
  String* key = KB.string();
  Node* node = &t->nodes[key->extra & t->node_mask];
  const Value& value = plain(pc[-1].op) == Opcode::set_field ? RC : KC;
  if (value.is_nil() || may_have(t, Event::newindex)) SLOW(set_index_slow);
  if (node->key_tag != Tag::nil || node == &empty_node || block_of(t).inherits != 0 || t->color == gc::black) SLOW(insert_slow);
  node->value_payload = value.payload;
  node->value_tag = value.tag;
  node->key_tag = Tag::short_string;
  node->key_payload.cell = key;
  t->detail = 0;  // the field may be the name of an event
  NEXT();
}

HANDLER(set_field_by_chain) {
  SET_FIELD_BY_CHAIN(RA, CONTINUE_IN(set_new_field));
}

#undef SET_FIELD_BY_CHAIN

INLINE_HANDLER(set_field) {
  const Value& object = RA;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(set_field_weak);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, OPERAND_X);
  if (node == nullptr) [[unlikely]] CONTINUE_IN(set_field_by_chain);
  const Value& value = RC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

HANDLER(set_field_k) {
  const Value& object = RA;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(set_field_k_weak);
  const String* key = KB.string();
  Node* node = hinted_node(object.table(), key, OPERAND_X);
  if (node == nullptr) [[unlikely]] CONTINUE_IN(set_field_by_chain);
  const Value& value = KC;
  *node->value() = value;
  if (must_tell_collector(object.table(), value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

// Any object that inherits from the table in its metatable's `__index`.
#define INHERITED_SELF(metatable_, slot, otherwise) \
  const Table* metatable = metatable_; \
  const InheritedField* field = &L->global->inherited[slot]; \
  if (field->metatable != metatable || field->key != key) [[unlikely]] otherwise; \
  Value value = *field->node->value(); \
  if (value.is_nil()) [[unlikely]] SLOW(index_slow); \
  Value* out = &RA; \
  out[1] = object; \
  out[0] = value; \
  NEXT()

// The guess was wrong.
HANDLER(self_by_hash) {
  const Value& object = RB;
  const String* key = KC.string();
  if (object.table()->metatable == nullptr) SLOW(index_slow);
  unsigned slot = inherited_slot(object.table()->metatable, key);
  const_cast<Instruction&>(pc[-1]).x = static_cast<std::uint8_t>(slot);
  INHERITED_SELF(object.table()->metatable, slot, SLOW(inherited_slow));
}

HANDLER(self_of_other) {
  const Value& object = RB;
  const String* key = KC.string();
  if (object.is_string()) {
    const Table* of_strings = L->global->type_metatables[LUA_TSTRING];
    if (of_strings == nullptr) [[unlikely]] SLOW(index_slow);
    INHERITED_SELF(of_strings, inherited_slot(of_strings, key), SLOW(inherited_slow));
  }
  if (!object.is_userdata()) [[unlikely]] CONTINUE_IN(self_weak);
  const Table* of_userdata = object.userdata()->metatable;
  if (of_userdata == nullptr) [[unlikely]] SLOW(index_slow);
  INHERITED_SELF(of_userdata, inherited_slot(of_userdata, key), SLOW(inherited_slow));
}

// The usual method is not in the object but inherited.
HANDLER(self) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(self_of_other);
  const Table* t = object.table();
  const String* key = KC.string();
  if (const Node* own = own_node(t, key); own != nullptr) [[unlikely]] {
    if (own->value_tag == Tag::nil) SLOW(index_slow);
    Value* out = &RA;
    out[1] = object;
    out[0] = *reinterpret_cast<const Value*>(own);
    NEXT();
  }
  if (is_veiled(t)) [[unlikely]] SLOW(index_slow);
  INHERITED_SELF(t->metatable, OPERAND_X % inherited_slots, CONTINUE_IN(self_by_hash));
}

// The object of an instruction that reads (b) or stores (a) an element: in a register, or the value of an upvalue.
#define UPVALUE_B (*running_function(base)->upvalues[pc[-1].b]->place)
#define UPVALUE_A (*running_function(base)->upvalues[pc[-1].a]->place)
#define OBJECT_B (plain(pc[-1].op) == Opcode::get_upvalue_table ? UPVALUE_B : RB)
#define OBJECT_A (plain(pc[-1].op) >= Opcode::set_upvalue_table && plain(pc[-1].op) <= Opcode::set_upvalue_table_k ? UPVALUE_A : RA)

// Not in the array part: in the hash part, or nil.
HANDLER(get_integer_in_hash) {
  const Table* t = OBJECT_B.table();
  std::int64_t key = plain(pc[-1].op) == Opcode::get_integer ? pc[-1].c : RC.payload.integer;
  if (has_hash_part(t)) {
    const Node* node = find_integer(t, key);
    if (node != nullptr && node->value_tag != Tag::nil) {
      RA = *reinterpret_cast<const Value*>(node);
      NEXT();
    }
  }
  if (may_have(t, Event::index)) CONTINUE_IN(get_computed_field);
  RA.set_nil();
  NEXT();
}

// Objects as keys: tables, functions, userdata.
HANDLER(get_by_object) {
  const Table* t = OBJECT_B.table();
  const Value& key = RC;
  if (key.tag < Tag::table) SLOW(index_slow);
  const Node* node = &t->nodes[spread(fold(key.payload.bits >> 3), t->node_mask)];
  while (node->key_payload.bits != key.payload.bits || node->key_tag != key.tag) {
    if (node->next == 0) {
      if (may_have(t, Event::index)) SLOW(index_slow);
      RA.set_nil();
      NEXT();
    }
    node += node->next;
  }
  if (node->value_tag == Tag::nil && may_have(t, Event::index)) SLOW(index_slow);
  RA = *reinterpret_cast<const Value*>(node);
  NEXT();
}

// A float that is an integer finds the same element.
HANDLER(get_by_float) {
  if (!RC.is_number()) CONTINUE_IN(get_by_object);
  const Table* t = OBJECT_B.table();
  double number = RC.payload.number;
  auto key = static_cast<std::int64_t>(number >= 1 && number < 0x1p53 ? number : 0);
  Value* slot;
  if (static_cast<double>(key) != number || !find_slot(t, key, &slot)) SLOW(index_slow);
  if (slot->is_nil() && may_have(t, Event::index)) SLOW(index_slow);
  RA = *slot;
  NEXT();
}

HANDLER(get_by_string) {
  const Table* t = OBJECT_B.table();
  if (!RC.is_short_string()) CONTINUE_IN(get_by_float);
  const Node* node = plain_node(t, RC.string());
  if (node == nullptr) {
    if (may_have(t, Event::index)) CONTINUE_IN(get_computed_field);
    RA.set_nil();
    NEXT();
  }
  RA = *reinterpret_cast<const Value*>(node);
  NEXT();
}

// An element that is nil, in a table with a metatable, may have `__index` asked.
#define LOAD_ELEMENT(object, key) \
  const Table* t = (object).table(); \
  Value* slot; \
  if (!find_slot(t, key, &slot)) [[unlikely]] CONTINUE_IN(get_integer_in_hash); \
  Value element = *slot; \
  if (element.is_nil()) [[unlikely]] { \
    if (may_have(t, Event::index)) SLOW(index_slow); \
    RA.set_nil(); \
    NEXT(); \
  } \
  RA = element; \
  NEXT()

INLINE_HANDLER(get_table) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_table_weak);
  if (!RC.is_integer()) [[unlikely]] CONTINUE_IN(get_by_string);
  LOAD_ELEMENT(object, RC.payload.integer);
}

HANDLER(get_upvalue_table_weak) {
  if (!read_entry(L, UPVALUE_B, RC, &RA)) SLOW(index_slow);
  NEXT();
}

INLINE_HANDLER(get_upvalue_table) {
  const Value& object = UPVALUE_B;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_upvalue_table_weak);
  if (!RC.is_integer()) [[unlikely]] CONTINUE_IN(get_by_string);
  LOAD_ELEMENT(object, RC.payload.integer);
}

INLINE_HANDLER(get_integer) {
  const Value& object = RB;
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(get_integer_weak);
  LOAD_ELEMENT(object, pc[-1].c);
}

#undef LOAD_ELEMENT

// A store into a slot that holds nil appends or fills a gap: allowed when no metatable can object. If it extends the
// sequence, `border` follows, so that `#t` need not search.
#define STORE_ELEMENT(object, key, source, otherwise) \
  Table* t = (object).table(); \
  std::int64_t index = (key); \
  Value* slot; \
  if (!find_slot(t, index, &slot)) [[unlikely]] otherwise; \
  if (slot->is_nil()) { \
    if (may_have(t, Event::newindex)) [[unlikely]] SLOW(set_index_slow); \
    if (static_cast<std::uint64_t>(index) - 1 == t->border) ++t->border; \
  } \
  Value value = source; \
  *slot = value; \
  if (must_tell_collector(t, value)) [[unlikely]] SLOW(barrier_slow); \
  NEXT()

#define STORED_VALUE (plain(pc[-1].op) == Opcode::set_table_k || plain(pc[-1].op) == Opcode::set_upvalue_table_k ? KC : RC)

// A key of the hash part that is no number but an integer, and no long string. A new one is stored here when its main position was
// never used: then it is nowhere in the table.
HANDLER(set_hash_element) {
  Table* t = OBJECT_A.table();
  const Value& key = RB;
  Value value = STORED_VALUE;
  Node* main;
  if (key.is_integer()) {
    main = main_node_of_integer(t, key.payload.integer);
  } else if (key.is_short_string()) {
    main = &t->nodes[key.string()->extra & t->node_mask];
  } else {
    main = &t->nodes[spread(fold(key.payload.bits >> 3), t->node_mask)];
  }
  Node* node = main;
  while (node->key_payload.bits != key.payload.bits || node->key_tag != key.tag) {
    if (node->next != 0) {
      node += node->next;
      continue;
    }
    if (value.is_nil() || may_have(t, Event::newindex)) SLOW(set_index_slow);
    if (main->key_tag != Tag::nil || main == &empty_node || block_of(t).inherits != 0 || t->color == gc::black) SLOW(insert_slow);
    if (key.is_integer() && key.payload.bits == std::uint64_t{t->array_size()} + 1) SLOW(insert_slow);  // the array part may grow
    if (key.is_short_string()) t->detail = 0;  // it may be the name of an event
    main->value_payload = value.payload;
    main->value_tag = value.tag;
    main->key_tag = key.tag;
    main->key_payload = key.payload;
    NEXT();
  }
  if (node->value_tag == Tag::nil && may_have(t, Event::newindex)) SLOW(set_index_slow);
  if (block_of(t).inherits != 0) [[unlikely]] SLOW(set_index_slow);  // the key may be `__index`
  *node->value() = value;
  if (must_tell_collector(t, value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

// Elements by a key of another type, or that the array part has not. The value is in a register or a constant.
HANDLER(set_element_elsewhere) {
  Table* t = OBJECT_A.table();
  const Value& key = RB;
  if (!key.is_number()) {
    if (key.is_integer() || key.is_short_string() || key.tag >= Tag::table) CONTINUE_IN(set_hash_element);
    SLOW(set_index_slow);
  }
  Value value = STORED_VALUE;
  double number = key.payload.number;
  auto position = static_cast<std::int64_t>(number >= 1 && number < 0x1p53 ? number : 0);
  Value* slot;
  if (static_cast<double>(position) != number || !find_slot(t, position, &slot) || slot->is_nil()) SLOW(set_index_slow);
  *slot = value;
  if (must_tell_collector(t, value)) [[unlikely]] SLOW(barrier_slow);
  NEXT();
}

#define STORE_BY_REGISTER(name, object, source, when_no_table) \
  INLINE_HANDLER(name) { \
    if (!(object).is_table()) [[unlikely]] CONTINUE_IN(when_no_table); \
    if (!RB.is_integer()) [[unlikely]] CONTINUE_IN(set_element_elsewhere); \
    STORE_ELEMENT(object, RB.payload.integer, source, CONTINUE_IN(set_element_elsewhere)); \
  }

HANDLER(set_upvalue_table_weak) {
  if (!store_entry(L, UPVALUE_A, RB, RC)) SLOW(set_index_slow);
  NEXT();
}

HANDLER(set_upvalue_table_k_weak) {
  if (!store_entry(L, UPVALUE_A, RB, KC)) SLOW(set_index_slow);
  NEXT();
}

STORE_BY_REGISTER(set_table, RA, RC, set_table_weak)
STORE_BY_REGISTER(set_table_k, RA, KC, set_table_k_weak)
STORE_BY_REGISTER(set_upvalue_table, UPVALUE_A, RC, set_upvalue_table_weak)
STORE_BY_REGISTER(set_upvalue_table_k, UPVALUE_A, KC, set_upvalue_table_k_weak)
#undef STORE_BY_REGISTER

HANDLER(set_integer) {
  if (!RA.is_table()) [[unlikely]] CONTINUE_IN(set_integer_weak);
  STORE_ELEMENT(RA, pc[-1].b, RC, SLOW(set_index_slow));
}

HANDLER(set_integer_k) {
  if (!RA.is_table()) [[unlikely]] CONTINUE_IN(set_integer_k_weak);
  STORE_ELEMENT(RA, pc[-1].b, KC, SLOW(set_index_slow));
}

#undef STORE_ELEMENT
#undef STORED_VALUE
#undef UPVALUE_A
#undef UPVALUE_B
#undef OBJECT_A
#undef OBJECT_B

// A short array part, filled with nil.
HANDLER(new_array) {
  constexpr std::size_t longest = max_part_within / sizeof(Value);
  std::size_t slots = pc[-1].c;
  if (pc[-1].b != 0 || slots > longest) SLOW(new_table_slow);
  gc::Cell* cell = L->global->heap.allocate_fine(kind_table_with_part, sizeof(Table) + slots * sizeof(Value));
  if (cell == nullptr) [[unlikely]] SLOW(new_table_slow);
  auto* t = static_cast<Table*>(cell);
  auto* slot = reinterpret_cast<Value*>(t + 1);
  t->extra = static_cast<std::uint32_t>(slots);
  t->array = slot;
  t->nodes = &empty_node;
  t->metatable = nullptr;
  t->node_mask = 0;
  t->border = static_cast<std::uint32_t>(slots);
#pragma GCC unroll 1
  do {
    (slot++)->set_nil();
  } while (--slots != 0);
  RA = Value::of(t);
  NEXT();
}

// A table with the keys of a model.
HANDLER(new_record) {
  const Table* model = reinterpret_cast<const Value*>(constants)[static_cast<std::uint32_t>(pc[-1].wide)].table();
  std::size_t nodes = std::size_t{model->node_mask} + 1;
  static_assert(sizeof(NodeBlock) + max_model_fields * sizeof(Node) <= max_part_within);
  if (nodes > max_model_fields) [[unlikely]] SLOW(new_table_slow);
  gc::Cell* cell = L->global->heap.allocate_fine(kind_table_with_part, sizeof(Table) + sizeof(NodeBlock) + nodes * sizeof(Node));
  if (cell == nullptr) [[unlikely]] SLOW(new_table_slow);
  auto* t = static_cast<Table*>(cell);
  t->array = nullptr;
  t->nodes = reinterpret_cast<Node*>(reinterpret_cast<NodeBlock*>(t + 1) + 1);
  t->metatable = nullptr;
  t->node_mask = model->node_mask;
  t->border = 0;
  copy_keys(model, t->nodes);
  RA = Value::of(t);
  NEXT();
}

// The key is where the hint says, unless the collector has seen the table before the field got its value.
#define INIT_FIELD(source) \
  const Value& object = RA; \
  if (!object.is_table()) [[unlikely]] SLOW(set_index_slow); \
  Table* t = object.table(); \
  const String* key = KB.string(); \
  Node* node = &t->nodes[OPERAND_X & t->node_mask]; \
  if (!node->is_string_key(key)) [[unlikely]] { \
    node = model_node(t, key, pc - 1); \
    if (node == nullptr) SLOW(set_index_slow); \
  } \
  const Value& value = source; \
  *node->value() = value; \
  if (must_tell_collector(t, value)) [[unlikely]] SLOW(barrier_slow); \
  NEXT()

HANDLER(init_field) {
  INIT_FIELD(RC);
}

HANDLER(init_field_k) {
  INIT_FIELD(KC);
}

#undef INIT_FIELD

// An empty table without parts, when there is a cell at hand.
HANDLER(new_table) {
  if (pc[-1].wide != 0) CONTINUE_IN(new_array);
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
  std::size_t count = pc[-1].b != 0 ? pc[-1].b : static_cast<std::size_t>(L->top - from - 1);
  std::size_t offset = pc[-1].c;
  if (OPERAND_X != 0 || offset + count > t->array_size() || t->color == gc::black) [[unlikely]] SLOW(set_list_slow);
  Value* to = t->array + offset;
#pragma GCC unroll 1
  for (; count != 0; --count) *to++ = *++from;
  NEXT();
}

// The hint is a few elements short, or one too long.
HANDLER(len_nearby) {
  Table* t = RB.table();
  std::uint32_t size = t->array_size(), border = t->border;
  if (border > size) [[unlikely]] SLOW(length_slow);
  if (border != 0 && t->array[border - 1].is_nil()) {
    --border;
    if (border != 0 && t->array[border - 1].is_nil()) [[unlikely]] SLOW(length_slow);
  } else {
    for (unsigned steps = 0; border < size && !t->array[border].is_nil(); ++border) {
      if (++steps > 4) SLOW(length_slow);
    }
    if (border == size && has_hash_part(t) && find_integer(t, std::int64_t{size} + 1) != nullptr) SLOW(length_slow);
  }
  t->border = border;
  RA.set_integer(border);
  NEXT();
}

// The border hint is right as long as elements are only appended.
INLINE_HANDLER(len) {
  const Value& object = RB;
  if (object.is_short_string()) {
    RA.set_integer(object.string()->detail);
    NEXT();
  }
  if (!object.is_table()) CONTINUE_IN(len_weak);
  if (may_have(object.table(), Event::len)) SLOW(length_slow);
  const Table* t = object.table();
  std::uint32_t border = t->border;
  if (border - 1 >= t->array_size() || t->array[border - 1].is_nil()) CONTINUE_IN(len_nearby);
  if (border < t->array_size() ? !t->array[border].is_nil() : has_hash_part(t)) CONTINUE_IN(len_nearby);
  RA.set_integer(border);
  NEXT();
}
