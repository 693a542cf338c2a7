// SPDX-License-Identifier: MIT
// The keys of a table, sorted, so that it looks the same whenever it is shown.
#pragma once

#include <string_view>
#include <vector>

#include <lua.hpp>

// Booleans, numbers, strings, then objects by type and address. Elements of the sequence are left out. Keeps the keys in a table that
// stays on the stack, on top whenever a function is called, until pop.
class SortedKeys {
 public:
  SortedKeys(lua_State* L, int table);  // [-0, +1, m]
  std::size_t count() const { return keys_.size(); }
  void push(std::size_t number);        // [-0, +1, -]
  void pop();                           // [-1, +0, -]

 private:
  struct Key {
    int rank;
    lua_Integer integer;      // of an integer, or the position in the table of keys
    lua_Number number;
    std::string_view text;    // of a string: the table of keys holds it
    const void* address;
    lua_Integer position;
    bool operator<(const Key& other) const;
  };
  void add_key();
  Key key_on_top() const;

  lua_State* L_;
  lua_Integer elements_;  // the length of the sequence
  std::vector<Key> keys_;
};
