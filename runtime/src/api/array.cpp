// SPDX-License-Identifier: MIT
// mayfly/array.h: sequences in bulk.
#include "mayfly/array.h"

#include <algorithm>
#include <cstddef>

#include "api/address.hpp"
#include "value/conversion.hpp"
#include "value/table.hpp"
#include "vm/operation.hpp"

using namespace rt;

static_assert(sizeof(mayfly_Value) == sizeof(Value) && offsetof(mayfly_Value, tag) == offsetof(Value, tag));
static_assert(MAYFLY_TAGINTEGER == static_cast<int>(Tag::integer) && MAYFLY_TAGFLOAT == static_cast<int>(Tag::number));

namespace {

const Value& internal(const mayfly_Value* value) { return *reinterpret_cast<const Value*>(value); }

// The values at positions first ..., null when the array part does not hold `count` of them.
Value* array_values(const Value* object, lua_Integer first, std::size_t count) {
  if (!object->is_table()) return nullptr;
  const Table* t = object->table();
  std::uint64_t start = static_cast<std::uint64_t>(first) - 1;
  if (start > t->array_size() || count > t->array_size() - start) return nullptr;
  return t->array + start;
}

const char* text_of(const Value& v, char* room, std::size_t* length) {
  if (v.is_string()) {
    *length = v.string()->length();
    return v.string()->data;
  }
  if (room == nullptr || !v.is_numeric()) return nullptr;
  *length = format_number(v, room);
  return room;
}

}  // namespace

LUA_API int mayfly_isplain(lua_State* L, int index) {
  const Value* object = address(L, index);
  return object->is_table() && object->table()->metatable == nullptr;
}

LUA_API const mayfly_Value* mayfly_values(lua_State* L, int index, lua_Integer first, size_t count) {
  return reinterpret_cast<const mayfly_Value*>(array_values(address(L, index), first, count));
}

LUA_API mayfly_Value* mayfly_writevalues(lua_State* L, int index, lua_Integer first, size_t count) {
  return reinterpret_cast<mayfly_Value*>(array_values(address(L, index), first, count));
}

LUA_API void mayfly_wrote(lua_State* L, int index) { L->global->heap.barrier_any(address(L, index)->cell()); }

LUA_API int mayfly_movevalues(lua_State* L, int from, lua_Integer first, size_t count, int to, lua_Integer target) {
  const Value* destination = address(L, to);
  const Value* source_values = array_values(address(L, from), first, count);
  Value* target_values = array_values(destination, target, count);
  if (source_values == nullptr || target_values == nullptr) return 0;
  if (source_values < target_values && target_values < source_values + count) {
    std::copy_backward(source_values, source_values + count, target_values + count);
  } else {
    std::copy(source_values, source_values + count, target_values);
  }
  // Each of them, and not the table again as a whole: it may be much longer than what is moved.
  for (std::size_t i = 0; i < count; ++i) {
    if (target_values[i].has_cell()) L->global->heap.barrier(destination->cell(), target_values[i].cell());
  }
  return 1;
}

LUA_API void mayfly_append(lua_State* L, int index) {
  const Value& object = *address(L, index);
  Table* t = object.table();
  std::uint64_t place = length(t);
  const Value& value = L->top[-1];
  if (place < t->array_size()) {
    t->array[place] = value;
    if (value.has_cell()) L->global->heap.barrier(t, value.cell());
  } else {
    guarded(L, [&] { set_integer(*L->global, t, static_cast<lua_Integer>(place) + 1, value); });
  }
  --L->top;
}

LUA_API void mayfly_pushvalue(lua_State* L, const mayfly_Value* value) { push(L, internal(value)); }

LUA_API void mayfly_pushvalues(lua_State* L, int index, lua_Integer first, size_t count) {
  const Value* object = address(L, index);
  if (const Value* values = array_values(object, first, count)) {
    L->top = std::copy(values, values + count, L->top);
    note_written(L);
    return;
  }
  const Table* t = object->table();
  for (std::size_t i = 0; i < count; ++i) {
    push(L, *get_index(t, static_cast<lua_Integer>(static_cast<lua_Unsigned>(first) + i)));
  }
}

LUA_API void mayfly_newsequence(lua_State* L, int count, int fields) {
  auto size = static_cast<std::size_t>(count);
  Table* t = guarded(L, [&] { return make_table(*L->global, size, static_cast<std::size_t>(fields)); });
  L->top -= count;
  std::copy(L->top, L->top + count, t->array);
  L->global->heap.barrier_any(t);
  push(L, Value::of(t));
}

LUA_API const char* mayfly_text(const mayfly_Value* value, char* room, size_t* length) {
  return text_of(internal(value), room, length);
}

LUA_API const char* mayfly_totext(lua_State* L, int index, char* room, size_t* length) {
  return text_of(*address(L, index), room, length);
}

LUA_API size_t mayfly_textsize(const mayfly_Value* values, size_t count) {
  size_t total = 0;
  for (const Value *v = &internal(values), *end = v + count; v != end; ++v) {
    if (!v->is_string() || __builtin_add_overflow(total, v->string()->length(), &total)) return SIZE_MAX;
  }
  return total;
}

LUA_API char* mayfly_copytexts(const mayfly_Value* values, size_t count, const char* separator, size_t separator_length, char* target) {
  for (const Value *v = &internal(values), *end = v + count; v != end; ++v) {
    if (separator_length != 0 && v != &internal(values)) {
      copy_bytes(target, separator, separator_length);
      target += separator_length;
    }
    std::size_t length = v->string()->length();
    copy_bytes(target, v->string()->data, length);
    target += length;
  }
  return target;
}

LUA_API int mayfly_lessthan(lua_State* L, const mayfly_Value* a, const mayfly_Value* b) {
  return guarded(L, [&] { return less_than(L, internal(a), internal(b)); });
}

LUA_API int mayfly_callorder(lua_State* L, int function, const mayfly_Value* a, const mayfly_Value* b) {
  Value* place = L->top;
  place[0] = *address(L, function);
  place[1] = internal(a);
  place[2] = internal(b);
  L->top = place + 3;
  guarded(L, [&] { call_unyieldable(L, place, 1); });
  return !(--L->top)->is_falsy();
}
