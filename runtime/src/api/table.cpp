// SPDX-License-Identifier: MIT
// lua.h: get and set functions, traversal, metatables, user values.
#include <cmath>

#include "api/address.hpp"
#include "memory/finalize.hpp"
#include "value/table_veil.hpp"
#include "value/userdata.hpp"
#include "vm/operation.hpp"
#include "vm/weak_access.hpp"

using namespace rt;

namespace {

// With metamethods where the raw access has found nothing. Replaces the key on top by the result.
int index_top(lua_State* L, const Value* object) {
  guarded(L, [&] { index(L, *object, L->top[-1], L->top - 1); });
  note_written(L);
  return basic_type(L->top[-1]);
}

[[gnu::always_inline]] inline int push_found(lua_State* L, const Value& v) {
  int type = basic_type(v);
  push(L, v);
  return type;
}

[[gnu::always_inline]] inline const Value* find_short(const Table* t, const String* key) {
  const Node* node = &t->nodes[key->extra & t->node_mask];
  while (!node->is_string_key(key)) {
    if (node->next == 0) return &absent;
    node += node->next;
  }
  return reinterpret_cast<const Value*>(node);
}

[[gnu::noinline]] int get_named_generally(lua_State* L, const Value* object, String* name) {
  Value key = Value::of(name);
  if (object->is_table()) {
    const Value* found = get(object->table(), key);
    if (!found->is_nil()) return push_found(L, *found);
  }
  push(L, key);
  return index_top(L, object);
}

[[gnu::always_inline]] inline int get_by_name(lua_State* L, const Value* object, String* key) {
  if (!object->is_table() || !key->is_short()) [[unlikely]] return get_named_generally(L, object, key);
  const Value* found = find_short(object->table(), key);
  if (found->is_nil()) [[unlikely]] return get_named_generally(L, object, key);
  return push_found(L, *found);
}

[[gnu::noinline]] int get_by_new_name(lua_State* L, const Value* object, const char* name) {
  return get_by_name(L, object, find_name(L, name));
}

[[gnu::always_inline]] inline int get_named(lua_State* L, const Value* object, const char* name) {
  String* key = known_name(L, name);
  if (key == nullptr) [[unlikely]] return get_by_new_name(L, object, name);
  return get_by_name(L, object, key);
}

// An existing entry with a value can be replaced without asking metamethods.
bool replace(lua_State* L, const Value* object, const Value* found, const Value& value) {
  if (found->is_nil()) return false;
  if (object->is_table() && block_of(object->table()).inherits != 0) [[unlikely]] L->global->forget_inherited();
  *const_cast<Value*>(found) = value;
  if (value.has_cell()) L->global->heap.barrier(object->cell(), value.cell());
  return true;
}

[[gnu::noinline]] void set_named_generally(lua_State* L, const Value* object, String* name) {
  push(L, Value::of(name));
  guarded(L, [&] { set_index(L, *object, L->top[-1], L->top[-2]); });
  L->top -= 2;
}

// A new field, the value on top, of a table without a metatable.
[[gnu::noinline]] void add_named(lua_State* L, Table* t, String* key) {
  push(L, Value::of(Tag::short_string, key));
  Value* slot = guarded(L, [&] { return insert_key(*L->global, t, L->top[-1]); });
  const Value& value = L->top[-2];
  *slot = value;
  if (value.has_cell()) L->global->heap.barrier(t, value.cell());
  L->top -= 2;
}

// object[key] = the value on top, which is popped.
[[gnu::always_inline]] inline void set_by_name(lua_State* L, const Value* object, String* key) {
  if (!object->is_table() || !key->is_short()) [[unlikely]] return set_named_generally(L, object, key);
  Table* t = object->table();
  const Value* found = find_short(t, key);
  if (replace(L, object, found, L->top[-1])) [[likely]] {
    --L->top;
  } else if (found == &absent && t->metatable == nullptr && !L->top[-1].is_nil()) {
    add_named(L, t, key);
  } else {
    set_named_generally(L, object, key);
  }
}

[[gnu::noinline]] void set_by_new_name(lua_State* L, const Value* object, const char* name) {
  set_by_name(L, object, find_name(L, name));
}

[[gnu::always_inline]] inline void set_named(lua_State* L, const Value* object, const char* name) {
  String* key = known_name(L, name);
  if (key == nullptr) [[unlikely]] return set_by_new_name(L, object, name);
  set_by_name(L, object, key);
}

int raw_get(lua_State* L, const Value* object, const Value& key) {
  if (object->is_table()) return push_found(L, *get(object->table(), key));
  push(L, key);
  guarded(L, [&] { weak_raw_get(L, *object, L->top[-1], L->top - 1); });
  note_written(L);
  return basic_type(L->top[-1]);
}

// An existing entry is overwritten.
bool raw_replace(lua_State* L, const Value* object, const Value* found, const Value& value) {
  if (found == &absent) return false;
  if (object->is_table() && block_of(object->table()).inherits != 0) [[unlikely]] L->global->forget_inherited();
  *const_cast<Value*>(found) = value;
  if (value.has_cell()) L->global->heap.barrier(object->cell(), value.cell());
  return true;
}

[[gnu::noinline]] void raw_set(lua_State* L, const Value* object, const Value& key, const Value& value) {
  guarded(L, [&] {
    if (!object->is_table()) {
      weak_raw_set(L, *object, key, value);
      return;
    }
    if (key.is_nil()) raise_message(L, "table index is nil");
    if (key.is_number() && std::isnan(key.payload.number)) raise_message(L, "table index is NaN");
    set(*L->global, object->table(), key, value);
  });
}

}  // namespace

