// SPDX-License-Identifier: MIT
// The keys of a table, sorted.
#include "table_keys.hpp"

#include <algorithm>

#include <mayfly/interrupt.h>
#include <mayfly/weak.h>

namespace {
enum Rank { rank_boolean, rank_number, rank_string, rank_object };  // objects: the type of Lua is added
}

SortedKeys::SortedKeys(lua_State* L, int table) : L_(L) {
  table = lua_absindex(L, table);
  bool plain = lua_istable(L, table);
  elements_ = plain ? static_cast<lua_Integer>(lua_rawlen(L, table)) : 0;
  lua_newtable(L);
  if (plain) {
    for (lua_pushnil(L); lua_next(L, table) != 0;) {
      lua_pop(L, 1);
      add_key();
    }
  } else {
    mayfly_weakpairs(L, table);  // keys, iterator, the table, control
    for (;;) {
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_call(L, 2, 2);  // keys, iterator, the table, key, value
      lua_pop(L, 1);
      if (lua_isnil(L, -1)) break;
      lua_pushvalue(L, -4);
      lua_pushvalue(L, -2);
      add_key();
      lua_pop(L, 2);
    }
    lua_pop(L, 3);
  }
  std::sort(keys_.begin(), keys_.end());
}

// The table of keys is below the key on top.
void SortedKeys::add_key() {
  mayfly_safepoint(L_, 1);  // a table may be long
  if (lua_isinteger(L_, -1) != 0 && elements_ != 0) {
    lua_Integer place = lua_tointeger(L_, -1);
    if (place >= 1 && place <= elements_) return;
  }
  Key key = key_on_top();
  key.position = static_cast<lua_Integer>(keys_.size()) + 1;
  lua_pushvalue(L_, -1);
  lua_rawseti(L_, -3, key.position);
  keys_.push_back(key);
}

SortedKeys::Key SortedKeys::key_on_top() const {
  Key key = {};
  switch (lua_type(L_, -1)) {
    case LUA_TBOOLEAN:
      key.rank = rank_boolean;
      key.integer = lua_toboolean(L_, -1);
      break;
    case LUA_TNUMBER:
      key.rank = rank_number;
      key.number = lua_tonumber(L_, -1);
      key.integer = lua_isinteger(L_, -1) != 0 ? lua_tointeger(L_, -1) : 0;
      break;
    case LUA_TSTRING: {
      key.rank = rank_string;
      std::size_t length = 0;
      const char* text = lua_tolstring(L_, -1, &length);
      key.text = {text, length};
      break;
    }
    default:
      key.rank = rank_object + lua_type(L_, -1);
      key.address = lua_topointer(L_, -1);
  }
  return key;
}

bool SortedKeys::Key::operator<(const Key& other) const {
  if (rank != other.rank) return rank < other.rank;
  if (number != other.number) return number < other.number;
  if (integer != other.integer) return integer < other.integer;
  if (text != other.text) return text < other.text;
  return std::less<>()(address, other.address);
}

void SortedKeys::push(std::size_t number) { lua_rawgeti(L_, -1, keys_[number].position); }

void SortedKeys::pop() { lua_pop(L_, 1); }
