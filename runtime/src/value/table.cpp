// SPDX-License-Identifier: MIT
// Tables: raw access, insertion, length, traversal. Growth is in table_growth.cpp.
//
// The hash part is a chained scatter table. The main position of a key is the node its hash points at. A key sits in
// its main position unless that was taken by another key of the same main position; then it sits in any node and is
// linked into the chain that starts there. A key found sitting in a main position that is not its own makes way.
#include "value/table.hpp"

#include <algorithm>

#include "memory/global_state.hpp"
#include "value/conversion.hpp"
#include "value/table_nodes.hpp"
#include "value/table_veil.hpp"

namespace rt {

EmptyHashPart empty_hash_part{{0, 0}, {Payload{.bits = 0}, Tag::nil, Tag::nil, 0, 0, Payload{.bits = 0}}};
constinit const Value absent{Payload{.bits = 0}, Tag::nil};

namespace {

// Keys in the form nodes store them: floats with an integral value are integers, booleans have no payload.
Value stored_form(const Value& key) {
  std::int64_t integer;
  if (key.is_number() && number_to_integer(key.payload.number, &integer)) return Value::integer(integer);
  if (key.is_boolean()) return {Payload{.bits = 0}, key.tag};
  return key;
}

const Node* find_by_bits(const Table* t, const Value& key) {
  const Node* n = main_node(t, key);
  for (;;) {
    if (n->key_payload.bits == key.payload.bits && n->key_tag == key.tag) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

const Node* find_long(const Table* t, const Value& key) {
  const Node* n = main_node(t, key);
  for (;;) {
    if (n->key_tag == Tag::long_string && equal(static_cast<String*>(n->key_payload.cell), key.string())) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

const Node* find_node(const Table* t, const Value& key) {
  return key.tag == Tag::long_string ? find_long(t, key) : find_by_bits(t, key);
}

const Value* value_of(const Node* n) {
  return n != nullptr ? reinterpret_cast<const Value*>(n) : &absent;
}

// A node that was never used, null when there is none left (some nodes may still hold dead keys).
Node* take_free_node(Table* t) {
  std::uint32_t& cursor = block_of(t).free_cursor;
  while (cursor > 0) {
    Node* n = &t->nodes[--cursor];
    if (n->key_tag == Tag::nil) return n;
  }
  return nullptr;
}

// The node at `from` moves to the free node `to`; `from` is left without value and link. The collector may have traced the
// place it comes to and not yet the one it leaves: for it this is a new entry.
void move_node(gc::Heap& heap, Table* t, Node* from, Node* to) {
  if (from->key_tag >= Tag::short_string) heap.barrier(t, from->key_payload.cell);
  if (from->value_tag >= Tag::short_string) heap.barrier(t, from->value_payload.cell);
  *to = *from;
  if (from->next != 0) to->next = static_cast<std::int32_t>(from + from->next - to);
  from->next = 0;
  from->value_tag = Tag::nil;
}

}  // namespace

Value* place_key(gc::Heap& heap, Table* t, const Value& key) {
  if (!has_hash_part(t)) return nullptr;
  if (block_of(t).inherits != 0) [[unlikely]] state_of(heap).forget_inherited();
  Node* n = main_node(t, key);
  if (n->value_tag != Tag::nil) {  // a node without a value can be taken over where it is, link and all
    Node* free = take_free_node(t);
    if (free == nullptr) return nullptr;
    Node* before = main_node(t, n->key());
    if (before != n) {
      while (before + before->next != n) before += before->next;
      before->next = static_cast<std::int32_t>(free - before);
      move_node(heap, t, n, free);
    } else {
      free->next = n->next != 0 ? static_cast<std::int32_t>(n + n->next - free) : 0;
      n->next = static_cast<std::int32_t>(free - n);
      n = free;
    }
  }
  n->key_payload = key.payload;
  n->key_tag = key.tag;
  n->value_payload.bits = 0;
  n->value_tag = Tag::nil;
  return n->value();
}

const Value* get_integer(const Table* t, std::int64_t key) {
  std::uint64_t position = static_cast<std::uint64_t>(key) - 1;
  if (position < t->array_size()) return &t->array[position];
  const Node* n = find_integer(t, key);
  if (n == nullptr) return is_veiled(t) ? veiled_get(t, Value::integer(key)) : &absent;
  return reinterpret_cast<const Value*>(n);
}

const Value* get_short(const Table* t, const String* key) {
  const Node* n = &t->nodes[key->extra & t->node_mask];
  for (;;) {
    if (n->is_string_key(key)) return value_of(n);
    if (n->next == 0) return is_veiled(t) ? veiled_get(t, {Payload{.cell = const_cast<String*>(key)}, Tag::short_string}) : &absent;
    n += n->next;
  }
}

const Value* get(const Table* t, const Value& key) {
  if (is_veiled(t)) [[unlikely]] return veiled_get(t, key);
  switch (key.tag) {
    case Tag::nil: return &absent;
    case Tag::short_string: return get_short(t, key.string());
    case Tag::integer: return get_integer(t, key.payload.integer);
    case Tag::number: {
      std::int64_t integer;
      if (number_to_integer(key.payload.number, &integer)) return get_integer(t, integer);
      return value_of(find_by_bits(t, key));
    }
    case Tag::long_string: return value_of(find_long(t, key));
    default: return value_of(find_by_bits(t, stored_form(key)));
  }
}

Value* insert_key(GlobalState& state, Table* t, const Value& given) {
  Value key = stored_form(given);
  if (is_veiled(t)) [[unlikely]] {
    if (key.is_string()) t->detail = 0;
    if (Value* slot = veiled_insert(t, key)) {
      if (key.has_cell()) state.heap.barrier(t, key.cell());
      return slot;
    }
  }
  if (key.is_integer()) {
    if (static_cast<std::uint64_t>(key.payload.integer) == std::uint64_t{t->array_size()} + 1 &&
        append_slot(state, t)) {
      return &t->array[key.payload.integer - 1];
    }
  } else if (key.is_string()) {
    t->detail = 0;  // it may be the name of an event
  }
  Value* slot = place_key(state.heap, t, key);
  if (slot == nullptr) {
    rehash(state, t, key);
    std::uint64_t position = static_cast<std::uint64_t>(key.payload.integer) - 1;
    if (key.is_integer() && position < t->array_size()) return &t->array[position];
    slot = place_key(state.heap, t, key);
  }
  if (key.has_cell()) state.heap.barrier(t, key.cell());
  return slot;
}

namespace {

void store(GlobalState& state, Table* t, const Value* slot, const Value& key, const Value& value) {
  Value* place = const_cast<Value*>(slot);
  if (slot == &absent) {
    if (value.is_nil()) return;
    place = insert_key(state, t, key);
  }
  if (block_of(t).inherits != 0) [[unlikely]] state.forget_inherited();
  *place = value;
  if (value.has_cell()) state.heap.barrier(t, value.cell());
}

}  // namespace

void set(GlobalState& state, Table* t, const Value& key, const Value& value) {
  store(state, t, get(t, key), key, value);
}

void set_integer(GlobalState& state, Table* t, std::int64_t key, const Value& value) {
  store(state, t, get_index(t, key), Value::integer(key), value);
}

void set_string(GlobalState& state, Table* t, String* key, const Value& value) {
  Value name = Value::of(key);
  store(state, t, key->is_short() ? get_short(t, key) : get(t, name), name, value);
}

// --- length -------------------------------------------------------------------------------------------------------------

namespace {

// A border in [low, high): array[low - 1] is not nil (or low is 0), array[high - 1] is nil.
std::uint32_t border_between(const Table* t, std::uint32_t low, std::uint32_t high) {
  while (high - low > 1) {
    std::uint32_t middle = low + (high - low) / 2;
    (t->array[middle - 1].is_nil() ? high : low) = middle;
  }
  return low;
}

// The array part is full to its end (or empty): does the sequence go on in the hash part?
std::uint64_t border_in_hash(const Table* t) {
  std::uint64_t low = t->array_size();
  if (!has_hash_part(t) || get_integer(t, static_cast<std::int64_t>(low + 1))->is_nil()) return low;
  std::uint64_t high = low + 1;
  constexpr std::uint64_t last = INT64_MAX;
  do {
    low = high;
    if (high > last / 2) {
      if (!get_integer(t, INT64_MAX)->is_nil()) return last;
      high = last;
      break;
    }
    high *= 2;
  } while (!get_integer(t, static_cast<std::int64_t>(high))->is_nil());
  while (high - low > 1) {
    std::uint64_t middle = low + (high - low) / 2;
    (get_integer(t, static_cast<std::int64_t>(middle))->is_nil() ? high : low) = middle;
  }
  return low;
}

}  // namespace

std::uint64_t length(Table* t) {
  if (is_veiled(t)) [[unlikely]] return veiled_length(t);
  std::uint32_t size = t->array_size();
  std::uint32_t hint = std::min(t->border, size);
  if (hint > 0 && t->array[hint - 1].is_nil()) {  // the sequence became shorter: by one, most often
    if (hint >= 2 && !t->array[hint - 2].is_nil()) return t->border = hint - 1;
    return t->border = border_between(t, 0, hint);
  }
  for (std::uint32_t steps = 0; hint < size && steps < 4; ++hint, ++steps) {  // or longer by a few
    if (t->array[hint].is_nil()) return t->border = hint;
  }
  if (hint < size && t->array[size - 1].is_nil()) return t->border = border_between(t, hint, size);
  t->border = size;
  return border_in_hash(t);
}

// --- traversal ----------------------------------------------------------------------------------------------------------

std::uint64_t next_position(Table* t, std::uint64_t position, Value* key, Value* value) {
  if (is_veiled(t)) [[unlikely]] return veiled_next_position(t, position, key, value);
  std::uint64_t array_size = t->array_size();
  for (; position < array_size; ++position) {
    const Value& v = t->array[position];
    if (v.is_nil()) continue;
    *key = Value::integer(static_cast<std::int64_t>(position + 1));
    *value = v;
    return position + 1;
  }
  std::uint64_t end = array_size + node_count(t);
  for (; position < end; ++position) {
    Node& n = t->nodes[position - array_size];
    if (n.value_tag == Tag::nil) continue;
    *key = n.key();
    *value = *n.value();
    return position + 1;
  }
  return 0;
}

namespace {

// A key that was removed, and whose node the collector has seen since, is known by its address only.
const Node* find_dead(const Table* t, const Value& key) {
  if (!key.has_cell()) return nullptr;
  const Node* n = main_node(t, key);
  for (;;) {
    if (n->key_tag == Tag::dead_key && n->key_payload.cell == key.payload.cell) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

// Position behind `key`; 0 when the table does not have it: keys are taken as they are stored, so 1.0 is none.
std::uint64_t position_after(const Table* t, const Value& key) {
  Uncovered parts(t);
  if (key.is_integer()) {
    std::uint64_t position = static_cast<std::uint64_t>(key.payload.integer) - 1;
    if (position < t->array_size()) return position + 1;
  }
  const Node* n = find_node(t, key);
  if (n == nullptr) n = find_dead(t, key);
  if (n == nullptr) return 0;
  return static_cast<std::uint64_t>(n - t->nodes) + 1 + t->array_size();
}

}  // namespace

bool next(Table* t, Value* key, Value* value, bool* valid) {
  std::uint64_t position = 0;
  *valid = true;
  if (!key->is_nil()) {
    position = position_after(t, *key);
    if (position == 0) return *valid = false;
  }
  return next_position(t, position, key, value) != 0;
}

std::size_t bytes_of_table(const Table* t) {
  if (t->kind != kind_table_with_part) return sizeof(Table);
  Uncovered parts(t);
  if (is_within(t, t->array)) return sizeof(Table) + t->array_size() * sizeof(Value);
  if (is_within(t, &block_of(t))) return sizeof(Table) + node_block_bytes(node_count(t));
  return *reinterpret_cast<const std::size_t*>(t + 1);
}

std::size_t bytes_outside(const Table* t) {
  Uncovered parts(t);
  std::size_t array = is_within(t, t->array) ? 0 : t->array_size() * sizeof(Value);
  std::size_t nodes = is_within(t, &block_of(t)) ? 0 : node_block_bytes(node_count(t));
  return array + nodes;
}

}  // namespace rt