// --- get ----------------------------------------------------------------------------------------------------------------

LUA_API int lua_getglobal(lua_State* L, const char* name) {
  const Table* registry = L->global->registry.table();
  if (registry->array_size() < LUA_RIDX_GLOBALS) [[unlikely]] return get_named_generally(L, globals_of(L), name_string(L, name));
  return get_named(L, &registry->array[LUA_RIDX_GLOBALS - 1], name);
}

LUA_API int lua_getfield(lua_State* L, int index, const char* name) {
  return get_named(L, address(L, index), name);
}

LUA_API int lua_gettable(lua_State* L, int index) {
  const Value* object = address(L, index);
  if (object->is_table()) {
    const Value* found = get(object->table(), L->top[-1]);
    if (!found->is_nil()) {
      L->top[-1] = *found;
      note_written(L);
      return basic_type(*found);
    }
  }
  return index_top(L, object);
}

LUA_API int lua_geti(lua_State* L, int index, lua_Integer i) {
  const Value* object = address(L, index);
  if (object->is_table()) {
    const Value* found = get_index(object->table(), i);
    if (!found->is_nil()) return push_found(L, *found);
  }
  push(L, Value::integer(i));
  return index_top(L, object);
}

LUA_API int lua_rawget(lua_State* L, int index) {
  const Value* object = address(L, index);
  if (object->is_table()) {
    L->top[-1] = *get(object->table(), L->top[-1]);
    note_written(L);
    return basic_type(L->top[-1]);
  }
  guarded(L, [&] { weak_raw_get(L, *object, L->top[-1], L->top - 1); });
  note_written(L);
  return basic_type(L->top[-1]);
}

LUA_API int lua_rawgeti(lua_State* L, int index, lua_Integer i) {
  const Value* object = address(L, index);
  if (object->is_table()) return push_found(L, *get_index(object->table(), i));
  return raw_get(L, object, Value::integer(i));
}

LUA_API int lua_rawgetp(lua_State* L, int index, const void* pointer) {
  return raw_get(L, address(L, index), Value::light_userdata(const_cast<void*>(pointer)));
}

LUA_API void lua_createtable(lua_State* L, int array_slots, int hash_slots) {
  Table* t = guarded(L, [&] {
    return make_table(*L->global, static_cast<std::size_t>(array_slots), static_cast<std::size_t>(hash_slots));
  });
  push(L, Value::of(t));
}

// --- set ----------------------------------------------------------------------------------------------------------------

LUA_API void lua_setglobal(lua_State* L, const char* name) {
  set_named(L, globals_of(L), name);
}

LUA_API void lua_setfield(lua_State* L, int index, const char* name) {
  set_named(L, address(L, index), name);
}

LUA_API void lua_settable(lua_State* L, int index) {
  const Value* object = address(L, index);
  if (!object->is_table() || !replace(L, object, get(object->table(), L->top[-2]), L->top[-1])) {
    guarded(L, [&] { set_index(L, *object, L->top[-2], L->top[-1]); });
  }
  L->top -= 2;
}

