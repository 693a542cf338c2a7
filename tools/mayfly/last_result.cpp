// SPDX-License-Identifier: MIT
// The global `_` of a session. The globals are read and written raw: a script may watch over them with metamethods.
#include "last_result.hpp"

namespace {

constexpr const char* name = "_";

bool is_part_of_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// May be wrong where it stands in a string or comment: then `_` is strong once more.
bool mentions_name(std::string_view input) {
  for (std::size_t at = input.find('_'); at != std::string_view::npos; at = input.find('_', at + 1)) {
    bool begins = at == 0 || !is_part_of_name(input[at - 1]);
    bool ends = at + 1 == input.size() || !is_part_of_name(input[at + 1]);
    if (begins && ends) return true;
  }
  return false;
}

void push_global(lua_State* L) {
  lua_pushglobaltable(L);
  lua_pushstring(L, name);
  lua_rawget(L, -2);
  lua_remove(L, -2);
}

// [-1, +0, m]
void set_global(lua_State* L) {
  lua_pushglobaltable(L);
  lua_insert(L, -2);
  lua_pushstring(L, name);
  lua_insert(L, -2);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

}  // namespace

LastResult::LastResult(lua_State* L) : L_(L) {
  push_global(L);
  is_ours_ = lua_isnil(L, -1);
  lua_pop(L, 1);
}

LastResult::~LastResult() { forget(); }

void LastResult::forget() {
  mayfly_freeweakhandle(object_);
  luaL_unref(L_, LUA_REGISTRYINDEX, plain_);
  object_ = nullptr;
  plain_ = LUA_NOREF;
}

void LastResult::push_held() {
  if (object_ != nullptr) {
    mayfly_getweakhandle(L_, object_);
  } else if (plain_ != LUA_NOREF) {
    lua_rawgeti(L_, LUA_REGISTRYINDEX, plain_);
  } else {
    lua_pushnil(L_);
  }
}

void LastResult::before_run(std::string_view input) {
  if (!is_ours_ || object_ == nullptr || mentions_name(input)) return;
  lua_pushnil(L_);
  set_global(L_);
}

void LastResult::after_run() {
  push_global(L_);
  push_held();
  is_ours_ = lua_isnil(L_, -2) || lua_rawequal(L_, -1, -2) != 0;
  lua_remove(L_, -2);
  if (is_ours_) {
    set_global(L_);
  } else {
    lua_pop(L_, 1);
    forget();
  }
}

void LastResult::set(int index) {
  if (!is_ours_) return;
  index = lua_absindex(L_, index);
  forget();
  if (mayfly_referable(L_, index) != 0) {
    object_ = mayfly_newweakhandle(L_, index);
  } else {
    lua_pushvalue(L_, index);
    plain_ = luaL_ref(L_, LUA_REGISTRYINDEX);
  }
  lua_pushvalue(L_, index);
  set_global(L_);
}
