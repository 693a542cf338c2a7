// SPDX-License-Identifier: MIT
// The language's operations with metamethods, for C++ callers (the API and the slow paths that may use the C stack).
// The interpreter's handlers take the same decisions without the C stack (vm/ files by family).
#pragma once

#include "value/value.hpp"
#include "vm/event.hpp"

namespace rt {

// t[key] with metamethods into *result. `result` is a stack place (it is restored if the stack moves).
void index(lua_State* L, const Value& object, const Value& key, Value* result);
// object[key] = value with metamethods.
void set_index(lua_State* L, const Value& object, const Value& key, const Value& value);
// Arithmetic and bitwise operators; op is LUA_OPADD ... LUA_OPBNOT.
void arithmetic(lua_State* L, int op, const Value& a, const Value& b, Value* result);
bool raw_arithmetic(lua_State* L, int op, const Value& a, const Value& b, Value* result);  // numbers only; may raise (x // 0)
bool equals(lua_State* L, const Value& a, const Value& b);  // with __eq
bool raw_equals(const Value& a, const Value& b);
bool less_than(lua_State* L, const Value& a, const Value& b);
bool less_equal(lua_State* L, const Value& a, const Value& b);
void concatenate(lua_State* L, int count);  // the `count` values on top, replaced by the result
void length_of(lua_State* L, const Value& v, Value* result);

}  // namespace rt
