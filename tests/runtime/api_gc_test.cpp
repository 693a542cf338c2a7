// SPDX-License-Identifier: MIT
// mayfly/gc.h: limits, external memory, timed steps, statistics, events, deterministic collections.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <mayfly/gc.h>

#include "counting_allocator.hpp"
#include "lua_fixture.hpp"

namespace {

struct Measured : CountingAllocator {
  lua_State* L = lua_newstate(serve, static_cast<CountingAllocator*>(this));

  Measured() { luaL_openlibs(L); }
  ~Measured() { lua_close(L); }
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;

  // "" or the error.
  std::string run(const char* text) {
    int status = luaL_loadstring(L, text);
    if (status == LUA_OK) status = lua_pcall(L, 0, 0, 0);
    std::string error = status == LUA_OK ? "" : lua_tostring(L, -1);
    if (status == LUA_ERRMEM) error = "memory: " + error;
    lua_settop(L, 0);
    return error;
  }
  std::size_t reserved() const {
    mayfly_GcStats stats;
    mayfly_gcstats(L, &stats);
    return stats.reserved;
  }
};

constexpr std::size_t megabyte = 1 << 20;
const std::string no_memory = "memory: not enough memory";

std::vector<std::string> events;
void note(void*, const mayfly_GcEvent* event) {
  static constexpr const char* names[] = {"begins", "", "pause", "ends"};
  if (event->what == MAYFLY_GCPAUSEENDS && event->seconds < 0) events.push_back("negative");
  if (event->bytes > event->reserved) events.push_back("more in use than there is");
  if (event->what != MAYFLY_GCPAUSEENDS) {
    events.push_back(event->what == MAYFLY_GCPHASEBEGINS ? event->phase : names[event->what]);
  }
}

// At which steps of a script which objects have died.
std::string deaths(std::size_t other_memory, bool deterministic) {
  std::vector<void*> elsewhere;
  for (std::size_t i = 0; i < other_memory; ++i) elsewhere.push_back(std::malloc(100 + i));
  Measured state;
  mayfly_gcdeterministic(state.L, deterministic);
  lua_State* L = state.L;
  REQUIRE(luaL_dostring(L, R"(
    local log, kept = {}, {}
    local ref = weak.ref({})
    for i = 1, 20000 do
      kept[i % 700] = { i, { "text " .. i % 100 } }
      if not ref() then
        log[#log + 1] = i
        ref = weak.ref({})
      end
    end
    return table.concat(log, " "))") == LUA_OK);
  std::string result = lua_tostring(L, -1);
  for (void* piece : elsewhere) std::free(piece);
  return result;
}

}  // namespace

TEST_SUITE("api/gc") {
  TEST_CASE("the state's figure of what it holds is that of its allocator") {
    Measured state;
    CHECK(state.reserved() == state.bytes);
    CHECK(state.run("t = {} for i = 1, 10000 do t[i] = { i .. 'x' } end") == "");
    CHECK(state.reserved() == state.bytes);
    CHECK(state.run("t = nil collectgarbage()") == "");
    CHECK(state.reserved() == state.bytes);
  }

  TEST_CASE("at the hard limit every way to take memory is a memory error, and the state goes on") {
    const char* const greedy[] = {
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = true end",
        "local function f() return 1 + f() end f()",
        "string.rep('x', 1 << 22)",
        "('x'):rep(600000):gsub('x', 'yyyy')",
        "string.format('%s%s%s', ('x'):rep(600000), ('x'):rep(600000), ('x'):rep(600000))",
        "table.concat({ ('x'):rep(600000), ('x'):rep(600000), ('x'):rep(600000) })",
        "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(print) end",
        "local t = {} for i = 1, 1e9 do t[i] = function() return t, i end end",
        "local w, t = weak.keytable(), {} for i = 1, 1e9 do t[i] = {} w[t[i]] = i end",
        "local parts = {} for i = 1, 30000 do parts[i] = 'a' .. i .. '=' .. i end assert(load(table.concat(parts, ' ')))",
        "table.unpack({}, 1, 900000)",
    };
    for (const char* text : greedy) {
      CAPTURE(std::string(text));
      Measured state;
      mayfly_setmemlimit(state.L, 0, megabyte);
      std::string error = state.run(text);
      // What load gives back and assert raises is no longer a memory error.
      bool as_should = error == no_memory || error.find("not enough memory") != error.npos || error.find("too many results") != error.npos;
      CHECK_MESSAGE(as_should, error);
      CHECK(state.peak <= megabyte);
      CHECK(state.run("local t = {} for i = 1, 1000 do t[i] = { i } end assert(#t == 1000)") == "");
      mayfly_gcverify(state.L);
      CHECK(state.peak <= megabyte);
    }
  }

  TEST_CASE("limits change while the state runs, also below what it holds") {
    Measured state;
    const char* const work = "local s = string.rep('x', 1 << 21) return #s";
    CHECK(state.run(work) == "");
    mayfly_setmemlimit(state.L, 0, megabyte);
    CHECK(state.run(work) == no_memory);
    mayfly_setmemlimit(state.L, 0, 1);
    CHECK(state.run("return 1") == "memory: not enough memory");
    mayfly_setmemlimit(state.L, 1000, 2000000000);
    std::size_t soft = 0, hard = 0;
    mayfly_getmemlimit(state.L, &soft, &hard);
    CHECK(soft == 1000);
    CHECK(hard == 2000000000);
    CHECK(state.run(work) == "");
    mayfly_setmemlimit(state.L, 0, 0);
    mayfly_getmemlimit(state.L, &soft, nullptr);
    mayfly_getmemlimit(state.L, nullptr, &hard);
    CHECK(soft + hard == 0);
    CHECK(state.run(work) == "");
  }

  TEST_CASE("what is dead at the hard limit makes room, without a finalizer run in the middle of it") {
    Measured state;
    mayfly_setmemlimit(state.L, 0, 2 * megabyte);
    CHECK(state.run("collectgarbage('stop') for i = 1, 1000 do local s = string.rep('x', 300000 + i) end") == "");
    CHECK(state.peak <= 2 * megabyte);
    CHECK(state.run("finalized = 0 for i = 1, 100 do setmetatable({}, { __gc = function() finalized = finalized + 1 end }) end") == "");
    lua_State* L = state.L;
    for (int i = 0; i < 50; ++i) {  // nothing of the script runs here
      lua_newuserdatauv(L, 300000, 0);
      lua_settop(L, 0);
    }
    CHECK(state.peak <= 2 * megabyte);
    lua_getglobal(L, "finalized");
    CHECK(lua_tointeger(L, -1) == 0);
    CHECK(state.run("for i = 1, 100000 do local t = {} if finalized == 100 then return end end error(finalized)") == "");  // in batches
  }

  TEST_CASE("the allocator is told when a very large part of a table is about to be filled") {
    struct Told : Measured {
      std::size_t calls = 0, least = SIZE_MAX, most = 0;
    };
    Told told;
    auto note = [](void* context, void* piece, size_t bytes) {
      auto* to = static_cast<Told*>(static_cast<CountingAllocator*>(context));
      CHECK(piece != nullptr);
      ++to->calls;
      to->least = std::min(to->least, bytes);
      to->most = std::max(to->most, bytes);
    };
    mayfly_setfilling(told.L, note, static_cast<CountingAllocator*>(&told));
    CHECK(told.run("local t, s = {}, {} for i = 1, 100000 do t[i] = i s[i * 1000] = i end local text = ('x'):rep(8000000)") == "");
    CHECK(told.calls == 0);  // 2 and 3 megabytes; a string is no part of a table
    CHECK(told.run("local t = {} for i = 1, 300000 do t[i] = i end") == "");
    CHECK(told.calls == 2);  // as it grows to 4 megabytes, and to 8
    CHECK(told.least == 4 << 20);
    CHECK(told.most == 8 << 20);
    CHECK(told.run("local t = {} for i = 1, 300000 do t[i * 1000] = i end") == "");
    CHECK(told.calls == 4);  // nodes of 24 bytes: to 6 megabytes, and to 12
    CHECK(told.most > 12 << 20);
    mayfly_setfilling(told.L, nullptr, nullptr);
    CHECK(told.run("local t = {} for i = 1, 300000 do t[i] = i end") == "");
    CHECK(told.calls == 4);
  }

  TEST_CASE("the soft limit keeps the heap smaller") {
    auto peak_with = [](std::size_t soft) {
      Measured state;
      mayfly_setmemlimit(state.L, soft, 0);
      CHECK(state.run("collectgarbage('incremental', 1000) collectgarbage() "
                      "local live = {} for i = 1, 5000 do live[i] = { i } end collectgarbage() "
                      "for i = 1, 200000 do local t = { i } end") == "");
      return state.peak;
    };
    std::size_t free = peak_with(0);
    CHECK(free > 4 * megabyte);
    CHECK(peak_with(2 * megabyte) < 3 * megabyte);
  }

  TEST_CASE("external memory makes collections come") {
    auto cycles_with = [](ptrdiff_t each) {
      LuaFixture fixture;
      lua_gc(fixture.L, LUA_GCINC, 0, 0, 0);
      mayfly_GcStats before, after;
      mayfly_gcstats(fixture.L, &before);
      for (int i = 0; i < 200; ++i) {
        mayfly_external(fixture.L, each);
        lua_newuserdatauv(fixture.L, 8, 0);
        lua_settop(fixture.L, 0);
      }
      mayfly_gcstats(fixture.L, &after);
      CHECK(after.external == static_cast<std::size_t>(200 * each));
      mayfly_external(fixture.L, -200 * each);
      return after.cycles - before.cycles;
    };
    CHECK(cycles_with(0) == 0);
    CHECK(cycles_with(1 << 20) > 2);
  }

  TEST_CASE_FIXTURE(LuaFixture, "timed steps finish a cycle in the end") {
    lua_gc(L, LUA_GCINC, 0, 0, 0);  // a minor cycle may take no more than one
    run("t = {} for i = 1, 20000 do t[i] = { i } end");
    lua_gc(L, LUA_GCSTOP);
    int steps = 0;
    unsigned used = 0;
    while (mayfly_gcstep_us(L, 1, &used) == 0) REQUIRE(++steps < 100000);
    CHECK(steps > 2);
    CHECK(mayfly_gcstep_us(L, 100000000, nullptr) == 1);
    mayfly_gcverify(L);
  }

  TEST_CASE_FIXTURE(LuaFixture, "a listener hears of each part of a cycle, in order") {
    lua_gc(L, LUA_GCCOLLECT);
    events.clear();
    mayfly_gclisten(L, note, nullptr);
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_gclisten(L, nullptr, nullptr);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(events == std::vector<std::string>{"begins", "marking", "flip", "clearing", "sweeping", "ends"});
  }

  TEST_CASE_FIXTURE(LuaFixture, "statistics") {
    run("held, refs = {}, {} for i = 1, 10 do held[i] = {} refs[i] = weak.ref(held[i]) end "
        "table_, key = weak.keytable(), {} table_[key] = 1 table_[{}] = 2 collectgarbage()");
    mayfly_GcStats stats;
    mayfly_gcstats(L, &stats);
    CHECK((std::string(stats.collector) == "precise" || std::string(stats.collector) == "boehm"));
    CHECK(stats.bytes == static_cast<std::size_t>(lua_gc(L, LUA_GCCOUNT)) * 1024 + static_cast<std::size_t>(lua_gc(L, LUA_GCCOUNTB)));
    CHECK(stats.reserved >= stats.bytes);
    CHECK(stats.weak_live >= 11);
    CHECK(stats.weak_dead == 0);
    auto cleared = stats.weak_cleared;
    run("held, key = nil collectgarbage()");
    auto live = stats.weak_live;
    mayfly_gcstats(L, &stats);
    CHECK(stats.weak_cleared == cleared + 11);
    CHECK(stats.weak_live == live - 11);
    CHECK(stats.cycles >= 2);
    CHECK(stats.pauses >= stats.cycles);
    CHECK(stats.longest_pause <= stats.all_pauses);
    CHECK(stats.marking + stats.flip + stats.clearing + stats.sweeping <= stats.all_pauses * 1.001);
  }

  TEST_CASE_FIXTURE(LuaFixture, "the kinds have all objects, and their bytes are what is in use") {
    run("held = {} for i = 1, 5000 do held[i] = { 'text' .. i, x = i, f = function() return i end } end collectgarbage()");
    struct Sums {
      std::size_t count = 0, bytes = 0, tables = 0;
    } sums;
    mayfly_gckinds(L, [](void* context, const char* kind, size_t count, size_t bytes) {
      auto* s = static_cast<Sums*>(context);
      s->count += count;
      s->bytes += bytes;
      if (std::strcmp(kind, "table") == 0) s->tables += count;
    }, &sums);
    mayfly_GcStats stats;
    mayfly_gcstats(L, &stats);
    CHECK(sums.count == stats.objects);
    CHECK(sums.tables > 5000);
    CHECK(sums.bytes <= stats.bytes);
    CHECK(sums.bytes > stats.bytes * 9 / 10);
  }

  TEST_CASE("deterministic: the same script sees the same deaths at the same steps, wherever its objects lie") {
    std::string first = deaths(0, true);
    CHECK(first.size() > 20);
    for (std::size_t elsewhere : {1, 7, 100, 333}) CHECK(deaths(elsewhere, true) == first);
  }

  TEST_CASE_FIXTURE(LuaFixture, "deterministic steps are collections, and the mode ends") {
    CHECK(mayfly_gcdeterministic(L, 1) == 0);
    run("x = weak.ref({}) collectgarbage('step')");
    CHECK(run("return x()") == "nil");
    CHECK(mayfly_gcdeterministic(L, 0) == 1);
    CHECK(mayfly_gcdeterministic(L, 0) == 0);
  }

  TEST_CASE_FIXTURE(LuaFixture, "allocations fail on demand") {
    CHECK(mayfly_gcfail(L, 3) == 0);
    lua_pushcfunction(L, [](lua_State* state) {
      lua_newtable(state);
      lua_newtable(state);
      CHECK(mayfly_gcfail(state, 1) == 1);
      lua_newtable(state);
      return 0;
    });
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRMEM);
    CHECK(mayfly_gcfail(L, 0) == 1);
    CHECK(mayfly_gcfail(L, 0) == 0);
    CHECK(run("return #{ 1, 2, 3 }") == "3");
  }

  TEST_CASE_FIXTURE(LuaFixture, "a heap in order") { CHECK(mayfly_gccheck(L) == 1); }

  TEST_CASE("memory goes back after a peak, and is not taken and given by turns") {
    Measured state;
    const char* const peak = "local t = {} for i = 1, 50000 do t[i] = { tostring(i) } end";
    CHECK(state.run("collectgarbage()") == "");
    std::size_t before = state.bytes;
    CHECK(state.run(peak) == "");
    std::size_t full = state.peak;
    CHECK(full > before + 5 * megabyte);
    CHECK(state.run("collectgarbage()") == "");
    CHECK(state.bytes < before + full / 20);
    // Without being asked for: within a few cycles of ordinary work.
    CHECK(state.run(peak) == "");
    CHECK(state.run("for i = 1, 300000 do local t = { i } end") == "");
    CHECK(state.bytes < before + full / 4);
  }

  TEST_CASE_FIXTURE(LuaFixture, "an allocator is asked at the end of each cycle what it gives back, until it has no more") {
    struct Asked {
      int cycles = 0, slices = 0, all = 0, left = 0;
    } asked;
    mayfly_setgiveback(
        L,
        [](void* context, int cycle_ended, int all) {
          auto* to = static_cast<Asked*>(context);
          if (cycle_ended != 0) to->left = 5;
          to->cycles += cycle_ended;
          to->all += all;
          ++to->slices;
          return static_cast<int>(--to->left > 0);
        },
        &asked);
    mayfly_GcStats before, after;
    mayfly_gcstats(L, &before);
    CHECK(run("for i = 1, 300000 do local t = { i } end") == "");
    mayfly_gcstats(L, &after);
    int cycles = static_cast<int>(after.cycles - before.cycles);
    CHECK(asked.cycles >= cycles);
    CHECK(asked.cycles <= cycles + 1);
    CHECK(asked.slices >= 5 * cycles);
    CHECK(asked.all == 0);
    asked = {};
    CHECK(run("while not collectgarbage('step', 100) do end") == "");
    asked = {};
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(asked.cycles == 1);
    CHECK(asked.slices == 5);
    CHECK(asked.all == 5);
    mayfly_setgiveback(L, nullptr, nullptr);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(asked.slices == 5);
  }

  TEST_CASE("the table of strings becomes shorter though no string is made, and stays where strings come and go") {
    Measured state;
    CHECK(state.run("collectgarbage() collectgarbage('stop') S = {} for i = 1, 200000 do S[i] = 'string' .. i end") == "");
    std::size_t full = state.bytes;
    CHECK(state.run("S = nil collectgarbage('restart') "
                    "for i = 1, 12 do repeat local t = {} until collectgarbage('step', 10) end") == "");
    CHECK(state.bytes < full / 20);
    std::string breathe = "for i = 1, 20000 do local s = 'other' .. i end while not collectgarbage('step', 100) do end";
    CHECK(state.run("collectgarbage('generational') collectgarbage('incremental') collectgarbage('stop')") == "");
    for (int i = 0; i < 4; ++i) CHECK(state.run(breathe.c_str()) == "");
    std::size_t least = state.bytes, most = state.bytes;
    for (int i = 0; i < 10; ++i) {
      CHECK(state.run(breathe.c_str()) == "");
      least = std::min(least, state.bytes);
      most = std::max(most, state.bytes);
    }
    CHECK(most - least < most / 2);
    mayfly_gcverify(state.L);
  }

  TEST_CASE("an allocator that refuses smaller pieces costs memory, not errors") {
    Measured state;
    state.refuses_less = true;
    CHECK(state.run("local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end "
                    "for i = 1, 5 do assert(f(20000) == 20000) collectgarbage() end") == "");
    CHECK(state.run("local w = weak.keytable() local t = {} for i = 1, 10000 do t[i] = {} w[t[i]] = i end t = nil collectgarbage() "
                    "assert(#w == 0) local x = {} w[x] = 1 assert(#w == 1)") == "");
    CHECK(state.run("local function f() return 1 + f() end for i = 1, 3 do local ok, m = pcall(f) assert(m:find('stack overflow')) end") == "");
    mayfly_gcverify(state.L);
  }
}
