// SPDX-License-Identifier: MIT
// A state without libraries over an allocator that counts and can be told to fail; the test sees its insides.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include <lua.hpp>

#include "gc/root.hpp"
#include "memory/global_state.hpp"
#include "value/string.hpp"
#include "value/table.hpp"

struct CountingAllocator {
  std::size_t bytes = 0;
  std::size_t calls = 0;        // for more memory
  std::size_t limit = SIZE_MAX;  // of bytes in use: requests beyond it fail

  static void* serve(void* context, void* pointer, std::size_t old_size, std::size_t new_size) {
    auto* self = static_cast<CountingAllocator*>(context);
    std::size_t had = pointer != nullptr ? old_size : 0;
    if (new_size == 0) {
      self->bytes -= had;
      std::free(pointer);
      return nullptr;
    }
    if (new_size > had && (++self->calls, self->bytes + new_size - had > self->limit)) return nullptr;
    void* result = std::realloc(pointer, new_size);
    if (result != nullptr) self->bytes += new_size - had;
    return result;
  }
};

struct StateFixture {
  CountingAllocator memory;
  lua_State* L = lua_newstate(CountingAllocator::serve, &memory);
  rt::GlobalState& state = *L->global;

  StateFixture() = default;
  ~StateFixture() { lua_close(L); }
  StateFixture(const StateFixture&) = delete;
  StateFixture& operator=(const StateFixture&) = delete;

  // A new table on the stack.
  rt::Table* push_table() {
    lua_createtable(L, 0, 0);
    return L->top[-1].table();
  }
  rt::Value string(std::string_view text) { return rt::Value::of(rt::make_string(state, text)); }
  void collect() {
    state.heap.collect();
    state.heap.verify();
  }
};
