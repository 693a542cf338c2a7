// SPDX-License-Identifier: MIT
// How the functions of the table library check and measure their tables.
#pragma once

#include <lua.hpp>

namespace stdlib {

// What a function does with a table; a value that is not a table needs the metamethods for it.
enum TableUse : unsigned { table_reads = 1, table_writes = 2, table_measures = 4 };

void check_table(lua_State* L, int argument, unsigned uses);

// check_table, then the length (with __len).
lua_Integer checked_length(lua_State* L, int argument, unsigned uses);

// concat.cpp
int table_concat(lua_State* L);

// sort.cpp
int table_sort(lua_State* L);

}  // namespace stdlib
