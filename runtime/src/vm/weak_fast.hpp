// SPDX-License-Identifier: MIT
// The operations on weak values that the handlers do inline: reading a ref; reading and storing entries of tables and sets.
// Each answers false, and has changed nothing, when there is more to it than to look: something may be dead and not yet
// cleared, has to be marked, may have to grow, is an error. The slow paths do the same thing whole.
#pragma once

#include "memory/global_state.hpp"
#include "value/kinds.hpp"
#include "value/thread.hpp"
#include "vm/table_access.hpp"
#include "weak/find.hpp"
#include "weak/ref.hpp"
#include "weak/type.hpp"

namespace rt {

inline unsigned weak_kind_number(const Value& v) { return static_cast<unsigned>(v.payload.cell->kind - runtime_kind_count); }
inline constexpr unsigned number_of(weak::Kind kind) { return static_cast<unsigned>(kind); }

// ORDER WeakKind: refs are the first of the kinds behind Tag::weak.
inline bool is_ref(const Value& v) {
  return v.tag == Tag::weak && v.payload.cell->kind <= runtime_kind_count + number_of(weak::Kind::ref);
}

// Must the collector hear that the cell was read through a weak edge?
inline bool must_be_shaded(const gc::Heap& heap, const gc::Cell* cell) {
  return heap.marking() && cell->color <= gc::white_odd;
}

// The target of a ref lies in it as a value does.
static_assert(offsetof(Value, tag) == sizeof(void*) && offsetof(weak::Ref, callback_bits) == offsetof(weak::Ref, target) + sizeof(Value));
[[gnu::always_inline]] inline void copy_target(const weak::Ref* ref, Value* result) {
  // Through a local: what lies beside the tag is of no value's, and may be copied along.
  struct {
    std::uint64_t words[2];
  } whole;
  __builtin_memcpy(&whole, &ref->target, sizeof whole);
  __builtin_memcpy(static_cast<void*>(result), &whole, sizeof whole);
}

// Between cycles whatever a ref leads to is alive.
[[gnu::always_inline]] inline bool read_ref_between_cycles(const lua_State* L, const Value& ref, Value* result) {
  if (L->global->heap.phase() != gc::Phase::idle) [[unlikely]] return false;
  copy_target(static_cast<const weak::Ref*>(ref.payload.cell), result);
  return true;
}

[[gnu::always_inline]] inline bool read_ref(const lua_State* L, const Value& ref, Value* result) {
  const auto* r = static_cast<const weak::Ref*>(ref.payload.cell);
  gc::Cell* target = r->target;  // null, and tagged nil, once it is dead
  const gc::Heap& heap = L->global->heap;
  if (heap.phase() != gc::Phase::idle) [[unlikely]] {
    if (target != nullptr && (heap.is_dead(target) || must_be_shaded(heap, target))) return false;
  }
  copy_target(r, result);
  return true;
}

// The table's number among the kinds that have entries: 0 to 3 from key_table on; what has none gives a larger one.
inline unsigned table_number(const Value& v) { return weak_kind_number(v) - number_of(weak::Kind::key_table); }
inline constexpr unsigned key_table_number = 0;
inline constexpr unsigned value_table_number = 1;
inline constexpr unsigned set_number = number_of(weak::Kind::set) - number_of(weak::Kind::key_table);

// The bucket of a key that is found by its bits. False: another key, or a string and a set (those are its methods).
[[gnu::always_inline]] inline bool bucket_of(const weak::Table* t, unsigned table_number, const Value& key,
                                             std::uint32_t* bucket) {
  if (key.tag >= Tag::table) [[likely]] {
    *bucket = weak::place_of_address(key.payload.bits, t->mask);
  } else if (key.is_integer()) {
    *bucket = weak::place_of(key.payload.bits, t->mask);
  } else if (key.is_short_string() && table_number != set_number) {
    *bucket = key.string()->extra & t->mask;
  } else {
    return false;
  }
  return true;
}

[[gnu::always_inline]] inline bool read_entry(const lua_State* L, const Value& object, const Value& key, Value* result) {
  std::uint32_t bucket;
  if (!object.is_weak()) return false;
  unsigned number = table_number(object);
  if (number > set_number) return false;
  const auto* t = static_cast<const weak::Table*>(object.payload.cell);
  if (!bucket_of(t, number, key, &bucket)) return false;
  const gc::Heap& heap = L->global->heap;
  if (!weak::is_settled(t, heap)) [[unlikely]] return false;
  const weak::Entry* e = weak::find_entry(t, bucket, key.payload.bits, static_cast<std::uint8_t>(key.tag));
  if (e == nullptr) {
    result->set_nil();
    return true;
  }
  Value value{Payload{.bits = e->value_bits}, static_cast<Tag>(e->value_tag)};
  if (value.has_cell() && must_be_shaded(heap, value.payload.cell)) [[unlikely]] return false;
  *result = value;
  return true;
}

// May the value stand in a table of this number?
[[gnu::always_inline]] inline bool can_be_entry(const Value& value, unsigned table_number) {
  if (value.tag >= Tag::table) return table_number != set_number;
  return value.is_nil() || table_number == key_table_number || (table_number == set_number && value.tag == Tag::true_);
}

// Is a cell that is not white known to the collector as one that may refer to young cells? Then its barrier is silent.
inline bool is_noted(const gc::Heap& heap, const gc::Cell* owner) {
  return owner->color == gc::grey && !heap.tracing();
}

// Has a store to go through the barrier (Registry::stored)? What a table holds is a key table's value, a value table's key.
// (Copies, not a choice between places: a handler may not have variables with an address.)
[[gnu::always_inline]] inline bool must_be_told(const gc::Heap& heap, const weak::Table* t, unsigned table_number, const Value& key,
                                                const Value& value) {
  if (t->color <= gc::white_odd || table_number > value_table_number) return false;
  Value held = key;
  if (table_number == key_table_number) held = value;
  return held.has_cell() && held.payload.cell->color <= gc::white_odd && !is_noted(heap, t);
}

[[gnu::always_inline]] inline bool store_entry(const lua_State* L, const Value& object, const Value& key,
                                               const Value& value) {
  std::uint32_t bucket;
  if (!object.is_weak()) return false;
  unsigned number = table_number(object);
  if (number > set_number || !can_be_entry(value, number)) return false;
  if (key.tag < Tag::table && number != value_table_number) [[unlikely]] return false;
  auto* t = static_cast<weak::Table*>(object.payload.cell);
  if (must_be_told(L->global->heap, t, number, key, value)) [[unlikely]] return false;
  if (!bucket_of(t, number, key, &bucket)) return false;
  auto tag = static_cast<std::uint8_t>(key.tag);
  weak::Entry* e = weak::find_entry(t, bucket, key.payload.bits, tag);
  if (value.is_nil()) {
    if (e == nullptr || e->value_tag == weak::nil_tag) return true;
    e->value_tag = weak::nil_tag;
    --t->extra;
    return true;
  }
  if (e == nullptr) {
    if (t->used == t->capacity) [[unlikely]] return false;
    e = weak::append_entry(t, bucket, key.payload.bits, tag);
  } else if (e->birth != weak::birth_mark(L->global->heap)) {
    t->detail |= weak::table_changed;
  }
  if (e->value_tag == weak::nil_tag) ++t->extra;
  e->value_bits = value.payload.bits;
  e->value_tag = static_cast<std::uint8_t>(value.tag);
  e->birth = weak::birth_mark(L->global->heap);
  return true;
}

// The number of live entries.
[[gnu::always_inline]] inline bool count_entries(const lua_State* L, const Value& object, std::int64_t* count) {
  if (!object.is_weak() || table_number(object) > set_number) return false;
  const auto* t = static_cast<const weak::Table*>(object.payload.cell);
  if (!weak::is_settled(t, L->global->heap)) [[unlikely]] return false;
  *count = t->extra;
  return true;
}

// Nothing to be shaded, no barrier for what the cursor holds, no dead entry to be passed over.
inline bool can_advance(const lua_State* L, const weak::Cursor* cursor) {
  const gc::Heap& heap = L->global->heap;
  return weak::is_settled(cursor->table, heap) && !heap.marking() && (cursor->color <= gc::white_odd || is_noted(heap, cursor));
}

// As weak::advance; null at the end.
[[gnu::always_inline]] inline const weak::Entry* next_entry(weak::Cursor* cursor) {
  const weak::Table* t = cursor->table;
  cursor->key = cursor->value = nullptr;
  for (std::uint32_t i = cursor->extra; i < t->used; ++i) {
    const weak::Entry& e = t->entries[i];
    if (e.value_tag == weak::nil_tag) continue;
    if (e.key().has_cell()) cursor->key = e.key().cell;
    if (e.value().has_cell()) cursor->value = e.value().cell;
    cursor->extra = i + 1;
    return &e;
  }
  cursor->extra = t->used;
  return nullptr;
}

// A method from the `__index` table of the type's metatable; null when it is not that simple. Tables have entries instead.
[[gnu::always_inline]] inline Node* method_node(const lua_State* L, const Value& object, const String* key,
                                                const Instruction* instruction) {
  if (!object.is_weak() || table_number(object) < set_number) return nullptr;
  weak::Type type = weak::type_of_kind[weak_kind_number(object)];
  const Table* metatable = L->global->weak_metatables[static_cast<unsigned>(type)];
  if (metatable == nullptr) return nullptr;
  Node* index = plain_node(metatable, L->global->event_names[static_cast<int>(Event::index)]);
  if (index == nullptr || index->value_tag != Tag::table) return nullptr;
  const Table* methods = index->value()->table();
  if (Node* node = hinted_node(methods, key, instruction->x)) return node;
  return chained_node(methods, key, instruction);
}

}  // namespace rt
