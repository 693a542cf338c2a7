// SPDX-License-Identifier: MIT
// lua.h: push functions (C -> stack).
#include <cstring>

#include "api/address.hpp"
#include "value/userdata.hpp"

using namespace rt;

LUA_API void lua_pushnil(lua_State* L) {
  push(L, Value::nil());
}

LUA_API void lua_pushnumber(lua_State* L, lua_Number n) {
  push(L, Value::number(n));
}

LUA_API void lua_pushinteger(lua_State* L, lua_Integer i) {
  push(L, Value::integer(i));
}

LUA_API void lua_pushboolean(lua_State* L, int b) {
  push(L, Value::boolean(b != 0));
}

LUA_API void lua_pushlightuserdata(lua_State* L, void* pointer) {
  push(L, Value::light_userdata(pointer));
}

LUA_API const char* lua_pushlstring(lua_State* L, const char* text, std::size_t length) {
  String* s = guarded(L, [&] { return make_string(*L->global, length == 0 ? std::string_view() : std::string_view(text, length)); });
  push(L, Value::of(s));
  return s->data;
}

LUA_API const char* lua_pushstring(lua_State* L, const char* text) {
  if (text == nullptr) {
    push(L, Value::nil());
    return nullptr;
  }
  String* s = name_string(L, text);
  push(L, Value::of(s));
  return s->data;
}

LUA_API void lua_pushcclosure(lua_State* L, lua_CFunction code, int n) {
  if (n == 0) {
    push(L, Value::light_function(code));
    return;
  }
  NativeFunction* f = guarded(L, [&] { return make_native_function(*L->global, code, n); });
  L->top -= n;
  for (int i = 0; i < n; ++i) f->upvalues[i] = L->top[i];  // a fresh cell needs no barrier
  push(L, Value::of(f));
}

LUA_API int lua_pushthread(lua_State* L) {
  push(L, Value::of(cell_of(L)));
  return L->global->main_thread == L;
}

LUA_API void* lua_newuserdatauv(lua_State* L, std::size_t size, int user_values) {
  Userdata* u = guarded(L, [&] { return make_userdata(*L->global, size, static_cast<unsigned>(user_values)); });
  push(L, Value::of(u));
  return u->block();
}

LUA_API lua_State* lua_newthread(lua_State* L) {
  lua_State* thread = guarded(L, [&] { return make_thread(*L->global); });
  push(L, Value::of(cell_of(thread)));
  std::memcpy(cell_of(thread)->extra_space, cell_of(L->global->main_thread)->extra_space, LUA_EXTRASPACE);
  thread->hook = L->hook;
  thread->hook_mask = L->hook_mask;
  thread->hook_period = thread->hook_left = L->hook_period;
  return thread;
}
