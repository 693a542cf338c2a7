// SPDX-License-Identifier: MIT
// Running chunks for the mayfly program: protected calls with traceback, and what is said about errors.
#pragma once

#include <lua.hpp>

// The name that error messages of the program begin with; null while the REPL runs.
extern const char* program_name;

// Prints "name: message" to standard error.
void complain(const char* message);

// When `status` is an error, prints the error value on top of the stack and pops it. Returns the status.
int report(lua_State* L, int status);

// [-(nargs + 1), +nresults | +1, -]  Calls the function below its nargs arguments; an error value is a message with a traceback. While
// it runs, an interrupt from the keyboard raises the error "interrupted!".
int call_protected(lua_State* L, int nargs, int nresults);

// Each runs its chunk, reports an error and returns the status.
int run_string(lua_State* L, const char* text, const char* chunk_name);
int run_file(lua_State* L, const char* file_name);       // null: standard input
int require_library(lua_State* L, const char* library);  // "name" or "global=name"
int run_environment(lua_State* L);                        // LUA_INIT_5_4 or LUA_INIT
int run_script(lua_State* L, const char* file_name);     // with the elements of the global `arg`
