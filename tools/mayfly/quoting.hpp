// SPDX-License-Identifier: MIT
// Text so that it can be read on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The text as a string constant of Lua. Of a text longer than `limit` bytes only the beginning, with its length behind it.
std::string quoted(std::string_view text, std::size_t limit);

// The text without quotes, with control characters and what is not UTF-8 written as escapes.
std::string escaped(std::string_view text);

// Can it stand in a table constructor without quotes?
bool is_field_name(std::string_view text);
