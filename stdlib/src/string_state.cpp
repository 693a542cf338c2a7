// SPDX-License-Identifier: MIT
// The cache of compiled patterns.
#include "string_state.hpp"

#include <new>

namespace stdlib {

using pattern::Anchor;
using pattern::Program;

namespace {

constexpr int state_index = lua_upvalueindex(1);

int slot_of(const char* source) {
  const auto address = reinterpret_cast<std::uintptr_t>(source);
  return static_cast<int>((address >> 4 ^ address >> 10 ^ address >> 16) % StringState::slot_count);
}

/// Compiles and leaves the program on top of the stack.
const Program& compile(lua_State* L, const StringState& state, int index, const char* source, std::size_t length,
                       Anchor anchor) {
  const Program* const program = pattern::compile(L, state.tables, source, length, anchor);
  lua_pushvalue(L, index);
  lua_setiuservalue(L, -2, 1);
  return *program;
}

}  // namespace

void push_string_state(lua_State* L) {
  new (lua_newuserdatauv(L, sizeof(StringState), StringState::slot_count)) StringState;
}

StringState& string_state(lua_State* L) {
  auto& state = *static_cast<StringState*>(lua_touserdata(L, state_index));
  if (state.tables.refresh()) state.programs.fill(nullptr);
  return state;
}

const Program& find_program(lua_State* L, int index, const char* source, std::size_t length) {
  StringState& state = string_state(L);
  const int slot = slot_of(source);
  const Program* const known = state.programs[static_cast<std::size_t>(slot)];
  if (known != nullptr && known->source == source && known->source_length == length) return *known;
  const Program& made = compile(L, state, index, source, length, Anchor::allowed);
  if (length <= StringState::longest_cached) {
    lua_setiuservalue(L, state_index, slot + 1);
    state.programs[static_cast<std::size_t>(slot)] = &made;
  }
  return made;
}

const Program& push_program(lua_State* L, int index, const char* source, std::size_t length, Anchor anchor) {
  if (length > StringState::longest_cached || (anchor == Anchor::literal && length > 0 && source[0] == '^'))
    return compile(L, string_state(L), index, source, length, anchor);
  const Program& program = find_program(L, index, source, length);
  lua_getiuservalue(L, state_index, slot_of(source) + 1);
  return program;
}

}  // namespace stdlib
