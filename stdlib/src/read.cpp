// SPDX-License-Identifier: MIT
// Manual 6.8: reading by formats, and iterating over lines.
#include <cctype>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>

#include <sys/stat.h>

#include <mayfly/string.h>

#include "stream.hpp"

namespace {

// The longest numeral that is read.
constexpr int max_numeral = 200;

// Reads the longest prefix of a numeral, as the manual describes it for the format "n".
class NumeralScanner {
 public:
  explicit NumeralScanner(FILE* file) : file_(file) {}

  // The numeral's text; empty when it is too long to be one.
  const char* scan() {
    flockfile(file_);
    do {
      next();
    } while (std::isspace(current_) != 0);
    accept("+-");
    int digits = 0;
    bool hexadecimal = false;
    if (accept("0")) {
      hexadecimal = accept("xX");
      digits = hexadecimal ? 0 : 1;
    }
    digits += accept_digits(hexadecimal);
    const char point[] = {std::localeconv()->decimal_point[0], '.', '\0'};
    if (accept(point)) digits += accept_digits(hexadecimal);
    if (digits > 0 && accept(hexadecimal ? "pP" : "eE")) {
      accept("+-");
      accept_digits(false);
    }
    std::ungetc(current_, file_);
    funlockfile(file_);
    text_[length_] = '\0';
    return text_;
  }

 private:
  void next() { current_ = getc_unlocked(file_); }

  // Keeps the current character and goes to the next one; false when the text is full, which spoils it.
  bool keep() {
    if (length_ >= max_numeral) {
      length_ = 0;
      text_[0] = '\0';
      spoiled_ = true;
      return false;
    }
    if (spoiled_) return false;
    text_[length_++] = static_cast<char>(current_);
    next();
    return true;
  }

  bool accept(const char* set) { return current_ > 0 && std::strchr(set, current_) != nullptr && keep(); }

  int accept_digits(bool hexadecimal) {
    int count = 0;
    while ((hexadecimal ? std::isxdigit(current_) : std::isdigit(current_)) != 0 && keep()) ++count;
    return count;
  }

  FILE* file_;
  int current_ = EOF;
  int length_ = 0;
  bool spoiled_ = false;
  char text_[max_numeral + 1];
};

bool read_number(lua_State* L, FILE* file) {
  if (lua_stringtonumber(L, NumeralScanner(file).scan()) != 0) return true;
  lua_pushnil(L);
  return false;
}

// Is there more to read? Pushes the empty string that reading 0 characters gives.
bool read_nothing(lua_State* L, FILE* file) {
  int c = std::getc(file);
  std::ungetc(c, file);
  lua_pushliteral(L, "");
  return c != EOF;
}

struct Line {
  char* text = nullptr;
  size_t capacity = 0;

  Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { std::free(text); }  // also when pushing the string raises an error
};

bool read_line(lua_State* L, FILE* file, bool keep_newline) {
  Line line;
  ssize_t length = getline(&line.text, &line.capacity, file);
  if (length <= 0) {
    if (length < 0 && errno == ENOMEM) luaL_error(L, "not enough memory");
    lua_pushliteral(L, "");
    return false;
  }
  if (!keep_newline && line.text[length - 1] == '\n') --length;
  lua_pushlstring(L, line.text, static_cast<size_t>(length));
  return true;
}

// How much a regular file has from here on; 0 when that cannot be told.
size_t remaining_size(FILE* file) {
  struct stat status;
  if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  off_t position = ftello(file);
  return position >= 0 && position < status.st_size ? static_cast<size_t>(status.st_size - position) : 0;
}

// A regular file that does not change meanwhile: straight into the string. Pushes the string and returns true when it
// holds all; else pushes what was read.
bool read_at_once(lua_State* L, FILE* file, size_t size) {
  char* text = mayfly_newstring(L, size);
  size_t got = std::fread(text, 1, size, file);
  if (got < size) {
    lua_pushlstring(L, text, got);
    lua_replace(L, -2);
    return true;
  }
  int next = std::getc(file);
  std::ungetc(next, file);
  return next == EOF;
}

void read_all(lua_State* L, FILE* file) {
  size_t size = remaining_size(file);
  bool begun = size > MAYFLY_MAXSHORTSTRING;
  if (begun && read_at_once(L, file, size)) return;
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  if (begun) {
    lua_pushvalue(L, -2);
    luaL_addvalue(&text);
  }
  size_t available;
  size_t got;
  do {
    char* room = luaL_prepbuffer(&text);
    available = text.size - text.n;  // all that there is: few calls for long files
    got = std::fread(room, 1, available, file);
    luaL_addsize(&text, got);
  } while (got == available);
  luaL_pushresult(&text);
  if (begun) lua_remove(L, -2);
}

bool read_characters(lua_State* L, FILE* file, size_t count) {
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  char* room = luaL_prepbuffsize(&text, count);
  size_t got = std::fread(room, 1, count, file);
  luaL_addsize(&text, got);
  luaL_pushresult(&text);
  return got > 0;
}

bool read_format(lua_State* L, FILE* file, int argument) {
  if (lua_type(L, argument) == LUA_TNUMBER) {
    auto count = static_cast<size_t>(luaL_checkinteger(L, argument));
    return count == 0 ? read_nothing(L, file) : read_characters(L, file, count);
  }
  const char* format = luaL_checkstring(L, argument);
  if (*format == '*') ++format;  // as in older versions
  switch (*format) {
    case 'n': return read_number(L, file);
    case 'l': return read_line(L, file, false);
    case 'L': return read_line(L, file, true);
    case 'a': read_all(L, file); return true;
    default: return luaL_argerror(L, argument, "invalid format") != 0;
  }
}

}  // namespace

