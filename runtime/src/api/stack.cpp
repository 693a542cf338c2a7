// SPDX-License-Identifier: MIT
// lua.h: basic stack manipulation.
#include <algorithm>

#include "api/address.hpp"
#include "vm/scope.hpp"

using namespace rt;

LUA_API int lua_absindex(lua_State* L, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index : static_cast<int>(L->top - L->frame->function) + index;
}

LUA_API int lua_gettop(lua_State* L) {
  return static_cast<int>(L->top - (L->frame->function + 1));
}

namespace {

[[gnu::noinline]] void close_down_to(lua_State* L, Value* top) {
  std::ptrdiff_t place = save_place(L, top);
  guarded(L, [&] { close_scope(L, place, closing_normally); });
  L->top = restore_place(L, place);
}

}  // namespace

LUA_API void lua_settop(lua_State* L, int index) {
  Value* top;
  if (index < 0) [[likely]] {
    top = L->top + index + 1;
  } else {
    top = L->frame->function + 1 + index;
    for (Value* slot = L->top; slot < top; ++slot) slot->set_nil();
  }
  if (L->to_be_closed >= top && has_to_be_closed(L, top)) [[unlikely]] return close_down_to(L, top);
  L->top = top;
}

LUA_API void lua_closeslot(lua_State* L, int index) {
  std::ptrdiff_t place = save_place(L, stack_address(L, index));
  guarded(L, [&] { close_scope(L, place, closing_normally); });
  restore_place(L, place)->set_nil();
}

LUA_API void lua_toclose(lua_State* L, int index) {
  guarded(L, [&] { mark_to_be_closed(L, stack_address(L, index)); });
  L->frame->status |= frame_close_on_return;
}

LUA_API void lua_pushvalue(lua_State* L, int index) {
  push(L, *address(L, index));
}

LUA_API void lua_rotate(lua_State* L, int index, int n) {
  Value* first = stack_address(L, index);
  if (n == 1) {  // lua_insert
    Value last = L->top[-1];
    for (Value* slot = L->top - 1; slot > first; --slot) *slot = slot[-1];
    *first = last;
    return;
  }
  if (n == -1) {  // lua_remove, but for its pop
    Value lowest = *first;
    Value* end = L->top - 1;
    for (; first < end; ++first) *first = first[1];
    *end = lowest;
    return;
  }
  Value* middle = n >= 0 ? L->top - n : first - n;
  std::reverse(first, middle);
  std::reverse(middle, L->top);
  std::reverse(first, L->top);
}

LUA_API void lua_copy(lua_State* L, int from, int to) {
  const Value* source = address(L, from);
  auto* target = const_cast<Value*>(address(L, to));
  if (target == &absent) return;
  *target = *source;
  note_written(L);
  if (is_upvalue_index(to) && source->has_cell()) {
    L->global->heap.barrier(L->frame->function->cell(), source->cell());
  }
}

LUA_API int lua_checkstack(lua_State* L, int n) {
  if (n < 0) return 0;
  if (L->stack_limit - L->top <= n) {
    if (L->top - L->stack > max_stack - n) return 0;
    auto grow = [](lua_State* thread, void* slots) {
      grow_stack(thread, *static_cast<std::size_t*>(slots));
      return LUA_OK;
    };
    auto slots = static_cast<std::size_t>(n);
    std::ptrdiff_t top = save_place(L, L->top);
    if (protect(L, grow, &slots, top, L->error_handler) != LUA_OK) {
      L->top = restore_place(L, top);
      return 0;
    }
  }
  if (L->frame->top < L->top + n) L->frame->top = L->top + n;
  return 1;
}

LUA_API void lua_xmove(lua_State* from, lua_State* to, int n) {
  if (from == to) return;
  from->top -= n;
  for (int i = 0; i < n; ++i) push(to, from->top[i]);
}
