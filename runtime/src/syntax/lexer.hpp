// SPDX-License-Identifier: MIT
// From bytes to tokens.
#pragma once

#include <cstdint>
#include <string_view>

#include "syntax/buffer.hpp"
#include "syntax/chunk_stream.hpp"
#include "syntax/token.hpp"

namespace rt {

class Lexer {
 public:
  // `source` must stay reachable.
  Lexer(GlobalState& state, lua_State* L, ChunkStream& stream, Names& names, String* source);

  const Token& token() const { return token_; }
  TokenKind kind() const { return token_.kind; }
  int line() const { return line_; }                    // of the current token's end (where the reading stands)
  int last_line() const { return last_line_; }          // of the token consumed last
  void advance();                                       // to the next token
  TokenKind look_ahead();                               // kind of the token after the current one

  // Raise LUA_ERRSYNTAX: "source:line: message near 'token'".
  [[noreturn]] void error_near_token(std::string_view message);
  [[noreturn]] void error_without_token(std::string_view message);

 private:
  static constexpr int end_of_input = -1;

  void read(Token& token);
  void read_name(Token& token);
  void read_number(Token& token);
  void finish_number(Token& token);
  void read_string(Token& token, char quote);
  void read_escape(char quote);
  void read_hexadecimal_escape(char quote);
  void read_decimal_escape(char quote);
  void read_utf8_escape(char quote);
  void skip_blanks_of_escape();
  unsigned read_hexadecimal_digit(char quote);
  bool read_long_bracket(Token& token);
  void read_long_text(Token* token, std::uint32_t level);
  void skip_comment();
  void end_line();
  bool take(char expected);
  int peek() { return stream_.next != stream_.end || stream_.refill() ? static_cast<unsigned char>(*stream_.next) : end_of_input; }
  int peek_after_piece();
  void skip() { ++stream_.next; }
  void save(int byte) { text_.push(static_cast<char>(byte)); }
  void save_and_skip() { save(*stream_.next++); }
  std::string_view text() const { return {text_.data(), text_.size()}; }
  [[noreturn]] void raise_at(std::string_view message, std::string_view near);
  [[noreturn]] void string_error(std::string_view message, char quote);
  [[noreturn]] void escape_error(std::string_view message, char quote);

  GlobalState& state_;
  lua_State* L_;
  ChunkStream& stream_;
  Names& names_;
  String* source_;
  Token token_;
  Token ahead_;
  bool has_ahead_ = false;
  int line_ = 1;
  int last_line_ = 1;
  Buffer<char> text_;            // of the token being read, when it does not lie in one piece
  std::size_t escape_start_ = 0;  // where in text_ the escape sequence being read begins
};

}  // namespace rt
