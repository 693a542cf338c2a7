// SPDX-License-Identifier: MIT
// Manual 6.8: writing strings and numbers.
#include <cerrno>

#include <mayfly/array.h>

#include "stream.hpp"

namespace {

bool write_value(lua_State* L, FILE* file, int argument) {
  size_t length;
  if (lua_type(L, argument) == LUA_TNUMBER) {
    if (lua_isinteger(L, argument) == 0) {  // 1.0 is written as "1"
      return std::fprintf(file, LUA_NUMBER_FMT, static_cast<LUAI_UACNUMBER>(lua_tonumber(L, argument))) > 0;
    }
    char room[MAYFLY_MAXNUMBERTEXT];
    const char* text = mayfly_totext(L, argument, room, &length);
    return std::fwrite(text, 1, length, file) == length;
  }
  const char* text = luaL_checklstring(L, argument, &length);
  return std::fwrite(text, 1, length, file) == length;
}

}  // namespace

int stdlib::write_arguments(lua_State* L, FILE* file, int first) {
  int handle = lua_gettop(L);
  bool succeeded = true;
  errno = 0;
  for (int argument = first; argument < handle; ++argument) {
    succeeded = write_value(L, file, argument) && succeeded;
  }
  return succeeded ? 1 : luaL_fileresult(L, 0, nullptr);
}
