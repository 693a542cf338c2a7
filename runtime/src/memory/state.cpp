// SPDX-License-Identifier: MIT
// The life of a state: GlobalState, lua_newstate, lua_close.
#include <cstring>
#include <ctime>
#include <new>

#include <mayfly/interrupt.h>

#include "api/weak_handle.hpp"
#include "memory/finalize.hpp"
#include "memory/global_state.hpp"
#include "memory/kinds.hpp"
#include "memory/weak_mode.hpp"
#include "vm/call.hpp"
#include "vm/interpreter.hpp"

namespace rt {

String* const no_characters[256] = {};
const InheritedField none_inherited[inherited_slots] = {};

namespace {

// ORDER Event
constexpr const char* event_texts[event_count] = {
    "__index", "__newindex", "__gc",  "__mode", "__len",  "__eq",  "__call", "__close", "__add",    "__sub",
    "__mul",   "__mod",      "__pow", "__div",  "__idiv", "__band", "__bor",  "__bxor",  "__shl",    "__shr",
    "__unm",   "__bnot",     "__lt",  "__le",   "__concat", "__name", "__metatable", "__tostring", "__pairs",
};

std::uint32_t choose_seed(const void* address) {
  std::uint64_t bits = reinterpret_cast<std::uintptr_t>(address) ^ (static_cast<std::uint64_t>(std::time(nullptr)) << 20);
  bits ^= reinterpret_cast<std::uintptr_t>(&choose_seed) << 12;
  bits *= 0x9E3779B97F4A7C15;
  return static_cast<std::uint32_t>(bits >> 32);
}

String* make_pinned(GlobalState& state, const char* text) {
  String* s = make_string(state, text);
  state.heap.pin(s);
  return s;
}

// The registry holds the main thread and the table of globals.
void fill_registry(GlobalState& state) {
  Table* registry = make_table(state, LUA_RIDX_LAST, 0);
  state.registry = Value::of(registry);
  set_integer(state, registry, LUA_RIDX_MAINTHREAD, Value::of(cell_of(state.main_thread)));
  set_integer(state, registry, LUA_RIDX_GLOBALS, Value::of(make_table(state)));
}

}  // namespace

GlobalState::GlobalState(gc::Allocator allocator)
    : HeapOwner(allocator, sizeof(GlobalState)), weak(add_runtime_kinds(heap), weak_embedder()), hash_seed(choose_seed(this)) {
  heap.add_roots(*this);
  heap.add_client(*this);
  heap.pause();  // there is no thread yet
  open_intern_table(*this);
  try {
    fill();
  } catch (const gc::OutOfMemory&) {
    close_intern_table(*this);
    throw;
  }
  heap.resume();
}

void GlobalState::fill() {
  restore_handlers(*this);
  memory_message = make_pinned(*this, "not enough memory");
  handler_message = make_pinned(*this, "error in error handling");
  weak_type_key = make_pinned(*this, "__weaktype");
  for (int i = 0; i < event_count; ++i) event_names[i] = make_pinned(*this, event_texts[i]);
  for (int i = 0; i < LUA_NUMTYPES; ++i) type_names[i] = make_pinned(*this, lua_typename(nullptr, i));
  main_thread = make_thread(*this);
  main_thread->native_calls = unyieldable;
  running = main_thread;
  fill_registry(*this);
}

GlobalState::~GlobalState() {
  empty_weak_handles(*this);
  running = main_thread = nullptr;
  if (interned.buckets != nullptr) close_intern_table(*this);
  forget_inherited();  // the tables that die yet have nothing to empty
  if (inherited != none_inherited) heap.reallocate(const_cast<InheritedField*>(inherited), sizeof none_inherited, 0);
  if (characters != no_characters) heap.reallocate(const_cast<String**>(characters), sizeof no_characters, 0);
}

void GlobalState::empty_inherited() {
  std::memset(const_cast<InheritedField*>(inherited), 0, sizeof none_inherited);
  any_inherited = false;
}

}  // namespace rt

LUA_API lua_State* lua_newstate(lua_Alloc function, void* context) {
  // The allocator is told the type of what it is asked for in place of an old size (manual: lua_Alloc).
  void* memory = function(context, nullptr, LUA_TTHREAD, sizeof(rt::GlobalState));
  if (memory == nullptr) return nullptr;
  try {
    auto* state = new (memory) rt::GlobalState({function, context});
    return state->main_thread;
  } catch (const gc::OutOfMemory&) {
    function(context, memory, sizeof(rt::GlobalState), 0);
    return nullptr;
  }
}

LUA_API void lua_close(lua_State* any) {
  rt::GlobalState* state = any->global;
  lua_State* L = state->main_thread;
  mayfly_clearinterrupt(L);
  rt::close_thread(L, nullptr);
  L->top = L->base_frame.function + 1;
  L->status = LUA_OK;
  state->closing = true;
  rt::run_all_finalizers(L);
  gc::Allocator allocator = state->heap.allocator();
  state->~GlobalState();
  allocator.function(allocator.context, state, sizeof(rt::GlobalState), 0);
}
