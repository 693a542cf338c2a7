// SPDX-License-Identifier: MIT
// mayfly/gc.h: limits, pacing, stress and verification.
#include "mayfly/gc.h"

#include <algorithm>
#include <climits>

#include "api/address.hpp"
#include "memory/global_state.hpp"

using namespace rt;

namespace {

unsigned period_of(int n) { return n > 0 ? static_cast<unsigned>(n) : 0; }

}  // namespace

// --- limits and pacing -------------------------------------------------------------------------------------------------

LUA_API void mayfly_setmemlimit(lua_State* L, size_t soft, size_t hard) { L->global->heap.set_limits(soft, hard); }

LUA_API void mayfly_getmemlimit(lua_State* L, size_t* soft, size_t* hard) {
  if (soft != nullptr) *soft = L->global->heap.soft_limit();
  if (hard != nullptr) *hard = L->global->heap.hard_limit();
}

LUA_API void mayfly_setfilling(lua_State* L, mayfly_Filling function, void* context) { L->global->filling = {function, context}; }

LUA_API void mayfly_external(lua_State* L, ptrdiff_t delta) { L->global->heap.account_external(delta); }

LUA_API int mayfly_gcstep_us(lua_State* L, unsigned microseconds, unsigned* used) {
  std::uint64_t nanoseconds = 0;
  bool finished = L->global->heap.step_for(std::uint64_t{microseconds} * 1000, &nanoseconds);
  if (used != nullptr) *used = static_cast<unsigned>(std::min<std::uint64_t>((nanoseconds + 999) / 1000, UINT_MAX));
  return finished;
}

LUA_API int mayfly_gcdeterministic(lua_State* L, int on) {
  gc::Heap& heap = L->global->heap;
  bool before = heap.deterministic();
  heap.set_deterministic(on != 0);
  return before;
}

LUA_API void mayfly_setgiveback(lua_State* L, mayfly_GiveBack give_back, void* context) {
  GlobalState& state = *L->global;
  state.give_back = {give_back, context};
  bool (*forward)(void*, bool, bool) = [](void* to, bool cycle_ended, bool all) {
    const auto* host = static_cast<const HostGiveBack*>(to);
    return host->function(host->context, cycle_ended, all) != 0;
  };
  state.heap.set_giving_back({give_back != nullptr ? forward : nullptr, &state.give_back});
}

// --- checking ----------------------------------------------------------------------------------------------------------

LUA_API int mayfly_gcstress(lua_State* L, int period) { return mayfly_gcstresssteps(L, period, 0); }

LUA_API int mayfly_gcstresssteps(lua_State* L, int period, size_t bytes) {
  gc::Heap& heap = L->global->heap;
  unsigned before = heap.stress();
  heap.set_stress(period_of(period), bytes);
  return static_cast<int>(before);
}

LUA_API int mayfly_gcfail(lua_State* L, int n) { return static_cast<int>(L->global->heap.set_failure(period_of(n))); }

LUA_API void mayfly_gcverify(lua_State* L) { L->global->heap.verify(); }

LUA_API int mayfly_gccheck(lua_State* L) {
  gc::Complaint complaint;
  if (L->global->heap.check(&complaint)) return 1;
  lua_pushstring(L, complaint.text);
  return 0;
}
