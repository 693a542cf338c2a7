// SPDX-License-Identifier: MIT
// Manual 6.8: the methods of file handles.
#include "stream.hpp"

#include <cerrno>

namespace stdlib {

luaL_Stream* push_closed_stream(lua_State* L) {
  auto* stream = static_cast<luaL_Stream*>(lua_newuserdatauv(L, sizeof(luaL_Stream), 0));
  stream->f = nullptr;
  stream->closef = nullptr;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  return stream;
}

luaL_Stream* check_stream(lua_State* L, int argument) {
  return static_cast<luaL_Stream*>(luaL_checkudata(L, argument, LUA_FILEHANDLE));
}

FILE* check_open_file(lua_State* L, int argument) {
  luaL_Stream* stream = check_stream(L, argument);
  if (is_closed(stream)) luaL_error(L, "attempt to use a closed file");
  return stream->f;
}

int close_stream(lua_State* L) {
  luaL_Stream* stream = check_stream(L, 1);
  lua_CFunction close = stream->closef;
  stream->closef = nullptr;
  return close(L);
}

}  // namespace stdlib

namespace {

using stdlib::check_open_file;
using stdlib::check_stream;
using stdlib::is_closed;

int file_close(lua_State* L) {
  check_open_file(L, 1);
  return stdlib::close_stream(L);
}

int file_read(lua_State* L) { return stdlib::read_formats(L, check_open_file(L, 1), 2); }

int file_write(lua_State* L) {
  FILE* file = check_open_file(L, 1);
  lua_pushvalue(L, 1);
  return stdlib::write_arguments(L, file, 2);
}

int file_lines(lua_State* L) {
  check_open_file(L, 1);
  stdlib::push_line_iterator(L, false);
  return 1;
}

int file_flush(lua_State* L) {
  FILE* file = check_open_file(L, 1);
  errno = 0;
  return luaL_fileresult(L, std::fflush(file) == 0 ? 1 : 0, nullptr);
}

int file_seek(lua_State* L) {
  // ORDER origin
  constexpr const char* const names[] = {"set", "cur", "end", nullptr};
  constexpr int origins[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  FILE* file = check_open_file(L, 1);
  int origin = luaL_checkoption(L, 2, "cur", names);
  lua_Integer offset = luaL_optinteger(L, 3, 0);
  static_assert(sizeof(off_t) >= sizeof(lua_Integer), "offsets need a check of their range");
  errno = 0;
  if (fseeko(file, static_cast<off_t>(offset), origins[origin]) != 0) return luaL_fileresult(L, 0, nullptr);
  lua_pushinteger(L, static_cast<lua_Integer>(ftello(file)));
  return 1;
}

int file_setvbuf(lua_State* L) {
  // ORDER mode
  constexpr const char* const names[] = {"no", "full", "line", nullptr};
  constexpr int modes[] = {_IONBF, _IOFBF, _IOLBF};
  FILE* file = check_open_file(L, 1);
  int mode = luaL_checkoption(L, 2, nullptr, names);
  lua_Integer size = luaL_optinteger(L, 3, LUAL_BUFFERSIZE);
  errno = 0;
  return luaL_fileresult(L, std::setvbuf(file, nullptr, modes[mode], static_cast<size_t>(size)) == 0 ? 1 : 0, nullptr);
}

int file_tostring(lua_State* L) {
  luaL_Stream* stream = check_stream(L, 1);
  if (is_closed(stream)) {
    lua_pushliteral(L, "file (closed)");
  } else {
    lua_pushfstring(L, "file (%p)", static_cast<void*>(stream->f));
  }
  return 1;
}

int file_collect(lua_State* L) {
  luaL_Stream* stream = check_stream(L, 1);
  if (!is_closed(stream) && stream->f != nullptr) stdlib::close_stream(L);
  return 0;
}

constexpr luaL_Reg methods[] = {
    {"close", file_close}, {"flush", file_flush},     {"lines", file_lines}, {"read", file_read},
    {"seek", file_seek},   {"setvbuf", file_setvbuf}, {"write", file_write}, {nullptr, nullptr},
};

constexpr luaL_Reg metamethods[] = {
    {"__index", nullptr},  // set below
    {"__gc", file_collect}, {"__close", file_collect}, {"__tostring", file_tostring}, {nullptr, nullptr},
};

}  // namespace

void stdlib::create_stream_metatable(lua_State* L) {
  luaL_newmetatable(L, LUA_FILEHANDLE);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlibtable(L, methods);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
