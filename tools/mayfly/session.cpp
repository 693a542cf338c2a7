// SPDX-License-Identifier: MIT
// The interactive mode at a terminal: reads an input, runs it, shows what it gives.
#include "session.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include <mayfly/gc.h>
#include <mayfly/weak.h>
#include <unistd.h>

#include "input.hpp"
#include "interrupt.hpp"
#include "last_result.hpp"
#include "line_reader.hpp"
#include "printing.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace {

constexpr const char* help_text =
    "An input is an expression, whose values are shown, or statements; it goes on over as many lines as it takes.\n"
    "  _             the last result. While an input runs that does not name it, an object in it is held only weakly:\n"
    "                looking at something does not keep it alive\n"
    "  :gc           a full collection\n"
    "  :why EXPR     what keeps the object alive: the shortest way to it\n"
    "  :help         this text\n"
    "  Tab           completes keywords, globals, fields and methods\n"
    "  Up, Down      earlier lines, those of earlier sessions included; Ctrl-R searches them\n"
    "  Ctrl-C        drops the input, or interrupts what runs\n"
    "  Ctrl-D        leaves\n";

// What print_results gets and gives.
struct Printing {
  int width;
  std::string text;
};

// Arguments: a light userdata with the Printing, then the values. A C function, because `__tostring` of a value may fail.
int print_results(lua_State* L) {
  auto* printing = static_cast<Printing*>(lua_touserdata(L, 1));
  printing->text = show_values(L, 2, lua_gettop(L) - 1, printing->width);
  return 0;
}

// Argument: an object. Its own stack does not count as holding it.
int explain(lua_State* L) {
  mayfly_why(L, 1);
  return 1;
}

double kilobytes(const mayfly_GcStats& stats) { return static_cast<double>(stats.bytes) / 1024.0; }

class Session {
 public:
  explicit Session(lua_State* L) : L_(L), interrupts_(L), reader_(editing_reader(L)), last_result_(L) {
    if (reader_ == nullptr) reader_ = plain_reader();
  }

  void run() {
    std::fputs("Ctrl-D leaves, :help tells more\n", stdout);
    for (std::string input; read_input(input);) {
      lua_settop(L_, 0);
      if (!input.empty() && !run_command(input)) run_input(input);
    }
    lua_settop(L_, 0);
  }

 private:
  // The prompt a script has chosen, or ours. Read raw: the globals may be watched over.
  std::string prompt(bool first) {
    std::string text = first ? "> " : ">> ";
    lua_pushglobaltable(L_);
    lua_pushstring(L_, first ? "_PROMPT" : "_PROMPT2");
    lua_rawget(L_, -2);
    if (lua_isstring(L_, -1) != 0) text = lua_tostring(L_, -1);
    lua_pop(L_, 2);
    return text;
  }

  // Reads as many lines as the input takes; it is empty when there is nothing to do. Returns false when the user leaves.
  bool read_input(std::string& input) {
    input.clear();
    for (std::string line;;) {
      switch (reader_->read(prompt(input.empty()), line)) {
        case LineReader::interrupted: input.clear(); continue;
        case LineReader::end:
          std::fputc('\n', stdout);
          if (input.empty()) return false;
          return true;  // the error says what is missing
        case LineReader::line: break;
      }
      reader_->remember(line);
      if (input.empty() && line.find_first_not_of(" \t") == std::string::npos) continue;
      input += input.empty() ? line : "\n" + line;
      if (is_command(input)) return true;
      Verdict verdict = judge(L_, input);
      lua_settop(L_, 0);
      if (verdict != Verdict::goes_on) return true;
    }
  }

  // A colon and a letter begin no statement of Lua.
  static bool is_command(const std::string& input) {
    return input.size() > 1 && input[0] == ':' && input[1] >= 'a' && input[1] <= 'z';
  }

