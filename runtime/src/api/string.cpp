// SPDX-License-Identifier: MIT
// mayfly/string.h: long strings filled in place.
#include "mayfly/string.h"

#include "api/address.hpp"
#include "value/string.hpp"

using namespace rt;

static_assert(MAYFLY_MAXSHORTSTRING == max_short_length);

LUA_API char* mayfly_newstring(lua_State* L, size_t length) {
  String* s = guarded(L, [&] { return make_long_string(*L->global, length); });
  push(L, Value::of(s));
  return s->data;
}
