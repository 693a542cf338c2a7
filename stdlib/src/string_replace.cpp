// SPDX-License-Identifier: MIT
// string.gsub.
#include "arguments.hpp"
#include "pattern.hpp"
#include "string_library.hpp"
#include "string_state.hpp"

#include <cstring>

namespace stdlib {

using pattern::Matcher;
using pattern::Program;

namespace {

// Stack of a call: the arguments, the program, a place for the value a function or table gave, what the buffer needs.
constexpr int program_index = 5;
constexpr int result_index = 6;

/// One call of gsub.
class Replacement {
 public:
  Replacement(lua_State* L, const Program& program, const char* subject, std::size_t length)
      : L_(L), program_(program), matcher_(L, program, subject, length), pending_(subject), kind_(lua_type(L, 3)) {
    if (kind_ == LUA_TNUMBER || kind_ == LUA_TSTRING) {
      text_ = lua_tolstring(L, 3, &text_length_);
      has_escapes_ = text_length_ != 0 && std::memchr(text_, '%', text_length_) != nullptr;
    }
    luaL_buffinit(L, &buffer_);
  }

  /// Replaces at most `limit` matches; leaves the result on the stack and returns how many there were.
  lua_Integer run(lua_Integer limit);

 private:
  using Match = Matcher::Match;

  void add(const Match& match);
  void add_expanded(const Match& match);
  void add_capture(unsigned index, const Match& match);
  void add_result(const Match& match);
  void add_bytes(const char* bytes, std::size_t length);
  void flush(const Match& match);

  lua_State* const L_;
  const Program& program_;
  Matcher matcher_;
  const char* pending_;  // start of the part of the subject that is not in the buffer yet
  const int kind_;
  const char* text_ = nullptr;
  std::size_t text_length_ = 0;
  bool has_escapes_ = false;
  bool changed_ = false;
  luaL_Buffer buffer_;
};

void Replacement::add_bytes(const char* bytes, std::size_t length) {
  if (buffer_.size - buffer_.n < length) return luaL_addlstring(&buffer_, bytes, length);
  std::memcpy(buffer_.b + buffer_.n, bytes, length);
  buffer_.n += length;
}

/// Adds what lies before the match, which is to be replaced.
void Replacement::flush(const Match& match) {
  add_bytes(pending_, static_cast<std::size_t>(match.begin - pending_));
  pending_ = match.end;
  changed_ = true;
}

lua_Integer Replacement::run(lua_Integer limit) {
  const char* place = matcher_.begin();
  const char* last_end = nullptr;
  lua_Integer count = 0;
  while (count < limit) {
    const Match match = matcher_.search(place);
    if (match.end == nullptr) break;
    if (match.end != last_end) {
      ++count;
      add(match);
      place = last_end = match.end;
    } else if (match.begin != matcher_.end()) {
      place = match.begin + 1;  // an empty match right behind the last one does not count
    } else {
      break;
    }
    if (program_.anchored) break;
  }
  if (changed_) {
    add_bytes(pending_, static_cast<std::size_t>(matcher_.end() - pending_));
    luaL_pushresult(&buffer_);
  } else {
    lua_pushvalue(L_, 1);
  }
  return count;
}

void Replacement::add(const Match& match) {
  switch (kind_) {
    case LUA_TFUNCTION:
      lua_pushvalue(L_, 3);
      lua_call(L_, matcher_.push_captures(match), 1);
      return add_result(match);
    case LUA_TTABLE:
      matcher_.push_capture(0, match);
      lua_gettable(L_, 3);
      return add_result(match);
    default:
      flush(match);
      if (has_escapes_)
        add_expanded(match);
      else
        add_bytes(text_, text_length_);
  }
}

/// The value on top of the stack replaces the match; false and nil keep it.
void Replacement::add_result(const Match& match) {
  const int kind = lua_type(L_, -1);
  if (kind == LUA_TNIL || (kind == LUA_TBOOLEAN && !lua_toboolean(L_, -1))) return lua_pop(L_, 1);
  if (kind != LUA_TSTRING && kind != LUA_TNUMBER)
    luaL_error(L_, "invalid replacement value (a %s)", luaL_typename(L_, -1));
  lua_replace(L_, result_index);  // the buffer wants to be on top of the stack
  flush(match);
  std::size_t length;
  const char* const bytes = lua_tolstring(L_, result_index, &length);
  add_bytes(bytes, length);
}

/// Adds the replacement string with its escapes replaced.
void Replacement::add_expanded(const Match& match) {
  const char* place = text_;
  const char* const end = text_ + text_length_;
  while (const void* const found = std::memchr(place, '%', static_cast<std::size_t>(end - place))) {
    const char* const escape = static_cast<const char*>(found);
    add_bytes(place, static_cast<std::size_t>(escape - place));
    const char code = escape + 1 == end ? '\0' : escape[1];
    if (code == '%')
      add_bytes(escape, 1);
    else if (code == '0')
      add_bytes(match.begin, static_cast<std::size_t>(match.end - match.begin));
    else if (code >= '1' && code <= '9')
      add_capture(static_cast<unsigned>(code - '1'), match);
    else
      luaL_error(L_, "invalid use of '%%' in replacement string");
    place = escape + 2;
  }
  add_bytes(place, static_cast<std::size_t>(end - place));
}

void Replacement::add_capture(unsigned index, const Match& match) {
  const Matcher::Text text = matcher_.capture_text(index, match);
  if (text.begin != nullptr) return add_bytes(text.begin, text.length);
  matcher_.push_capture(index, match);
  luaL_addvalue(&buffer_);
}

}  // namespace

int string_gsub(lua_State* L) {
  std::size_t length;
  std::size_t source_length;
  const char* const subject = text_argument(L, 1, &length);
  const char* const source = text_argument(L, 2, &source_length);
  const int kind = lua_type(L, 3);
  luaL_argexpected(L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
                   "string/function/table");
  const lua_Integer limit = integer_argument(L, 4, static_cast<lua_Integer>(length) + 1);
  lua_settop(L, program_index - 1);
  // Only what is called can ask for other patterns meanwhile.
  const bool calls = kind == LUA_TFUNCTION || kind == LUA_TTABLE;
  const Program& program = calls ? push_program(L, 2, source, source_length, pattern::Anchor::allowed)
                                 : find_program(L, 2, source, source_length);
  lua_settop(L, result_index);
  Replacement replacement(L, program, subject, length);
  lua_pushinteger(L, replacement.run(limit));
  return 2;
}

}  // namespace stdlib
