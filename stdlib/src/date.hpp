// SPDX-License-Identifier: MIT
// The functions of os that deal with dates and times.
#pragma once

#include <lua.hpp>

namespace stdlib {

int os_date(lua_State* L);
int os_time(lua_State* L);
int os_difftime(lua_State* L);

}  // namespace stdlib
