// SPDX-License-Identifier: MIT
// mayfly/gc.h: stress and verification of the heap.
#include "mayfly/gc.h"

#include "memory/global_state.hpp"

LUA_API int mayfly_gcstress(lua_State* L, int period) { return mayfly_gcstresssteps(L, period, 0); }

LUA_API int mayfly_gcstresssteps(lua_State* L, int period, size_t bytes) {
  gc::Heap& heap = rt::global_of(L).heap;
  unsigned before = heap.stress();
  heap.set_stress(period > 0 ? static_cast<unsigned>(period) : 0, bytes);
  return static_cast<int>(before);
}

LUA_API void mayfly_gcverify(lua_State* L) { rt::global_of(L).heap.verify(); }
