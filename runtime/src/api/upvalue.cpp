// SPDX-License-Identifier: MIT
// lua.h: upvalues of any function (the debug interface).
#include "api/address.hpp"

using namespace rt;

namespace {

// An upvalue from outside: its name for the API, its place, and the cell the place belongs to.
struct NamedUpvalue {
  const char* name = nullptr;  // null: the function has no such upvalue
  Value* place = nullptr;
  gc::Cell* owner = nullptr;
};

NamedUpvalue find(const Value& function, int n) {
  if (n < 1) return {};
  if (function.tag == Tag::native_function) {
    NativeFunction* f = function.native_function();
    if (n > f->detail) return {};
    return {"", &f->upvalues[n - 1], f};
  }
  if (function.tag != Tag::lua_function || n > function.lua_function()->detail) return {};
  LuaFunction* f = function.lua_function();
  const String* name = f->prototype->upvalues[n - 1].name;
  return {name != nullptr ? name->data : "(no name)", f->upvalues[n - 1]->place, f->upvalues[n - 1]};
}

Upvalue** upvalue_link(lua_State* L, int function, int n) {
  return &address(L, function)->lua_function()->upvalues[n - 1];
}

}  // namespace

LUA_API const char* lua_getupvalue(lua_State* L, int function, int n) {
  NamedUpvalue upvalue = find(*address(L, function), n);
  if (upvalue.name != nullptr) push(L, *upvalue.place);
  return upvalue.name;
}

LUA_API const char* lua_setupvalue(lua_State* L, int function, int n) {
  NamedUpvalue upvalue = find(*address(L, function), n);
  if (upvalue.name == nullptr) return nullptr;
  *upvalue.place = *--L->top;
  if (upvalue.place->has_cell()) L->global->heap.barrier(upvalue.owner, upvalue.place->cell());
  return upvalue.name;
}

LUA_API void* lua_upvalueid(lua_State* L, int function, int n) {
  const Value& f = *address(L, function);
  NamedUpvalue upvalue = find(f, n);
  if (upvalue.name == nullptr) return nullptr;
  return f.tag == Tag::lua_function ? static_cast<void*>(upvalue.owner) : upvalue.place;
}

LUA_API void lua_upvaluejoin(lua_State* L, int function, int n, int other, int other_n) {
  Upvalue* shared = *upvalue_link(L, other, other_n);
  *upvalue_link(L, function, n) = shared;
  L->global->heap.barrier(address(L, function)->cell(), shared);
}
