// SPDX-License-Identifier: MIT
// failure_tests: every piece of work in every mode. "failure_tests NAME" does one, "failure_tests --list" names them.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <mayfly/gc.h>

#include "failing.hpp"
#include "steps.hpp"

namespace {

struct Snippet {
  std::string name;
  std::string text;
};

// A file of snippets: each begins with a line "--- name".
void read_snippets(const std::string& file, std::vector<Snippet>& snippets) {
  std::ifstream in(file);
  if (!in) failing::give_up("cannot read %s", file.c_str());
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("--- ")) {
      snippets.push_back({line.substr(4), "\n"});
    } else if (!snippets.empty()) {
      snippets.back().text += line + "\n";
    }
  }
}

void push_snippet(lua_State* L, const void* what) {
  const auto* snippet = static_cast<const Snippet*>(what);
  if (luaL_loadbufferx(L, snippet->text.data(), snippet->text.size(), snippet->name.c_str(), "t") != LUA_OK) {
    failing::give_up("%s", lua_tostring(L, -1));
  }
}

void push_step(lua_State* L, const void* what) { lua_pushcfunction(L, static_cast<const Step*>(what)->body); }

// A whole state with all libraries, made while memory runs out.
std::size_t states_until_success(bool libraries) {
  for (std::size_t n = 1;; ++n) {
    failing::Memory memory;
    memory.arm(n, false);
    lua_State* L = lua_newstate(failing::Memory::serve, &memory);
    bool opened = L != nullptr;
    if (opened && libraries) {
      lua_pushcfunction(L, [](lua_State* state) {
        luaL_openlibs(state);
        return 0;
      });
      int status = lua_pcall(L, 0, 0, 0);
      opened = status == LUA_OK;
      if (!opened && status != LUA_ERRMEM) failing::give_up("opening the libraries: error %d", status);
    }
    if (L != nullptr) lua_close(L);
    if (memory.bytes != 0) failing::give_up("a state that was not made keeps %zu bytes", memory.bytes);
    if (opened && memory.refused == 0) return n;
  }
}

std::set<const void*> called;

void note_call(lua_State* L, lua_Debug* frame) {
  lua_getinfo(L, "f", frame);
  called.insert(lua_topointer(L, -1));
  lua_pop(L, 1);
}

// Runs the snippets once, undisturbed, and complains about functions of the libraries that none of them calls. A thread gets
// the hook of the one that makes it.
void check_coverage(const std::vector<Snippet>& snippets, const std::string& script) {
  failing::Host host;
  lua_State* L = host.L;
  if (luaL_dofile(L, script.c_str()) != 0) failing::give_up("%s", lua_tostring(L, -1));
  for (const Snippet& snippet : snippets) {
    push_snippet(L, &snippet);
    lua_sethook(L, note_call, LUA_MASKCALL, 0);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) failing::give_up("%s", lua_tostring(L, -1));
    lua_sethook(L, nullptr, 0, 0);
  }
  std::string missing;
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    if (!called.contains(lua_topointer(L, -1))) missing += std::string(" ") + lua_tostring(L, -2);
  }
  if (!missing.empty()) failing::give_up("no snippet calls:%s", missing.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string scripts = FAILURE_SCRIPTS;
  std::vector<Snippet> snippets;
  for (const char* file : {"language", "libraries", "weak"}) read_snippets(scripts + "/" + file + ".lua", snippets);
  std::vector<failing::Work> all;
  for (const Snippet& snippet : snippets) all.push_back({snippet.name.c_str(), push_snippet, &snippet});
  for (const Step* step : all_steps()) all.push_back({step->name, push_step, step});

  const char* wanted = argc > 1 ? argv[1] : nullptr;
  if (wanted == nullptr) {
    check_coverage(snippets, scripts + "/coverage.lua");
    std::printf("states without libraries: %zu allocations\n", states_until_success(false));
    std::printf("states with libraries: %zu allocations\n", states_until_success(true));
  }
  int passed = 0;
  for (const failing::Work& work : all) {
    if (wanted != nullptr && std::strcmp(wanted, "--list") == 0) std::puts(work.name);
    if (wanted != nullptr && std::strcmp(wanted, work.name) != 0) continue;
    std::printf("%s:", work.name);
    for (failing::Mode mode : failing::modes) {
      // Nothing can be collected for a state that is not there yet.
      if (mode == failing::Mode::once && std::strstr(work.name, "(no second try)") != nullptr) continue;
      // What takes a million steps is not repeated a thousand times.
      if (mode == failing::Mode::cells && std::strstr(work.name, "(allocator only)") != nullptr) continue;
      std::fflush(stdout);
      std::printf(" %s %zu", name_of(mode), failing::run_until_success(work, mode));
      ++passed;
    }
    std::printf("\n");
  }
  std::printf("%d passed, 0 failed\n", passed);
}
