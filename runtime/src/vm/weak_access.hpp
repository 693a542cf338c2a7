// SPDX-License-Identifier: MIT
// The language's operations on values with Tag::weak. Slow paths of the interpreter and of the API call these when the
// tag says so; where one answers false, the value is treated as a full userdata is: by the metamethods of its metatable
// (one per weak type: GlobalState::weak_metatables, what lua_getmetatable gives and lua_setmetatable sets).
#pragma once

#include "value/function.hpp"
#include "value/thread.hpp"
#include "value/value.hpp"

namespace rt {

// object[key] without metamethods: false: look at __index (refs, proxies, methods of sets). True: *result is set, maybe nil.
bool weak_index(lua_State* L, const Value& object, const Value& key, Value* result);
// object[key] = value: false: look at __newindex. Raises for a key or value that cannot be held. May collect: the three
// values must be reachable (copies are taken; they may be stack places).
bool weak_set_index(lua_State* L, const Value& object, const Value& key, const Value& value);
// lua_rawget, lua_rawset: nil (an error) where there are no entries. Methods of sets are not looked at.
void weak_raw_get(lua_State* L, const Value& object, const Value& key, Value* result);
void weak_raw_set(lua_State* L, const Value& object, const Value& key, const Value& value);
// Does lua_rawget, lua_rawset, lua_next make sense for this value (weak tables and sets)?
bool weak_has_entries(const Value& object);
// #object: false: look at __len.
bool weak_length(lua_State* L, const Value& object, Value* result);
// a == b where both are weak and not the same cell. Never calls metamethods.
bool weak_equals(lua_State* L, const Value& a, const Value& b);
// What a ref leads to, nil once it is dead: calling a ref needs no frame.
Value weak_referent(lua_State* L, const Value& ref);
// lua_next on tables and sets: *key nil begins; false at the end. Sets *valid to false when the key is not known.
bool weak_next(lua_State* L, const Value& object, Value* key, Value* value, bool* valid);
// What `pairs` of a weak table or set gives: a closure of this function over a cursor. A loop over it needs no call: the next
// key and value, two nils at the end.
int weak_iterator(lua_State* L);
inline bool is_weak_iterator(const Value& function) {
  return function.tag == Tag::native_function && function.native_function()->code == weak_iterator;
}
void weak_advance(const Value& iterator, Value* key, Value* value);

// What the error "cannot hold a <type> weakly" calls a value that cannot be held weakly.
const char* immortal_name(const Value& v);
// "weakref", "weakkeytable", ...: what the function `type` gives.
const char* weak_type_name(const Value& object);
// The metatable of the value's weak type; null when none was set.
Table* weak_metatable(lua_State* L, const Value& object);
void set_weak_metatable(lua_State* L, const Value& object, Table* metatable);

// Callbacks and finalizers of the weak types that wait to be run at a safe point.
bool has_weak_notices(lua_State* L);
// Takes the next notice and pushes what is to be called and its arguments: function, then arguments. Returns the number
// of arguments, or -1 when no notice waits (nothing is pushed). The caller calls it in protected mode; errors go to `warn`.
int push_weak_notice(lua_State* L);
// For lua_close, before the __gc metamethods: pushes the newest finalizer's function and arguments; -1 when none is left.
int push_weak_finalizer_at_exit(lua_State* L);

}  // namespace rt
