// SPDX-License-Identifier: MIT
// lua.h: lua_pushfstring and lua_pushvfstring.
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "api/address.hpp"
#include "value/conversion.hpp"

using namespace rt;

namespace {

// Text under construction: in place while it is short, then in storage of the heap.
class Text {
 public:
  explicit Text(gc::Heap& heap) : heap_(heap) {}
  ~Text() {
    if (data_ != local_) heap_.free_storage(data_, capacity_);
  }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  void add(const char* text, std::size_t length) {
    if (length > capacity_ - length_) grow(length);
    std::memcpy(data_ + length_, text, length);
    length_ += length;
  }
  std::string_view view() const { return {data_, length_}; }

 private:
  void grow(std::size_t more) {
    if (more > PTRDIFF_MAX / 2 - length_) throw gc::OutOfMemory{};
    std::size_t capacity = (length_ + more) * 2;
    auto* data = static_cast<char*>(heap_.allocate_storage(capacity));
    std::memcpy(data, data_, length_);
    if (data_ != local_) heap_.free_storage(data_, capacity_);
    data_ = data;
    capacity_ = capacity;
  }

  gc::Heap& heap_;
  char local_[256];
  char* data_ = local_;
  std::size_t length_ = 0;
  std::size_t capacity_ = sizeof(local_);
};

void add_number(Text& text, const Value& number) {
  char buffer[64];
  text.add(buffer, format_number(number, buffer));
}

// UTF-8 as the lexer's \u{XXX} has it: up to 2^31.
void add_utf8(Text& text, unsigned long code) {
  if (code < 0x80) {
    char byte = static_cast<char>(code);
    text.add(&byte, 1);
    return;
  }
  char bytes[8];
  std::size_t count = 0;
  unsigned long first_limit = 0x3f;  // what fits into the first byte
  do {
    bytes[7 - count++] = static_cast<char>(0x80 | (code & 0x3f));
    code >>= 6;
    first_limit >>= 1;
  } while (code > first_limit);
  bytes[7 - count++] = static_cast<char>((~first_limit << 1) | code);
  text.add(bytes + 8 - count, count);
}

void add_pointer(Text& text, const void* pointer) {
  char buffer[40];
  text.add(buffer, static_cast<std::size_t>(std::snprintf(buffer, sizeof(buffer), "%p", pointer)));
}

void add_string(Text& text, const char* string) {
  if (string == nullptr) string = "(null)";
  text.add(string, std::strlen(string));
}

// Adds the argument that conversion `c` asks for; false when there is no such conversion.
bool add_argument(Text& text, char c, std::va_list* arguments) {
  switch (c) {
    case 's': add_string(text, va_arg(*arguments, const char*)); return true;
    case 'd': add_number(text, Value::integer(va_arg(*arguments, int))); return true;
    case 'I': add_number(text, Value::integer(va_arg(*arguments, lua_Integer))); return true;
    case 'f': add_number(text, Value::number(va_arg(*arguments, lua_Number))); return true;
    case 'p': add_pointer(text, va_arg(*arguments, void*)); return true;
    case 'U': add_utf8(text, va_arg(*arguments, unsigned long)); return true;
    case 'c': {
      char byte = static_cast<char>(va_arg(*arguments, int));
      text.add(&byte, 1);
      return true;
    }
    case '%': text.add("%", 1); return true;
    default: return false;
  }
}

const char* push_formatted(lua_State* L, const char* format, std::va_list* arguments) {
  return guarded(L, [&] {
    Text text(L->global->heap);
    while (const char* percent = std::strchr(format, '%')) {
      text.add(format, static_cast<std::size_t>(percent - format));
      if (!add_argument(text, percent[1], arguments)) {
        raise_message(L, "invalid option '%%%c' to 'lua_pushfstring'", percent[1]);
      }
      format = percent + 2;
    }
    text.add(format, std::strlen(format));
    String* s = make_string(*L->global, text.view());
    ensure_stack(L, 1);
    push(L, Value::of(s));
    return static_cast<const char*>(s->data);
  });
}

}  // namespace

LUA_API const char* lua_pushvfstring(lua_State* L, const char* format, va_list given) {
  std::va_list arguments;  // a parameter of array type cannot be passed on by address
  va_copy(arguments, given);
  struct End {
    std::va_list* list;
    ~End() { va_end(*list); }
  } end{&arguments};
  return push_formatted(L, format, &arguments);
}

LUA_API const char* lua_pushfstring(lua_State* L, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  struct End {
    std::va_list* list;
    ~End() { va_end(*list); }
  } end{&arguments};
  return push_formatted(L, format, &arguments);
}
