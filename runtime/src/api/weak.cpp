// SPDX-License-Identifier: MIT
// mayfly/weak.h: refs, proxies, weak tables and sets, finalizers.
#include "mayfly/weak.h"

#include <new>

#include "api/address.hpp"
#include "api/weak_handle.hpp"
#include "memory/weak_mode.hpp"
#include "value/userdata.hpp"
#include "vm/event.hpp"
#include "vm/weak_access.hpp"

using namespace rt;

namespace {

bool is_mortal(const Value& v) { return v.tag >= Tag::table; }
void push_nil(lua_State* L) { push(L, Value::nil()); }
void push_cell(lua_State* L, gc::Cell* cell) { push(L, Value::of(Tag::weak, cell)); }

int push_slot(lua_State* L, const weak::Slot& slot) {
  push(L, value_of(slot));
  return basic_type(L->top[-1]);
}

// The cell of a weak value of this type, else null.
template <class T>
T* weak_at(lua_State* L, int index, weak::Type type) {
  const Value* v = address(L, index);
  if (!v->is_weak() || L->global->weak.type_of(v->cell()) != type) return nullptr;
  return static_cast<T*>(v->cell());
}

weak::Ref* ref_at(lua_State* L, int index) {
  auto* ref = weak_at<weak::Ref>(L, index, weak::Type::ref);
  return ref != nullptr ? ref : weak_at<weak::Ref>(L, index, weak::Type::proxy);
}

weak::Table* table_at(lua_State* L, int index) {
  const Value* v = address(L, index);
  return v->is_weak() && weak_has_entries(*v) ? static_cast<weak::Table*>(v->cell()) : nullptr;
}

unsigned bit_of(weak::Type type) { return 1u << static_cast<unsigned>(type); }

[[gnu::noinline]] void make_metatable(lua_State* L, weak::Type type) {
  GlobalState& state = *L->global;
  state.weak_types_made |= static_cast<std::uint8_t>(bit_of(type));
  if (state.push_weak_metatable == nullptr) return;
  try {
    guarded(L, [&] { ensure_stack(L, LUA_MINSTACK); });
    state.push_weak_metatable(L, static_cast<int>(type) + 1);
  } catch (...) {
    state.weak_types_made &= static_cast<std::uint8_t>(~bit_of(type));
    throw;
  }
  --L->top;
  if (L->top->is_table()) state.weak_metatables[static_cast<unsigned>(type)] = L->top->table();
}

// To be called before a value of the type is made. May move the stack.
void prepare(lua_State* L, weak::Type type) {
  if ((L->global->weak_types_made & bit_of(type)) == 0) [[unlikely]] make_metatable(L, type);
}

// Makes a ref with `make`, or pushes nil for a value that cannot be held.
template <class Make>
int push_ref(lua_State* L, weak::Type type, int index, int callback, Make make) {
  prepare(L, type);
  const Value* target = address(L, index);
  if (!is_mortal(*target)) {
    push_nil(L);
    return 0;
  }
  weak::Slot told = callback == 0 ? weak::Slot::nil() : slot_of(*address(L, callback));
  weak::Ref* ref = guarded(L, [&] { return make(L->global->weak, slot_of(*target), told); });
  push_cell(L, ref);
  return 1;
}

}  // namespace

// --- types ----------------------------------------------------------------------------------------------------------------

LUA_API void mayfly_setweakmetatables(lua_State* L, mayfly_WeakMetatable push) {
  GlobalState& state = *L->global;
  state.push_weak_metatable = push;
  if (push == nullptr) return;
  for (unsigned type = 0; type < weak::type_count; ++type) {
    if ((state.weak_types_made >> type & 1) != 0) make_metatable(L, static_cast<weak::Type>(type));
  }
}

LUA_API int mayfly_weaktype(lua_State* L, int index) {
  const Value* v = address(L, index);
  return v->is_weak() ? static_cast<int>(L->global->weak.type_of(v->cell())) + 1 : MAYFLY_WEAKNONE;
}

LUA_API const char* mayfly_typename(lua_State* L, int index) {
  const Value* v = address(L, index);
  if (v->is_weak()) return weak_type_name(*v);
  if (v->is_userdata() && v->userdata()->metatable != nullptr) {
    const Value* name = get_short(v->userdata()->metatable, L->global->weak_type_key);
    if (name->is_string()) return name->string()->data;
  }
  return lua_typename(L, type_at(v));
}

LUA_API void mayfly_pushtypename(lua_State* L, int index) {
  const Value* v = address(L, index);
  if (v == &absent || v->is_weak() || v->is_userdata()) [[unlikely]] {
    lua_pushstring(L, mayfly_typename(L, index));
  } else {
    push(L, Value::of(L->global->type_names[basic_type(*v)]));
  }
}

