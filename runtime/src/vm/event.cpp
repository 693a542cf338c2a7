// SPDX-License-Identifier: MIT
// Metatables, metamethods and the names of types.
#include "vm/event.hpp"

#include "memory/global_state.hpp"
#include "value/userdata.hpp"
#include "vm/weak_access.hpp"

namespace rt {

const Value* metamethod_slow(GlobalState& state, Table* metatable, Event event) {
  const Value* method = get_short(metatable, state.event_names[static_cast<int>(event)]);
  // Only a missing key is remembered, not a nil value: storing there needs no new key, which would reset the bits.
  if (method == &absent && event <= Event::close) metatable->detail |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(event));
  return method;
}

Table* metatable_of(GlobalState& state, const Value& v) {
  switch (v.tag) {
    case Tag::table: return v.table()->metatable;
    case Tag::userdata: return v.userdata()->metatable;
    case Tag::weak: return weak_metatable(state.main_thread, v);
    default: return state.type_metatables[basic_type(v)];
  }
}

const char* type_name_of(lua_State* L, const Value& v) {
  GlobalState& state = global_of(L);
  Table* metatable = v.tag >= Tag::table ? metatable_of(state, v) : nullptr;
  if (metatable != nullptr && (v.is_table() || v.is_userdata() || v.is_weak())) {
    const Value* name = metamethod(state, metatable, Event::name);
    if (name->is_string()) return name->string()->data;
  }
  return v.is_weak() ? weak_type_name(v) : lua_typename(L, basic_type(v));
}

}  // namespace rt
