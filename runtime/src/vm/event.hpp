// SPDX-License-Identifier: MIT
// Metamethod events.
#pragma once

#include <cstdint>

#include <lua.hpp>

#include "value/table.hpp"
#include "value/value.hpp"

namespace rt {

// ORDER Event: the first eight have a bit in Table's header (detail) that says "known to be absent"; from `add` on in the
// order of the arithmetic opcodes and of LUA_OPADD...
enum class Event : std::uint8_t {
  index, newindex, gc, mode, len, eq, call, close,  // cached
  add, sub, mul, mod, pow, div, idiv, band, bor, bxor, shl, shr, unm, bnot,
  lt, le, concat, name, metatable, tostring, pairs,
  count_,
};
inline constexpr int event_count = static_cast<int>(Event::count_);

// The LUA_T... constant of a value (weak values: LUA_TUSERDATA). ORDER Tag
inline constexpr signed char basic_types[] = {
    LUA_TNIL,      LUA_TBOOLEAN, LUA_TBOOLEAN, LUA_TNUMBER, LUA_TNUMBER,   LUA_TLIGHTUSERDATA, LUA_TFUNCTION, LUA_TNIL,
    LUA_TSTRING,   LUA_TSTRING,  LUA_TTABLE,   LUA_TFUNCTION, LUA_TFUNCTION, LUA_TUSERDATA,    LUA_TTHREAD,   LUA_TUSERDATA,
};
inline int basic_type(const Value& v) { return basic_types[static_cast<int>(v.tag)]; }

// Metamethod of a metatable (null allowed), `absent` when there is none.
const Value* metamethod_slow(GlobalState& state, Table* metatable, Event event);
inline const Value* metamethod(GlobalState& state, Table* metatable, Event event) {
  if (metatable == nullptr) return &absent;
  if (event <= Event::close && (metatable->detail & (1u << static_cast<unsigned>(event))) != 0) return &absent;
  return metamethod_slow(state, metatable, event);
}
Table* metatable_of(GlobalState& state, const Value& v);
inline const Value* metamethod_of(GlobalState& state, const Value& v, Event event) {
  return metamethod(state, metatable_of(state, v), event);
}
// Name for messages: __name of the metatable if a string, else the type's name (manual: luaL_typeerror's rule of lua_typename).
const char* type_name_of(lua_State* L, const Value& v);

}  // namespace rt
