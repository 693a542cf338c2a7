// SPDX-License-Identifier: MIT
// The library `weak`: proxies. Every operation is done again with the object in the proxy's place.
//
// What can be held weakly is no number and no string, so an operation on it is a call of a metamethod or an error. The
// metamethod is looked for here and called by returning, so that it may yield; the error is left to the ordinary function.
#include <mayfly/call.h>
#include <mayfly/weak.h>

#include "base.hpp"
#include "weak_library.hpp"

using namespace stdlib;

namespace {

constexpr int longest_chain = 2000;  // of __index and __newindex, as in the interpreter

bool is_proxy(lua_State* L, int index) { return mayfly_weaktype(L, index) == MAYFLY_WEAKPROXY; }

// Puts the object in the place of a proxy (or of a proxy of a proxy); other values stay.
void resolve(lua_State* L, int index) {
  while (is_proxy(L, index)) {
    if (mayfly_getweakref(L, index) == LUA_TNIL) luaL_error(L, "weak proxy: its object is dead");
    lua_replace(L, index);
  }
}

// Pushes the metamethod of the value at `index`; false, and nothing, when it has none.
bool push_metamethod(lua_State* L, int index, const char* event) { return luaL_getmetafield(L, index, event) != LUA_TNIL; }

// The function on top is called with the values below it, all there are.
int call_top(lua_State* L, int results) {
  lua_insert(L, 1);
  return mayfly_tailcallk(L, lua_gettop(L) - 1, results, 0, nullptr);
}

// weak.proxy(x [, callback])
int weak_proxy(lua_State* L) {
  check_referable(L, 1);
  mayfly_newweakproxy(L, 1, optional_callback(L, 2));
  return 1;
}

// weak.unproxy(p)
int weak_unproxy(lua_State* L) {
  if (!is_proxy(L, 1)) luaL_typeerror(L, 1, "weakproxy");
  mayfly_getweakref(L, 1);
  return 1;
}

// --- indexing ---------------------------------------------------------------------------------------------------------

// Follows the chain of tables in the field `event` of metatables, from the value at 1, up to where the key at 2 is or the
// chain ends, which is left at 1. True when that is a function: then it is on top, and the value it belongs to at 1.
bool follow(lua_State* L, const char* event) {
  int top = lua_gettop(L);
  resolve(L, 1);
  for (int i = 0; i < longest_chain; ++i) {
    if (lua_istable(L, 1)) {
      lua_pushvalue(L, 2);
      bool found = lua_rawget(L, 1) != LUA_TNIL;
      lua_settop(L, top);
      if (found) return false;
    } else {
      int type = mayfly_weaktype(L, 1);
      if (type >= MAYFLY_WEAKKEYTABLE && type <= MAYFLY_WEAKSET) return false;  // nobody's metamethods are asked
    }
    if (!push_metamethod(L, 1, event)) return false;
    if (lua_isfunction(L, -1)) return true;
    lua_replace(L, 1);
    resolve(L, 1);
  }
  return false;  // the ordinary function finds that it is too long
}

int proxy_index(lua_State* L) {
  lua_settop(L, 2);
  if (follow(L, "__index")) return call_top(L, 1);
  lua_gettable(L, 1);
  return 1;
}

int proxy_newindex(lua_State* L) {
  lua_settop(L, 3);
  if (follow(L, "__newindex")) return call_top(L, 0);
  lua_settable(L, 1);
  return 0;
}

// --- operators --------------------------------------------------------------------------------------------------------

// Resolves both operands; then pushes the metamethod of the first that has one.
bool push_handler(lua_State* L, const char* event) {
  lua_settop(L, 2);
  resolve(L, 1);
  resolve(L, 2);
  return push_metamethod(L, 1, event) || push_metamethod(L, 2, event);
}

// ORDER LUA_OP
constexpr const char* arithmetic_events[] = {"__add",  "__sub", "__mul", "__mod",  "__pow", "__div", "__idiv",
                                             "__band", "__bor", "__bxor", "__shl", "__shr", "__unm", "__bnot"};

// Of the unary ones the operand stands twice.
template <int operation>
int proxy_arithmetic(lua_State* L) {
  if (push_handler(L, arithmetic_events[operation])) return call_top(L, 1);
  lua_settop(L, operation == LUA_OPUNM || operation == LUA_OPBNOT ? 1 : 2);
  lua_arith(L, operation);
  return 1;
}

int proxy_concat(lua_State* L) {
  if (push_handler(L, "__concat")) return call_top(L, 1);
  lua_concat(L, 2);
  return 1;
}

template <int operation>
int proxy_compare(lua_State* L) {
  if (push_handler(L, operation == LUA_OPLT ? "__lt" : "__le")) return call_top(L, 1);
  lua_pushboolean(L, lua_compare(L, 1, 2, operation));
  return 1;
}

// Two proxies are equal when their objects are; a dead one equals only itself (which nobody asks here). The interpreter asks
// for two proxies only, as it never asks for a table and a userdata.
int proxy_equals(lua_State* L) {
  lua_settop(L, 2);
  for (int i = 1; i <= 2; ++i) {
    while (is_proxy(L, i)) {
      if (mayfly_getweakref(L, i) == LUA_TNIL) {
        lua_pushboolean(L, 0);
        return 1;
      }
      lua_replace(L, i);
    }
  }
  int type = lua_type(L, 1);
  bool asks = type == lua_type(L, 2) && (type == LUA_TTABLE || type == LUA_TUSERDATA) && lua_rawequal(L, 1, 2) == 0 &&
              mayfly_weaktype(L, 1) == MAYFLY_WEAKNONE && mayfly_weaktype(L, 2) == MAYFLY_WEAKNONE;
  if (asks && push_handler(L, "__eq")) return call_top(L, 1);
  lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPEQ));
  return 1;
}

