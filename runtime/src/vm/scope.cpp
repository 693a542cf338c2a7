// SPDX-License-Identifier: MIT
// To-be-closed variables: the list of the pending ones, closing at the end of a block, closing for C++ callers.
#include "vm/scope.hpp"

#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

void call_close(lua_State* L, const Value* variable, const Value& error) {
  Value* function = L->top;
  push(L, *metamethod_of(global_of(L), *variable, Event::close));
  push(L, *variable);
  push(L, error);
  call_unyieldable(L, function, 0);
}

const char* name_of_variable(lua_State* L, const Value* place) {
  const Frame* frame = L->frame;
  if (!frame->is_lua()) return "(C temporary)";
  const char* name = local_name(prototype_of(frame), static_cast<int>(place - frame->base()) + 1, current_instruction(frame));
  return name != nullptr ? name : "?";
}

}  // namespace

void mark_to_be_closed(lua_State* L, Value* place) {
  if (place->is_falsy()) return;
  if (metamethod_of(global_of(L), *place, Event::close)->is_nil()) {
    raise_message(L, "variable '%s' got a non-closable value", name_of_variable(L, place));
  }
  close_link(place) = static_cast<std::uint32_t>(place - L->to_be_closed);
  L->to_be_closed = place;
}

Value* pop_to_be_closed(lua_State* L) {
  Value* variable = L->to_be_closed;
  L->to_be_closed = variable - close_link(variable);
  return variable;
}

void forget_finished(lua_State* L, Value* from, Value* end) {
  close_upvalues(L, from);
  if (!has_to_be_closed(L, from)) return;  // nothing will be called above
  Value* variable = L->to_be_closed;
  while (variable != L->stack && variable >= from) {
    for (Value* slot = variable + 1; slot < end; ++slot) slot->set_nil();
    end = variable;
    variable -= close_link(variable);
  }
  for (Value* slot = from; slot < end; ++slot) slot->set_nil();
}

void close_scope(lua_State* L, std::ptrdiff_t from, int status) {
  close_upvalues(L, restore_place(L, from));
  while (has_to_be_closed(L, restore_place(L, from))) {
    Value* variable = pop_to_be_closed(L);
    if (status == closing_normally) {
      call_close(L, variable, Value::nil());
      continue;
    }
    Value error = L->top[-1];
    Value closed = *variable;
    variable->set_nil();
    variable[1] = error;
    L->top = variable + 2;
    call_close(L, &closed, error);
  }
}

int close_scope_protected(lua_State* L, std::ptrdiff_t from, int status) {
  struct Closing {
    std::ptrdiff_t from;
    int status;
  };
  forget_finished(L, restore_place(L, from), status == closing_normally ? L->top : L->top - 1);
  for (;;) {
    Closing closing{from, status};
    ProtectedBody body = [](lua_State* thread, void* context) {
      auto* c = static_cast<Closing*>(context);
      close_scope(thread, c->from, c->status);
      return LUA_OK;
    };
    int result = catch_errors(L, body, &closing);
    if (result == LUA_OK) return status == closing_normally ? LUA_OK : status;
    status = result;
  }
}

Continuation close_next(lua_State* L) {
  Value* variable = pop_to_be_closed(L);
  Value* function = L->top;
  push(L, *metamethod_of(global_of(L), *variable, Event::close));
  push(L, *variable);
  push(L, Value::nil());
  return begin_call(L, function, 0, frame_metamethod);
}

Continuation close_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  Value* from = register_at(L, pc[-1].a);
  close_upvalues(L, from);
  if (has_to_be_closed(L, from)) return close_next(L);
  return {pc, L};
}

Continuation to_be_closed_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  mark_to_be_closed(L, register_at(L, pc[-1].a));
  return {pc, L};
}

}  // namespace rt
