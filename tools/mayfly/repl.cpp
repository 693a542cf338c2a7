// SPDX-License-Identifier: MIT
// The interactive mode. Away from a terminal it does what `lua -i` does: scripts that feed it see no difference.
#include "repl.hpp"

#include <cstdio>

#include "input.hpp"
#include "run.hpp"
#include "session.hpp"
#include "terminal.hpp"

namespace {

// The prompt a script has chosen (_PROMPT, _PROMPT2) or ours.
void show_prompt(lua_State* L, bool first) {
  if (lua_getglobal(L, first ? "_PROMPT" : "_PROMPT2") == LUA_TNIL) {
    std::fputs(first ? "> " : ">> ", stdout);
  } else {
    std::fputs(luaL_tolstring(L, -1, nullptr), stdout);
    lua_pop(L, 1);
  }
  std::fflush(stdout);
  lua_pop(L, 1);
}

// [-0, +(0|1), v]  Pushes the next line without its end. Returns false at the end of input.
bool push_line(lua_State* L, bool first) {
  show_prompt(L, first);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  int c = std::getc(stdin);
  if (c == EOF) {
    luaL_pushresult(&buffer);
    lua_pop(L, 1);
    return false;
  }
  for (; c != EOF && c != '\n'; c = std::getc(stdin)) luaL_addchar(&buffer, static_cast<char>(c));
  luaL_pushresult(&buffer);
  return true;
}

int load_text(lua_State* L, int index) {
  std::size_t length = 0;
  const char* text = lua_tolstring(L, index, &length);
  return luaL_loadbuffer(L, text, length, "=stdin");
}

// The line at index 1 as an expression, loaded in its place; the line stays when it is none.
int load_expression(lua_State* L) {
  const char* line = lua_tostring(L, 1);
  if (line[0] == '=') ++line;  // the way of Lua 5.0, still understood
  lua_pushfstring(L, "return %s", line);
  int status = load_text(L, 2);
  lua_remove(L, 2);
  if (status != LUA_OK) lua_pop(L, 1);
  return status;
}

// The line at index 1 as statements, with as many more lines as it takes.
int load_statements(lua_State* L) {
  for (;;) {
    int status = load_text(L, 1);
    if (!is_incomplete(L, status)) return status;
    lua_pop(L, 1);
    if (!push_line(L, false)) return load_text(L, 1);
    lua_pushliteral(L, "\n");
    lua_insert(L, -2);
    lua_concat(L, 3);
  }
}

// Leaves the loaded chunk or the error alone on the stack. Returns -1 at the end of input.
int load_chunk(lua_State* L) {
  lua_settop(L, 0);
  if (!push_line(L, true)) return -1;
  int status = load_expression(L);
  if (status != LUA_OK) status = load_statements(L);
  lua_remove(L, 1);
  return status;
}

// Prints all values on the stack with the global `print`, which a script may have changed.
void print_results(lua_State* L) {
  int count = lua_gettop(L);
  if (count == 0) return;
  luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
  lua_getglobal(L, "print");
  lua_insert(L, 1);
  if (lua_pcall(L, count, 0, 0) != LUA_OK)
    complain(lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1)));
}

void run_plainly(lua_State* L) {
  for (int status = load_chunk(L); status != -1; status = load_chunk(L)) {
    if (status == LUA_OK) status = call_protected(L, 0, LUA_MULTRET);
    if (status == LUA_OK) print_results(L);
    else report(L, status);
  }
  lua_settop(L, 0);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace

void run_repl(lua_State* L) {
  const char* name = program_name;
  program_name = nullptr;
  if (is_dialogue()) run_session(L);
  else run_plainly(L);
  program_name = name;
}
