// SPDX-License-Identifier: MIT
// The language's error messages, pushed as strings: vm/error.hpp raises them as exceptions, slow paths signal them without.
#pragma once

#include <cstdarg>

#include "value/value.hpp"
#include "vm/event.hpp"

namespace rt {

// Formats as lua_pushvfstring; "source:line: " goes in front when the frame on top is a Lua function's.
void push_message(lua_State* L, const char* format, ...);
void push_message_list(lua_State* L, const char* format, std::va_list arguments);
void push_type_message(lua_State* L, const Value* culprit, const char* operation);
void push_call_message(lua_State* L, const Value* culprit);
void push_compare_message(lua_State* L, const Value* a, const Value* b);
void push_concat_message(lua_State* L, const Value* a, const Value* b);
void push_arithmetic_message(lua_State* L, const Value* a, const Value* b, Event event);

}  // namespace rt
