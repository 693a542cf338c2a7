// SPDX-License-Identifier: MIT
// mayfly/shared_heap.h: values held by the host's objects.
#include "mayfly/shared_heap.h"

#include "api/address.hpp"
#include "gc/host_edge.hpp"
#include "memory/global_state.hpp"

using namespace rt;

namespace {

gc::HostEdgeContent content_of(const Value& v) {
  return {v.has_cell() ? v.cell() : nullptr, {v.payload.bits, static_cast<std::uint64_t>(v.tag)}};
}

Value value_of(const gc::HostEdgeContent& content) {
  return {Payload{.bits = content.words[0]}, static_cast<Tag>(content.words[1])};
}

}  // namespace

LUA_API int mayfly_sharesheap(void) { return gc::shares_heap_with_host() ? 1 : 0; }

LUA_API const void* mayfly_share(lua_State* L, int index) {
  const void* edge = guarded(L, [=] { return gc::make_host_edge(L->global->heap, content_of(*address(L, index))); });
  if (edge == nullptr) {
    raise_message(L, "no heap is shared with the host: this library was built with -Dcollector=%s", gc::Heap::collector_name());
  }
  return edge;
}

LUA_API int mayfly_pushshared(lua_State* L, const void* shared) {
  gc::HostEdgeContent content;
  bool known = shared != nullptr && gc::read_host_edge(L->global->heap, shared, &content);
  push(L, known ? value_of(content) : Value::nil());
  return known ? lua_type(L, -1) : LUA_TNONE;
}
