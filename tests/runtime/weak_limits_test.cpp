// SPDX-License-Identifier: MIT
// Callbacks and finalizers of the weak types under a host's limits: interrupts, budgets, memory.
#include <doctest/doctest.h>

#include <string>

#include <mayfly/gc.h>
#include <mayfly/interrupt.h>
#include <mayfly/weak.h>

#include "lua_fixture.hpp"

namespace {

struct LimitsFixture : LuaFixture {
  LimitsFixture() {
    lua_pushcfunction(L, [](lua_State* state) {
      mayfly_interrupt(state);
      return 0;
    });
    lua_setglobal(L, "interrupt");
    lua_pushcfunction(L, [](lua_State* state) {
      mayfly_GcStats stats;
      mayfly_gcstats(state, &stats);
      mayfly_setmemlimit(state, 0, stats.reserved);
      return 0;
    });
    lua_setglobal(L, "no_more_memory");
    // Two objects: the callback of the one that is told of first does what it is given, the other counts.
    run("told = 0 refs = {}"
        "function watch(first) local x = {} refs[1], refs[2] = weak.ref(x, function() told = told + 1 end), weak.ref(x, first) end"
        " function finish(first) local x = {} weak.finalize(x, function() told = told + 1 end) weak.finalize(x, first) end");
  }
  std::string told() { return run("return told"); }
};

const char* const makers[] = {"watch", "finish"};

}  // namespace

TEST_SUITE("runtime/weak_limits") {
  TEST_CASE_FIXTURE(LimitsFixture, "an interrupted callback ends, and the script too; the next one runs when scripts do") {
    for (const char* maker : makers) {
      INFO(std::string(maker));
      run("told = 0 went_on = nil");
      CHECK(run(std::string(maker) + "(function() interrupt() while true do end end) collectgarbage() went_on = true").find("interrupted!") !=
            std::string::npos);
      CHECK(run("return went_on") == "nil");
      CHECK(run("collectgarbage() return told") == "1");
    }
  }

  TEST_CASE_FIXTURE(LimitsFixture, "an uncatchable interrupt in a callback reaches the host") {
    mayfly_setuncatchable(L, 1);
    for (const char* maker : makers) {
      INFO(std::string(maker));
      run("told = 0");
      CHECK(run(std::string(maker) + "(function() pcall(function() interrupt() while true do end end) while true do end end)"
                                     " pcall(collectgarbage) while true do end")
                .find("interrupted!") != std::string::npos);
      CHECK(run("collectgarbage() return told") == "1");
    }
  }

  TEST_CASE_FIXTURE(LimitsFixture, "what callbacks do is charged to the script that runs") {
    for (const char* maker : makers) {
      INFO(std::string(maker));
      run("told = 0 went_on = nil");
      mayfly_setbudget(L, 100000);
      CHECK(run(std::string(maker) + "(function() while true do end end) collectgarbage() went_on = true")
                .find("instruction budget used up") != std::string::npos);
      CHECK(mayfly_getbudget(L) == 0);
      CHECK(run("return went_on") == "nil");
      mayfly_setbudget(L, -1);
      CHECK(run("collectgarbage() return told") == "1");
    }
  }

  TEST_CASE_FIXTURE(LimitsFixture, "the limit of memory reached in a callback is an error of that callback; the next one runs") {
    for (const char* maker : makers) {
      INFO(std::string(maker));
      run("told, reached = 0, nil");
      CHECK(run(std::string(maker) + "(function() no_more_memory() reached = not pcall(string.rep, 'x', 1000000) error(('y'):rep(1000000)) end)"
                                     " collectgarbage() return told") == "1");
      mayfly_setmemlimit(L, 0, 0);
      CHECK(run("return reached") == "true");
      CHECK(run("local r = weak.ref(_G) return r() == _G") == "true");
    }
  }

  // A tag that is to be polled needs no memory when its object dies: what it is held in was made when it was watched for.
  TEST_CASE_FIXTURE(LimitsFixture, "where no allocation succeeds, a queue loses no tag") {
    run("q = weak.queue() for i = 1, 100 do q:watch({}, i) end");
    mayfly_gcfail(L, 1);
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_gcfail(L, 0);
    CHECK(run("local count, sum = #q, 0 for tag in q.poll, q do sum = sum + tag end return count .. ' ' .. sum .. ' ' .. #q") == "100 5050 0");
  }
}
