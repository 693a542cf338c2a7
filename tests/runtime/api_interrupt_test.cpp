// SPDX-License-Identifier: MIT
// mayfly/interrupt.h: scripts stopped by other threads, by signals and by budgets.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>

#include <mayfly/interrupt.h>

#include "lua_fixture.hpp"

namespace {

lua_State* interrupted_by_signal = nullptr;

// The error's message without its positions, of which coroutine.wrap adds one.
std::string message_of(std::string result) {
  if (result.substr(0, 7) != "error: ") return result;
  result.erase(0, 7);
  while (result.substr(0, 8) == "test:1: ") result.erase(0, 8);
  return result;
}

// A state whose scripts can call `ready()`: then another thread interrupts.
struct InterruptFixture : LuaFixture {
  std::atomic<int> ready{0};
  std::thread watchdog;

  InterruptFixture() {
    lua_pushlightuserdata(L, this);
    lua_pushcclosure(L, [](lua_State* state) {
      static_cast<InterruptFixture*>(lua_touserdata(state, lua_upvalueindex(1)))->ready = 1;
      return 0;
    }, 1);
    lua_setglobal(L, "ready");
    lua_pushcfunction(L, [](lua_State* state) {
      mayfly_interrupt(state);
      return 0;
    });
    lua_setglobal(L, "interrupt");
  }

  // Runs the text; when it has called ready() another thread interrupts it.
  std::string run_interrupted(const std::string& text) {
    ready = 0;
    watchdog = std::thread([this] {
      while (ready == 0) std::this_thread::yield();
      mayfly_interrupt(L);
    });
    std::string result = run(text);
    ready = 1;  // should the script have ended by itself
    watchdog.join();
    return result;
  }
};

}  // namespace

