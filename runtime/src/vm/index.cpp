// SPDX-License-Identifier: MIT
// Indexing: metamethods, missing fields, growing tables; constructors and lengths.
#include <algorithm>
#include <cmath>

#include "memory/global_state.hpp"
#include "value/table_nodes.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/message.hpp"
#include "vm/operation.hpp"
#include "vm/safepoint.hpp"
#include "vm/table_access.hpp"
#include "vm/weak_access.hpp"

namespace rt {

namespace {

constexpr int max_chain = 2000;

// Where a search for a field ended.
struct Search {
  enum { found, calls, fails } outcome;
  const Value* object;  // calls: the value whose metamethod it is; fails: the value that cannot be indexed
  Value value;          // found: the value; calls: the metamethod
};

const Value* upvalue_of_running(lua_State* L, unsigned number) {
  return L->frame->function->lua_function()->upvalues[number]->place;
}

// The search for object[key] up to the first function.
Search search(lua_State* L, const Value* object, const Value& key) {
  GlobalState& state = global_of(L);
  for (int step = 0; step < max_chain; ++step) {
    const Value* method;
    if (object->is_table()) [[likely]] {
      Table* t = object->table();
      const Value* value = get(t, key);
      if (!value->is_nil()) return {Search::found, object, *value};
      method = metamethod(state, t->metatable, Event::index);
      if (method->is_nil()) return {Search::found, object, Value::nil()};
    } else {
      Value value;
      if (object->is_weak() && weak_index(L, *object, key, &value)) return {Search::found, object, value};
      method = metamethod_of(state, *object, Event::index);
      if (method->is_nil()) return {Search::fails, object, Value::nil()};
    }
    if (method->is_function()) return {Search::calls, object, *method};
    object = method;
  }
  raise_message(L, "'__index' chain too long; possible loop");
}

void check_key(lua_State* L, const Value& key) {
  if (key.is_nil()) raise_message(L, "table index is nil");
  if (key.is_number() && std::isnan(key.payload.number)) raise_message(L, "table index is NaN");
}

// No metamethod has a say. `slot` is what the search for the key found.
void store_raw(lua_State* L, Table* t, Value* slot, const Value& key, const Value& value) {
  GlobalState& state = global_of(L);
  if (slot == &absent) {
    check_key(L, key);
    if (value.is_nil()) return;
    slot = insert_key(state, t, key);
  }
  if (block_of(t).inherits != 0) [[unlikely]] state.forget_inherited();
  *slot = value;
  if (must_tell_collector(t, value)) state.heap.barrier(t, value.cell());
}

// Stores where no metamethod has to be asked, or says which.
Search store(lua_State* L, const Value* object, const Value& key, const Value& value) {
  GlobalState& state = global_of(L);
  for (int step = 0; step < max_chain; ++step) {
    const Value* method;
    if (object->is_table()) [[likely]] {
      Table* t = object->table();
      auto* slot = const_cast<Value*>(get(t, key));
      method = slot->is_nil() ? metamethod(state, t->metatable, Event::newindex) : &absent;
      if (method->is_nil()) {
        store_raw(L, t, slot, key, value);
        return {Search::found, object, value};
      }
    } else {
      if (object->is_weak() && weak_set_index(L, *object, key, value)) return {Search::found, object, value};
      method = metamethod_of(state, *object, Event::newindex);
      if (method->is_nil()) return {Search::fails, object, Value::nil()};
    }
    if (method->is_function()) return {Search::calls, object, *method};
    object = method;
  }
  raise_message(L, "'__newindex' chain too long; possible loop");
}

// After a slow path that allocated, with its result in place.
Continuation after_allocation(const Instruction* pc, lua_State* L) {
  if (has_pending_work(*L->global)) [[unlikely]] run_pending_work(L);
  return {pc, L};
}

}  // namespace

// --- slow paths --------------------------------------------------------------------------------------------------------

Continuation index_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  const Value* object;
  Value key;
  switch (plain(i.op)) {
    case Opcode::get_global:
      object = upvalue_of_running(L, i.b);
      key = *constant_at(L, i.c);
      break;
    case Opcode::get_table:
      object = register_at(L, i.b);
      key = *register_at(L, i.c);
      break;
    case Opcode::get_upvalue_table:
      object = upvalue_of_running(L, i.b);
      key = *register_at(L, i.c);
      break;
    case Opcode::get_integer:
      object = register_at(L, i.b);
      key = Value::integer(i.c);
      break;
    case Opcode::self: {
      object = register_at(L, i.b);
      key = *constant_at(L, i.c);
      register_at(L, i.a)[1] = *object;
      break;
    }
    default:
      object = register_at(L, i.b);
      key = *constant_at(L, i.c);
      break;
  }
  Search result = search(L, object, key);
  switch (result.outcome) {
    case Search::found: *register_at(L, i.a) = result.value; return {pc, L};
    case Search::calls: return call_metamethod(L, result.value, *result.object, key);
    default: push_type_message(L, result.object, "index"); return signal_error(L);
  }
}

