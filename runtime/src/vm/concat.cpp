// SPDX-License-Identifier: MIT
// Concatenation: from right to left, as many strings and numbers at a time as stand together.
#include <cstring>

#include "memory/global_state.hpp"
#include "value/conversion.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/message.hpp"
#include "vm/operation.hpp"
#include "vm/safepoint.hpp"

namespace rt {

namespace {

constexpr std::size_t number_room = 48;  // format_number

bool can_be_joined(const Value& v) {
  return v.is_string() || v.is_numeric();
}

// The texts of some operands, which are strings and numbers. Those of numbers are written here.
class Pieces {
 public:
  static constexpr int most = 8;

  Pieces(const Value* operands, int count) : count_(count) {
    for (int n = 0; n < count; ++n) {
      if (operands[n].is_string()) {
        texts_[n] = operands[n].string()->view();
      } else {
        texts_[n] = {numbers_[n], format_number(operands[n], numbers_[n])};
      }
    }
  }
  std::size_t length_of(int n) const { return texts_[n].size(); }
  void copy_to(char* to) const {
    for (int n = 0; n < count_; ++n) {
      copy_bytes(to, texts_[n].data(), texts_[n].size());
      to += texts_[n].size();
    }
  }

 private:
  int count_;
  std::string_view texts_[most];
  char numbers_[most][number_room];
};

bool all_are_strings(const Value* operands, int count) {
  for (int n = 0; n < count; ++n) {
    if (!operands[n].is_string()) return false;
  }
  return true;
}

// Two or more. Where only one is not empty, the result is that one.
Value join_strings(lua_State* L, const Value* operands, int count) {
  std::size_t length = 0;
  for (int n = 0; n < count; ++n) {
    std::size_t piece = operands[n].string()->length();
    if (piece > static_cast<std::size_t>(PTRDIFF_MAX) - 64 - length) raise_message(L, "string length overflow");
    length += piece;
  }
  char short_text[max_short_length];
  String* result = nullptr;
  if (length > max_short_length) {
    for (int n = 0; n < count; ++n) {
      if (operands[n].string()->length() == length) return operands[n];
    }
    result = make_long_string(global_of(L), length);
  }
  char* to = result != nullptr ? result->data : short_text;
  for (int n = 0; n < count; ++n) {
    std::string_view text = operands[n].string()->view();
    copy_bytes(to, text.data(), text.size());
    to += text.size();
  }
  return Value::of(result != nullptr ? result : make_string(global_of(L), {short_text, length}));
}

// At most Pieces::most operands, all strings and numbers.
Value join(lua_State* L, const Value* operands, int count) {
  Pieces pieces(operands, count);
  std::size_t length = 0;
  const Value* nonempty = operands;
  int nonempty_count = 0;
  for (int n = 0; n < count; ++n) {
    std::size_t piece = pieces.length_of(n);
    if (piece == 0) continue;
    nonempty = &operands[n];
    ++nonempty_count;
    if (piece > static_cast<std::size_t>(PTRDIFF_MAX) - 64 - length) raise_message(L, "string length overflow");
    length += piece;
  }
  if (nonempty_count <= 1 && nonempty->is_string()) return *nonempty;
  if (length <= max_short_length) {
    char text[max_short_length];
    pieces.copy_to(text);
    return Value::of(make_string(global_of(L), {text, length}));
  }
  String* result = make_long_string(global_of(L), length);
  pieces.copy_to(result->data);
  return Value::of(result);
}

// Many operands: their numbers become strings first, so that all have a length and stay reachable.
Value join_many(lua_State* L, Value* operands, int count) {
  std::size_t length = 0;
  for (int n = 0; n < count; ++n) {
    if (operands[n].is_numeric()) {
      char text[number_room];
      std::size_t size = format_number(operands[n], text);
      operands[n] = Value::of(make_string(global_of(L), {text, size}));
    }
    std::size_t piece = operands[n].string()->length();
    if (piece > static_cast<std::size_t>(PTRDIFF_MAX) - 64 - length) raise_message(L, "string length overflow");
    length += piece;
  }
  char short_text[max_short_length];
  String* result = length <= max_short_length ? nullptr : make_long_string(global_of(L), length);
  char* to = result != nullptr ? result->data : short_text;
  for (int n = 0; n < count; ++n) {
    std::string_view text = operands[n].string()->view();
    std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  return Value::of(result != nullptr ? result : make_string(global_of(L), {short_text, length}));
}

// Joins the last of the operands, two or more; returns how many there are afterwards. 0: the last two need a metamethod.
int join_last(lua_State* L, Value* operands, int count) {
  int first = count;
  while (first > 0 && can_be_joined(operands[first - 1])) --first;
  if (count - first < 2) return 0;
  int joined = count - first;
  if (all_are_strings(operands + first, joined)) {
    operands[first] = join_strings(L, operands + first, joined);
    return first + 1;
  }
  operands[first] = joined <= Pieces::most ? join(L, operands + first, joined) : join_many(L, operands + first, joined);
  return first + 1;
}

const Value* concat_method(GlobalState& state, const Value& a, const Value& b) {
  const Value* method = metamethod_of(state, a, Event::concat);
  return method->is_nil() ? metamethod_of(state, b, Event::concat) : method;
}

}  // namespace

Continuation concat_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  return continue_concat(pc, L, pc[-1].b);
}

Continuation continue_concat(const Instruction* pc, lua_State* L, int operands) {
  save_state(pc, L);
  Value* first = register_at(L, pc[-1].a);
  while (operands > 1) {
    int left = join_last(L, first, operands);
    if (left == 0) {
      const Value& a = first[operands - 2];
      const Value& b = first[operands - 1];
      const Value* method = concat_method(global_of(L), a, b);
      if (method->is_nil()) {
        push_concat_message(L, &a, &b);
        return signal_error(L);
      }
      L->frame->transfer = operands;
      return call_metamethod(L, *method, a, b);
    }
    operands = left;
  }
  if (has_pending_work(*L->global)) [[unlikely]] run_pending_work(L);
  return {pc, L};
}

void concatenate(lua_State* L, int count) {
  if (count == 0) {
    push(L, Value::of(make_string(global_of(L), "")));
    return;
  }
  std::ptrdiff_t place = save_place(L, L->top - count);
  while (count > 1) {
    Value* first = restore_place(L, place);
    int left = join_last(L, first, count);
    if (left == 0) {
      const Value* a = &first[count - 2];
      const Value* b = &first[count - 1];
      const Value* method = concat_method(global_of(L), *a, *b);
      if (method->is_nil()) raise_concat(L, a, b);
      Value* function = L->top;
      function[0] = *method;
      function[1] = *a;
      function[2] = *b;
      L->top = function + 3;
      call_unyieldable(L, function, 1);
      left = count - 1;
      restore_place(L, place)[left - 1] = L->top[-1];
    }
    count = left;
    L->top = restore_place(L, place) + count;
  }
}

}  // namespace rt
