// SPDX-License-Identifier: MIT
// A state without libraries over an allocator that counts and can be told to fail; the test sees its insides.
#pragma once

#include <string>
#include <string_view>

#include <lua.hpp>

#include "counting_allocator.hpp"
#include "gc/root.hpp"
#include "memory/global_state.hpp"
#include "value/string.hpp"
#include "value/table.hpp"

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
