// SPDX-License-Identifier: MIT
// What the word before the cursor may go on as: keywords, globals, fields and methods.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

struct Completion {
  std::size_t word_length = 0;      // how much of it is there before the cursor
  std::vector<std::string> words;   // sorted, without duplicates
  // What all words begin with.
  std::string common_start() const;
};

// Looks through tables and the tables their metatables name as `__index`, and calls nothing. Raises no error: without memory
// there are no words.
Completion complete(lua_State* L, std::string_view before_cursor);
