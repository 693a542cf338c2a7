// SPDX-License-Identifier: MIT
// lua.h: warnings.
#include "api/warning.hpp"

#include "api/address.hpp"

using namespace rt;

namespace rt {

void warn_about_error(lua_State* L, const char* where) {
  const Value& error = L->top[-1];
  const char* message = error.is_string() ? error.string()->data : "error object is not a string";
  lua_warning(L, "error in ", 1);
  lua_warning(L, where, 1);
  lua_warning(L, " (", 1);
  lua_warning(L, message, 1);
  lua_warning(L, ")", 0);
}

}  // namespace rt

LUA_API void lua_setwarnf(lua_State* L, lua_WarnFunction function, void* context) {
  L->global->warn = function;
  L->global->warn_context = context;
}

LUA_API void lua_warning(lua_State* L, const char* message, int to_be_continued) {
  if (L->global->warn != nullptr) L->global->warn(L->global->warn_context, message, to_be_continued);
}
