// SPDX-License-Identifier: MIT
// lua.h: access functions (stack -> C), comparison and arithmetic.
#include "api/address.hpp"
#include "value/conversion.hpp"
#include "value/userdata.hpp"
#include "vm/operation.hpp"
#include "vm/weak_access.hpp"

using namespace rt;

LUA_API int lua_type(lua_State* L, int index) {
  if (index <= 0) [[unlikely]] return type_at(address(L, index));
  const Value* place = L->frame->function + index;
  if (place >= L->top) [[unlikely]] return LUA_TNONE;
  return basic_type(*place);
}

LUA_API const char* lua_typename(lua_State*, int type) {
  static constexpr const char* names[] = {  // ORDER LUA_TNONE
      "no value", "nil", "boolean", "userdata", "number", "string", "table", "function", "userdata", "thread",
  };
  return names[type + 1];
}

LUA_API int lua_iscfunction(lua_State* L, int index) {
  const Value* v = address(L, index);
  return v->tag == Tag::light_function || v->tag == Tag::native_function;
}

LUA_API int lua_isinteger(lua_State* L, int index) {
  return address(L, index)->is_integer();
}

LUA_API int lua_isnumber(lua_State* L, int index) {
  double ignored;
  return to_number(*address(L, index), &ignored);
}

LUA_API int lua_isstring(lua_State* L, int index) {
  const Value* v = address(L, index);
  return v->is_string() || v->is_numeric();
}

LUA_API int lua_isuserdata(lua_State* L, int index) {
  const Value* v = address(L, index);
  return v->is_userdata() || v->tag == Tag::light_userdata || v->is_weak();
}

namespace {

[[gnu::noinline]] lua_Number convert_to_number(const Value* v, int* is_number) {
  double result = 0;
  bool converted = to_number(*v, &result);
  if (is_number != nullptr) *is_number = converted;
  return converted ? result : 0;
}

[[gnu::noinline]] lua_Integer convert_to_integer(const Value* v, int* is_number) {
  std::int64_t result = 0;
  bool converted = to_integer(*v, &result);
  if (is_number != nullptr) *is_number = converted;
  return converted ? result : 0;
}

// Where nobody asks it goes to a place of ours: a conditional move, where a jump would be taken half of the time.
inline void tell(int* is_number) {
  volatile int nobody_asks;
  *(is_number != nullptr ? static_cast<volatile int*>(is_number) : &nobody_asks) = 1;
}

}  // namespace

LUA_API lua_Number lua_tonumberx(lua_State* L, int index, int* is_number) {
  const Value* v = address(L, index);
  if (!v->is_number()) [[unlikely]] return convert_to_number(v, is_number);
  tell(is_number);
  return v->payload.number;
}

LUA_API lua_Integer lua_tointegerx(lua_State* L, int index, int* is_number) {
  const Value* v = address(L, index);
  if (!v->is_integer()) [[unlikely]] return convert_to_integer(v, is_number);
  tell(is_number);
  return v->payload.integer;
}

LUA_API int lua_toboolean(lua_State* L, int index) {
  return !address(L, index)->is_falsy();
}

namespace {

// A number becomes a string where it lies; what is neither stays as it is.
[[gnu::noinline]] const char* convert_to_string(lua_State* L, int index, Value* v, std::size_t* length) {
  if (!v->is_numeric()) {
    if (length != nullptr) *length = 0;
    return nullptr;
  }
  char text[64];
  String* s = guarded(L, [&] { return make_string(*L->global, {text, format_number(*v, text)}); });
  *v = Value::of(s);
  note_written(L);
  if (is_upvalue_index(index)) L->global->heap.barrier(L->frame->function->cell(), s);
  if (length != nullptr) *length = s->length();
  return s->data;
}

}  // namespace

LUA_API const char* lua_tolstring(lua_State* L, int index, std::size_t* length) {
  auto* v = const_cast<Value*>(address(L, index));
  if (!v->is_string()) [[unlikely]] return convert_to_string(L, index, v, length);
  String* s = v->string();
  if (length != nullptr) *length = s->length();
  return s->data;
}

LUA_API lua_Unsigned lua_rawlen(lua_State* L, int index) {
  const Value* v = address(L, index);
  switch (v->tag) {
    case Tag::short_string:
    case Tag::long_string: return v->string()->length();
    case Tag::userdata: return v->userdata()->size;
    case Tag::table: return length(v->table());
    case Tag::weak: {
      Value result;
      return weak_length(L, *v, &result) && result.is_integer() ? static_cast<lua_Unsigned>(result.payload.integer) : 0;
    }
    default: return 0;
  }
}

LUA_API lua_CFunction lua_tocfunction(lua_State* L, int index) {
  const Value* v = address(L, index);
  if (v->tag == Tag::light_function) return v->payload.code;
  return v->tag == Tag::native_function ? v->native_function()->code : nullptr;
}

namespace {

void* userdata_pointer(const Value& v) {
  if (v.is_userdata()) return v.userdata()->block();
  return v.tag == Tag::light_userdata ? v.payload.pointer : nullptr;
}

}  // namespace

LUA_API void* lua_touserdata(lua_State* L, int index) {
  return userdata_pointer(*address(L, index));
}

LUA_API lua_State* lua_tothread(lua_State* L, int index) {
  const Value* v = address(L, index);
  return v->is_thread() ? &v->thread()->state : nullptr;
}

LUA_API const void* lua_topointer(lua_State* L, int index) {
  const Value* v = address(L, index);
  switch (v->tag) {
    case Tag::light_function: return reinterpret_cast<const void*>(v->payload.code);
    case Tag::userdata:
    case Tag::light_userdata: return userdata_pointer(*v);
    case Tag::thread: return &v->thread()->state;
    default: return v->has_cell() ? v->cell() : nullptr;
  }
}

LUA_API int lua_rawequal(lua_State* L, int first, int second) {
  const Value *a = address(L, first), *b = address(L, second);
  if (a->tag == b->tag && a->tag >= Tag::table) return a->payload.bits == b->payload.bits;
  return a != &absent && b != &absent && raw_equals(*a, *b);
}

LUA_API int lua_compare(lua_State* L, int first, int second, int op) {
  const Value *a = address(L, first), *b = address(L, second);
  if (a == &absent || b == &absent) return 0;
  return guarded(L, [&] {
    switch (op) {
      case LUA_OPEQ: return equals(L, *a, *b);
      case LUA_OPLT: return less_than(L, *a, *b);
      default: return less_equal(L, *a, *b);
    }
  });
}

LUA_API void lua_arith(lua_State* L, int op) {
  if (op == LUA_OPUNM || op == LUA_OPBNOT) push(L, L->top[-1]);  // unary operators get their operand twice
  guarded(L, [&] { arithmetic(L, op, L->top[-2], L->top[-1], L->top - 2); });
  note_written(L);
  --L->top;
}

LUA_API std::size_t lua_stringtonumber(lua_State* L, const char* text) {
  std::string_view view(text);
  Value number;
  if (!parse_number(view, &number)) return 0;
  push(L, number);
  return view.size() + 1;
}
