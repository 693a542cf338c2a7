// SPDX-License-Identifier: MIT
// Arithmetic on strings: the metamethods of the string metatable convert to numbers, and then leave the operation to the
// other operand's metamethod or refuse.
#include "string_library.hpp"

#include <cstring>

namespace stdlib {

namespace {

struct Operation {
  const char* event;
  int code;
};

constexpr Operation operations[] = {
    {"__add", LUA_OPADD}, {"__sub", LUA_OPSUB}, {"__mul", LUA_OPMUL},   {"__mod", LUA_OPMOD},
    {"__pow", LUA_OPPOW}, {"__div", LUA_OPDIV}, {"__idiv", LUA_OPIDIV}, {"__unm", LUA_OPUNM},
};

/// Pushes argument `index` as a number, or says that it is none.
bool push_number(lua_State* L, int index) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    lua_pushvalue(L, index);
    return true;
  }
  std::size_t length;
  const char* const text = lua_tolstring(L, index, &length);
  return text != nullptr && lua_stringtonumber(L, text) == length + 1;
}

/// The operands are not both numbers: calls the second one's metamethod. (The first one's has had its turn: it is this.)
int call_metamethod(lua_State* L, const Operation& operation) {
  lua_settop(L, 2);
  if (lua_type(L, 2) == LUA_TSTRING || luaL_getmetafield(L, 2, operation.event) == LUA_TNIL)
    return luaL_error(L, "attempt to %s a '%s' with a '%s'", operation.event + 2, luaL_typename(L, 1),
                      luaL_typename(L, 2));
  lua_insert(L, -3);
  lua_call(L, 2, 1);
  return 1;
}

template <int index>
int arithmetic(lua_State* L) {
  constexpr const Operation& operation = operations[index];
  if (!push_number(L, 1) || !push_number(L, 2)) return call_metamethod(L, operation);
  lua_arith(L, operation.code);
  return 1;
}

constexpr luaL_Reg metamethods[] = {
    {operations[0].event, arithmetic<0>}, {operations[1].event, arithmetic<1>}, {operations[2].event, arithmetic<2>},
    {operations[3].event, arithmetic<3>}, {operations[4].event, arithmetic<4>}, {operations[5].event, arithmetic<5>},
    {operations[6].event, arithmetic<6>}, {operations[7].event, arithmetic<7>}, {nullptr, nullptr},
};

}  // namespace

void push_string_metatable(lua_State* L) { luaL_newlib(L, metamethods); }

}  // namespace stdlib
