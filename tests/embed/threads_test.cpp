// SPDX-License-Identifier: MIT
// Many states in many threads: nothing is shared. Made for ThreadSanitizer (tools/test threads).
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <mayfly/interrupt.h>
#include <mayfly/weak.h>

#include "lua_fixture.hpp"

namespace {

// Something of everything; the result is known.
constexpr const char* work = R"(
  local seed = ...
  local parts = {}
  for i = 1, 200 do
    local o = setmetatable({i}, {__index = function(_, k) return k .. i end, __gc = function() end, __close = function() end})
    do local c <close> = o end
    parts[#parts + 1] = o.x:upper():gsub('%d+', function(d) return '<' .. d .. '>' end)
  end
  local cache = weak.valuetable()
  for i = 1, 100 do cache['key' .. i] = {} end
  local refs = {}
  for i = 1, 50 do refs[i] = weak.ref({}, function() seed = seed + 0 end) end
  local f = coroutine.wrap(function() for i = 1, 100 do coroutine.yield(i) end return 'end' end)
  local sum = 0
  for i = 1, 100 do sum = sum + f() end
  table.sort(parts)
  local ok, message = pcall(function() local a = nil; return a.b end)
  local chunk = assert(load(string.dump(load('local x = ... return x * 2'))))
  collectgarbage()
  assert(#cache == 0 and refs[1]() == nil)
  assert(os.time{year = 2020, month = 1, day = 1, hour = 12} and os.date('!%Y', 0) == '1970')
  assert(tostring(1.5) == '1.5' and string.format('%5.2f %q', 1.25, 'x') and math.random(10) <= 10 and utf8.char(8364))
  return sum + chunk(seed), #table.concat(parts), ok
)";

std::string result_of(LuaFixture& fixture, int seed) {
  return fixture.run("return (function(...) " + std::string(work) + " end)(" + std::to_string(seed) + ")");
}

}  // namespace

TEST_SUITE("embed/threads") {
  TEST_CASE("states in threads do not know of each other") {
    constexpr int threads = 6, rounds = 5;
    LuaFixture fixture;
    std::string expected = result_of(fixture, 1);
    REQUIRE(expected.substr(0, 6) != "error:");
    std::atomic<int> right{0};
    std::vector<std::thread> hosts;
    for (int t = 0; t < threads; ++t) {
      hosts.emplace_back([&right, &expected] {
        for (int round = 0; round < rounds; ++round) {
          LuaFixture own;
          if (result_of(own, 1) == expected) ++right;
        }
      });
    }
    for (std::thread& host : hosts) host.join();
    CHECK(right == threads * rounds);
  }

  TEST_CASE("a state may move from thread to thread, one at a time") {
    LuaFixture fixture;
    mayfly_WeakHandle* handle = nullptr;
    fixture.run("n = 0 held = {}");
    lua_getglobal(fixture.L, "held");
    handle = mayfly_newweakhandle(fixture.L, -1);
    lua_pop(fixture.L, 1);
    for (int i = 0; i < 5; ++i) {
      std::thread([&fixture] { fixture.run("n = n + 1 collectgarbage()"); }).join();
    }
    CHECK(fixture.run("return n") == "5");
    CHECK(mayfly_weakhandlealive(handle) == 1);
    std::thread([&fixture] { fixture.run("held = nil collectgarbage()"); }).join();
    CHECK(mayfly_weakhandlealive(handle) == 0);
    mayfly_freeweakhandle(handle);
  }

  TEST_CASE("errors and C++ exceptions in many threads") {
    std::vector<std::thread> hosts;
    std::atomic<int> caught{0};
    for (int t = 0; t < 4; ++t) {
      hosts.emplace_back([&caught] {
        LuaFixture fixture;
        lua_register(fixture.L, "raise", [](lua_State* L) { return luaL_error(L, "from C"); });
        for (int i = 0; i < 100; ++i) {
          if (fixture.run("local ok, e = pcall(raise) return ok, e") == "false from C") ++caught;
        }
      });
    }
    for (std::thread& host : hosts) host.join();
    CHECK(caught == 400);
  }

  TEST_CASE("states are interrupted from other threads at random places") {
    constexpr int states = 3, rounds = 100;
    std::vector<std::thread> hosts;
    std::atomic<int> stopped{0};
    for (int i = 0; i < states; ++i) {
      hosts.emplace_back([&stopped] {
        LuaFixture fixture;
        mayfly_setuncatchable(fixture.L, 1);
        std::atomic<bool> running{false}, finished{false};
        std::thread watchdog([&] {
          while (!finished) {
            while (!running && !finished) std::this_thread::yield();
            running = false;  // before the interrupt, which lets the next round begin
            mayfly_interrupt(fixture.L);
          }
        });
        for (int round = 0; round < rounds; ++round) {
          running = true;
          std::string result = fixture.run(
              "local function f(n) if n > 0 then return f(n - 1) end end"
              " while true do pcall(f, 10) coroutine.wrap(f)(3) string.find('aaaaaaaaaa', 'a*a*b') local t = {} end");
          if (result.find("interrupted!") != std::string::npos) ++stopped;
        }
        finished = true;
        watchdog.join();
      });
    }
    for (std::thread& host : hosts) host.join();
    CHECK(stopped == states * rounds);
  }
}
