// SPDX-License-Identifier: MIT
// Manual 6.8: the functions of the table `io`. The methods of file handles are in stream.cpp.
#include <cerrno>
#include <cstring>

#include "stream.hpp"

namespace {

using stdlib::check_open_file;
using stdlib::is_closed;

// The default files live in the registry.
struct DefaultFile {
  const char* key;
  const char* name;
  const char* mode;
};
constexpr DefaultFile default_input{"_IO_input", "input", "r"};
constexpr DefaultFile default_output{"_IO_output", "output", "w"};

// Ways to close.

int close_file(lua_State* L) {
  luaL_Stream* stream = stdlib::check_stream(L, 1);
  errno = 0;
  return luaL_fileresult(L, std::fclose(stream->f) == 0 ? 1 : 0, nullptr);
}

int close_pipe(lua_State* L) {
  luaL_Stream* stream = stdlib::check_stream(L, 1);
  errno = 0;
  return luaL_execresult(L, pclose(stream->f));
}

int keep_open(lua_State* L) {
  stdlib::check_stream(L, 1)->closef = keep_open;
  luaL_pushfail(L);
  lua_pushliteral(L, "cannot close standard file");
  return 2;
}

luaL_Stream* push_stream(lua_State* L) {
  luaL_Stream* stream = stdlib::push_closed_stream(L);
  stream->closef = close_file;
  return stream;
}

// Pushes an open handle, or raises an error.
void open_or_raise(lua_State* L, const char* file_name, const char* mode) {
  luaL_Stream* stream = push_stream(L);
  stream->f = std::fopen(file_name, mode);
  if (stream->f == nullptr) luaL_error(L, "cannot open file '%s' (%s)", file_name, std::strerror(errno));
}

// Opening.

// r, w or a; then +; then b; each of the latter two may be absent.
bool is_valid_mode(const char* mode) {
  if (*mode == '\0' || std::strchr("rwa", *mode) == nullptr) return false;
  ++mode;
  if (*mode == '+') ++mode;
  if (*mode == 'b') ++mode;
  return *mode == '\0';
}

int io_open(lua_State* L) {
  const char* file_name = luaL_checkstring(L, 1);
  const char* mode = luaL_optstring(L, 2, "r");
  luaL_Stream* stream = push_stream(L);
  luaL_argcheck(L, is_valid_mode(mode), 2, "invalid mode");
  errno = 0;
  stream->f = std::fopen(file_name, mode);
  return stream->f != nullptr ? 1 : luaL_fileresult(L, 0, file_name);
}

int io_popen(lua_State* L) {
  const char* command = luaL_checkstring(L, 1);
  const char* mode = luaL_optstring(L, 2, "r");
  luaL_Stream* stream = stdlib::push_closed_stream(L);
  luaL_argcheck(L, (*mode == 'r' || *mode == 'w') && mode[1] == '\0', 2, "invalid mode");
  errno = 0;
  std::fflush(nullptr);  // so that the output of both comes in order
  stream->f = popen(command, mode);
  stream->closef = close_pipe;
  return stream->f != nullptr ? 1 : luaL_fileresult(L, 0, command);
}

int io_tmpfile(lua_State* L) {
  luaL_Stream* stream = push_stream(L);
  errno = 0;
  stream->f = std::tmpfile();
  return stream->f != nullptr ? 1 : luaL_fileresult(L, 0, nullptr);
}

int io_type(lua_State* L) {
  luaL_checkany(L, 1);
  auto* stream = static_cast<luaL_Stream*>(luaL_testudata(L, 1, LUA_FILEHANDLE));
  if (stream == nullptr) {
    luaL_pushfail(L);
  } else {
    lua_pushstring(L, is_closed(stream) ? "closed file" : "file");
  }
  return 1;
}

// Default files.

// Pushes the handle and returns its file.
FILE* push_default(lua_State* L, const DefaultFile& which) {
  lua_getfield(L, LUA_REGISTRYINDEX, which.key);
  auto* stream = static_cast<luaL_Stream*>(lua_touserdata(L, -1));
  if (is_closed(stream)) luaL_error(L, "default %s file is closed", which.name);
  return stream->f;
}

int exchange_default(lua_State* L, const DefaultFile& which) {
  if (!lua_isnoneornil(L, 1)) {
    if (const char* file_name = lua_tostring(L, 1)) {
      open_or_raise(L, file_name, which.mode);
    } else {
      check_open_file(L, 1);
      lua_pushvalue(L, 1);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, which.key);
  }
  lua_getfield(L, LUA_REGISTRYINDEX, which.key);
  return 1;
}

int io_input(lua_State* L) { return exchange_default(L, default_input); }

int io_output(lua_State* L) { return exchange_default(L, default_output); }

int io_close(lua_State* L) {
  if (lua_isnone(L, 1)) lua_getfield(L, LUA_REGISTRYINDEX, default_output.key);
  check_open_file(L, 1);
  return stdlib::close_stream(L);
}

int io_read(lua_State* L) {
  FILE* file = push_default(L, default_input);
  lua_pop(L, 1);
  return stdlib::read_formats(L, file, 1);
}

int io_write(lua_State* L) {
  FILE* file = push_default(L, default_output);
  return stdlib::write_arguments(L, file, 1);
}

int io_flush(lua_State* L) {
  FILE* file = push_default(L, default_output);
  errno = 0;
  return luaL_fileresult(L, std::fflush(file) == 0 ? 1 : 0, nullptr);
}

int io_lines(lua_State* L) {
  if (lua_isnone(L, 1)) lua_pushnil(L);
  if (lua_isnil(L, 1)) {
    lua_getfield(L, LUA_REGISTRYINDEX, default_input.key);
    lua_replace(L, 1);
    check_open_file(L, 1);
    stdlib::push_line_iterator(L, false);
    return 1;
  }
  open_or_raise(L, luaL_checkstring(L, 1), "r");
  lua_replace(L, 1);
  stdlib::push_line_iterator(L, true);
  lua_pushnil(L);  // state and control of the loop
  lua_pushnil(L);
  lua_pushvalue(L, 1);  // closed when the loop ends
  return 4;
}

void create_standard_file(lua_State* L, FILE* file, const DefaultFile* role, const char* field) {
  luaL_Stream* stream = stdlib::push_closed_stream(L);
  stream->f = file;
  stream->closef = keep_open;
  if (role != nullptr) {
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, role->key);
  }
  lua_setfield(L, -2, field);
}

constexpr luaL_Reg functions[] = {
    {"close", io_close},     {"flush", io_flush},   {"input", io_input}, {"lines", io_lines},
    {"open", io_open},       {"output", io_output}, {"popen", io_popen}, {"read", io_read},
    {"tmpfile", io_tmpfile}, {"type", io_type},     {"write", io_write}, {nullptr, nullptr},
};

}  // namespace

int luaopen_io(lua_State* L) {
  luaL_newlib(L, functions);
  stdlib::create_stream_metatable(L);
  create_standard_file(L, stdin, &default_input, "stdin");
  create_standard_file(L, stdout, &default_output, "stdout");
  create_standard_file(L, stderr, nullptr, "stderr");
  return 1;
}
