// SPDX-License-Identifier: MIT
// The mayfly program: the state, the arguments, and what runs in which order.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <lua.hpp>
#include <mayfly/gc.h>
#include <unistd.h>

#include "gc_log.hpp"
#include "options.hpp"
#include "repl.hpp"
#include "run.hpp"

namespace {

struct CommandLine {
  int argc;
  char** argv;
  Options options;
};

void show_version() { std::fputs("Mayfly " MAYFLY_VERSION " (" LUA_VERSION ")\n", stdout); }

// The global `arg`: the script at 0, its arguments from 1 on, what came before it at negative indices.
void set_argument_table(lua_State* L, const CommandLine& line) {
  lua_createtable(L, line.argc, line.options.script + 1);
  for (int i = 0; i < line.argc; ++i) {
    lua_pushstring(L, line.argv[i]);
    lua_rawseti(L, -2, i - line.options.script);
  }
  lua_setglobal(L, "arg");
}

bool run_steps(lua_State* L, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    int status = LUA_OK;
    switch (step.kind) {
      case Step::execute: status = run_string(L, step.text, "=(command line)"); break;
      case Step::require: status = require_library(L, step.text); break;
      case Step::warnings_on: lua_warning(L, "@on", 0); break;
    }
    if (status != LUA_OK) return false;
  }
  return true;
}

bool run_named_script(lua_State* L, const CommandLine& line) {
  const char* name = line.argv[line.options.script];
  bool standard_input = name[0] == '-' && name[1] == '\0' && std::string_view(line.argv[line.options.script - 1]) != "--";
  return run_script(L, standard_input ? nullptr : name) == LUA_OK;
}

bool run_all(lua_State* L, const CommandLine& line) {
  const Options& options = line.options;
  if (options.show_version) show_version();
  if (options.ignore_environment) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  }
  luaL_openlibs(L);
  set_argument_table(L, line);
  lua_gc(L, LUA_GCGEN, 0, 0);
  if (!options.ignore_environment && run_environment(L) != LUA_OK) return false;
  if (!run_steps(L, options.steps)) return false;
  if (options.script != 0 && !run_named_script(L, line)) return false;
  if (options.interactive) {
    run_repl(L);
  } else if (options.script == 0 && !options.executes && !options.show_version) {
    if (isatty(STDIN_FILENO)) {
      show_version();
      run_repl(L);
    } else {
      run_file(L, nullptr);  // an error is reported, and the exit status does not tell, as that of lua
    }
  }
  return true;
}

// The whole program as a C function, so that an error outside every chunk is caught as well.
int protected_main(lua_State* L) {
  const CommandLine& line = *static_cast<const CommandLine*>(lua_touserdata(L, 1));
  lua_settop(L, 0);
  lua_pushboolean(L, run_all(L, line));
  return 1;
}

// What can be answered without a state. Returns the exit status, or -1 when there is more to do.
int answer_without_state(const Options& options) {
  if (!options.complaint.empty()) {
    complain(options.complaint.c_str());
    lua_writestringerror("%s", usage(program_name).c_str());
    return EXIT_FAILURE;
  }
  if (options.help) std::fputs(usage(program_name).c_str(), stdout);
  if (options.version) show_version();
  return options.help || options.version ? EXIT_SUCCESS : -1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 0 && argv[0] != nullptr && argv[0][0] != '\0') program_name = argv[0];
  CommandLine line{argc, argv, read_options(argc, argv)};
  int answer = answer_without_state(line.options);
  if (answer != -1) return answer;
  lua_State* L = luaL_newstate();
  if (L == nullptr) {
    complain("cannot create state: not enough memory");
    return EXIT_FAILURE;
  }
  if (line.options.log_collections) mayfly_gclisten(L, log_collection, nullptr);
  mayfly_setmemlimit(L, line.options.memory_limit / 4 * 3, line.options.memory_limit);
  mayfly_gcstresssteps(L, line.options.stress_period, line.options.stress_bytes);
  lua_pushcfunction(L, protected_main);
  lua_pushlightuserdata(L, &line);
  int status = lua_pcall(L, 1, 1, 0);
  bool succeeded = status == LUA_OK && lua_toboolean(L, -1);
  report(L, status);
  lua_close(L);
  return succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}
