// SPDX-License-Identifier: MIT
// lauxlib.h: the text of a traceback.
#include <lua.hpp>

#include "function_name.hpp"

namespace {

// A long traceback shows this many levels at its start and at its end.
constexpr int first_levels = 10;
constexpr int last_levels = 11;

int deepest_level(lua_State* thread) {
  lua_Debug call;
  int known = 0, beyond = 1;
  while (lua_getstack(thread, beyond, &call) != 0) {
    known = beyond;
    beyond *= 2;
  }
  while (beyond - known > 1) {
    int middle = known + (beyond - known) / 2;
    (lua_getstack(thread, middle, &call) != 0 ? known : beyond) = middle;
  }
  return known;
}

void push_description(lua_State* L, lua_State* thread, lua_Debug* call) {
  if (stdlib::push_loaded_name(L, thread, call)) {
    lua_pushfstring(L, "function '%s'", lua_tostring(L, -1));
    lua_remove(L, -2);
  } else if (*call->namewhat != '\0') {
    lua_pushfstring(L, "%s '%s'", call->namewhat, call->name);
  } else if (*call->what == 'm') {
    lua_pushliteral(L, "main chunk");
  } else if (*call->what != 'C') {
    lua_pushfstring(L, "function <%s:%d>", call->short_src, call->linedefined);
  } else {
    lua_pushliteral(L, "?");
  }
}

void add_level(luaL_Buffer* text, lua_State* thread, lua_Debug* call) {
  lua_State* L = text->L;
  lua_getinfo(thread, "Slnt", call);
  if (call->currentline > 0) {
    lua_pushfstring(L, "\n\t%s:%d: in ", call->short_src, call->currentline);
  } else {
    lua_pushfstring(L, "\n\t%s: in ", call->short_src);
  }
  luaL_addvalue(text);
  push_description(L, thread, call);
  luaL_addvalue(text);
  if (call->istailcall != 0) luaL_addstring(text, "\n\t(...tail calls...)");
}

}  // namespace

void luaL_traceback(lua_State* L, lua_State* thread, const char* message, int level) {
  luaL_checkstack(L, 12, nullptr);
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  if (message != nullptr) {
    luaL_addstring(&text, message);
    luaL_addchar(&text, '\n');
  }
  luaL_addstring(&text, "stack traceback:");
  int last = deepest_level(thread);
  bool abridged = last - level > first_levels + last_levels;
  int gap = level + first_levels;
  lua_Debug call;
  while (lua_getstack(thread, level, &call) != 0) {
    if (abridged && level == gap) {
      int skipped = last - level - last_levels + 1;
      lua_pushfstring(L, "\n\t...\t(skipping %d levels)", skipped - 1);  // one less, as lua5.4 counts
      luaL_addvalue(&text);
      level += skipped;
    } else {
      add_level(&text, thread, &call);
      ++level;
    }
  }
  luaL_pushresult(&text);
}
