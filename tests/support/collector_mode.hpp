// SPDX-License-Identifier: MIT
// The environment variable MAYFLY_TEST_MODE (incremental, generational) chooses the collector's mode for all states of the tests.
#pragma once

#include <cstdlib>
#include <cstring>

#include <lua.hpp>

inline lua_State* in_chosen_mode(lua_State* L) {
  const char* mode = std::getenv("MAYFLY_TEST_MODE");
  if (L == nullptr || mode == nullptr) return L;
  if (std::strcmp(mode, "generational") == 0) {
    lua_gc(L, LUA_GCGEN, 0, 0);
  } else if (std::strcmp(mode, "incremental") == 0) {
    lua_gc(L, LUA_GCINC, 0, 0, 0);
  } else {
    std::abort();
  }
  return L;
}
