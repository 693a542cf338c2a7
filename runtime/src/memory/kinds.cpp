// SPDX-License-Identifier: MIT
// A descriptor for each RuntimeKind: its size, how it is traced, what it owns.
#include "memory/kinds.hpp"

#include <algorithm>

#include "memory/global_state.hpp"
#include "memory/weak_mode.hpp"
#include "value/table_veil.hpp"
#include "value/userdata.hpp"

namespace rt {

namespace {

// Entries of a big table that are visited before the visitor is asked whether its slice is used up.
constexpr std::size_t trace_batch = 128;

// --- tables -------------------------------------------------------------------------------------------------------------

void visit_node(gc::Visitor& visitor, Node& n) {
  if (n.value_tag != Tag::nil) {
    visit_value(visitor, *n.value());
    visit_value(visitor, n.key());
  } else if (n.key_tag >= Tag::short_string && n.key_tag != Tag::dead_key && !visitor.checking()) {
    n.key_tag = Tag::dead_key;  // its cell may go; the address stays for `next`
  }
}

// A cell's color is looked at, wherever it lies: its memory is asked for so many elements before, and for that many at once, so
// that the searches for their pages go on side by side.
constexpr std::size_t ahead = 16;

void visit_entries(gc::Visitor& visitor, Table* t, std::size_t from, std::size_t end) {
  std::size_t array_size = t->array_size();
  for (std::size_t stop = std::min(end, array_size); from < stop;) {
    std::size_t batch = std::min(from + ahead, stop);
    for (std::size_t i = from + ahead, last = std::min(batch + ahead, array_size); i < last; ++i) {
      if (t->array[i].has_cell()) __builtin_prefetch(t->array[i].cell());
    }
    for (; from < batch; ++from) visit_value(visitor, t->array[from]);
  }
  for (; from < end; ++from) {
    if (from - array_size + ahead <= t->node_mask) {
      const Node& next = t->nodes[from - array_size + ahead];
      if (next.value_tag >= Tag::short_string) __builtin_prefetch(next.value_payload.cell);
      if (next.key_tag >= Tag::table) __builtin_prefetch(next.key_payload.cell);
    }
    visit_node(visitor, t->nodes[from - array_size]);
  }
}

bool leads_to_white(const Table* t) {
  auto is_white = [](const Value& v) { return v.has_cell() && v.cell()->color <= gc::white_odd; };
  for (std::size_t i = 0; i < t->array_size(); ++i) {
    if (is_white(t->array[i])) return true;
  }
  for (std::size_t i = 0; i < node_count(t); ++i) {
    Node& n = t->nodes[i];
    if (n.value_tag != Tag::nil && (is_white(*n.value()) || is_white(n.key()))) return true;
  }
  return false;
}

// Positions: entry 0 is the first of the array part, the nodes follow.
std::size_t trace_table(gc::Cell* cell, gc::Visitor& visitor, std::size_t from) {
  auto* t = static_cast<Table*>(cell);
  Uncovered parts(t);
  if (from == 0) visitor.visit(t->metatable);
  if (t->metatable != nullptr) {
    GlobalState& state = state_of(visitor.heap());
    WeakMode mode = weak_mode_of(state, t);
    bool may_lead_to_white = visitor.checking() && visitor.heap().marking() && leads_to_white(t);
    if (may_lead_to_white && state.weak.traced_otherwise(t, mode)) return gc::trace_complete;
    if (mode != WeakMode::none) {
      return trace_weak_mode(state, t, mode, visitor, from);
    }
  }
  std::size_t end = t->array_size() + node_count(t);
  while (from < end) {
    std::size_t stop = std::min(from + trace_batch, end);
    visit_entries(visitor, t, from, stop);
    if (visitor.slice_exhausted(stop - from) && stop < end) return stop;
    from = stop;
  }
  return gc::trace_complete;
}

// The beginning of the part that is traced first.
void fetch_table(const gc::Cell* cell, bool again) {
  const auto* t = static_cast<const Table*>(cell);
  if (!again) __builtin_prefetch(t->array_size() != 0 ? static_cast<const void*>(t->array) : t->nodes);
}

// Those with a metatable are not: it may say that they hold weakly.
bool is_extensive(const gc::Cell* cell) {
  const auto* t = static_cast<const Table*>(cell);
  return t->array_size() + node_count(t) > 512 && t->metatable == nullptr;
}

std::size_t size_of_table(const gc::Cell* cell) {
  return bytes_of_table(static_cast<const Table*>(cell));
}

std::size_t storage_of_table(const gc::Cell* cell) {
  return bytes_outside(static_cast<const Table*>(cell));
}

void destroy_table(gc::Cell* cell, gc::Heap& heap) {
  free_parts(state_of(heap), static_cast<Table*>(cell));
}

// --- strings ------------------------------------------------------------------------------------------------------------

std::size_t size_of_string(const gc::Cell* cell) {
  return string_header_bytes + static_cast<const String*>(cell)->length() + 1;
}

void fetch_interned(const gc::Cell* cell, gc::Heap& heap, bool again) {
  String*& bucket = state_of(heap).interned.bucket_of(cell->extra);
  __builtin_prefetch(again ? static_cast<const void*>(bucket) : &bucket);
}

void destroy_short_string(gc::Cell* cell, gc::Heap& heap) {
  forget_interned(state_of(heap), static_cast<String*>(cell));
}

// --- functions ----------------------------------------------------------------------------------------------------------

std::size_t size_of_lua_function(const gc::Cell* cell) {
  return bytes_of_lua_function(cell->detail);
}

std::size_t trace_lua_function(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* f = static_cast<LuaFunction*>(cell);
  visitor.visit(f->prototype);
  for (unsigned i = 0; i < f->detail; ++i) visitor.visit(f->upvalues[i]);
  return gc::trace_complete;
}

std::size_t size_of_native_function(const gc::Cell* cell) {
  return bytes_of_native_function(cell->detail);
}

std::size_t trace_native_function(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* f = static_cast<NativeFunction*>(cell);
  for (unsigned i = 0; i < f->detail; ++i) visit_value(visitor, f->upvalues[i]);
  return gc::trace_complete;
}

std::size_t size_of_prototype(const gc::Cell*) {
  return sizeof(Prototype);
}

std::size_t trace_prototype(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* p = static_cast<Prototype*>(cell);
  visitor.visit(p->source);
  for (std::uint32_t i = 0; i < p->constant_count; ++i) visit_value(visitor, p->constants[i]);
  for (std::uint32_t i = 0; i < p->child_count; ++i) visitor.visit(p->children[i]);
  for (std::uint32_t i = 0; i < p->upvalue_count; ++i) visitor.visit(p->upvalues[i].name);
  for (std::uint32_t i = 0; i < p->local_count; ++i) visitor.visit(p->locals[i].name);
  return gc::trace_complete;
}

std::size_t storage_of_prototype(const gc::Cell* cell) {
  return bytes_outside(static_cast<const Prototype*>(cell));
}

void destroy_prototype(gc::Cell* cell, gc::Heap& heap) {
  free_parts(state_of(heap), static_cast<Prototype*>(cell));
}

std::size_t size_of_upvalue(const gc::Cell*) {
  return sizeof(Upvalue);
}

// An open one has its value visited too: its thread may be unreachable. As long as the thread runs its registers change without
// a barrier; it visits them itself at the flip, and says which upvalues to trace again when it stops (thread_stopped).
std::size_t trace_upvalue(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* upvalue = static_cast<Upvalue*>(cell);
  if (upvalue->is_open() && visitor.checking()) return gc::trace_complete;  // the thread is checked
  visit_value(visitor, *upvalue->place);
  return gc::trace_complete;
}

// --- userdata -----------------------------------------------------------------------------------------------------------

std::size_t size_of_userdata(const gc::Cell* cell) {
  return sizeof(Userdata) + cell->extra * sizeof(Value) + static_cast<const Userdata*>(cell)->size;
}

std::size_t trace_userdata(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* u = static_cast<Userdata*>(cell);
  visitor.visit(u->metatable);
  for (unsigned i = 0; i < u->extra; ++i) visit_value(visitor, u->user_values()[i]);
  visitor.visit_words(u->block(), u->size);
  return gc::trace_complete;
}

std::size_t storage_of_block(const gc::Cell* cell) {
  return static_cast<const Block*>(cell)->capacity;
}

void destroy_block(gc::Cell* cell, gc::Heap& heap) {
  auto* block = static_cast<Block*>(cell);
  heap.free_storage(block->data, block->capacity);
}

std::size_t storage_of_thread(const gc::Cell* cell) {
  return bytes_outside(&const_cast<ThreadCell*>(static_cast<const ThreadCell*>(cell))->state);
}

constexpr gc::Kind table_kind{.name = "table",
                              .size = size_of_table,
                              .trace = trace_table,
                              .destroy = destroy_table,
                              .fetch = fetch_table,
                              .storage = storage_of_table,
                              .extensive = is_extensive};

// ORDER RuntimeKind
constexpr gc::Kind kinds[runtime_kind_count] = {
    {.name = "short string", .size = size_of_string, .trace = nullptr, .destroy = destroy_short_string, .fetch_dead = fetch_interned},
    {"long string", size_of_string, nullptr, nullptr},
    table_kind,
    table_kind,
    {"Lua function", size_of_lua_function, trace_lua_function, nullptr},
    {"native function", size_of_native_function, trace_native_function, nullptr},
    {"userdata", size_of_userdata, trace_userdata, nullptr},
    {"block", size_of_userdata, trace_userdata, destroy_block, false, nullptr, storage_of_block},
    {"thread", size_of_thread, trace_thread, destroy_thread, false, nullptr, storage_of_thread},
    {"prototype", size_of_prototype, trace_prototype, destroy_prototype, false, nullptr, storage_of_prototype},
    {"upvalue", size_of_upvalue, trace_upvalue, nullptr},
};

}  // namespace

gc::Heap& add_runtime_kinds(gc::Heap& heap) {
  for (unsigned i = 0; i < runtime_kind_count; ++i) {
    if (heap.add_kind(kinds[i]) != i) __builtin_trap();  // somebody registered a kind before the runtime
  }
  return heap;
}

}  // namespace rt
