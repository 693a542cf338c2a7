// SPDX-License-Identifier: MIT
// The debug interface that needs frames and names: lua_getstack, lua_getinfo, lua_getlocal, lua_setlocal.
#include <algorithm>
#include <cstring>

#include "memory/global_state.hpp"
#include "syntax/chunk_name.hpp"
#include "vm/call.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

Frame* frame_of(const lua_Debug* record) {
  return reinterpret_cast<Frame*>(record->i_ci);
}

void fill_source(lua_Debug* record, const Prototype* p) {
  if (p == nullptr) {
    record->source = "=[C]";
    record->srclen = 4;
    record->linedefined = record->lastlinedefined = -1;
    record->what = "C";
  } else {
    record->source = p->source != nullptr ? p->source->data : "=?";
    record->srclen = p->source != nullptr ? p->source->length() : 2;
    record->linedefined = p->first_line;
    record->lastlinedefined = p->last_line;
    record->what = p->first_line == 0 ? "main" : "Lua";
  }
  display_chunk_name(record->short_src, {record->source, record->srclen});
}

void fill_counts(lua_Debug* record, const Value* function, const Prototype* p) {
  record->nups = 0;
  if (function != nullptr && (function->tag == Tag::lua_function || function->tag == Tag::native_function)) {
    record->nups = function->cell()->detail;
  }
  record->isvararg = p == nullptr || p->is_vararg ? 1 : 0;
  record->nparams = p == nullptr ? 0 : p->parameter_count;
}

// How the frame's function was called: its caller's instruction says.
const char* name_of_frame(lua_State* L, const Frame* frame, const char** name) {
  if (frame == nullptr || (frame->status & frame_tail_called) != 0) return nullptr;
  const Frame* caller = frame->previous;
  if (caller == nullptr) return nullptr;
  if ((caller->status & frame_hooked) != 0) return *name = "?", "hook";
  if ((caller->status & frame_finalizer) != 0) return *name = "__gc", "metamethod";
  if (!caller->is_lua()) return nullptr;
  return name_of_called(L, prototype_of(caller), current_instruction(caller), name);
}

void fill_name(lua_State* L, lua_Debug* record, const Frame* frame) {
  record->namewhat = name_of_frame(L, frame, &record->name);
  if (record->namewhat == nullptr) {
    record->namewhat = "";
    record->name = nullptr;
  }
}

void fill_transfer(lua_State* L, lua_Debug* record, const Frame* frame) {
  bool hooked = frame != nullptr && (frame->status & frame_hooked) != 0;
  record->ftransfer = hooked && L->transferred != 0 ? L->first_transferred : 0;
  record->ntransfer = hooked ? L->transferred : 0;
}

// Everything `what` asks for; false for an unknown letter.
bool fill_record(lua_State* L, const char* what, lua_Debug* record, const Value* function, const Frame* frame) {
  const Prototype* p = function->tag == Tag::lua_function ? function->lua_function()->prototype : nullptr;
  bool known = true;
  for (; *what != '\0'; ++what) {
    switch (*what) {
      case 'S': fill_source(record, p); break;
      case 'l':
        record->currentline = frame != nullptr && frame->is_lua() ? line_of(p, current_instruction(frame)) : -1;
        break;
      case 'u': fill_counts(record, function, p); break;
      case 't': record->istailcall = frame != nullptr && (frame->status & frame_tail_called) != 0 ? 1 : 0; break;
      case 'n': fill_name(L, record, frame); break;
      case 'r': fill_transfer(L, record, frame); break;
      case 'L':
      case 'f': break;  // pushed by the caller
      default: known = false; break;
    }
  }
  return known;
}

// A table whose keys are the lines with code; nil for a C function.
void push_active_lines(lua_State* L, const Value* function) {
  if (function->tag != Tag::lua_function) {
    lua_pushnil(L);
    return;
  }
  const Prototype* p = function->lua_function()->prototype;
  lua_createtable(L, 0, 0);
  if (p->lines == nullptr) return;
  // The first instruction of a vararg function belongs to the line of its header.
  for (std::uint32_t pc = p->is_vararg ? 1 : 0; pc < p->code_size; ++pc) {
    lua_pushboolean(L, 1);
    lua_rawseti(L, -2, p->lines[pc]);
  }
}

Value* vararg_place(Frame* frame, int n, const char** name) {
  if (!prototype_of(frame)->is_vararg) return nullptr;
  int extra = frame->lua.extra_arguments;
  if (n < -extra) return nullptr;
  *name = "(vararg)";
  return frame->function - (extra + n + 1);
}

// The n-th local variable of the frame and its place; null when there is none.
Value* local_place(lua_State* L, Frame* frame, int n, const char** name) {
  *name = nullptr;
  if (frame->is_lua()) {
    if (n < 0) return vararg_place(frame, n, name);
    *name = local_name(prototype_of(frame), n, current_instruction(frame));
  }
  if (*name == nullptr) {
    const Value* end = frame == L->frame ? L->top : frame->next->function;
    if (n <= 0 || end - frame->base() < n) return nullptr;
    *name = frame->is_lua() ? "(temporary)" : "(C temporary)";
  }
  return frame->base() + (n - 1);
}

}  // namespace

}  // namespace rt

LUA_API int lua_getstack(lua_State* L, int level, lua_Debug* record) {
  if (level < 0) return 0;
  rt::Frame* frame = L->frame;
  for (; level > 0 && frame != &L->base_frame; --level) frame = frame->previous;
  if (level != 0 || frame == &L->base_frame) return 0;
  record->i_ci = reinterpret_cast<CallInfo*>(frame);
  return 1;
}

LUA_API int lua_getinfo(lua_State* L, const char* what, lua_Debug* record) {
  rt::Frame* frame = nullptr;
  rt::Value function;
  if (*what == '>') {
    ++what;
    function = *--L->top;
  } else {
    frame = rt::frame_of(record);
    function = *frame->function;
  }
  bool known = rt::fill_record(L, what, record, &function, frame);
  bool wants_lines = std::strchr(what, 'L') != nullptr;
  if (std::strchr(what, 'f') != nullptr || wants_lines) rt::push(L, function);  // and keeps it alive
  if (wants_lines) {
    rt::Value copy = function;
    rt::push_active_lines(L, &copy);
    if (std::strchr(what, 'f') == nullptr) lua_remove(L, -2);
  }
  return known ? 1 : 0;
}

LUA_API const char* lua_getlocal(lua_State* L, const lua_Debug* record, int n) {
  if (record == nullptr) {  // a parameter of the function on top, which stays there
    const rt::Value function = L->top[-1];
    if (function.tag != rt::Tag::lua_function) return nullptr;
    return rt::local_name(function.lua_function()->prototype, n, 0);
  }
  const char* name;
  const rt::Value* place = rt::local_place(L, rt::frame_of(record), n, &name);
  if (place == nullptr) return nullptr;
  rt::Value value = *place;
  if (value.tag == rt::Tag::index) value = rt::Value::nil();  // the position of a traversal
  rt::push(L, value);
  return name;
}

LUA_API const char* lua_setlocal(lua_State* L, const lua_Debug* record, int n) {
  const char* name;
  rt::Value* place = rt::local_place(L, rt::frame_of(record), n, &name);
  if (place == nullptr) return nullptr;  // and the value stays where it is
  *place = *--L->top;
  rt::note_written(L);
  rt::thread_stopped(L);
  return name;
}