int stdlib::read_formats(lua_State* L, FILE* file, int first) {
  int top = lua_gettop(L);
  std::clearerr(file);
  errno = 0;
  bool succeeded = true;
  if (top < first) {
    succeeded = read_line(L, file, false);
  } else {
    luaL_checkstack(L, top - first + 1 + LUA_MINSTACK, "too many arguments");
    for (int argument = first; succeeded && argument <= top; ++argument) {
      succeeded = read_format(L, file, argument);
    }
  }
  if (std::ferror(file) != 0) return luaL_fileresult(L, 0, nullptr);
  if (!succeeded) {
    lua_pop(L, 1);
    luaL_pushfail(L);
  }
  return lua_gettop(L) - top;
}

// Lines.

namespace {

constexpr int max_formats = 250;  // they become upvalues

// Upvalues of an iterator: the handle, the number of formats, whether to close the file at its end, the formats.
enum : int { handle_upvalue = 1, count_upvalue, close_upvalue, first_format_upvalue };

int next_line(lua_State* L) {
  auto* stream = static_cast<luaL_Stream*>(lua_touserdata(L, lua_upvalueindex(handle_upvalue)));
  auto count = static_cast<int>(lua_tointeger(L, lua_upvalueindex(count_upvalue)));
  if (stdlib::is_closed(stream)) return luaL_error(L, "file is already closed");
  lua_settop(L, 1);
  luaL_checkstack(L, count, "too many arguments");
  for (int i = 0; i < count; ++i) lua_pushvalue(L, lua_upvalueindex(first_format_upvalue + i));
  int results = stdlib::read_formats(L, stream->f, 2);
  if (lua_toboolean(L, -results) != 0) return results;
  if (results > 1) return luaL_error(L, "%s", lua_tostring(L, -results + 1));  // nil, message, code
  if (lua_toboolean(L, lua_upvalueindex(close_upvalue)) != 0) {
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(handle_upvalue));
    stdlib::close_stream(L);
  }
  return 0;
}

}  // namespace

void stdlib::push_line_iterator(lua_State* L, bool close_at_end) {
  int formats = lua_gettop(L) - 1;
  luaL_argcheck(L, formats <= max_formats, max_formats + 2, "too many arguments");
  luaL_checkstack(L, 4, nullptr);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, formats);
  lua_pushboolean(L, close_at_end ? 1 : 0);
  lua_rotate(L, 2, 3);
  lua_pushcclosure(L, next_line, 3 + formats);
}