TEST_SUITE("api/interrupt") {
  TEST_CASE_FIXTURE(InterruptFixture, "every kind of loop can be interrupted by another thread") {
    for (const char* loop : {
             "while true do end",
             "repeat until false",
             "repeat local x = 1 until x == 2",
             "for i = 1, math.huge do end",
             "for i = 1.0, math.huge do end",
             "::a:: goto a",
             "local function f() return f() end f()",
             "local function f() end while true do f() end",
             "for _ in function() return 1 end do end",
             "local t = setmetatable({}, {__index = function() return 1 end}) while t.x do end",
             "local co = coroutine.wrap(function() while true do end end) co()",
             "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
             "while true do local co = coroutine.wrap(function() end) co() end",
             "while true do local t = {} end",
         }) {
      INFO(std::string(loop));
      CHECK(message_of(run_interrupted(std::string("ready() ") + loop)) == "interrupted!");
      CHECK(run("return 1") == "1");  // once
    }
  }

  TEST_CASE_FIXTURE(InterruptFixture, "the loops of the libraries can be interrupted") {
    for (const char* loop : {
             "string.find(('a'):rep(300000), '.-.-.-b')",
             "string.find(('a'):rep(30000000), 'a*a*a*b')",
             "string.find(('a'):rep(3000000), 'a-a-b')",
             "string.match(('('):rep(30000000), '%b()')",
             "string.gsub(('a'):rep(300000), 'a*a*b', '')",
             "for _ in string.gmatch(('a'):rep(300000), 'a*a*b') do end",
             "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, math.maxinteger)",
             "table.move({}, 1, math.maxinteger - 1, 2, {})",
             "table.sort({1, 2, 3, 4}, function(a, b) if a == b then return false end while true do end end)",
         }) {
      INFO(std::string(loop));
      std::string result = run_interrupted(std::string("ready() ") + loop);
      CHECK(result == "error: test:1: interrupted!");
    }
  }

  TEST_CASE_FIXTURE(InterruptFixture, "a pending interrupt stops the long operations of the libraries themselves") {
    // The interrupt is there when the C function begins; without safepoints in it, it would come behind the pcall.
    struct Case {
      const char* prepare;
      const char* call;
    };
    for (const Case& c : {Case{"", "rep('x', 1 << 24)"}, Case{"", "rep('xy', 1 << 24)"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = 'word' end", "concat(t, ' ')"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = i end", "concat(t, ' ')"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = -i end", "sort(t)"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = tostring(i) end", "sort(t)"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = i end", "insert(t, 1, 0)"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = i end", "remove(t, 1)"},
                          Case{"local t = {} for i = 1, 5000 do t[i] = i end", "move(t, 1, 5000, 2)"},
                          Case{"local s = ('a'):rep(5000)", "gsub(s, 'a', 'b')"},
                          Case{"local s = ('a'):rep(5000)", "find(s, 'a*a*b')"}}) {
      INFO(std::string(c.call));
      lua_pushcfunction(L, [](lua_State* state) {  // interrupts and calls in one C function
        mayfly_interrupt(state);
        lua_call(state, lua_gettop(state) - 1, 0);
        lua_pushliteral(state, "not stopped");
        return 1;
      });
      lua_setglobal(L, "call");
      std::string call = c.call;
      call[call.find('(')] = ',';
      std::string text = std::string(c.prepare) +
                         " local rep, gsub, find = string.rep, string.gsub, string.find"
                         " local concat, sort, insert, remove, move = table.concat, table.sort, table.insert, table.remove, table.move"
                         " local ok, result = pcall(call, " + call +
                         " return result";
      CHECK(run(text) == "interrupted!");
    }
  }

  TEST_CASE_FIXTURE(InterruptFixture, "a catchable interrupt is an ordinary error") {
    CHECK(run("local ok, e = pcall(function() interrupt() while true do end end) return ok, e") == "false test:1: interrupted!");
    CHECK(run("local co = coroutine.create(function() interrupt() end) return coroutine.resume(co)") == "false test:1: interrupted!");
    CHECK(run("return xpcall(function() interrupt() end, function(m) return 'seen ' .. m end)") == "false seen test:1: interrupted!");
    CHECK(run("local log = {} pcall(function() local x <close> = setmetatable({}, {__close = function() log[1] = 'closed' end})"
              " interrupt() end) return log[1]") == "closed");
  }

  TEST_CASE_FIXTURE(InterruptFixture, "an uncatchable one passes through everything that a script has") {
    CHECK(mayfly_setuncatchable(L, 1) == 0);
    CHECK(mayfly_setuncatchable(L, 1) == 1);
    lua_pushboolean(L, 0);
    lua_setglobal(L, "went_on");
    for (const char* text : {
             "pcall(function() interrupt() end) went_on = 1",
             "while true do pcall(function() interrupt() while true do end end) went_on = 2 end",
             "xpcall(function() interrupt() end, function(m) went_on = 3 end) went_on = 4",
             "coroutine.resume(coroutine.create(function() interrupt() end)) went_on = 5",
             "local f = coroutine.wrap(function() pcall(function() interrupt() end) went_on = 6 end) pcall(f) went_on = 7",
             "local x <close> = setmetatable({}, {__close = function() went_on = 8 end}) interrupt()",
             "pcall(function() local x <close> = setmetatable({}, {__close = function() went_on = 9 end}) interrupt() end)",
             "pcall(pcall, pcall, pcall, interrupt) went_on = 10",
             "pcall(string.gsub, 'xxx', 'x', function() interrupt() end) went_on = 11",
             "pcall(table.sort, {1, 2, 3, 4, 5}, function() interrupt() end) went_on = 12",
             "local t = setmetatable({}, {__index = function() interrupt() return pcall(error) end}) pcall(function() return t.x end) went_on = 13",
             "for _ in pairs(setmetatable({}, {__pairs = function() pcall(interrupt) went_on = 14 end})) do end",
         }) {
      INFO(std::string(text));
      CHECK(run(text).substr(0, 6) == "error:");
      CHECK(run("return went_on") == "false");
    }
  }

  TEST_CASE_FIXTURE(InterruptFixture, "C functions are never skipped") {
    mayfly_setuncatchable(L, 1);
    static int caught, closed;
    caught = closed = 0;
    lua_pushcfunction(L, [](lua_State* state) {  // protects its callee as C code does
      caught = lua_pcall(state, lua_gettop(state) - 1, 0, 0);
      return 0;
    });
    lua_setglobal(L, "protect");
    lua_newtable(L);
    lua_pushcfunction(L, [](lua_State*) {
      ++closed;
      return 0;
    });
    lua_setfield(L, -2, "__close");
    lua_setglobal(L, "closing");
    CHECK(run("protect(function() local x <close> = setmetatable({}, closing) interrupt() end) went_on = true").substr(0, 6) == "error:");
    CHECK(caught == LUA_ERRRUN);
    CHECK(closed == 1);
    CHECK(run("return went_on") == "nil");
  }

  TEST_CASE_FIXTURE(InterruptFixture, "a host inside a C function ends an uncatchable interrupt itself") {
    mayfly_setuncatchable(L, 1);
    lua_pushcfunction(L, [](lua_State* state) {
      luaL_loadstring(state, "interrupt() while true do end");
      int status = lua_pcall(state, 0, 0, 0);
      mayfly_clearinterrupt(state);
      luaL_loadstring(state, "return 'goes on'");
      lua_call(state, 0, 1);
      lua_pushinteger(state, status);
      return 2;
    });
    REQUIRE(lua_pcall(L, 0, 2, 0) == LUA_OK);
    CHECK(lua_tointeger(L, -1) == LUA_ERRRUN);
    CHECK(std::string(lua_tostring(L, -2)) == "goes on");
    lua_settop(L, 0);
  }

  TEST_CASE_FIXTURE(InterruptFixture, "resumed by the host, a coroutine ends with the error") {
    mayfly_setuncatchable(L, 1);
    lua_State* co = lua_newthread(L);
    luaL_loadstring(co, "pcall(function() interrupt() while true do end end)");
    int results;
    CHECK(lua_resume(co, nullptr, 0, &results) == LUA_ERRRUN);
    lua_pop(L, 1);
    CHECK(run("return 1") == "1");
  }

  TEST_CASE_FIXTURE(InterruptFixture, "what comes before a script waits for it, or is forgotten") {
    mayfly_interrupt(L);
    mayfly_interrupt(L);
    CHECK(run("return 1") == "error: test:1: interrupted!");
    CHECK(run("return 1") == "1");
    mayfly_interrupt(L);
    mayfly_clearinterrupt(L);
    CHECK(run("return 1") == "1");
  }

  TEST_CASE_FIXTURE(InterruptFixture, "with hooks set, interrupts and budgets are met too") {
    lua_sethook(L, [](lua_State*, lua_Debug*) {}, LUA_MASKCOUNT | LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET, 1);
    CHECK(run("interrupt() while true do end") == "error: test:1: interrupted!");
    mayfly_setbudget(L, 1000);
    CHECK(run("while true do end") == "error: test:1: instruction budget used up");
    lua_sethook(L, nullptr, 0, 0);
    mayfly_setbudget(L, 1000);
    CHECK(run("while true do end") == "error: test:1: instruction budget used up");
  }

  TEST_CASE_FIXTURE(InterruptFixture, "a signal handler may interrupt") {
    interrupted_by_signal = L;
    auto before = std::signal(SIGUSR1, [](int) { mayfly_interrupt(interrupted_by_signal); });
    lua_pushcfunction(L, [](lua_State*) {
      std::raise(SIGUSR1);
      return 0;
    });
    lua_setglobal(L, "raise");
    CHECK(run("raise() while true do end") == "error: test:1: interrupted!");
    std::signal(SIGUSR1, before);
  }

  TEST_CASE_FIXTURE(InterruptFixture, "an interrupted finalizer ends, and what it interrupted too") {
    CHECK(run("setmetatable({}, {__gc = function() interrupt() while true do end end}) collectgarbage() went_on = true") ==
          "error: test:1: interrupted!");
    CHECK(run("return went_on") == "nil");
  }

  TEST_CASE_FIXTURE(InterruptFixture, "finalizers wait until an uncatchable interrupt is over") {
    mayfly_setuncatchable(L, 1);
    CHECK(run("setmetatable({}, {__gc = function() finalized = true end})"
              " local x <close> = setmetatable({}, {__close = collectgarbage}) interrupt() while true do end").substr(0, 6) == "error:");
    CHECK(run("collectgarbage() return finalized") == "true");
  }

  TEST_CASE_FIXTURE(LuaFixture, "a budget ends a script, always at the same place") {
    CHECK(mayfly_setbudget(L, 100000) == -1);
    CHECK(run("n = 0 while true do n = n + 1 end") == "error: test:1: instruction budget used up");
    CHECK(mayfly_getbudget(L) == 0);
    lua_getglobal(L, "n");
    lua_Integer rounds = lua_tointeger(L, -1);
    CHECK(rounds > 100000 / 10);
    CHECK(rounds < 100000);
    CHECK(run("for i = 1, 1000000 do n = i end return n") == "1000000");  // without a budget
    mayfly_setbudget(L, 100000);
    run("n = 0 while true do n = n + 1 end");
    lua_getglobal(L, "n");
    CHECK(lua_tointeger(L, -1) == rounds);
    lua_settop(L, 0);
  }

  TEST_CASE_FIXTURE(LuaFixture, "what a script does is counted, wherever it does it") {
    for (const char* text : {
             "while true do end",
             "local function f() end while true do f() end",
             "local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(1000)",
             "local function f() return f() end f()",
             "for k in pairs({1, 2, 3}) do for i = 1, math.huge do end end",
             "while true do for k in ipairs({1, 2, 3}) do end end",
             "while true do for k in pairs({a = 1}) do end end",
             "string.find(('a'):rep(300000), '.-.-.-b')",
             "while true do local s = ('a'):rep(1000) end",
             "local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end",
             "table.move({}, 1, math.maxinteger - 1, 2, {})",
         }) {
      INFO(std::string(text));
      mayfly_setbudget(L, 1000000);
      CHECK(message_of(run(text)) == "instruction budget used up");
      CHECK(mayfly_getbudget(L) == 0);
    }
  }

  TEST_CASE_FIXTURE(LuaFixture, "a budget is about the number of instructions") {
    // Straight code, calls, loops: what is counted lies near what is executed (here known from the text).
    mayfly_setbudget(L, 1000000);
    CHECK(run("local x = 0 for i = 1, 10000 do x = x + i x = x * 2 x = x - i x = x ~ i end return 1") == "1");
    lua_Integer used = 1000000 - mayfly_getbudget(L);
    CHECK(used >= 5 * 10000);
    CHECK(used <= 8 * 10000);
    mayfly_setbudget(L, 1000000);
    CHECK(run("local function f(a) local b = a + 1 local c = b * 2 return c end for i = 1, 10000 do f(i) end return 1") == "1");
    used = 1000000 - mayfly_getbudget(L);
    CHECK(used >= 7 * 10000);
    CHECK(used <= 14 * 10000);
    CHECK(mayfly_setbudget(L, -1) == 1000000 - used);
    CHECK(mayfly_getbudget(L) == -1);
  }

  TEST_CASE_FIXTURE(LuaFixture, "an uncatchable end of the budget reaches the host") {
    mayfly_setuncatchable(L, 1);
    mayfly_setbudget(L, 10000);
    CHECK(run("while true do pcall(function() while true do end end) end").find("instruction budget used up") != std::string::npos);
    CHECK(mayfly_getbudget(L) == 0);
    CHECK(run("return 1") == "1");
    mayfly_setbudget(L, 0);
    CHECK(run("return 1").substr(0, 6) == "error:");
  }
}
