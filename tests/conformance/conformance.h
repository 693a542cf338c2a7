/* SPDX-License-Identifier: MIT
 * What the parts of the conformance program share: each prints what it sees of one part of the API. Nothing that is printed
 * depends on addresses, on the hash order of tables, or on which Lua 5.4 it is.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <lua.h>

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void section(const char *name);
/* One line: the label and the values on the stack, bottom first. `clear` empties the stack as well. */
void show(lua_State *L, const char *label);
void clear(lua_State *L, const char *label);
/* One line: the label and a number, a text. */
void number(const char *label, long long n);
void text(const char *label, const char *s);
/* Calls `function` in protected mode with the arguments that are on the stack; shows status and results; empties the stack. */
void attempt(lua_State *L, const char *label, lua_CFunction function);
/* Runs a text in the same way. */
void script(lua_State *L, const char *label, const char *code);

void stack_part(lua_State *L);
void access_part(lua_State *L);
void conversion_part(lua_State *L);
void push_part(lua_State *L);
void table_part(lua_State *L);
void userdata_part(lua_State *L);
void call_part(lua_State *L);
void coroutine_part(lua_State *L);
void closing_part(lua_State *L);
void load_part(lua_State *L);
void debug_part(lua_State *L);
void hook_part(lua_State *L);
void state_part(lua_State *L);
void argument_part(lua_State *L);
void auxiliary_part(lua_State *L);
void buffer_part(lua_State *L);
void library_part(lua_State *L);

#endif
