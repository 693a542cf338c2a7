// SPDX-License-Identifier: MIT
// What all threads of one state share.
#pragma once

#include <cstddef>
#include <cstdint>

#include <lua.hpp>

#include "gc/cycle_client.hpp"
#include "gc/heap.hpp"
#include "gc/root.hpp"
#include "mayfly/gc.h"
#include "value/string.hpp"
#include "value/table.hpp"
#include "value/thread.hpp"
#include "vm/event.hpp"
#include "vm/interrupt.hpp"
#include "weak/registry.hpp"

struct mayfly_WeakHandle;

namespace rt {

// The intern table of short strings: buckets of chains through String::next_interned. After a change of size the strings move
// over a few buckets at a time: the old buckets from `moved` on are still in force.
struct InternTable {
  String** buckets;
  std::uint32_t bucket_count;  // a power of two
  std::uint32_t string_count;
  String** old_buckets;        // null: all have moved
  std::uint32_t old_bucket_count;
  std::uint32_t moved;
  std::uint32_t most_strings;  // at the last flip,
  std::uint32_t most_before;   // and at the one before

  String*& bucket_of(std::uint32_t hash) {
    if (old_buckets != nullptr) [[unlikely]] {
      std::uint32_t old = hash & (old_bucket_count - 1);
      if (old >= moved) return old_buckets[old];
    }
    return buckets[hash & (bucket_count - 1)];
  }
};

// Numbers that lua_gc takes and gives back; the collector is told those it has a use for.
struct CollectorSettings {
  bool generational = false;
  int pause = 200;
  int step_multiplier = 100;
  int step_size = 13;  // log2 of bytes
  int minor_multiplier = 20;
  int major_multiplier = 100;
};

// The heap comes first in the state, so that a kind's functions find their way from one to the other.
struct HeapOwner {
  gc::Heap heap;
  HeapOwner(gc::Allocator allocator, std::size_t state_bytes) : heap(allocator, state_bytes) {}
};

// Short strings that the API was asked for by name, found again by the address of the text; null where there is none. What is in it
// at the flip is forgotten: the entries do not keep the strings alive.
struct NameCache {
  static constexpr unsigned size_bits = 6;
  String* entries[1 << size_bits] = {};

