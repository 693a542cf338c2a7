// SPDX-License-Identifier: MIT
// The environment variable MAYFLY_TEST_MODE (incremental, generational) chooses the collector's mode for all states of the tests,
// MAYFLY_TEST_STEP a step of so many units of work, and a verification, at each allocation in them.
#pragma once

#include <cstdlib>
#include <cstring>

#include <lua.hpp>

#include "mayfly/gc.h"

inline lua_State* in_chosen_mode(lua_State* L) {
  if (L == nullptr) return L;
  if (const char* mode = std::getenv("MAYFLY_TEST_MODE")) {
    if (std::strcmp(mode, "generational") == 0) {
      lua_gc(L, LUA_GCGEN, 0, 0);
    } else if (std::strcmp(mode, "incremental") == 0) {
      lua_gc(L, LUA_GCINC, 0, 0, 0);
    } else {
      std::abort();
    }
  }
  if (const char* step = std::getenv("MAYFLY_TEST_STEP")) {
    std::size_t units = std::strtoul(step, nullptr, 10);
    lua_gc(L, LUA_GCSETSTEPMUL, 24);  // a step of b bytes: one unit, and 24 for each 400 bytes
    mayfly_gcstresssteps(L, 1, units <= 1 ? 1 : 16 * (((units - 1) * 25 + 23) / 24));
  }
  return L;
}
