// SPDX-License-Identifier: MIT
// The reserved words of the language, sorted.
#pragma once

#include <string_view>

inline constexpr std::string_view keywords[] = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
                                                "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"};