LUA_API int mayfly_referable(lua_State* L, int index) { return is_mortal(*address(L, index)) ? 1 : 0; }

// --- refs -----------------------------------------------------------------------------------------------------------------

LUA_API int mayfly_newweakref(lua_State* L, int index, int callback) {
  return push_ref(L, weak::Type::ref, index, callback, [](weak::Registry& registry, const weak::Slot& target, const weak::Slot& told) {
    return told.is_nil() ? registry.shared_ref(target) : registry.make_ref(target, told);
  });
}

LUA_API int mayfly_newweakproxy(lua_State* L, int index, int callback) {
  return push_ref(L, weak::Type::proxy, index, callback, [](weak::Registry& registry, const weak::Slot& target, const weak::Slot& told) {
    return registry.make_proxy(target, told);
  });
}

LUA_API int mayfly_getweakref(lua_State* L, int index) {
  weak::Ref* ref = ref_at(L, index);
  return push_slot(L, ref == nullptr ? weak::Slot::nil() : L->global->weak.referent(ref));
}

LUA_API int mayfly_getweakcallback(lua_State* L, int index) {
  weak::Ref* ref = ref_at(L, index);
  bool alive = ref != nullptr && L->global->weak.is_alive(ref);
  return push_slot(L, alive ? ref->callback() : weak::Slot::nil());
}

LUA_API void mayfly_weakrefs(lua_State* L, int index) {
  const Value target = *address(L, index);
  weak::Registry& registry = L->global->weak;
  std::size_t count = is_mortal(target) ? registry.refs_of(target.cell()) : 0;
  Table* list = guarded(L, [&] { return make_table(*L->global, count, 0); });
  push(L, Value::of(list));
  if (count == 0) return;
  // What the allocation may have collected leaves fewer refs, never more; nothing is allocated from here on.
  struct Filling {
    Table* list;
    std::uint32_t count;
  } filling{list, 0};
  registry.refs_of(
      target.cell(),
      [](weak::Ref* ref, void* context) {
        auto* to = static_cast<Filling*>(context);
        to->list->array[to->count++] = Value::of(Tag::weak, ref);
      },
      &filling);
  L->global->heap.barrier_any(list);
}

LUA_API lua_Unsigned mayfly_weakrefcount(lua_State* L, int index) {
  const Value* target = address(L, index);
  return is_mortal(*target) ? L->global->weak.refs_of(target->cell()) : 0;
}

// --- tables and sets --------------------------------------------------------------------------------------------------------

LUA_API void mayfly_newweaktable(lua_State* L, int kind, size_t size) {
  auto type = static_cast<weak::Type>((kind & ~MAYFLY_WEAKLONG) - 1);
  prepare(L, type);
  weak::Table* t =
      guarded(L, [&] { return L->global->weak.make_table(type, size, (kind & MAYFLY_WEAKLONG) != 0); });
  push_cell(L, t);
}

LUA_API void mayfly_newweakset(lua_State* L, size_t size) { mayfly_newweaktable(L, MAYFLY_WEAKSET, size); }

// Upvalue 1: the cursor.
int rt::weak_iterator(lua_State* L) {
  Value key, value;
  weak_advance(*L->frame->function, &key, &value);
  push(L, key);
  if (key.is_nil()) return 1;
  push(L, value);
  return 2;
}

LUA_API int mayfly_weakpairs(lua_State* L, int index) {
  const Value object = *address(L, index);
  weak::Table* t = table_at(L, index);
  if (t == nullptr) raise_message(L, "weak table or set expected, got %s", type_name_of(L, object));
  push_cell(L, guarded(L, [&] { return L->global->weak.make_cursor(t); }));
  lua_pushcclosure(L, weak_iterator, 1);
  push(L, object);
  push_nil(L);
  return 3;
}

LUA_API void mayfly_clearweak(lua_State* L, int index) {
  if (weak::Table* t = table_at(L, index)) weak::clear(t);
}

LUA_API int mayfly_popweak(lua_State* L, int index) {
  weak::Table* t = table_at(L, index);
  weak::Slot key, value;
  if (t == nullptr || !weak::pop(t, &key, &value)) return 0;
  push_slot(L, key);
  push_slot(L, value);
  return 1;
}

LUA_API int mayfly_islongweak(lua_State* L, int index) {
  weak::Table* t = table_at(L, index);
  return t != nullptr && (t->detail & weak::table_long) != 0 ? 1 : 0;
}

// --- finalizers ---------------------------------------------------------------------------------------------------------------

