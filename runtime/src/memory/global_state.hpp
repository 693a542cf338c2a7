// SPDX-License-Identifier: MIT
// What all threads of one state share.
#pragma once

#include <cstddef>
#include <cstdint>

#include <lua.hpp>

#include "gc/heap.hpp"
#include "gc/root.hpp"
#include "value/string.hpp"
#include "value/table.hpp"
#include "value/thread.hpp"
#include "vm/event.hpp"
#include "weak/registry.hpp"

namespace rt {

// The intern table of short strings: buckets of chains through String::next_interned.
struct InternTable {
  String** buckets;
  std::uint32_t bucket_count;  // a power of two
  std::uint32_t string_count;
};

struct GlobalState final : gc::RootProvider {
  gc::Heap heap;
  weak::Registry weak;
  InternTable interned{};
  Value registry{};
  lua_State* main_thread = nullptr;
  std::uint32_t hash_seed = 0;
  String* event_names[event_count] = {};
  String* memory_message = nullptr;  // "not enough memory", made beforehand
  Table* type_metatables[LUA_NUMTYPES] = {};
  lua_CFunction panic = nullptr;
  lua_WarnFunction warn = nullptr;
  void* warn_context = nullptr;
  bool closing = false;
  bool collector_stopped_by_host = false;
  bool running_finalizer = false;
  lua_State* running = nullptr;  // thread the interpreter is in

  explicit GlobalState(gc::Allocator allocator);
  ~GlobalState() override;
  void visit_roots(gc::Visitor& visitor) override;
  void clear_stale_roots() override;
};

inline GlobalState& global_of(lua_State* L) { return *L->global; }

}  // namespace rt
