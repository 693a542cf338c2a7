// SPDX-License-Identifier: MIT
// The library `gc`: a look inside the collector, and its modes for tests. Its manual: gc/controls.md.
#include <mayfly/gc.h>
#include <mayfly/weak.h>

#include <climits>

#include <lua.hpp>

namespace {

void set_number(lua_State* L, const char* name, double number) {
  lua_pushnumber(L, number);
  lua_setfield(L, -2, name);
}

void set_integer(lua_State* L, const char* name, unsigned long long integer) {
  lua_pushinteger(L, static_cast<lua_Integer>(integer));
  lua_setfield(L, -2, name);
}

// --- stats ---------------------------------------------------------------------------------------------------------------

// The heap is walked before anything is allocated for the result.
struct Census {
  struct Kind {
    const char* name;
    size_t count, bytes;
  };
  static constexpr int most = 64;
  Kind kinds[most];
  int used = 0;

  static void add(void* context, const char* name, size_t count, size_t bytes) {
    auto* census = static_cast<Census*>(context);
    if (census->used < most) census->kinds[census->used++] = {name, count, bytes};
  }
  explicit Census(lua_State* L) { mayfly_gckinds(L, add, this); }

  size_t objects() const {
    size_t sum = 0;
    for (int i = 0; i < used; ++i) sum += kinds[i].count;
    return sum;
  }
};

void set_kinds(lua_State* L, const Census& census) {
  lua_createtable(L, 0, census.used);
  for (int i = 0; i < census.used; ++i) {
    lua_createtable(L, 0, 2);
    set_integer(L, "count", census.kinds[i].count);
    set_integer(L, "bytes", census.kinds[i].bytes);
    lua_setfield(L, -2, census.kinds[i].name);
  }
  lua_setfield(L, -2, "kinds");
}

void set_phases(lua_State* L, const mayfly_GcStats& stats) {
  lua_createtable(L, 0, 4);
  set_number(L, "marking", stats.marking);
  set_number(L, "flip", stats.flip);
  set_number(L, "clearing", stats.clearing);
  set_number(L, "sweeping", stats.sweeping);
  lua_setfield(L, -2, "phases");
}

void set_pauses(lua_State* L, const mayfly_GcStats& stats) {
  lua_createtable(L, 0, 3);
  set_integer(L, "count", stats.pauses);
  set_number(L, "longest", stats.longest_pause);
  set_number(L, "total", stats.all_pauses);
  lua_setfield(L, -2, "pauses");
}

void set_weak(lua_State* L, const mayfly_GcStats& stats) {
  lua_createtable(L, 0, 3);
  set_integer(L, "live", stats.weak_live);
  set_integer(L, "dead", stats.weak_dead);
  set_integer(L, "cleared", stats.weak_cleared);
  lua_setfield(L, -2, "weak");
}

int gc_stats(lua_State* L) {
  mayfly_GcStats stats;
  mayfly_gcstats(L, &stats);
  const Census census(L);
  size_t soft, hard;
  mayfly_getmemlimit(L, &soft, &hard);
  lua_createtable(L, 0, 14);
  lua_pushstring(L, stats.collector);
  lua_setfield(L, -2, "collector");
  set_integer(L, "bytes", stats.bytes);
  set_integer(L, "reserved", stats.reserved);
  set_integer(L, "external", stats.external);
  set_integer(L, "objects", census.objects());
  set_integer(L, "cycles", stats.cycles);
  set_integer(L, "finalized", stats.finalized);
  if (soft != 0) set_integer(L, "softlimit", soft);
  if (hard != 0) set_integer(L, "hardlimit", hard);
  set_kinds(L, census);
  set_phases(L, stats);
  set_pauses(L, stats);
  set_weak(L, stats);
  return 1;
}

// --- modes and checks ------------------------------------------------------------------------------------------------------

// gc.stress(n [, bytes]): the period that was in force.
int gc_stress(lua_State* L) {
  lua_Integer period = luaL_checkinteger(L, 1);
  lua_Integer bytes = luaL_optinteger(L, 2, 0);
  luaL_argcheck(L, period >= 0 && period <= INT_MAX, 1, "period out of range");
  luaL_argcheck(L, bytes >= 0, 2, "negative number of bytes");
  lua_pushinteger(L, mayfly_gcstresssteps(L, static_cast<int>(period), static_cast<size_t>(bytes)));
  return 1;
}

// gc.verify(): true, or an error that says what is broken.
int gc_verify(lua_State* L) {
  if (mayfly_gccheck(L) == 0) return lua_error(L);
  lua_pushboolean(L, 1);
  return 1;
}

struct Counts {
  size_t bytes, objects, weak_live, weak_dead;
  unsigned long long weak_cleared, finalized;

  explicit Counts(lua_State* L) {
    mayfly_GcStats stats;
    mayfly_gcstats(L, &stats);
    bytes = stats.bytes;
    objects = Census(L).objects();
    weak_live = stats.weak_live;
    weak_dead = stats.weak_dead;
    weak_cleared = stats.weak_cleared;
    finalized = stats.finalized;
  }
  bool operator==(const Counts&) const = default;
};

// gc.settle([most]): how many collections it took until one changed nothing, and true; after `most` of them false.
int gc_settle(lua_State* L) {
  lua_Integer most = luaL_optinteger(L, 1, 100);
  Counts before(L);
  for (lua_Integer round = 1; round <= most; ++round) {
    if (lua_gc(L, LUA_GCCOLLECT) == -1) return luaL_error(L, "a finalizer cannot collect");
    Counts after(L);
    if (after == before) {
      lua_pushinteger(L, round);
      lua_pushboolean(L, 1);
      return 2;
    }
    before = after;
  }
  lua_pushinteger(L, most);
  lua_pushboolean(L, 0);
  return 2;
}

// gc.deterministic([on]): what was in force.
int gc_deterministic(lua_State* L) {
  int on = lua_isnone(L, 1) ? 1 : lua_toboolean(L, 1);
  lua_pushboolean(L, mayfly_gcdeterministic(L, on));
  return 1;
}

// gc.why(object): how it is held, or nil when only the caller of this function does by this call.
int gc_why(lua_State* L) {
  luaL_argcheck(L, mayfly_referable(L, 1) != 0, 1, lua_pushfstring(L, "object expected, got %s", luaL_typename(L, 1)));
  mayfly_why(L, 1);
  return 1;
}

constexpr luaL_Reg functions[] = {
    {"deterministic", gc_deterministic}, {"settle", gc_settle}, {"stats", gc_stats},
    {"stress", gc_stress},               {"verify", gc_verify}, {"why", gc_why},
    {nullptr, nullptr},
};

}  // namespace

LUAMOD_API int luaopen_gc(lua_State* L) {
  luaL_newlib(L, functions);
  return 1;
}
