// SPDX-License-Identifier: MIT
// lauxlib.h: luaL_Buffer, a string under construction.
//
// A buffer owns one stack slot from luaL_buffinit to luaL_pushresult. Short text lies in the structure itself and the
// slot holds a placeholder; longer text lies in a block (mayfly/string.h) in that slot, so that an error anywhere gives it
// back.
#include <cstring>

#include <lua.hpp>

#include <mayfly/array.h>
#include <mayfly/string.h>

namespace {

// Text that has outgrown the structure is likely to become long: it is seldom copied while it is cheap to have room.
constexpr size_t last_quadrupled = 32 * 1024;

bool is_outside(const luaL_Buffer* buffer) { return buffer->b != buffer->init.b; }

// Room for `extra` more characters. `slot`: stack index of the buffer's slot.
char* make_room(luaL_Buffer* buffer, size_t extra, int slot) {
  if (buffer->size - buffer->n >= extra) return buffer->b + buffer->n;
  lua_State* L = buffer->L;
  constexpr size_t max_size = ~static_cast<size_t>(0);
  if (max_size - buffer->n < extra) luaL_error(L, "buffer too large");
  size_t factor = buffer->size < last_quadrupled ? 4 : 2;
  size_t size = buffer->size <= max_size / factor ? buffer->size * factor : max_size;
  if (size < buffer->n + extra) size = buffer->n + extra;
  if (is_outside(buffer)) {
    buffer->b = mayfly_resizeblock(L, slot, size);
  } else {
    slot = lua_absindex(L, slot);
    char* storage = mayfly_newblock(L, size);
    std::memcpy(storage, buffer->b, buffer->n);
    lua_replace(L, slot);
    buffer->b = storage;
  }
  buffer->size = size;
  return buffer->b + buffer->n;
}

}  // namespace

void luaL_buffinit(lua_State* L, luaL_Buffer* buffer) {
  buffer->L = L;
  buffer->b = buffer->init.b;
  buffer->n = 0;
  buffer->size = LUAL_BUFFERSIZE;
  lua_pushlightuserdata(L, buffer);
}

char* luaL_buffinitsize(lua_State* L, luaL_Buffer* buffer, size_t size) {
  luaL_buffinit(L, buffer);
  return make_room(buffer, size, -1);
}

char* luaL_prepbuffsize(luaL_Buffer* buffer, size_t size) { return make_room(buffer, size, -1); }

void luaL_addlstring(luaL_Buffer* buffer, const char* text, size_t length) {
  if (length == 0) return;  // then text may be null
  std::memcpy(make_room(buffer, length, -1), text, length);
  buffer->n += length;
}

void luaL_addstring(luaL_Buffer* buffer, const char* text) { luaL_addlstring(buffer, text, std::strlen(text)); }

void luaL_addvalue(luaL_Buffer* buffer) {
  lua_State* L = buffer->L;
  char room[MAYFLY_MAXNUMBERTEXT];
  size_t length = 0;
  const char* text = mayfly_totext(L, -1, room, &length);
  if (length != 0) std::memcpy(make_room(buffer, length, -2), text, length);
  buffer->n += length;
  lua_pop(L, 1);
}

void luaL_pushresult(luaL_Buffer* buffer) {
  lua_State* L = buffer->L;
  lua_pushlstring(L, buffer->b, buffer->n);
  if (is_outside(buffer)) mayfly_resizeblock(L, -2, 0);
  lua_replace(L, -2);
}

void luaL_pushresultsize(luaL_Buffer* buffer, size_t size) {
  buffer->n += size;
  luaL_pushresult(buffer);
}

void luaL_addgsub(luaL_Buffer* buffer, const char* text, const char* pattern, const char* replacement) {
  size_t pattern_length = std::strlen(pattern);
  while (const char* found = std::strstr(text, pattern)) {
    luaL_addlstring(buffer, text, static_cast<size_t>(found - text));
    luaL_addstring(buffer, replacement);
    text = found + pattern_length;
  }
  luaL_addstring(buffer, text);
}

const char* luaL_gsub(lua_State* L, const char* text, const char* pattern, const char* replacement) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  luaL_addgsub(&buffer, text, pattern, replacement);
  luaL_pushresult(&buffer);
  return lua_tostring(L, -1);
}