  bool run_command(const std::string& input) {
    if (!is_command(input)) return false;
    std::string name = input.substr(0, input.find_last_not_of(" \t") + 1);
    if (name == ":help") std::fputs(help_text, stdout);
    else if (name == ":gc") collect();
    else if (name == ":why" || name.starts_with(":why ")) why(name.substr(4));
    else std::printf("no such command: %s (:help lists them)\n", name.c_str());
    return true;
  }

  void collect() {
    last_result_.before_run("");
    mayfly_GcStats before, after;
    mayfly_gcstats(L_, &before);
    lua_pushcfunction(L_, [](lua_State* L) {
      lua_gc(L, LUA_GCCOLLECT);
      return 0;
    });
    if (call_protected(L_, 0, 0) != LUA_OK) show_error();
    mayfly_gcstats(L_, &after);
    std::printf("%.1f KB in %zu objects; before it was %.1f KB; weak entries cleared: %llu\n", kilobytes(after), after.objects,
                kilobytes(before), after.weak_cleared - before.weak_cleared);
    last_result_.after_run();
  }

  void why(const std::string& expression) {
    std::string text = "return " + expression;
    bool fine = luaL_loadbuffer(L_, text.data(), text.size(), "=stdin") == LUA_OK;
    if (fine) {
      last_result_.before_run(expression);
      fine = call_protected(L_, 0, 1) == LUA_OK && explain_top();
      last_result_.after_run();
    }
    if (!fine) show_error();
  }

  // [-1, +(0|1), -]  Prints how the value on top is held; false with a message when that could not be found out.
  bool explain_top() {
    if (mayfly_referable(L_, -1) == 0) {
      std::printf("only objects are held; this is a %s\n", luaL_typename(L_, -1));
      lua_pop(L_, 1);
      return true;
    }
    lua_pushcfunction(L_, explain);
    lua_insert(L_, -2);
    if (call_protected(L_, 1, 1) != LUA_OK) return false;
    const char* way = lua_tostring(L_, -1);
    std::printf("%s\n", way != nullptr ? way : "nothing holds it");
    lua_pop(L_, 1);
    return true;
  }

  void run_input(const std::string& input) {
    Verdict verdict = judge(L_, input);
    if (verdict == Verdict::goes_on) luaL_loadbuffer(L_, input.data(), input.size(), "=stdin");
    if (verdict != Verdict::runs) {
      show_error();
      return;
    }
    last_result_.before_run(input);
    int status = call_protected(L_, 0, LUA_MULTRET);
    last_result_.after_run();
    if (status != LUA_OK) {
      show_error();
    } else if (lua_gettop(L_) != 0) {
      show_results();
    }
  }

  void show_results() {
    int count = lua_gettop(L_);
    luaL_checkstack(L_, LUA_MINSTACK, "too many results to print");
    last_result_.set(1);
    Printing printing{terminal_width(), ""};
    lua_pushcfunction(L_, print_results);
    lua_insert(L_, 1);
    lua_pushlightuserdata(L_, &printing);
    lua_insert(L_, 2);
    if (call_protected(L_, count + 1, 0) != LUA_OK) {
      show_error();
      return;
    }
    std::fwrite(printing.text.data(), 1, printing.text.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }

  // [-1, +0, -]  The message on top, its traceback less prominent.
  void show_error() {
    std::fflush(stdout);
    std::size_t length = 0;
    const char* text = lua_tolstring(L_, -1, &length);
    std::string message = text == nullptr ? "(error message not a string)" : std::string(text, length);
    if (shows_colours(STDERR_FILENO)) {
      std::size_t traceback = message.find("\nstack traceback:\n");
      if (traceback != std::string::npos) message.insert(traceback, "\033[0m\033[2m");
      message = "\033[1;31m" + message + "\033[0m";
    }
    message += '\n';
    std::fwrite(message.data(), 1, message.size(), stderr);
    std::fflush(stderr);
    lua_settop(L_, 0);
  }

  lua_State* L_;
  InterruptibleSession interrupts_;
  std::unique_ptr<LineReader> reader_;
  LastResult last_result_;
};

}  // namespace

void run_session(lua_State* L) {
  lua_settop(L, 0);
  Session(L).run();
}
