// SPDX-License-Identifier: MIT
// The mayflyc program: compiles scripts to the binary format, lists what they compile to, or only checks them.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <lua.hpp>
#include <mayfly/chunk.h>

#include "options.hpp"

namespace {

const char* program_name = "mayflyc";

struct CommandLine {
  int argc;
  char** argv;
  Options options;
};

void complain(const char* message) { std::fprintf(stderr, "%s: %s\n", program_name, message); }

[[noreturn]] void fail_on_file(lua_State* L, const char* what, const char* name) {
  const char* reason = std::strerror(errno);
  lua_pushfstring(L, "cannot %s %s: %s", what, name, reason);
  lua_error(L);
  std::abort();  // lua_error does not return
}

// [-0, +1, v]  The main function of all files.
void push_chunk(lua_State* L, const CommandLine& line) {
  int first = line.options.first_file, count = line.argc - first;
  if (count == 0) {  // what was compiled last
    if (luaL_loadfile(L, default_output) != LUA_OK) lua_error(L);
    return;
  }
  luaL_checkstack(L, count + LUA_MINSTACK, "too many files");
  for (int i = first; i < line.argc; ++i) {
    const char* name = line.argv[i];
    if (luaL_loadfile(L, std::strcmp(name, "-") == 0 ? nullptr : name) != LUA_OK) lua_error(L);
  }
  if (count > 1 && mayfly_joinchunks(L, count) == 0) luaL_error(L, "cannot join a chunk that is not the main function of a file");
}

int write_piece(lua_State*, const void* piece, size_t size, void* file) {
  return std::fwrite(piece, 1, size, static_cast<FILE*>(file)) != size && size != 0 ? 1 : 0;
}

void write_chunk(lua_State* L, const Options& options) {
  const char* name = options.output == nullptr ? "stdout" : options.output;
  FILE* file = options.output == nullptr ? stdout : std::fopen(options.output, "wb");
  if (file == nullptr) fail_on_file(L, "open", name);
  lua_dump(L, write_piece, file, options.strips ? 1 : 0);
  if (std::ferror(file) != 0) fail_on_file(L, "write", name);
  if (std::fflush(file) != 0 || (file != stdout && std::fclose(file) != 0)) fail_on_file(L, "close", name);
}

int protected_main(lua_State* L) {
  const CommandLine& line = *static_cast<const CommandLine*>(lua_touserdata(L, 1));
  push_chunk(L, line);
  if (line.options.listings != 0) {
    mayfly_pushlisting(L, -1, line.options.listings > 1 ? 1 : 0);
    size_t length = 0;
    const char* text = lua_tolstring(L, -1, &length);
    std::fwrite(text, 1, length, stdout);
    lua_pop(L, 1);
  }
  if (line.options.writes && line.options.first_file < line.argc) write_chunk(L, line.options);
  return 0;
}

// What can be answered without a state. Returns the exit status, or -1 when there is more to do.
int answer_without_state(const CommandLine& line) {
  const Options& options = line.options;
  const char* complaint = options.complaint.empty() ? nullptr : options.complaint.c_str();
  if (complaint == nullptr && options.help) {
    std::fputs(usage(program_name).c_str(), stdout);
    return EXIT_SUCCESS;
  }
  if (complaint == nullptr && options.show_version) {
    std::puts("Mayfly " MAYFLY_VERSION " (" LUA_VERSION ")");
    if (options.nothing_else) return EXIT_SUCCESS;
  }
  bool nothing_to_do = line.argc == options.first_file && options.listings == 0 && options.writes;
  if (complaint == nullptr && nothing_to_do) complaint = "no input files given";
  if (complaint == nullptr) return -1;
  complain(complaint);
  std::fputs(usage(program_name).c_str(), stderr);
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 0 && argv[0] != nullptr && argv[0][0] != '\0') program_name = argv[0];
  CommandLine line{argc, argv, read_options(argc, argv)};
  int answer = answer_without_state(line);
  if (answer != -1) return answer;
  lua_State* L = luaL_newstate();
  if (L == nullptr) {
    complain("cannot create state: not enough memory");
    return EXIT_FAILURE;
  }
  lua_pushcfunction(L, protected_main);
  lua_pushlightuserdata(L, &line);
  int status = lua_pcall(L, 1, 0, 0);
  if (status != LUA_OK) {
    const char* message = lua_tostring(L, -1);
    complain(message != nullptr ? message : "(error message not a string)");
  }
  lua_close(L);
  return status == LUA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
