// SPDX-License-Identifier: MIT
// mayfly/gc.h: mayfly_why. Finds the way from the roots to an object and writes it as a script would.
#include <cctype>
#include <cstdio>

#include "api/address.hpp"
#include "gc/path.hpp"
#include "mayfly/gc.h"
#include "memory/dead_registers.hpp"
#include "value/table_nodes.hpp"
#include "value/userdata.hpp"
#include "vm/interpreter.hpp"

using namespace rt;

namespace {

constexpr std::size_t most_steps = 40;  // of a longer way the middle is left out
constexpr std::size_t longest_key = 40;

bool holds(const Value& v, const gc::Cell* cell) { return v.has_cell() && v.cell() == cell; }

// --- keys ----------------------------------------------------------------------------------------------------------------

bool is_name(const char* text, std::size_t length) {
  if (length == 0 || length > longest_key || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  for (std::size_t i = 0; i < length; ++i) {
    if (std::isalnum(static_cast<unsigned char>(text[i])) == 0 && text[i] != '_') return false;
  }
  return true;
}

void push_string_key(lua_State* L, const String* s) {
  if (is_name(s->data, s->length())) {
    lua_pushfstring(L, ".%s", s->data);
    return;
  }
  char text[4 * longest_key + 8] = "";
  std::size_t used = 0;
  for (std::size_t i = 0; i < s->length() && i < longest_key; ++i) {
    auto c = static_cast<unsigned char>(s->data[i]);
    const char* format = c == '"' || c == '\\' ? "\\%c" : c < ' ' || c == 127 ? "\\%03d" : "%c";
    used += static_cast<std::size_t>(std::snprintf(text + used, sizeof text - used, format, c));
  }
  lua_pushfstring(L, "[\"%s%s\"]", text, s->length() > longest_key ? "..." : "");
}

// The entry with this key, as an index behind the table's name.
void push_key(lua_State* L, const Value& key) {
  switch (key.tag) {
    case Tag::short_string:
    case Tag::long_string: return push_string_key(L, static_cast<String*>(key.cell()));
    case Tag::integer: lua_pushfstring(L, "[%I]", static_cast<LUAI_UACINT>(key.payload.integer)); return;
    case Tag::number: lua_pushfstring(L, "[%f]", key.payload.number); return;
    case Tag::false_:
    case Tag::true_: lua_pushstring(L, key.tag == Tag::true_ ? "[true]" : "[false]"); return;
    default: lua_pushfstring(L, "[(%s)]", lua_typename(L, basic_type(key))); return;
  }
}

// --- edges: each function pushes what leads from the owner to `target` ---------------------------------------------------------

void push_edge_of_table(lua_State* L, Table* t, const gc::Cell* target) {
  Value key = Value::nil(), value;
  bool is_key = false, valid = true;
  while (next(t, &key, &value, &valid)) {
    if (holds(value, target)) return push_key(L, key);
    is_key |= holds(key, target);
  }
  lua_pushstring(L, is_key ? " -> key" : " -> metatable");
}

void push_edge_of_weak_table(lua_State* L, weak::Table* t, const gc::Cell* target) {
  std::uint32_t position = 0;
  weak::Slot key, value;
  while (weak::entry_from(t, &position, &key, &value)) {
    if (value.has_cell() && value.cell == target) return push_key(L, {Payload{.bits = key.bits}, static_cast<Tag>(key.tag)});
  }
  lua_pushstring(L, " -> key");
}

void push_edge_of_lua_function(lua_State* L, const LuaFunction* f, const gc::Cell* target) {
  for (unsigned i = 0; i < f->detail; ++i) {
    if (f->upvalues[i] != target) continue;
    const String* name = f->prototype->upvalues[i].name;
    if (name != nullptr) lua_pushfstring(L, " -> upvalue %s", name->data);
    else lua_pushfstring(L, " -> upvalue %d", static_cast<int>(i + 1));
    return;
  }
  lua_pushstring(L, " -> prototype");
}

void push_edge_of_native_function(lua_State* L, const NativeFunction* f, const gc::Cell* target) {
  int i = 0;
  while (i < f->detail && !holds(f->upvalues[i], target)) ++i;
  lua_pushfstring(L, " -> upvalue %d", i + 1);
}

void push_edge_of_userdata(lua_State* L, Userdata* u, const gc::Cell* target) {
  for (unsigned i = 0; i < u->extra; ++i) {
    if (!holds(u->user_values()[i], target)) continue;
    lua_pushfstring(L, " -> user value %d", static_cast<int>(i + 1));
    return;
  }
  lua_pushstring(L, " -> metatable");
}

// The first slot that belongs to the frame: variable arguments lie below the function.
const Value* bottom_of(const Frame* frame) {
  bool below = frame->is_lua() && prototype_of(frame)->is_vararg;
  return frame->function - (below ? frame->lua.extra_arguments + 1 : 0);
}

// What the slot of the frame is to whoever reads the source.
void push_slot(lua_State* L, lua_State* thread, Frame* frame, const Value* slot) {
  if (frame == &thread->base_frame) {
    lua_pushstring(L, " -> stack of the host");
    return;
  }
  lua_Debug record;
  record.i_ci = reinterpret_cast<CallInfo*>(frame);
  lua_getinfo(thread, "Sl", &record);
  if (slot == frame->function) {
    lua_pushfstring(L, " -> running function (%s)", record.short_src);
  } else if (!frame->is_lua()) {
    lua_pushstring(L, " -> argument of a C function");
  } else {
    const char* name = local_name(prototype_of(frame), static_cast<int>(slot - frame->function), current_instruction(frame));
    const char* what = name != nullptr ? "local " : slot < frame->function ? "vararg" : "temporary";
    lua_pushfstring(L, " -> %s%s (%s:%d)", what, name != nullptr ? name : "", record.short_src, record.currentline);
  }
}

void push_edge_of_thread(lua_State* L, lua_State* thread, const gc::Cell* target) {
  if (thread->resumer != nullptr && cell_of(thread->resumer) == target) {
    lua_pushstring(L, " -> resumed by");
    return;
  }
  const Value* slot = thread == L ? L->frame->function : thread->top;  // see WithoutOwnSlots
  while (slot > thread->stack && !holds(slot[-1], target)) --slot;
  if (slot == thread->stack) {  // an open upvalue: its value is a slot
    lua_pushliteral(L, "");
    return;
  }
  Frame* frame = thread->frame;
  while (frame != &thread->base_frame && bottom_of(frame) >= slot) frame = frame->previous;
  push_slot(L, thread, frame, slot - 1);
}

void push_edge(lua_State* L, gc::Cell* owner, const gc::Cell* target) {
  weak::Registry& weak = L->global->weak;
  switch (owner->kind) {
    case kind_table:
    case kind_table_with_part: return push_edge_of_table(L, static_cast<Table*>(owner), target);
    case kind_lua_function: return push_edge_of_lua_function(L, static_cast<LuaFunction*>(owner), target);
    case kind_native_function: return push_edge_of_native_function(L, static_cast<NativeFunction*>(owner), target);
    case kind_block:
    case kind_userdata: return push_edge_of_userdata(L, static_cast<Userdata*>(owner), target);
    case kind_thread: return push_edge_of_thread(L, &static_cast<ThreadCell*>(owner)->state, target);
    case kind_upvalue: lua_pushliteral(L, ""); return;  // its name has been given
    default: break;
  }
  if (owner->kind >= weak.first_kind()) {
    weak::Type type = weak.type_of(owner);
    if (type == weak::Type::key_table || type == weak::Type::value_table) {
      return push_edge_of_weak_table(L, static_cast<weak::Table*>(owner), target);
    }
    lua_pushstring(L, type == weak::Type::cursor ? " -> traversal of" : " -> callback");
    return;
  }
  lua_pushfstring(L, " -> %s", L->global->heap.kind(target->kind).name);
}

// --- roots -------------------------------------------------------------------------------------------------------------------

void push_root(lua_State* L, const gc::Cell* cell) {
  GlobalState& state = *L->global;
  for (int type = 0; type < LUA_NUMTYPES; ++type) {
    if (state.type_metatables[type] != cell) continue;
    lua_pushfstring(L, "metatable of every %s", lua_typename(L, type));
    return;
  }
  for (const Table* metatable : state.weak_metatables) {
    if (metatable != cell) continue;
    lua_pushstring(L, "metatable of a weak type");
    return;
  }
  if (holds(state.registry, cell)) lua_pushstring(L, "registry");
  else if (cell == cell_of(state.main_thread)) lua_pushstring(L, "main thread");
  else if (cell->kind == kind_thread) lua_pushstring(L, "running coroutine");
  else lua_pushstring(L, "waiting finalizer or callback");
}

// How many of the first cells `push_beginning` stands for: the table of globals has a name of its own.
std::size_t push_beginning(lua_State* L, const gc::Path& path) {
  if (path.length() > 1 && holds(L->global->registry, path[0]) && holds(*globals_of(L), path[1])) {
    lua_pushstring(L, "_G");
    return 2;
  }
  push_root(L, path[0]);
  return 1;
}

int push_way(lua_State* L, const gc::Path& path) {
  if (lua_checkstack(L, static_cast<int>(most_steps) + LUA_MINSTACK) == 0) raise_message(L, "stack overflow");
  int pieces = 1;
  for (std::size_t i = push_beginning(L, path); i < path.length(); ++i, ++pieces) {
    if (path.length() > most_steps && i == most_steps / 2) {
      std::size_t skipped = path.length() - most_steps;
      lua_pushfstring(L, " ... (%I more) ... ", static_cast<LUAI_UACINT>(skipped));
      i += skipped - 1;
    } else {
      push_edge(L, path[i - 1], path[i]);
    }
  }
  lua_concat(L, pieces);
  return 1;
}

// While it lives, the collector does not see what the running C function has on its stack.
class WithoutOwnSlots {
 public:
  explicit WithoutOwnSlots(lua_State* L) : L_(L), top_(L->top) { L->top = L->frame->function; }
  ~WithoutOwnSlots() { L_->top = top_; }
  WithoutOwnSlots(const WithoutOwnSlots&) = delete;
  WithoutOwnSlots& operator=(const WithoutOwnSlots&) = delete;

 private:
  lua_State* L_;
  Value* top_;
};

}  // namespace

LUA_API int mayfly_why(lua_State* L, int index) {
  const Value target = *address(L, index);
  if (target.tag < Tag::table) {
    push(L, Value::nil());
    return 0;
  }
  return guarded(L, [&] {
    gc::Heap& heap = L->global->heap;
    forget_dead_registers(*L->global);
    heap.collect();
    gc::Path elsewhere(heap, target.cell(), cell_of(L));
    if (elsewhere.length() != 0) return push_way(L, elsewhere);
    gc::Path here = [&] {
      WithoutOwnSlots hidden(L);
      return gc::Path(heap, target.cell(), nullptr);
    }();
    if (here.length() != 0) return push_way(L, here);
    push(L, Value::nil());
    return 0;
  });
}