Continuation inherited_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  const Value object = plain(i.op) == Opcode::get_global ? *upvalue_of_running(L, i.b) : *register_at(L, i.b);
  const Table* metatable = metatable_of(global_of(L), object);
  const Node* node = metatable != nullptr ? find_inherited(global_of(L), metatable, constant_at(L, i.c)->string()) : nullptr;
  if (node == nullptr) return index_slow(pc, L);
  Value* out = register_at(L, i.a);
  if (plain(i.op) == Opcode::self) out[1] = object;
  *out = *reinterpret_cast<const Value*>(node);
  return {pc, L};
}

namespace {

struct Store {
  const Value* object;
  Value key;
  const Value* value;
};

Store operands_of_store(const Instruction& i, lua_State* L) {
  Store store;
  store.object = register_at(L, i.a);
  switch (plain(i.op)) {
    case Opcode::set_global:
    case Opcode::set_global_k:
      store.object = upvalue_of_running(L, i.a);
      store.key = *constant_at(L, i.b);
      break;
    case Opcode::set_upvalue_table:
    case Opcode::set_upvalue_table_k: store.object = upvalue_of_running(L, i.a); [[fallthrough]];
    case Opcode::set_table:
    case Opcode::set_table_k: store.key = *register_at(L, i.b); break;
    case Opcode::set_integer:
    case Opcode::set_integer_k: store.key = Value::integer(i.b); break;
    default: store.key = *constant_at(L, i.b); break;
  }
  switch (plain(i.op)) {
    case Opcode::set_global_k:
    case Opcode::set_table_k:
    case Opcode::set_upvalue_table_k:
    case Opcode::set_integer_k:
    case Opcode::set_field_k:
    case Opcode::init_field_k: store.value = constant_at(L, i.c); break;
    default: store.value = register_at(L, i.c); break;
  }
  return store;
}

}  // namespace

Continuation set_index_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  Store operands = operands_of_store(pc[-1], L);
  Search result = store(L, operands.object, operands.key, *operands.value);
  switch (result.outcome) {
    case Search::found: return after_allocation(pc, L);
    case Search::calls: return call_metamethod(L, result.value, *result.object, operands.key, *operands.value);
    default: push_type_message(L, result.object, "index"); return signal_error(L);
  }
}

Continuation insert_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  Store operands = operands_of_store(pc[-1], L);
  Table* t = operands.object->table();
  *insert_key(global_of(L), t, operands.key) = *operands.value;
  if (must_tell_collector(t, *operands.value)) global_of(L).heap.barrier(t, operands.value->cell());
  return after_allocation(pc, L);
}

namespace {

// What a store instruction has stored, and where.
gc::Cell* stored_cell(lua_State* L, const Instruction& i) {
  switch (plain(i.op)) {
    case Opcode::set_upvalue: return register_at(L, i.a)->cell();
    case Opcode::set_global_k:
    case Opcode::set_field_k:
    case Opcode::init_field_k:
    case Opcode::set_table_k:
    case Opcode::set_upvalue_table_k:
    case Opcode::set_integer_k: return constant_at(L, i.c)->cell();
    default: return register_at(L, i.c)->cell();
  }
}

gc::Cell* owner_of_store(lua_State* L, const Instruction& i) {
  switch (plain(i.op)) {
    case Opcode::set_upvalue: return L->frame->function->lua_function()->upvalues[i.b];
    case Opcode::set_global:
    case Opcode::set_global_k:
    case Opcode::set_upvalue_table:
    case Opcode::set_upvalue_table_k: return upvalue_of_running(L, i.a)->cell();
    default: return register_at(L, i.a)->cell();
  }
}

}  // namespace

// The store is done; the collector has to know.
Continuation barrier_slow(const Instruction* pc, lua_State* L) {
  global_of(L).heap.barrier(owner_of_store(L, pc[-1]), stored_cell(L, pc[-1]));
  return {pc, L};
}

