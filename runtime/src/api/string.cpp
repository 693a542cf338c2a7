// SPDX-License-Identifier: MIT
// mayfly/string.h: long strings filled in place, blocks that grow.
#include "mayfly/string.h"

#include "api/address.hpp"
#include "value/string.hpp"
#include "value/userdata.hpp"

using namespace rt;

static_assert(MAYFLY_MAXSHORTSTRING == max_short_length);

LUA_API char* mayfly_newstring(lua_State* L, size_t length) {
  String* s = guarded(L, [&] { return make_long_string(*L->global, length); });
  push(L, Value::of(s));
  return s->data;
}

LUA_API char* mayfly_newblock(lua_State* L, size_t size) {
  return guarded(L, [&] {
    Block* block = make_block(*L->global);
    push(L, Value::of(block));
    block->data = static_cast<char*>(L->global->heap.allocate_storage(size));
    block->capacity = size;
    return block->data;
  });
}

LUA_API char* mayfly_resizeblock(lua_State* L, int index, size_t size) {
  auto* block = static_cast<Block*>(address(L, index)->userdata());
  return guarded(L, [&] {
    block->data = static_cast<char*>(L->global->heap.resize_storage(block->data, block->capacity, size));
    block->capacity = size;
    return block->data;
  });
}
