// SPDX-License-Identifier: MIT
// lauxlib.h: loading chunks from files, buffers and strings.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <lua.hpp>

namespace {

struct FileCloser {
  void operator()(FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<FILE, FileCloser>;

struct FileSource {
  FILE* file;
  size_t ready = 0;  // characters at the start of `block` that were read ahead
  int error = 0;     // errno of a read that failed
  char block[BUFSIZ];

  void keep(int c) {
    if (c != EOF) block[ready++] = static_cast<char>(c);
  }
};

// Skips a byte order mark and a first line that begins with '#'. Keeps what it read beyond them; the newline of the
// skipped line too, for the line numbers, except before a precompiled chunk.
void skip_prefix(FileSource* source) {
  constexpr unsigned char mark[] = {0xEF, 0xBB, 0xBF};
  int c = std::getc(source->file);
  for (unsigned char expected : mark) {
    if (c != expected) break;
    source->keep(c);
    c = std::getc(source->file);
  }
  if (source->ready == sizeof(mark)) source->ready = 0;
  if (c == '#' && source->ready == 0) {
    do {
      c = std::getc(source->file);
    } while (c != EOF && c != '\n');
    if (c == '\n') c = std::getc(source->file);
    if (c != LUA_SIGNATURE[0]) source->keep('\n');
  }
  source->keep(c);
}

const char* read_file(lua_State*, void* data, size_t* size) {
  auto* source = static_cast<FileSource*>(data);
  *size = source->ready;
  source->ready = 0;
  // At the end of a terminal's input fread must not ask once more.
  if (*size == 0 && std::feof(source->file) == 0) {
    errno = 0;
    *size = std::fread(source->block, 1, sizeof(source->block), source->file);
    if (std::ferror(source->file) != 0) source->error = errno;
  }
  return source->block;
}

// The chunk's name, "=..." or "@...", is on top; the message replaces it.
int file_error(lua_State* L, const char* action, int code) {
  const char* file_name = lua_tostring(L, -1) + 1;
  if (code != 0) {
    lua_pushfstring(L, "cannot %s %s: %s", action, file_name, std::strerror(code));
  } else {
    lua_pushfstring(L, "cannot %s %s", action, file_name);
  }
  lua_remove(L, -2);
  return LUA_ERRFILE;
}

struct Buffer {
  const char* text;
  size_t size;
};

const char* read_buffer(lua_State*, void* data, size_t* size) {
  auto* buffer = static_cast<Buffer*>(data);
  *size = buffer->size;
  buffer->size = 0;
  return *size != 0 ? buffer->text : nullptr;
}

}  // namespace

int luaL_loadfilex(lua_State* L, const char* file_name, const char* mode) {
  FileSource source;
  if (file_name == nullptr) {
    lua_pushliteral(L, "=stdin");
    source.file = stdin;
  } else {
    lua_pushfstring(L, "@%s", file_name);
    errno = 0;
    source.file = std::fopen(file_name, "r");
    if (source.file == nullptr) return file_error(L, "open", errno);
  }
  File file(source.file);
  skip_prefix(&source);
  int status = lua_load(L, read_file, &source, lua_tostring(L, -1), mode);
  bool broken = std::ferror(source.file) != 0;
  file.reset();
  if (broken) {
    lua_pop(L, 1);
    return file_error(L, "read", source.error);
  }
  lua_remove(L, -2);
  return status;
}

int luaL_loadbufferx(lua_State* L, const char* text, size_t size, const char* name, const char* mode) {
  Buffer buffer{text, size};
  return lua_load(L, read_buffer, &buffer, name, mode);
}

int luaL_loadstring(lua_State* L, const char* text) { return luaL_loadbuffer(L, text, std::strlen(text), text); }
