// SPDX-License-Identifier: MIT
// The headers mayfly/*.h.
#include <cstring>

#include <mayfly/array.h>
#include <mayfly/call.h>
#include <mayfly/chunk.h>
#include <mayfly/gc.h>
#include <mayfly/handle.hpp>
#include <mayfly/interrupt.h>
#include <mayfly/intrinsic.h>
#include <mayfly/shared_heap.h>
#include <mayfly/string.h>
#include <mayfly/weak.h>

#include "steps.hpp"

namespace {

int sequences(lua_State* L) {
  for (int i = 1; i <= 20; ++i) lua_pushfstring(L, "%d", i);
  mayfly_newsequence(L, 20, 2);
  for (int i = 0; i < 20; ++i) {
    lua_newtable(L);
    mayfly_append(L, 1);
  }
  const mayfly_Value* values = mayfly_values(L, 1, 1, 40);
  if (!mayfly_isplain(L, 1) || values == nullptr) return luaL_error(L, "values");
  mayfly_pushvalue(L, values);
  char room[MAYFLY_MAXNUMBERTEXT];
  size_t length;
  if (mayfly_text(values, room, &length) == nullptr || mayfly_totext(L, -1, room, &length) == nullptr) return luaL_error(L, "text");
  char texts[64];
  size_t size = mayfly_textsize(values, 20);
  if (size != 31 || mayfly_copytexts(values, 20, ",", 1, texts) != texts + size + 19) return luaL_error(L, "texts");
  luaL_checkstack(L, 50, nullptr);
  mayfly_pushvalues(L, 1, 1, 40);
  lua_settop(L, 1);
  if (!mayfly_lessthan(L, values, values + 1) || !mayfly_movevalues(L, 1, 1, 10, 1, 5)) return luaL_error(L, "order");
  mayfly_Value* written = mayfly_writevalues(L, 1, 1, 2);
  written[0].tag = MAYFLY_TAGINTEGER;
  written[0].content.integer = 5;
  mayfly_wrote(L, 1);
  lua_pushcfunction(L, [](lua_State* state) {
    lua_newtable(state);
    return 1;
  });
  return mayfly_callorder(L, 2, written, written + 1) ? 0 : luaL_error(L, "callorder");
}

int finish(lua_State* L, int, lua_KContext) {
  lua_newtable(L);
  return 1;
}
int finish_protected(lua_State* L, int status, lua_KContext) { return status == LUA_YIELD ? 0 : mayfly_tailerror(L); }
int make_table(lua_State* L) {
  lua_newtable(L);
  return 1;
}
int tail_call(lua_State* L) {
  lua_pushcfunction(L, make_table);
  return mayfly_tailcallk(L, 0, 1, 0, finish);
}
int tail_protected(lua_State* L) {
  lua_pushcfunction(L, make_table);
  return mayfly_tailpcallk(L, 0, 1, 0, 0, finish_protected);
}
int tail_yield(lua_State* L) {
  lua_newtable(L);
  return mayfly_tailyieldk(L, 1, 0, finish);
}
int after_resume(lua_State* L, int status, lua_KContext) { return status == LUA_YIELD || status == LUA_OK ? 0 : mayfly_tailerror(L); }
int tail_resume(lua_State* L) {
  lua_State* co = lua_newthread(L);
  lua_pushcfunction(co, tail_yield);
  return mayfly_tailresume(L, co, 0, 0, after_resume);
}

int calls(lua_State* L) {
  for (lua_CFunction f : {tail_call, tail_protected, tail_resume}) {
    lua_pushcfunction(L, f);
    lua_call(L, 0, 0);
  }
  if (luaL_loadstring(L, "local calls = { ... } for _, f in ipairs(calls) do f() end") != LUA_OK) return lua_error(L);
  lua_pushcfunction(L, tail_call);
  lua_pushcfunction(L, tail_protected);
  lua_pushcfunction(L, tail_resume);
  lua_call(L, 3, 0);
  return 0;
}

int chunks(lua_State* L) {
  if (luaL_loadstring(L, "local t = { 1, 'two' } function f() return t end") != LUA_OK) return lua_error(L);
  mayfly_pushlisting(L, -1, 1);
  lua_pop(L, 1);
  if (luaL_loadstring(L, "return f()") != LUA_OK) return lua_error(L);
  if (!mayfly_joinchunks(L, 2)) return luaL_error(L, "joinchunks");
  lua_call(L, 0, 0);
  return 0;
}

// A state of its own: what is set here, generic loops would use.
int iterators(lua_State* L) {
  void* context;
  lua_Alloc function = lua_getallocf(L, &context);
  lua_State* state = lua_newstate(function, context);
  if (state == nullptr) return luaL_error(L, "not enough memory");
  mayfly_setiterators(state, nullptr, nullptr);
  mayfly_setintrinsic(state, MAYFLY_INTRINSIC_NEXT, nullptr);
  mayfly_setcontinuation(state, MAYFLY_INTRINSIC_COROUTINE_RESUME, nullptr);
  lua_close(state);
  return 0;
}

struct BudgetScope {
  lua_State* L;
  ~BudgetScope() { mayfly_setbudget(L, -1); }
};

// One error of the script that is stopped, one of its memory: both leave the state as it was.
int interrupts(lua_State* L) {
  BudgetScope scope{L};
  mayfly_setuncatchable(L, mayfly_setuncatchable(L, 1));
  mayfly_interrupt(L);
  mayfly_clearinterrupt(L);
  if (luaL_loadstring(L, "local t = {} while true do t[1] = {} end") != LUA_OK) return lua_error(L);
  mayfly_setbudget(L, 200);
  int status = lua_pcall(L, 0, 0, 0);
  if (status == LUA_ERRMEM) return lua_error(L);
  mayfly_safepoint(L, 1);
  return status == LUA_ERRRUN && mayfly_getbudget(L) <= 0 ? 0 : luaL_error(L, "status %d", status);
}

int shared_values(lua_State* L) {
  lua_newtable(L);
  const void* shared = mayfly_sharesheap() != 0 ? mayfly_share(L, 1) : nullptr;
  int type = mayfly_pushshared(L, shared);
  return type == (shared != nullptr ? LUA_TTABLE : LUA_TNONE) ? 0 : luaL_error(L, "shared");
}

int strings(lua_State* L) {
  std::memset(mayfly_newstring(L, 1000), 's', 1000);
  if (lua_rawlen(L, -1) != 1000) return luaL_error(L, "string");
  std::memset(mayfly_newblock(L, 1000), 'b', 1000);
  char* grown = mayfly_resizeblock(L, -1, 100'000);
  if (grown[0] != 'b' || grown[999] != 'b') return luaL_error(L, "block");
  return mayfly_resizeblock(L, -1, 0) == nullptr ? 0 : luaL_error(L, "block");
}

int weak_values(lua_State* L) {
  for (int i = 0; i < 20; ++i) {
    lua_newtable(L);
    mayfly_newweakref(L, -1, 0);
    mayfly_newweakproxy(L, -2, 0);
    mayfly_getweakref(L, -2);
    mayfly_getweakcallback(L, -3);
    mayfly_weakrefs(L, 1);
    if (!mayfly_referable(L, 1) || mayfly_weakrefcount(L, 1) != 1 || mayfly_weaktype(L, 2) != MAYFLY_WEAKREF) return luaL_error(L, "ref");
    mayfly_pushtypename(L, 2);
    if (std::strcmp(mayfly_typename(L, 2), "weakref") != 0) return luaL_error(L, "name");
    lua_settop(L, 0);
  }
  return 0;
}

void push_empty_metatable(lua_State* L, int) { lua_newtable(L); }

// A state of its own, where the first value of a type makes its metatable.
int weak_metatables(lua_State* L) {
  void* context;
  lua_Alloc function = lua_getallocf(L, &context);
  lua_State* state = lua_newstate(function, context);
  if (state == nullptr) return luaL_error(L, "not enough memory");
  auto make = [](lua_State* l) {
    mayfly_newweakset(l, 0);
    mayfly_setweakmetatables(l, push_empty_metatable);
    if (lua_getmetatable(l, 1) == 0) return luaL_error(l, "no metatable for values there are");
    mayfly_newweaktable(l, MAYFLY_WEAKKEYTABLE, 0);
    if (lua_getmetatable(l, -1) == 0) return luaL_error(l, "no metatable for the first value");
    return 0;
  };
  lua_pushcfunction(state, make);
  int status = lua_pcall(state, 0, 0, 0);
  lua_close(state);
  return status == LUA_OK ? 0 : luaL_error(L, "not enough memory");
}

int weak_tables(lua_State* L) {
  for (int kind : {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKKEYTABLE | MAYFLY_WEAKLONG, MAYFLY_WEAKVALUETABLE, MAYFLY_WEAKKVTABLE}) {
    mayfly_newweaktable(L, kind, 3);
    for (int i = 0; i < 20; ++i) {
      lua_newtable(L);
      lua_newtable(L);
      lua_settable(L, 1);
    }
    mayfly_islongweak(L, 1);
    mayfly_weakpairs(L, 1);
    lua_settop(L, 1);
    mayfly_popweak(L, 1);
    lua_settop(L, 1);
    mayfly_clearweak(L, 1);
    lua_settop(L, 0);
  }
  mayfly_newweakset(L, 10);
  return 0;
}

int do_nothing(lua_State*) { return 0; }

int finalizers(lua_State* L) {
  for (int i = 0; i < 5; ++i) {
    lua_settop(L, 0);
    lua_newtable(L);
    lua_pushcfunction(L, do_nothing);
    lua_pushinteger(L, 1);
    mayfly_finalize(L, 1, 1, 0);
    if (mayfly_getfinalizer(L, 2) != LUA_TTABLE) return luaL_error(L, "finalizer");
    mayfly_finalizeratexit(L, 2, 1);
    mayfly_takefinalizer(L, 2, i % 2);
  }
  return 0;
}

struct HandleScope {
  mayfly_WeakHandle* handle;
  ~HandleScope() { mayfly_freeweakhandle(handle); }
};

int handles(lua_State* L) {
  lua_newtable(L);
  HandleScope scope{mayfly_newweakhandle(L, 1)};
  if (mayfly_getweakhandle(L, scope.handle) != LUA_TTABLE || !mayfly_weakhandlealive(scope.handle)) return luaL_error(L, "handle");
  mayfly::weak_handle weak(L, 1);
  mayfly::strong_handle strong(L, 1);
  strong.push(L);
  weak.push(L);
  return lua_rawequal(L, -1, -2) ? 0 : luaL_error(L, "handles");
}

int control(lua_State* L) {
  size_t soft, hard;
  mayfly_getmemlimit(L, &soft, &hard);
  mayfly_setmemlimit(L, soft, hard);
  mayfly_setfilling(L, [](void*, void*, size_t) {}, nullptr);
  mayfly_setfilling(L, nullptr, nullptr);
  mayfly_external(L, 1000);
  mayfly_external(L, -1000);
  unsigned used;
  mayfly_gcstep_us(L, 10, &used);
  mayfly_gcdeterministic(L, mayfly_gcdeterministic(L, 1));
  mayfly_GcStats stats;
  mayfly_gcstats(L, &stats);
  mayfly_gckinds(L, [](void*, const char*, size_t, size_t) {}, nullptr);
  mayfly_gclisten(L, [](void*, const mayfly_GcEvent*) {}, nullptr);
  if (lua_Integer slices = 3; true) {
    mayfly_setgiveback(L, [](void* left, int, int) { return static_cast<int>(--*static_cast<lua_Integer*>(left) > 0); }, &slices);
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_setgiveback(L, nullptr, nullptr);
  }
  lua_newtable(L);
  lua_gc(L, LUA_GCCOLLECT);
  mayfly_gclisten(L, nullptr, nullptr);
  mayfly_gcstress(L, 1);
  mayfly_gcstresssteps(L, 0, 0);
  mayfly_gcverify(L);
  mayfly_gcfail(L, mayfly_gcfail(L, 5));
  lua_getglobal(L, "string");
  if (mayfly_why(L, -1) != 1) return luaL_error(L, "why");
  return mayfly_gccheck(L) ? 0 : lua_error(L);
}

}  // namespace

const std::vector<Step> mayfly_steps = {
    {"C++: sequences", sequences}, {"C++: calls", calls},           {"C++: strings", strings}, {"C++: chunks", chunks}, {"C++: shared values", shared_values}, {"C++: interrupts", interrupts}, {"C++: iterators (no second try)", iterators}, {"C++: weak values", weak_values}, {"C++: weak metatables (no second try)", weak_metatables},
    {"C++: weak tables", weak_tables}, {"C++: finalizers", finalizers}, {"C++: handles", handles}, {"C++: control", control},
};
