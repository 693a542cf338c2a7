// SPDX-License-Identifier: MIT
// A state with all libraries, and a runner of script texts. Use: TEST_CASE_FIXTURE(LuaFixture, "...").
#pragma once

#include <cstddef>
#include <string>

#include <lua.hpp>
#include <mayfly/gc.h>

#include "collector_mode.hpp"

struct LuaFixture {
  lua_State* L;

  LuaFixture() : L(in_chosen_mode(luaL_newstate())) { luaL_openlibs(L); }
  ~LuaFixture() { lua_close(L); }
  LuaFixture(const LuaFixture&) = delete;
  LuaFixture& operator=(const LuaFixture&) = delete;

  // Runs the text. Returns its results as `print` shows them, separated by single blanks, or "error: " and the message.
  // The stack is left as it was. The chunk is named "test", so messages begin with "test:1:".
  std::string run(const std::string& text) {
    int top = lua_gettop(L);
    std::string shown;
    int status = luaL_loadbuffer(L, text.data(), text.size(), "=test");
    if (status == LUA_OK) status = lua_pcall(L, 0, LUA_MULTRET, 0);
    if (status != LUA_OK) shown = "error:";
    for (int i = top + 1; i <= lua_gettop(L); ++i) {
      std::size_t length = 0;
      const char* piece = luaL_tolstring(L, i, &length);
      if (!shown.empty()) shown += ' ';
      shown.append(piece, length);
      lua_pop(L, 1);
    }
    lua_settop(L, top);
    return shown;
  }

  // A full cycle, finalizers and callbacks included, and a check of the heap.
  void collect() {
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_gcverify(L);
  }
};

// Collects and verifies at every `period`-th allocation while it lives.
class StressScope {
 public:
  explicit StressScope(lua_State* L, int period = 1) : L_(L), before_(mayfly_gcstress(L, period)) {}
  ~StressScope() { mayfly_gcstress(L_, before_); }
  StressScope(const StressScope&) = delete;
  StressScope& operator=(const StressScope&) = delete;

 private:
  lua_State* L_;
  int before_;
};
