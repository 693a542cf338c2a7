// SPDX-License-Identifier: MIT
// The words of the language: their spelling, and finding reserved ones.
#include "syntax/token.hpp"

namespace rt {

namespace {

// ORDER TokenKind
constexpr std::string_view token_texts[] = {
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
    "or", "repeat", "return", "then", "true", "until", "while",
    "+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<<", ">>", "//", "==",
    "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}",
    "[", "]", "::", ";", ":", ",", ".", "..", "...",
    "<integer>", "<number>", "<string>", "<name>",
    "", "<eof>",
};
static_assert(sizeof token_texts / sizeof token_texts[0] == static_cast<int>(TokenKind::end_of_chunk) + 1);

// The factors give every reserved word a slot of its own (checked below).
constexpr unsigned slot_count = 64;
constexpr unsigned slot_of(std::string_view text) {
  return (static_cast<unsigned char>(text.front()) * 3 + static_cast<unsigned char>(text.back()) * 13 +
          static_cast<unsigned>(text.size())) %
         slot_count;
}

struct ReservedSlots {
  std::int8_t word[slot_count];
  constexpr ReservedSlots() : word() {
    for (auto& w : word) w = -1;
    for (int i = 0; i < reserved_word_count; ++i) word[slot_of(token_texts[i])] = static_cast<std::int8_t>(i);
  }
};
constexpr ReservedSlots slots;

constexpr bool all_found() {
  for (int i = 0; i < reserved_word_count; ++i) {
    if (slots.word[slot_of(token_texts[i])] != i) return false;
  }
  return true;
}
static_assert(all_found());

}  // namespace

std::string_view token_text(TokenKind kind) { return token_texts[static_cast<int>(kind)]; }

TokenKind reserved_word(std::string_view text) {
  if (text.size() < 2 || text.size() > 8) return TokenKind::name;
  int word = slots.word[slot_of(text)];
  return word >= 0 && token_texts[word] == text ? static_cast<TokenKind>(word) : TokenKind::name;
}

}  // namespace rt