  String*& entry(const char* text) {
    return entries[(reinterpret_cast<std::uintptr_t>(text) * 0x9E3779B97F4A7C15) >> (64 - size_bits)];
  }
};

// Whom the host wants to be told of collections (mayfly_gclisten).
struct HostListener {
  mayfly_GcListener function = nullptr;
  void* context = nullptr;
};

// A field that objects with this metatable inherit, found once: the node that has it. See vm/inheritance.hpp.
struct InheritedField {
  const Table* metatable;
  const String* key;
  Node* node;
};
inline constexpr unsigned inherited_slots = 128;
extern const InheritedField none_inherited[inherited_slots];  // nulls: before the first
// Whose allocator gives memory back at the end of a cycle (mayfly_setgiveback).
struct HostGiveBack {
  mayfly_GiveBack function = nullptr;
  void* context = nullptr;
};

// Who is told of pieces that are about to be filled (mayfly_setfilling).
struct HostFilling {
  mayfly_Filling function = nullptr;
  void* context = nullptr;
};

extern String* const no_characters[256];  // nulls: where no string of one character has been needed

struct GlobalState final : HeapOwner, gc::RootProvider, gc::CycleClient {
  weak::Registry weak;
  InternTable interned{};
  NameCache names;
  Value registry{};
  const Table* growing = nullptr;  // a table whose parts are being replaced: not to be veiled (value/table_veil.hpp)
  lua_State* main_thread = nullptr;
  lua_State* threads = nullptr;  // all of them, linked by lua_State::next_thread
  lua_State* thread_to_clear = nullptr;  // where clear_slice goes on
  lua_State* thread_to_shrink = nullptr;  // where shrink_stacks goes on; null: nothing to be done
  bool met_oversized_stack = false;       // by the marking of this cycle
  int leaving_status = LUA_OK;  // of the error with which the interpreter's run is being left
  int protections = 0;  // C++ frames that catch errors: with none of them an error is a panic (vm/error.cpp)
  NativeCode next_function = nullptr;    // the library's `next` and `ipairs` iterator, which generic loops recognise
  NativeCode ipairs_function = nullptr;  // (mayfly_setiterators)
  lua_KFunction resume_continuation = nullptr;   // of coroutine.resume, and of what coroutine.wrap returns
  lua_KFunction wrapped_continuation = nullptr;  // (mayfly_setcontinuation)
  NativeCode intrinsics[64] = {};  // library functions by their numbers in mayfly/intrinsic.h (vm/intrinsic.hpp)
  String* const* characters = no_characters;  // 256 strings of one character, made when they are first needed, pinned
  const InheritedField* inherited = none_inherited;  // 128 of them, by hash (vm/inheritance.hpp)
  std::uint32_t hash_seed = 0;
  bool any_inherited = false;  // some entry is not null
  String* event_names[event_count] = {};  // pinned
  String* type_names[LUA_NUMTYPES] = {};  // what the function `type` gives, pinned
  String* memory_message = nullptr;       // "not enough memory", made beforehand, pinned
  String* handler_message = nullptr;      // "error in error handling", likewise
  Table* type_metatables[LUA_NUMTYPES] = {};
  Table* weak_metatables[weak::type_count] = {};  // by weak::Type
  void (*push_weak_metatable)(lua_State*, int) = nullptr;  // (mayfly_setweakmetatables)
  mayfly_WeakHandle* weak_handles = nullptr;      // of the host (api/weak.cpp)
  String* weak_type_key = nullptr;                // "__weaktype", pinned: names the type of a library's userdata
  lua_CFunction panic = nullptr;
  lua_WarnFunction warn = nullptr;
  void* warn_context = nullptr;
  CollectorSettings collector;
  HostListener listener;
  HostGiveBack give_back;
  HostFilling filling;
  std::uint8_t weak_types_made = 0;  // one bit by weak::Type: a value has been made, and push_weak_metatable asked
  static_assert(weak::type_count <= 8);
  bool closing = false;
  bool running_finalizer = false;
  std::uint64_t finalizers_run = 0;  // and callbacks
  bool pending_due = false;  // what waits (finalizers, callbacks) has its turn at the next safepoint
  std::uint64_t finalizers_seen = 0;  // finalizers and callbacks made until the allocator's last slow path
  std::uint64_t finalizers_made = 0;  // and between the last two of them
  lua_State* running = nullptr;  // thread the interpreter is in
  Interruption interruption;

  // Throws gc::OutOfMemory. The state is complete, with its main thread and its registry.
  explicit GlobalState(gc::Allocator allocator);
  ~GlobalState() override;
  void visit_roots(gc::Visitor& visitor) override;
  void clear_stale_roots() override;
  void watched_cell_marked(gc::Cell*, gc::Visitor&) override {}
  void before_resurrection(const gc::Liveness&) override {
    names = {};
    forget_inherited();
    note_strings_at_flip(interned);
    thread_to_clear = threads;
  }
  void after_resurrection(const gc::Liveness&) override {}
  bool clear_slice(const gc::Liveness& liveness, std::size_t budget) override;
  bool give_back_slice(std::size_t budget) override { return interned.buckets == nullptr || shorten_intern_table(*this, budget); }
  void allocating() override;
  void forget_inherited() {
    if (any_inherited) empty_inherited();
  }

 private:
  void fill();
  void empty_inherited();
};

inline GlobalState& global_of(lua_State* L) { return *L->global; }
inline GlobalState& state_of(gc::Heap& heap) {
  return static_cast<GlobalState&>(reinterpret_cast<HeapOwner&>(heap));
}

}  // namespace rt
