// SPDX-License-Identifier: MIT
// Where a session at a terminal gets its lines from.
#pragma once

#include <memory>
#include <string>

#include <lua.hpp>

class LineReader {
 public:
  enum Outcome { line, end, interrupted };
  virtual ~LineReader() = default;
  // Shows the prompt and reads a line, its end not included.
  virtual Outcome read(const std::string& prompt, std::string& line) = 0;
  // The line can be called back from now on, in this session and in later ones.
  virtual void remember(const std::string& line) = 0;
};

// Lines as the terminal sends them.
std::unique_ptr<LineReader> plain_reader();

// With editing, history and completion out of the globals of L. Null when the terminal cannot do that, or when the program
// was built without the library.
std::unique_ptr<LineReader> editing_reader(lua_State* L);
