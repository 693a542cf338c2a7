// SPDX-License-Identifier: MIT
// What the string functions of one Lua state share: the character tables and the patterns compiled lately.
//
// It is a userdata. Upvalue 1 of the functions that use it is another one, with the address of the state, once there is one, and
// the state as its user value. User value n + 1 of the state holds the program of cache slot n, and the program's user value its
// pattern string; so a slot can be recognised by the address of the string.
#pragma once

#include "character_tables.hpp"
#include "pattern.hpp"

#include <lua.hpp>

#include <array>
#include <cstddef>

namespace stdlib {

struct StringState {
  static constexpr int slot_count = 64;
  static constexpr std::size_t longest_cached = 128;  // longer patterns are not kept

  CharacterTables tables;
  std::array<const pattern::Program*, slot_count> programs{};
  std::array<const char*, slot_count>
      seen{};  // the pattern string that last missed the slot: worth keeping the second time
  alignas(pattern::Program) std::array<std::byte, 1024> scratch;  // the program of a pattern seen for the first time
};

/// Makes the functions' upvalue 1 and leaves it on top of the stack.
void push_string_state(lua_State* L);

/// The state of the running function, its tables up to date.
StringState& string_state(lua_State* L);

/// Compiles the pattern at stack index `index` or finds it in the cache. Valid until another pattern is asked for; may leave a
/// value on top of the stack.
const pattern::Program& find_program(lua_State* L, int index, const char* source, std::size_t length);

/// The same, and pushes the userdata that keeps the program alive.
const pattern::Program& push_program(lua_State* L, int index, const char* source, std::size_t length,
                                     pattern::Anchor anchor);

}  // namespace stdlib
