// SPDX-License-Identifier: MIT
// The state of the string functions, and its cache of compiled patterns.
#include "string_state.hpp"

#include <new>

namespace stdlib {

using pattern::Anchor;
using pattern::Program;

namespace {

constexpr int holder_index = lua_upvalueindex(1);

StringState*& held_state(lua_State* L) { return *static_cast<StringState**>(lua_touserdata(L, holder_index)); }

/// Made when it is first asked for: a state that uses no pattern does without.
StringState& make_state(lua_State* L) {
  luaL_checkstack(L, 1, nullptr);
  auto* const state = new (lua_newuserdatauv(L, sizeof(StringState), StringState::slot_count)) StringState;
  lua_setiuservalue(L, holder_index, 1);
  return *(held_state(L) = state);
}

void push_state(lua_State* L) { lua_getiuservalue(L, holder_index, 1); }

std::size_t slot_of(const char* source) {
  const auto address = reinterpret_cast<std::uintptr_t>(source);
  return (address >> 4 ^ address >> 10 ^ address >> 16) % StringState::slot_count;
}

/// Compiles into a userdata, left on top of the stack, that keeps the pattern string alive.
const Program& make_program(lua_State* L, const StringState& state, int index, const char* source, std::size_t length,
                            Anchor anchor) {
  void* const memory = lua_newuserdatauv(L, pattern::program_size(source, length), 1);
  lua_pushvalue(L, index);
  lua_setiuservalue(L, -2, 1);
  return *pattern::compile(memory, state.tables, source, length, anchor);
}

/// The program in the slot of a pattern string if it is that pattern's.
const Program* find_cached(const StringState& state, std::size_t slot, const char* source, std::size_t length) {
  const Program* const known = state.programs[slot];
  return known != nullptr && known->source == source && known->source_length == length ? known : nullptr;
}

/// Compiles into the slot; leaves the program's userdata on top of the stack.
const Program& fill_slot(lua_State* L, StringState& state, std::size_t slot, int index, const char* source,
                         std::size_t length) {
  const Program& program = make_program(L, state, index, source, length, Anchor::allowed);
  push_state(L);
  lua_pushvalue(L, -2);
  lua_setiuservalue(L, -2, static_cast<int>(slot) + 1);
  lua_pop(L, 1);
  state.programs[slot] = &program;
  return program;
}

}  // namespace

void push_string_state(lua_State* L) {
  *static_cast<StringState**>(lua_newuserdatauv(L, sizeof(StringState*), 1)) = nullptr;
}

StringState& string_state(lua_State* L) {
  StringState* const made = held_state(L);
  StringState& state = made != nullptr ? *made : make_state(L);
  if (state.tables.refresh()) state.programs.fill(nullptr);
  return state;
}

const Program& find_program(lua_State* L, int index, const char* source, std::size_t length) {
  StringState& state = string_state(L);
  const std::size_t slot = slot_of(source);
  if (const Program* const known = find_cached(state, slot, source, length)) return *known;
  if (length > StringState::longest_cached) return make_program(L, state, index, source, length, Anchor::allowed);
  if (state.seen[slot] == source || pattern::program_size(source, length) > state.scratch.size())
    return fill_slot(L, state, slot, index, source, length);
  state.seen[slot] = source;
  return *pattern::compile(state.scratch.data(), state.tables, source, length, Anchor::allowed);
}

const Program& push_program(lua_State* L, int index, const char* source, std::size_t length, Anchor anchor) {
  StringState& state = string_state(L);
  if (length > StringState::longest_cached || (anchor == Anchor::literal && length > 0 && source[0] == '^'))
    return make_program(L, state, index, source, length, anchor);
  const std::size_t slot = slot_of(source);
  const Program* const known = find_cached(state, slot, source, length);
  if (known == nullptr) return fill_slot(L, state, slot, index, source, length);
  push_state(L);
  lua_getiuservalue(L, -1, static_cast<int>(slot) + 1);
  lua_remove(L, -2);
  return *known;
}

}  // namespace stdlib