LUA_API void lua_seti(lua_State* L, int index, lua_Integer i) {
  const Value* object = address(L, index);
  if (object->is_table() && replace(L, object, get_index(object->table(), i), L->top[-1])) {
    --L->top;
    return;
  }
  push(L, Value::integer(i));
  guarded(L, [&] { set_index(L, *object, L->top[-1], L->top[-2]); });
  L->top -= 2;
}

LUA_API void lua_rawset(lua_State* L, int index) {
  const Value* object = address(L, index);
  if (!object->is_table() || !raw_replace(L, object, get(object->table(), L->top[-2]), L->top[-1])) {
    raw_set(L, object, L->top[-2], L->top[-1]);
  }
  L->top -= 2;
}

LUA_API void lua_rawseti(lua_State* L, int index, lua_Integer i) {
  const Value* object = address(L, index);
  if (!object->is_table() || !raw_replace(L, object, get_index(object->table(), i), L->top[-1])) {
    raw_set(L, object, Value::integer(i), L->top[-1]);
  }
  --L->top;
}

LUA_API void lua_rawsetp(lua_State* L, int index, const void* pointer) {
  raw_set(L, address(L, index), Value::light_userdata(const_cast<void*>(pointer)), L->top[-1]);
  --L->top;
}

LUA_API int lua_next(lua_State* L, int index) {
  const Value* object = address(L, index);
  Value *key = L->top - 1, value;
  bool valid = true;
  bool more = guarded(L, [&] {
    return object->is_table() ? next(object->table(), key, &value, &valid) : weak_next(L, *object, key, &value, &valid);
  });
  if (!valid) raise_message(L, "invalid key to 'next'");
  if (more) {
    push(L, value);
  } else {
    --L->top;
  }
  return more;
}

// --- metatables and user values -----------------------------------------------------------------------------------------

LUA_API int lua_getmetatable(lua_State* L, int index) {
  Table* metatable = metatable_of(*L->global, *address(L, index));
  if (metatable == nullptr) return 0;
  push(L, Value::of(metatable));
  return 1;
}

LUA_API int lua_setmetatable(lua_State* L, int index) {
  const Value* object = address(L, index);
  GlobalState& state = *L->global;
  Table* metatable = L->top[-1].is_nil() ? nullptr : L->top[-1].table();
  if (object->is_table() || object->is_userdata()) {
    if (object->is_table()) {
      if (is_veiled(object->table())) lift_veil(object->table());  // it must keep a metatable
      if (block_of(object->table()).inherits != 0) state.forget_inherited();
    }
    (object->is_table() ? object->table()->metatable : object->userdata()->metatable) = metatable;
    // All edges again, not only the new one: `__mode` may have gone.
    state.heap.barrier_any(object->cell());
    if (metatable != nullptr) guarded(L, [&] { attach_finalizer(state, object->cell(), metatable); });
  } else if (object->is_weak()) {
    set_weak_metatable(L, *object, metatable);
  } else {
    state.type_metatables[basic_type(*object)] = metatable;
  }
  --L->top;
  return 1;
}

LUA_API int lua_getiuservalue(lua_State* L, int index, int n) {
  const Value* object = address(L, index);
  if (!object->is_userdata() || n <= 0 || static_cast<unsigned>(n) > object->userdata()->extra) {
    push(L, Value::nil());
    return LUA_TNONE;
  }
  return push_found(L, object->userdata()->user_values()[n - 1]);
}

LUA_API int lua_setiuservalue(lua_State* L, int index, int n) {
  const Value* object = address(L, index);
  const Value& value = *--L->top;
  if (!object->is_userdata() || n <= 0 || static_cast<unsigned>(n) > object->userdata()->extra) return 0;
  object->userdata()->user_values()[n - 1] = value;
  if (value.has_cell()) L->global->heap.barrier(object->cell(), value.cell());
  return 1;
}

// --- operators on what is on the stack ------------------------------------------------------------------------------------

LUA_API void lua_concat(lua_State* L, int n) {
  guarded(L, [&] {
    if (n > 0) {
      concatenate(L, n);
    } else {
      push(L, Value::of(make_string(*L->global, "")));
    }
  });
  note_written(L);
}

LUA_API void lua_len(lua_State* L, int index) {
  const Value* object = address(L, index);
  push(L, Value::nil());
  guarded(L, [&] { length_of(L, *object, L->top - 1); });
  note_written(L);
}
