// SPDX-License-Identifier: MIT
// A state without libraries, seen through lua.h only: what passes here passes with any Lua 5.4.
#pragma once

#include <cstddef>
#include <string>

#include <lua.hpp>

#include "collector_mode.hpp"
#include "counting_allocator.hpp"

struct ApiFixture : CountingAllocator {
  lua_State* L = in_chosen_mode(lua_newstate(serve, static_cast<CountingAllocator*>(this)));

  ApiFixture() = default;
  ~ApiFixture() {
    if (L != nullptr) lua_close(L);
  }
  ApiFixture(const ApiFixture&) = delete;
  ApiFixture& operator=(const ApiFixture&) = delete;

  // Pushes the function a text compiles to.
  void load(const char* text) { REQUIRE(luaL_loadbufferx(L, text, std::char_traits<char>::length(text), "=test", "t") == LUA_OK); }
  // Runs a text; its results are left on the stack.
  void run(const char* text, int results = 0) {
    load(text);
    lua_call(L, 0, results);
  }
  // Calls a C function with the values on the stack in protected mode; what it raised, or "".
  std::string error_of(lua_CFunction function) {
    lua_pushcfunction(L, function);
    lua_insert(L, 1);
    if (lua_pcall(L, lua_gettop(L) - 1, 0, 0) == LUA_OK) return "";
    std::string message = lua_isstring(L, -1) ? lua_tostring(L, -1) : luaL_typename(L, -1);
    lua_settop(L, 0);
    return message;
  }
  std::string text_at(int index) {
    std::size_t length;
    const char* text = lua_tolstring(L, index, &length);
    return text != nullptr ? std::string(text, length) : "(none)";
  }
};