Continuation length_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  const Value* object = register_at(L, i.b);
  Value* out = register_at(L, i.a);
  GlobalState& state = global_of(L);
  if (object->is_string()) {
    out->set_integer(static_cast<std::int64_t>(object->string()->length()));
    return {pc, L};
  }
  Value result;
  if (object->is_weak() && weak_length(L, *object, &result)) {
    *register_at(L, i.a) = result;
    return {pc, L};
  }
  const Value* method = metamethod_of(state, *object, Event::len);
  if (!method->is_nil()) return call_metamethod(L, *method, *object, *object);
  if (object->is_table()) {
    out->set_integer(static_cast<std::int64_t>(length(object->table())));
    return {pc, L};
  }
  push_type_message(L, object, "get length of");
  return signal_error(L);
}

Continuation new_table_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  L->frame->lua.pc = pc;
  L->top = register_at(L, i.a) + i.x;
  Table* t;
  if (i.op == Opcode::new_record) {
    const Table* model = reinterpret_cast<const Value*>(L->frame->lua.constants)[i.wide].table();
    t = make_table(global_of(L), 0, std::size_t{model->node_mask} + 1);
    copy_keys(model, t->nodes);
  } else {
    t = make_table(global_of(L), i.c, i.b);
  }
  *register_at(L, i.a) = Value::of(t);
  if (has_pending_work(*L->global)) [[unlikely]] {
    L->top = std::max(L->top, register_at(L, i.a) + 1);
    run_pending_work(L);
  }
  return {pc, L};
}

Continuation set_list_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Value* first = register_at(L, i.a);
  std::uint32_t count = i.b;
  L->frame->lua.pc = pc;
  if (count != 0) {
    L->top = end_of_registers(L->frame);
  } else {
    count = static_cast<std::uint32_t>(L->top - first - 1);
  }
  std::uint64_t offset = i.c;
  if (i.x != 0) offset += static_cast<std::uint64_t>((pc++)->wide) << 16;
  GlobalState& state = global_of(L);
  Table* t = first->table();
  if (offset + count > t->array_size()) resize(state, t, offset + count, node_count(t));
  for (std::uint32_t n = 0; n < count; ++n) t->array[offset + n] = first[n + 1];
  state.heap.barrier_any(t);
  if (has_pending_work(state)) [[unlikely]] {
    L->top = end_of_registers(L->frame);
    run_pending_work(L);
  }
  return {pc, L};
}

// --- for C++ callers ---------------------------------------------------------------------------------------------------

namespace {

void push_call(lua_State* L, const Value& method, const Value& a, const Value& b) {
  Value* function = L->top;
  function[0] = method;
  function[1] = a;
  function[2] = b;
  L->top = function + 3;
}

}  // namespace

void index(lua_State* L, const Value& object, const Value& key, Value* result) {
  std::ptrdiff_t place = save_place(L, result);
  Search found = search(L, &object, key);
  if (found.outcome == Search::fails) raise_type(L, found.object, "index");
  if (found.outcome == Search::found) {
    *restore_place(L, place) = found.value;
    return;
  }
  push_call(L, found.value, *found.object, key);
  call_unyieldable(L, L->top - 3, 1);
  *restore_place(L, place) = *--L->top;
}

void set_index(lua_State* L, const Value& object, const Value& key, const Value& value) {
  Search found = store(L, &object, key, value);
  if (found.outcome == Search::fails) raise_type(L, found.object, "index");
  if (found.outcome == Search::found) return;
  Value copy = value;
  push_call(L, found.value, *found.object, key);
  push(L, copy);
  call_unyieldable(L, L->top - 4, 0);
}

void length_of(lua_State* L, const Value& v, Value* result) {
  std::ptrdiff_t place = save_place(L, result);
  if (v.is_string()) {
    result->set_integer(static_cast<std::int64_t>(v.string()->length()));
    return;
  }
  Value length_value;
  if (v.is_weak() && weak_length(L, v, &length_value)) {
    *restore_place(L, place) = length_value;
    return;
  }
  const Value* method = metamethod_of(global_of(L), v, Event::len);
  if (method->is_nil()) {
    if (!v.is_table()) raise_type(L, &v, "get length of");
    result->set_integer(static_cast<std::int64_t>(length(v.table())));
    return;
  }
  push_call(L, *method, v, v);
  call_unyieldable(L, L->top - 3, 1);
  *restore_place(L, place) = *--L->top;
}

}  // namespace rt
