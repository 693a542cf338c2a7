// SPDX-License-Identifier: MIT
// One input of the interactive mode: the parser says what it is.
#include "input.hpp"

#include <string_view>

namespace {

int load_text(lua_State* L, const std::string& text) { return luaL_loadbuffer(L, text.data(), text.size(), "=stdin"); }

// Can a statement begin like this? Else an expression is meant, and its error is the one to be told.
bool may_begin_statement(const std::string& text) {
  std::size_t start = text.find_first_not_of(" \t\n");
  if (start == std::string::npos) return true;
  char c = text[start];
  bool begins_comment = text.compare(start, 2, "--") == 0;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '(' || c == ';' || c == ':' || begins_comment;
}

}  // namespace

bool is_incomplete(lua_State* L, int status) {
  if (status != LUA_ERRSYNTAX) return false;
  constexpr std::string_view end_mark = "<eof>";
  std::size_t length = 0;
  const char* message = lua_tolstring(L, -1, &length);
  return length >= end_mark.size() && std::string_view(message + length - end_mark.size(), end_mark.size()) == end_mark;
}

Verdict judge(lua_State* L, const std::string& text) {
  int status = load_text(L, "return " + (text[0] == '=' ? text.substr(1) : text));
  if (status == LUA_OK) return Verdict::runs;
  bool goes_on = is_incomplete(L, status);
  status = load_text(L, text);
  if (status == LUA_OK) {
    lua_remove(L, -2);
    return Verdict::runs;
  }
  if (goes_on || is_incomplete(L, status)) {
    lua_pop(L, 2);
    return Verdict::goes_on;
  }
  if (may_begin_statement(text)) lua_remove(L, -2);
  else lua_pop(L, 1);
  return Verdict::wrong;
}
