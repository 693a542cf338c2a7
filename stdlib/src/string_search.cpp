// SPDX-License-Identifier: MIT
// string.find, string.match and string.gmatch.
#include "arguments.hpp"
#include "pattern.hpp"
#include "positions.hpp"
#include "string_library.hpp"
#include "string_state.hpp"
#include "text_search.hpp"

#include <new>

namespace stdlib {

using pattern::Matcher;
using pattern::Program;

namespace {

struct Subject {
  const char* text;
  std::size_t length;
};

Subject check_string(lua_State* L, int index) {
  Subject subject;
  subject.text = text_argument(L, index, &subject.length);
  return subject;
}

/// Offset of the optional start position in argument 3.
std::size_t start_offset(lua_State* L, std::size_t length) {
  return start_position(integer_argument(L, 3, 1), length) - 1;
}

int push_span(lua_State* L, const char* origin, const char* begin, const char* end) {
  lua_pushinteger(L, begin - origin + 1);
  lua_pushinteger(L, end - origin);
  return 2;
}

int find_plain(lua_State* L, const Subject& subject, std::size_t offset, const char* needle,
               std::size_t needle_length) {
  const char* const found = find_text(subject.text + offset, subject.length - offset, needle, needle_length);
  if (found == nullptr) return luaL_pushfail(L), 1;
  return push_span(L, subject.text, found, found + needle_length);
}

struct GmatchState {
  Matcher matcher;
  const char* place;
  const char* last_end;  // of the match before, so that an empty one is not found there again

  GmatchState(lua_State* L, const Program& program, const Subject& subject, const char* start)
      : matcher(L, program, subject.text, subject.length), place(start), last_end(nullptr) {}
};

/// Upvalues: the subject, the pattern, the GmatchState, whose user value is the program.
int gmatch_next(lua_State* L) {
  auto& state = *static_cast<GmatchState*>(lua_touserdata(L, lua_upvalueindex(3)));
  state.matcher.enter(L);
  while (state.place <= state.matcher.end()) {
    const Matcher::Match match = state.matcher.search(state.place);
    if (match.end == nullptr) break;
    if (match.end != state.last_end) {
      state.place = state.last_end = match.end;
      return state.matcher.push_captures(match);
    }
    state.place = match.begin + 1;
  }
  state.place = state.matcher.end() + 1;
  return 0;
}

}  // namespace

int string_find(lua_State* L) {
  const Subject subject = check_string(L, 1);
  const Subject source = check_string(L, 2);
  const std::size_t offset = start_offset(L, subject.length);
  if (offset > subject.length) return luaL_pushfail(L), 1;
  if (lua_toboolean(L, 4)) return find_plain(L, subject, offset, source.text, source.length);
  const Program& program = find_program(L, 2, source.text, source.length);
  if (program.unremarkable) return find_plain(L, subject, offset, source.text, source.length);
  if (program.plain) return find_plain(L, subject, offset, program.text + program.start_index, program.start_length);
  Matcher matcher(L, program, subject.text, subject.length);
  const Matcher::Match match = matcher.search(subject.text + offset);
  if (match.end == nullptr) return luaL_pushfail(L), 1;
  push_span(L, subject.text, match.begin, match.end);
  return matcher.push_explicit_captures() + 2;
}

int string_match(lua_State* L) {
  const Subject subject = check_string(L, 1);
  const Subject source = check_string(L, 2);
  const std::size_t offset = start_offset(L, subject.length);
  if (offset > subject.length) return luaL_pushfail(L), 1;
  Matcher matcher(L, find_program(L, 2, source.text, source.length), subject.text, subject.length);
  const Matcher::Match match = matcher.search(subject.text + offset);
  if (match.end == nullptr) return luaL_pushfail(L), 1;
  return matcher.push_captures(match);
}

int string_gmatch(lua_State* L) {
  const Subject subject = check_string(L, 1);
  const Subject source = check_string(L, 2);
  std::size_t offset = start_offset(L, subject.length);
  if (offset > subject.length) offset = subject.length + 1;
  lua_settop(L, 2);
  const Program& program = push_program(L, 2, source.text, source.length, pattern::Anchor::literal);
  new (lua_newuserdatauv(L, sizeof(GmatchState), 1)) GmatchState(L, program, subject, subject.text + offset);
  lua_insert(L, -2);
  lua_setiuservalue(L, -2, 1);
  lua_pushcclosure(L, gmatch_next, 3);
  return 1;
}

}  // namespace stdlib
