// SPDX-License-Identifier: MIT
// Warnings.
#pragma once

struct lua_State;

namespace rt {

// The error value on top of the stack becomes a warning "error in <where> (<message>)". The value stays.
void warn_about_error(lua_State* L, const char* where);

}  // namespace rt
