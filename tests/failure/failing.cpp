// SPDX-License-Identifier: MIT
// The loop over n, and what must hold after each failure.
#include "failing.hpp"

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <mayfly/gc.h>

namespace failing {

namespace {

constexpr std::size_t most_rounds = 20'000;

int return_sum(lua_State* L) {
  luaL_checkstack(L, 100, nullptr);
  lua_newtable(L);
  for (int i = 1; i <= 10; ++i) {
    lua_pushfstring(L, "entry %d", i);
    lua_rawseti(L, -2, i);
  }
  lua_pushinteger(L, luaL_len(L, -1));
  return 1;
}

// The state does what every state does.
void check_usable(lua_State* L, const char* name, std::size_t n) {
  lua_pushcfunction(L, return_sum);
  if (lua_pcall(L, 0, 1, 0) != LUA_OK || lua_tointeger(L, -1) != 10) {
    give_up("%s: after failure %zu the state cannot be used: %s", name, n, lua_tostring(L, -1));
  }
  lua_pop(L, 1);
  constexpr const char* text = "local t = {} for i = 1, 5 do t[#t + 1] = 'x' .. i end return #t, (select('#', table.unpack(t)))";
  if (luaL_dostring(L, text) != 0) give_up("%s: after failure %zu: %s", name, n, lua_tostring(L, -1));
  if (lua_tointeger(L, -1) != 5 || lua_tointeger(L, -2) != 5) give_up("%s: after failure %zu a script goes wrong", name, n);
  lua_pop(L, 2);
  if (mayfly_gccheck(L) == 0) give_up("%s: after failure %zu: %s", name, n, lua_tostring(L, -1));
}

// luaL_checkstack and table.unpack say so when there is no memory for more of the stack.
bool is_about_memory(const char* message) {
  return std::strstr(message, "not enough memory") != nullptr || std::strstr(message, "stack overflow (") != nullptr ||
         std::strstr(message, "too many results to unpack") != nullptr;
}

void check_error(lua_State* L, int status, const char* name, std::size_t n, bool fired) {
  const char* message = luaL_tolstring(L, -1, nullptr);
  if (!fired || !is_about_memory(message)) give_up("%s: failure %zu gave error %d: %s", name, n, status, message);
  lua_pop(L, 1);
}

void arm(Host& host, Mode mode, std::size_t n) {
  if (mode == Mode::cells) {
    mayfly_gcfail(host.L, static_cast<int>(n));
  } else {
    host.memory.arm(n, mode == Mode::once);
  }
}

// Returns whether an allocation has failed.
bool disarm(Host& host, Mode mode) {
  if (mode == Mode::cells) return mayfly_gcfail(host.L, 0) == 1;
  host.memory.disarm();
  return host.memory.refused != 0;
}

}  // namespace

void give_up(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
  std::exit(EXIT_FAILURE);
}

const char* name_of(Mode mode) {
  switch (mode) {
    case Mode::cells: return "cells";
    case Mode::allocator: return "allocator";
    default: return "once";
  }
}

void* Memory::serve(void* context, void* pointer, std::size_t old_size, std::size_t new_size) {
  auto* self = static_cast<Memory*>(context);
  std::size_t had = pointer != nullptr ? old_size : 0;
  if (new_size == 0) {
    self->bytes -= had;
    std::free(pointer);
    return nullptr;
  }
  // Smaller pieces are refused as well: an allocator may do that.
  if (self->refuse_at != 0) {
    ++self->calls;
    if (self->once ? self->calls == self->refuse_at : self->calls >= self->refuse_at) {
      ++self->refused;
      return nullptr;
    }
  }
  void* result = std::realloc(pointer, new_size);
  if (result != nullptr) self->bytes += new_size - had;
  return result;
}

Host::Host(bool libraries) : L(lua_newstate(Memory::serve, &memory)) {
  if (libraries) luaL_openlibs(L);
}

Host::~Host() {
  lua_close(L);
  if (memory.bytes != 0) give_up("%zu bytes have not come back", memory.bytes);
}

std::size_t run_until_success(const Work& work, Mode mode) {
  Host host;
  lua_State* L = host.L;
  for (std::size_t n = 1; n <= most_rounds; ++n) {
    work.push(L, work.what);
    int base = lua_gettop(L) - 1;
    arm(host, mode, n);
    int status = lua_pcall(L, 0, LUA_MULTRET, 0);
    bool fired = disarm(host, mode);
    if (status != LUA_OK) check_error(L, status, work.name, n, fired);
    if (status != LUA_OK && mode == Mode::once) give_up("%s: one refusal, the %zu-th, was an error", work.name, n);
    lua_settop(L, base);
    check_usable(L, work.name, n);
    if (fired) continue;
    if (status != LUA_OK) give_up("%s: %s", work.name, lua_tostring(L, -1));
    return n;
  }
  give_up("%s does not succeed however many allocations do", work.name);
}

}  // namespace failing
