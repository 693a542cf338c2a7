// SPDX-License-Identifier: MIT
// The words of the language.
#pragma once

#include <cstdint>
#include <string_view>

#include "syntax/names.hpp"

namespace rt {

// ORDER TokenKind: reserved words first, alphabetically, then the symbols; token_texts follows it.
enum class TokenKind : std::uint8_t {
  and_, break_, do_, else_, elseif, end, false_, for_, function, goto_, if_, in, local, nil, not_, or_, repeat, return_,
  then, true_, until, while_,
  plus, minus, star, slash, percent, caret, hash, ampersand, tilde, bar, shift_left, shift_right, double_slash, equal,
  not_equal, less_equal, greater_equal, less, greater, assign, open_paren, close_paren, open_brace, close_brace,
  open_bracket, close_bracket, double_colon, semicolon, colon, comma, dot, concat, dots,
  integer, number, string, name,
  stray,  // a byte that begins no token
  end_of_chunk,
};
inline constexpr int reserved_word_count = static_cast<int>(TokenKind::while_) + 1;

struct Token {
  TokenKind kind = TokenKind::end_of_chunk;
  char delimiter = 0;         // string: the quote, or '[' for a long bracket of `level`; stray: the byte
  std::uint32_t level = 0;
  union {
    std::int64_t integer;
    double number;
    Name* name;               // also the contents of a string
  };
  std::string_view spelling;  // of numbers, for messages; valid while the token is the last one read
};

// How messages show a kind of token ("<name>", "while", "+").
std::string_view token_text(TokenKind kind);
// The reserved word that `text` is, or TokenKind::name.
TokenKind reserved_word(std::string_view text);

}  // namespace rt