// --- everything else --------------------------------------------------------------------------------------------------

int proxy_call(lua_State* L) {
  resolve(L, 1);
  return mayfly_tailcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, nullptr);
}

int proxy_len(lua_State* L) {
  if (push_handler(L, "__len")) return call_top(L, 1);
  lua_len(L, 1);
  return 1;
}

int proxy_tostring(lua_State* L) {
  resolve(L, 1);
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

int proxy_pairs(lua_State* L) {
  lua_settop(L, 1);
  resolve(L, 1);
  lua_pushcfunction(L, base_pairs);
  lua_insert(L, 1);
  return mayfly_tailcallk(L, 1, 3, 0, nullptr);
}

int proxy_close(lua_State* L) {
  lua_settop(L, 2);
  resolve(L, 1);
  if (!push_metamethod(L, 1, "__close")) return luaL_error(L, "the object of the proxy cannot be closed");
  return call_top(L, 0);
}

constexpr luaL_Reg functions[] = {
    {"proxy", weak_proxy},
    {"unproxy", weak_unproxy},
    {nullptr, nullptr},
};

constexpr luaL_Reg events[] = {
    {"__index", proxy_index},
    {"__newindex", proxy_newindex},
    {"__call", proxy_call},
    {"__len", proxy_len},
    {"__add", proxy_arithmetic<LUA_OPADD>},
    {"__sub", proxy_arithmetic<LUA_OPSUB>},
    {"__mul", proxy_arithmetic<LUA_OPMUL>},
    {"__mod", proxy_arithmetic<LUA_OPMOD>},
    {"__pow", proxy_arithmetic<LUA_OPPOW>},
    {"__div", proxy_arithmetic<LUA_OPDIV>},
    {"__idiv", proxy_arithmetic<LUA_OPIDIV>},
    {"__band", proxy_arithmetic<LUA_OPBAND>},
    {"__bor", proxy_arithmetic<LUA_OPBOR>},
    {"__bxor", proxy_arithmetic<LUA_OPBXOR>},
    {"__shl", proxy_arithmetic<LUA_OPSHL>},
    {"__shr", proxy_arithmetic<LUA_OPSHR>},
    {"__unm", proxy_arithmetic<LUA_OPUNM>},
    {"__bnot", proxy_arithmetic<LUA_OPBNOT>},
    {"__concat", proxy_concat},
    {"__eq", proxy_equals},
    {"__lt", proxy_compare<LUA_OPLT>},
    {"__le", proxy_compare<LUA_OPLE>},
    {"__tostring", proxy_tostring},
    {"__close", proxy_close},
    {"__pairs", proxy_pairs},
    {nullptr, nullptr},
};

}  // namespace

void stdlib::push_proxy_metatable(lua_State* L) { push_metatable(L, "weakproxy", events, nullptr); }

void stdlib::open_weak_proxies(lua_State* L) { luaL_setfuncs(L, functions, 0); }
