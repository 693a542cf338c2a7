// SPDX-License-Identifier: MIT
// The language's operations on weak values.
#include "vm/weak_access.hpp"

#include <cmath>

#include "gc/root.hpp"
#include "memory/global_state.hpp"
#include "memory/weak_mode.hpp"
#include "value/conversion.hpp"
#include "vm/call.hpp"
#include "vm/error.hpp"
#include "vm/event.hpp"
#include "vm/message.hpp"
#include "weak/registry.hpp"

namespace rt {

namespace {

weak::Registry& registry_of(lua_State* L) { return global_of(L).weak; }
weak::Type type_of(const Value& object) {
  return weak::type_of_kind[object.cell()->kind - runtime_kind_count];
}
weak::Table* table_of(const Value& object) { return static_cast<weak::Table*>(object.cell()); }

bool is_mortal(const Value& v) { return v.tag >= Tag::table; }

// The form in which a key is stored: floats that are integers become integers, booleans have an empty payload.
weak::Slot stored_key(const Value& key) {
  std::int64_t n;
  if (key.is_number() && number_to_integer(key.payload.number, &n)) return slot_of(Value::integer(n));
  if (key.tag <= Tag::true_) return weak::Slot::of(std::uint64_t{0}, static_cast<std::uint8_t>(key.tag));
  return slot_of(key);
}

void check_holdable(lua_State* L, const Value& v) {
  if (!is_mortal(v)) [[unlikely]] raise_message(L, "cannot hold a %s weakly", immortal_name(v));
}

void check_entry(lua_State* L, weak::Type type, const Value& key, const Value& value) {
  if (weak::holds_keys_weakly(type)) {
    check_holdable(L, key);
  } else if (key.is_nil()) {
    raise_message(L, "table index is nil");
  } else if (key.is_number() && std::isnan(key.payload.number)) {
    raise_message(L, "table index is NaN");
  }
  if (value.is_nil()) return;
  if (weak::holds_values_weakly(type)) check_holdable(L, value);
  if (type == weak::Type::set && value.tag != Tag::true_) {
    raise_message(L, "value of a weak set's member must be true or nil, not a %s", type_name_of(L, value));
  }
}

bool same_members(weak::Table* a, weak::Table* b) {
  if (weak::length(a) != weak::length(b)) return false;
  weak::Slot member, value;
  for (std::uint32_t position = 0; weak::entry_from(a, &position, &member, &value);) {
    if (!weak::get(b, member, &value)) return false;
  }
  return true;
}

}  // namespace

const char* immortal_name(const Value& v) {
  return v.tag == Tag::light_userdata ? "light userdata" : lua_typename(nullptr, basic_type(v));
}

bool weak_has_entries(const Value& object) {
  weak::Type type = type_of(object);
  return type >= weak::Type::key_table && type <= weak::Type::set;
}

void weak_raw_get(lua_State* L, const Value& object, const Value& key, Value* result) {
  if (!object.is_weak() || !weak_has_entries(object)) {
    raise_message(L, "table expected, got %s", type_name_of(L, object));
  }
  weak::Slot value;
  weak::get(table_of(object), stored_key(key), &value);
  *result = value_of(value);
}

void weak_raw_set(lua_State* L, const Value& object, const Value& key, const Value& value) {
  if (!object.is_weak() || !weak_has_entries(object)) {
    raise_message(L, "table expected, got %s", type_name_of(L, object));
  }
  check_entry(L, type_of(object), key, value);
  weak::set(table_of(object), stored_key(key), slot_of(value));
}

bool weak_index(lua_State* L, const Value& object, const Value& key, Value* result) {
  if (!weak_has_entries(object)) return false;
  if (type_of(object) == weak::Type::set && key.is_string()) return false;
  weak_raw_get(L, object, key, result);
  return true;
}

bool weak_set_index(lua_State* L, const Value& object, const Value& key, const Value& value) {
  if (!weak_has_entries(object)) return false;
  weak_raw_set(L, object, key, value);
  return true;
}

bool weak_length(lua_State*, const Value& object, Value* result) {
  if (!weak_has_entries(object)) return false;
  *result = Value::integer(static_cast<std::int64_t>(weak::length(table_of(object))));
  return true;
}

bool weak_equals(lua_State* L, const Value& a, const Value& b) {
  weak::Type type = type_of(a);
  if (type != type_of(b)) return false;
  if (type == weak::Type::set) return same_members(table_of(a), table_of(b));
  if (type != weak::Type::ref) return false;
  weak::Registry& registry = registry_of(L);
  auto* left = static_cast<weak::Ref*>(a.cell());
  auto* right = static_cast<weak::Ref*>(b.cell());
  return registry.is_alive(left) && registry.is_alive(right) && left->target == right->target;
}

Value weak_referent(lua_State* L, const Value& ref) {
  return value_of(registry_of(L).referent(static_cast<const weak::Ref*>(ref.cell())));
}

bool weak_next(lua_State*, const Value& object, Value* key, Value* value, bool* valid) {
  *valid = object.is_weak() && weak_has_entries(object);
  if (!*valid) return false;
  weak::Slot key_slot = stored_key(*key);
  weak::Slot value_slot;
  if (!weak::next(table_of(object), &key_slot, &value_slot, valid)) return false;
  *key = value_of(key_slot);
  *value = value_of(value_slot);
  return true;
}

void weak_advance(const Value& iterator, Value* key, Value* value) {
  auto* cursor = static_cast<weak::Cursor*>(iterator.native_function()->upvalues[0].cell());
  weak::Slot key_slot = weak::Slot::nil();
  weak::Slot value_slot = weak::Slot::nil();
  weak::advance(cursor, &key_slot, &value_slot);
  *key = value_of(key_slot);
  *value = value_of(value_slot);
}

const char* weak_type_name(const Value& object) {
  // ORDER WeakType
  static constexpr const char* names[weak::type_count] = {"weakref", "weakkeytable", "weakvaluetable", "weakkvtable",
                                                          "weakset", "weakproxy",    "weakfinalizer",  "weakcursor"};
  return names[static_cast<unsigned>(type_of(object))];
}

Table* weak_metatable(lua_State* L, const Value& object) {
  return global_of(L).weak_metatables[static_cast<unsigned>(type_of(object))];
}

void set_weak_metatable(lua_State* L, const Value& object, Table* metatable) {
  global_of(L).weak_metatables[static_cast<unsigned>(type_of(object))] = metatable;
}

// --- notices --------------------------------------------------------------------------------------------------------------

namespace {

// Calls what a finalizer's table says: the function, then n arguments.
int run_action(lua_State* L) {
  lua_rawgeti(L, 1, 0);
  auto count = static_cast<int>(lua_tointeger(L, -1));
  lua_pop(L, 1);
  ensure_stack(L, static_cast<std::size_t>(count) + 1);
  for (int i = 1; i <= count + 1; ++i) lua_rawgeti(L, 1, i);
  lua_call(L, count, 0);
  return 0;
}

int push_action(lua_State* L, const weak::Slot& action) {
  push(L, Value::light_function(run_action));
  push(L, value_of(action));
  return 1;
}

}  // namespace

bool has_weak_notices(lua_State* L) { return registry_of(L).has_notices(); }

int push_weak_notice(lua_State* L) {
  weak::Slot callback;
  weak::Ref* ref = registry_of(L).pop_notice(&callback);
  if (ref == nullptr) return -1;
  if (registry_of(L).type_of(ref) == weak::Type::finalizer) return push_action(L, callback);
  push(L, value_of(callback));
  push(L, Value::of(Tag::weak, ref));
  return 1;
}

int push_weak_finalizer_at_exit(lua_State* L) {
  weak::Registry& registry = registry_of(L);
  weak::Finalizer* finalizer = registry.newest_at_exit();
  return finalizer == nullptr ? -1 : push_action(L, registry.take_action(finalizer));
}

}  // namespace rt