LUA_API void mayfly_finalize(lua_State* L, int index, int nargs, int atexit) {
  prepare(L, weak::Type::finalizer);
  const Value target = *address(L, index);
  if (!is_mortal(target)) raise_message(L, "cannot hold a %s weakly", immortal_name(target));
  const Value* function = L->top - nargs - 1;
  for (const Value* v = function; v < L->top; ++v) {
    if (v->has_cell() && v->cell() == target.cell()) {
      raise_message(L, "the finalizer of an object cannot hold that object: it would never run");
    }
  }
  // The action: slot 0 says how many arguments follow the function in slot 1.
  Table* action = guarded(L, [&] { return make_table(*L->global, static_cast<std::size_t>(nargs) + 1, 1); });
  push(L, Value::of(action));
  guarded(L, [&] { set_integer(*L->global, action, 0, Value::integer(nargs)); });
  for (int i = 0; i <= nargs; ++i) {
    guarded(L, [&] { set_integer(*L->global, action, i + 1, L->top[i - nargs - 2]); });
  }
  weak::Finalizer* finalizer = guarded(
      L, [&] { return L->global->weak.make_finalizer(slot_of(target), slot_of(L->top[-1]), atexit != 0); });
  L->top -= nargs + 2;
  push_cell(L, finalizer);
}

LUA_API int mayfly_takefinalizer(lua_State* L, int index, int keep) {
  auto* finalizer = weak_at<weak::Finalizer>(L, index, weak::Type::finalizer);
  if (finalizer == nullptr || finalizer->callback().is_nil()) return 0;
  Table* action = value_of(finalizer->callback()).table();
  auto count = static_cast<int>(get_integer(action, 0)->payload.integer) + 1;
  guarded(L, [&] { ensure_stack(L, static_cast<std::size_t>(count)); });
  for (int i = 1; i <= count; ++i) push(L, *get_index(action, i));
  if (keep == 0) L->global->weak.take_action(finalizer);
  return count;
}

LUA_API int mayfly_getfinalizer(lua_State* L, int index) {
  auto* finalizer = weak_at<weak::Finalizer>(L, index, weak::Type::finalizer);
  bool waits = finalizer != nullptr && !finalizer->callback().is_nil();
  return push_slot(L, waits ? L->global->weak.referent(finalizer) : weak::Slot::nil());
}

LUA_API int mayfly_finalizeratexit(lua_State* L, int index, int set) {
  auto* finalizer = weak_at<weak::Finalizer>(L, index, weak::Type::finalizer);
  if (finalizer == nullptr) return 0;
  bool before = finalizer->has(weak::Ref::at_exit);
  if (set == 0) finalizer->reset(weak::Ref::at_exit);
  if (set > 0) finalizer->set(weak::Ref::at_exit);
  return before ? 1 : 0;
}

// --- the host's handles ----------------------------------------------------------------------------------------------------------

struct mayfly_WeakHandle {
  GlobalState* state;  // null when it has closed
  weak::Ref* ref;
  mayfly_WeakHandle* previous;
  mayfly_WeakHandle* next;
};

LUA_API mayfly_WeakHandle* mayfly_newweakhandle(lua_State* L, int index) {
  const Value* target = address(L, index);
  if (!is_mortal(*target)) return nullptr;
  auto* handle = new (std::nothrow) mayfly_WeakHandle{};
  if (handle == nullptr) raise_memory(L);
  GlobalState& state = *L->global;
  try {
    handle->ref = state.weak.make_handle(slot_of(*target));
  } catch (const gc::OutOfMemory&) {
    delete handle;
    raise_memory(L);
  }
  handle->state = &state;
  handle->next = state.weak_handles;
  if (handle->next != nullptr) handle->next->previous = handle;
  state.weak_handles = handle;
  return handle;
}

LUA_API int mayfly_getweakhandle(lua_State* L, mayfly_WeakHandle* handle) {
  bool ours = handle != nullptr && handle->state == L->global;
  return push_slot(L, ours ? L->global->weak.referent(handle->ref) : weak::Slot::nil());
}

LUA_API int mayfly_weakhandlealive(const mayfly_WeakHandle* handle) {
  return handle != nullptr && handle->state != nullptr && handle->state->weak.is_alive(handle->ref) ? 1 : 0;
}

LUA_API void mayfly_freeweakhandle(mayfly_WeakHandle* handle) {
  if (handle == nullptr) return;
  if (handle->state != nullptr) {
    handle->state->weak.release_handle(handle->ref);
    (handle->previous != nullptr ? handle->previous->next : handle->state->weak_handles) = handle->next;
    if (handle->next != nullptr) handle->next->previous = handle->previous;
  }
  delete handle;
}

void rt::empty_weak_handles(GlobalState& state) {
  for (mayfly_WeakHandle* handle = state.weak_handles; handle != nullptr; handle = handle->next) handle->state = nullptr;
  state.weak_handles = nullptr;
}
