// SPDX-License-Identifier: MIT
// Error messages as Lua words them, and raising them from C++.
#include "vm/error.hpp"

#include <cstdlib>

#include "memory/global_state.hpp"
#include "syntax/chunk_name.hpp"
#include "value/conversion.hpp"
#include "vm/interpreter.hpp"
#include "vm/message.hpp"

namespace rt {

namespace {

// " (local 'x')" and the like for a value in a register, an upvalue or a constant of the running function; else "".
// The text is pushed, so that it lives as long as it is needed.
const char* describe_variable(lua_State* L, const Value* place) {
  const Frame* frame = L->frame;
  if (!frame->is_lua()) return "";
  const LuaFunction* function = frame->function->lua_function();
  const Prototype* p = function->prototype;
  const char* name = nullptr;
  const char* kind = nullptr;
  for (int i = 0; i < p->upvalue_count; ++i) {
    if (function->upvalues[i]->place == place) {
      kind = "upvalue";
      name = p->upvalues[i].name != nullptr ? p->upvalues[i].name->data : "?";
      break;
    }
  }
  if (kind == nullptr && place >= frame->base() && place < end_of_registers(frame)) {
    kind = name_of_register(p, current_instruction(frame), static_cast<int>(place - frame->base()), &name);
  }
  if (kind == nullptr && place >= p->constants && place < p->constants + p->constant_count && place->is_string()) {
    kind = "constant";
    name = place->string()->data;
  }
  return kind != nullptr ? lua_pushfstring(L, " (%s '%s')", kind, name) : "";
}

// The message on top replaces what was pushed above `place` while it was made.
void keep_message(lua_State* L, std::ptrdiff_t place) {
  Value* to = restore_place(L, place);
  *to = L->top[-1];
  L->top = to + 1;
}

void push_position(lua_State* L) {
  const Frame* frame = L->frame;
  const Prototype* p = prototype_of(frame);
  char source[LUA_IDSIZE];
  if (p->source != nullptr) {
    display_chunk_name(source, p->source->view());
  } else {
    source[0] = '?';
    source[1] = '\0';
  }
  lua_pushfstring(L, "%s:%d: ", source, line_of(p, current_instruction(frame)));
}

bool is_bitwise(Event event) {
  return (event >= Event::band && event <= Event::shr) || event == Event::bnot;
}

}  // namespace

// --- messages ----------------------------------------------------------------------------------------------------------

void push_message_list(lua_State* L, const char* format, std::va_list arguments) {
  if (!L->frame->is_lua()) {
    lua_pushvfstring(L, format, arguments);
    return;
  }
  push_position(L);
  lua_pushvfstring(L, format, arguments);
  lua_concat(L, 2);
}

void push_message(lua_State* L, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  push_message_list(L, format, arguments);
  va_end(arguments);
}

void push_type_message(lua_State* L, const Value* culprit, const char* operation) {
  std::ptrdiff_t place = save_place(L, L->top);
  const char* type = type_name_of(L, *culprit);
  push_message(L, "attempt to %s a %s value%s", operation, type, describe_variable(L, culprit));
  keep_message(L, place);
}

void push_call_message(lua_State* L, const Value* culprit) {
  std::ptrdiff_t place = save_place(L, L->top);
  const char* type = type_name_of(L, *culprit);
  const char* name = nullptr;
  const char* kind = nullptr;
  const Frame* frame = L->frame;
  if ((frame->status & frame_finalizer) != 0) {
    kind = "metamethod";
    name = "__gc";
  } else if (frame->is_lua()) {
    kind = name_of_called(L, prototype_of(frame), current_instruction(frame), &name);
  }
  const char* variable = kind != nullptr ? lua_pushfstring(L, " (%s '%s')", kind, name) : describe_variable(L, culprit);
  push_message(L, "attempt to call a %s value%s", type, variable);
  keep_message(L, place);
}

void push_compare_message(lua_State* L, const Value* a, const Value* b) {
  const char* first = type_name_of(L, *a);
  const char* second = type_name_of(L, *b);
  if (std::string_view(first) == second) {
    push_message(L, "attempt to compare two %s values", first);
  } else {
    push_message(L, "attempt to compare %s with %s", first, second);
  }
}

void push_concat_message(lua_State* L, const Value* a, const Value* b) {
  push_type_message(L, a->is_string() || a->is_numeric() ? b : a, "concatenate");
}

void push_arithmetic_message(lua_State* L, const Value* a, const Value* b, Event event) {
  if (is_bitwise(event) && a->is_numeric() && b->is_numeric()) {
    std::ptrdiff_t place = save_place(L, L->top);
    std::int64_t ignored;
    const Value* culprit = to_integer(*a, &ignored) ? b : a;
    push_message(L, "number%s has no integer representation", describe_variable(L, culprit));
    keep_message(L, place);
    return;
  }
  push_type_message(L, a->is_numeric() ? b : a, is_bitwise(event) ? "perform bitwise operation on" : "perform arithmetic on");
}

// --- raising -----------------------------------------------------------------------------------------------------------

void throw_error(lua_State* L, int status) {
  GlobalState& state = global_of(L);
  if (state.protections == 0) {
    if (state.panic != nullptr) {
      if (L != state.main_thread) {  // the panic function is the host's business with its main thread's message
        push(state.main_thread, L->top[-1]);
        L = state.main_thread;
      }
      state.panic(L);
    }
    std::abort();
  }
  throw LuaError{L, status};
}

void raise(lua_State* L, int status) {
  if (status == LUA_ERRRUN && L->error_handler != 0) call_message_handler(L);
  throw_error(L, status);
}

void raise_message(lua_State* L, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  push_message_list(L, format, arguments);
  va_end(arguments);
  raise(L);
}

void raise_memory(lua_State* L) {
  push(L, Value::of(global_of(L).memory_message));
  throw_error(L, LUA_ERRMEM);
}

void raise_type(lua_State* L, const Value* culprit, const char* operation) {
  push_type_message(L, culprit, operation);
  raise(L);
}

void raise_call(lua_State* L, const Value* culprit) {
  push_call_message(L, culprit);
  raise(L);
}

void raise_compare(lua_State* L, const Value* a, const Value* b) {
  push_compare_message(L, a, b);
  raise(L);
}

void raise_concat(lua_State* L, const Value* a, const Value* b) {
  push_concat_message(L, a, b);
  raise(L);
}

void raise_arithmetic(lua_State* L, const Value* a, const Value* b, const char* operation) {
  raise_type(L, a->is_numeric() ? b : a, operation);
}

void raise_not_integer(lua_State* L, const Value* a, const Value* b) {
  push_arithmetic_message(L, a, b, Event::band);
  raise(L);
}

void raise_for(lua_State* L, const Value* culprit, const char* what) {
  raise_message(L, "bad 'for' %s (number expected, got %s)", what, type_name_of(L, *culprit));
}

}  // namespace rt
