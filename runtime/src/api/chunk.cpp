// SPDX-License-Identifier: MIT
// mayfly/chunk.h: compiled chunks joined and listed.
#include "mayfly/chunk.h"

#include <new>
#include <string>

#include "api/address.hpp"
#include "syntax/disassembly.hpp"

using namespace rt;

namespace {

// The text of a main function that calls `count` functions: a piece for each.
struct Calls {
  int count;
  static const char* read(lua_State*, void* context, std::size_t* size) {
    static constexpr char piece[] = "(function()end)();";
    auto* calls = static_cast<Calls*>(context);
    *size = calls->count-- > 0 ? sizeof piece - 1 : 0;
    return piece;
  }
};

// Its description says nothing about its upvalue that anybody reads: nothing encloses it.
bool is_main_function(const Value& value) {
  if (value.tag != Tag::lua_function) return false;
  const Prototype* p = value.lua_function()->prototype;
  return p->first_line == 0 && p->upvalue_count <= 1;
}

}  // namespace

LUA_API int mayfly_joinchunks(lua_State* L, int count) {
  for (int i = 1; i <= count; ++i) {
    if (!is_main_function(L->top[-i])) return 0;
  }
  Calls calls{count};
  if (lua_load(L, Calls::read, &calls, "=(joined)", "t") != LUA_OK) lua_error(L);
  Prototype* joined = L->top[-1].lua_function()->prototype;
  for (int i = 0; i < count; ++i) {
    Prototype* part = L->top[i - count - 1].lua_function()->prototype;
    if (part->upvalue_count != 0) {
      part->upvalues[0].in_stack = false;  // the _ENV of the joined function
      part->upvalues[0].index = 0;
    }
    joined->children[i] = part;
    L->global->heap.barrier(joined, part);
  }
  L->top[-count - 1] = L->top[-1];
  L->top -= count;
  return 1;
}

LUA_API int mayfly_pushlisting(lua_State* L, int index, int full) {
  const Value* value = address(L, index);
  if (value->tag != Tag::lua_function) {
    lua_pushnil(L);
    return LUA_TNIL;
  }
  try {
    std::string text = list_function(value->lua_function()->prototype, full != 0);
    lua_pushlstring(L, text.data(), text.size());
  } catch (const std::bad_alloc&) {
    raise_memory(L);
  }
  return LUA_TSTRING;
}
