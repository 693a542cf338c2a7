// SPDX-License-Identifier: MIT
// string.format: reads the format, checks each conversion, and adds what it makes of the arguments.
#include "arguments.hpp"
#include "format_number.hpp"
#include "string_library.hpp"

#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace stdlib {

using format::Specification;

namespace {

constexpr std::size_t most_modifiers = 21;  // flags, digits and points in one conversion
constexpr int longest_padded_text = 100;    // as long as no width exceeds it, longer texts need no padding

bool is_modifier(char c) { return c != '\0' && std::strchr("-+ #0123456789.", c) != nullptr; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One call of string.format.
class Formatter {
 public:
  explicit Formatter(lua_State* L) : L_(L), argument_count_(lua_gettop(L)) {
    std::size_t length;
    place_ = text_argument(L, 1, &length);
    end_ = place_ + length;
    luaL_buffinit(L, &buffer_);
  }

  int run();

 private:
  void convert();
  void read_specification(const char* flags, bool with_precision);
  int read_two_digits(const char*& place) const;
  [[noreturn]] void refuse_specification() const;
  void refuse_conversion() const;

  void add_integer(const char* flags);
  void add_float();
  void add_character();
  void add_pointer();
  void add_string();
  void add_literal();
  void add_quoted();

  char* room(std::size_t size) {
    return buffer_.size - buffer_.n >= size ? buffer_.b + buffer_.n : luaL_prepbuffsize(&buffer_, size);
  }
  void add_bytes(const char* bytes, std::size_t length) {
    std::memcpy(room(length), bytes, length);
    buffer_.n += length;
  }
  void added_up_to(const char* end) { buffer_.n = static_cast<std::size_t>(end - buffer_.b); }

  lua_State* const L_;
  const int argument_count_;
  int argument_ = 1;
  const char* place_;
  const char* end_;
  const char* modifiers_ = nullptr;  // what stands between '%' and the conversion
  Specification specification_;
  luaL_Buffer buffer_;
};

int Formatter::run() {
  while (const void* const found = std::memchr(place_, '%', static_cast<std::size_t>(end_ - place_))) {
    const char* const percent = static_cast<const char*>(found);
    add_bytes(place_, static_cast<std::size_t>(percent - place_));
    place_ = percent + 1;
    if (*place_ == '%') {
      add_bytes(place_++, 1);
      continue;
    }
    if (++argument_ > argument_count_) return luaL_argerror(L_, argument_, "no value");
    convert();
  }
  add_bytes(place_, static_cast<std::size_t>(end_ - place_));
  luaL_pushresult(&buffer_);
  return 1;
}

void Formatter::convert() {
  modifiers_ = place_;
  while (is_modifier(*place_)) ++place_;
  if (static_cast<std::size_t>(place_ - modifiers_) >= most_modifiers) luaL_error(L_, "invalid format (too long)");
  specification_ = Specification{};
  specification_.conversion = *place_++;
  switch (specification_.conversion) {
    case 'd':
    case 'i': return add_integer("-+0 ");
    case 'u': return add_integer("-0");
    case 'o':
    case 'x':
    case 'X': return add_integer("-#0");
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G': return add_float();
    case 'c': return add_character();
    case 'p': return add_pointer();
    case 's': return add_string();
    case 'q': return add_literal();
    default: refuse_conversion();
  }
}

/// Takes the modifiers apart; only the flags given may occur.
void Formatter::read_specification(const char* flags, bool with_precision) {
  const char* place = modifiers_;
  const char* const end = place_ - 1;
  for (; place != end && std::strchr(flags, *place) != nullptr; ++place) {
    specification_.left |= *place == '-';
    specification_.sign |= *place == '+';
    specification_.space |= *place == ' ';
    specification_.alternate |= *place == '#';
    specification_.zeros |= *place == '0';
  }
  if (*place != '0') {
    specification_.width = read_two_digits(place);
    if (*place == '.' && with_precision) {
      ++place;
      specification_.precision = read_two_digits(place);
    }
  }
  if (place != end) refuse_specification();
}

int Formatter::read_two_digits(const char*& place) const {
  int number = 0;
  for (int count = 0; count < 2 && is_digit(*place); ++count) number = number * 10 + (*place++ - '0');
  return number;
}

void Formatter::refuse_specification() const {
  lua_pushlstring(L_, modifiers_ - 1, static_cast<std::size_t>(place_ - modifiers_) + 1);
  luaL_error(L_, "invalid conversion specification: '%s'", lua_tostring(L_, -1));
  __builtin_unreachable();  // luaL_error does not return
}

void Formatter::refuse_conversion() const {
  lua_pushlstring(L_, modifiers_ - 1, static_cast<std::size_t>(place_ - modifiers_) + 1);
  luaL_error(L_, "invalid conversion '%s' to 'format'", lua_tostring(L_, -1));
}

void Formatter::add_integer(const char* flags) {
  const lua_Integer value = integer_argument(L_, argument_);
  if (place_ - modifiers_ > 1) read_specification(flags, true);
  added_up_to(format::write_integer(room(format::longest_number), specification_, value));
}

void Formatter::add_float() {
  const lua_Number value = number_argument(L_, argument_);
  if (place_ - modifiers_ > 1) read_specification("-+#0 ", true);
  added_up_to(format::write_float(room(format::longest_float), specification_, value));
}

void Formatter::add_character() {
  read_specification("-", false);
  const char byte = static_cast<char>(integer_argument(L_, argument_));
  added_up_to(format::write_padded(room(format::longest_number), specification_, &byte, 1));
}

void Formatter::add_pointer() {
  read_specification("-", false);
  char text[2 + 2 * sizeof(void*)] = {'0', 'x'};
  const void* const pointer = lua_topointer(L_, argument_);
  const char* const end =
      std::to_chars(text + 2, text + sizeof text, reinterpret_cast<std::uintptr_t>(pointer), 16).ptr;
  char* const out = room(format::longest_number);
  added_up_to(pointer == nullptr
                  ? format::write_padded(out, specification_, "(null)", 6)
                  : format::write_padded(out, specification_, text, static_cast<std::size_t>(end - text)));
}

void Formatter::add_string() {
  std::size_t length;
  const bool is_string = lua_type(L_, argument_) == LUA_TSTRING;
  const bool has_modifiers = place_ - modifiers_ > 1;
  if (is_string && !has_modifiers) {
    const char* const text = lua_tolstring(L_, argument_, &length);
    return add_bytes(text, length);
  }
  const char* const text = luaL_tolstring(L_, argument_, &length);
  if (!has_modifiers) return luaL_addvalue(&buffer_);
  luaL_argcheck(L_, std::memchr(text, '\0', length) == nullptr, argument_, "string contains zeros");
  read_specification("-", true);
  if (specification_.precision < 0 && length >= longest_padded_text) return luaL_addvalue(&buffer_);
  if (specification_.precision >= 0 && static_cast<std::size_t>(specification_.precision) < length)
    length = static_cast<std::size_t>(specification_.precision);
  lua_replace(L_, argument_);  // keeps the text alive while the buffer has the top of the stack
  added_up_to(format::write_padded(room(2 * longest_padded_text), specification_, text, length));
}

/// %q: a literal that the Lua reader turns back into the value.
void Formatter::add_literal() {
  if (place_ - modifiers_ > 1) luaL_error(L_, "specifier '%%q' cannot have modifiers");
  switch (lua_type(L_, argument_)) {
    case LUA_TSTRING: return add_quoted();
    case LUA_TNUMBER:
      if (!lua_isinteger(L_, argument_))
        return added_up_to(format::write_literal(room(format::longest_number), lua_tonumber(L_, argument_)));
      if (lua_tointeger(L_, argument_) == LUA_MININTEGER)
        return add_bytes("0x8000000000000000", 18);  // its decimal form would read as a float
      specification_.conversion = 'd';
      return added_up_to(
          format::write_integer(room(format::longest_number), specification_, lua_tointeger(L_, argument_)));
    case LUA_TNIL:
    case LUA_TBOOLEAN: luaL_tolstring(L_, argument_, nullptr); return luaL_addvalue(&buffer_);
    default: luaL_argerror(L_, argument_, "value has no literal form");
  }
}

void Formatter::add_quoted() {
  std::size_t length;
  const char* text = lua_tolstring(L_, argument_, &length);
  add_bytes("\"", 1);
  for (const char* const end = text + length; text != end; ++text) {
    char* out = room(4);
    const auto byte = static_cast<unsigned char>(*text);
    if (byte == '"' || byte == '\\' || byte == '\n') {
      *out++ = '\\';
      *out++ = *text;
    } else if (std::iscntrl(byte)) {
      const bool digit_follows = text + 1 != end && is_digit(text[1]);
      *out++ = '\\';
      if (byte >= 100 || digit_follows) *out++ = static_cast<char>('0' + byte / 100);
      if (byte >= 10 || digit_follows) *out++ = static_cast<char>('0' + byte / 10 % 10);
      *out++ = static_cast<char>('0' + byte % 10);
    } else {
      *out++ = *text;
    }
    added_up_to(out);
  }
  add_bytes("\"", 1);
}

}  // namespace

int string_format(lua_State* L) { return Formatter(L).run(); }

}  // namespace stdlib
