// SPDX-License-Identifier: MIT
// Manual 6.9: os.date, os.time, os.difftime.
#include "date.hpp"

#include <climits>
#include <cstring>
#include <ctime>

namespace {

// A field of a date table and the member of `tm` behind it.
struct DateField {
  const char* name;
  int std::tm::* member;
  int offset;    // what the table shows = the member + offset
  int fallback;  // of the table when os.time finds no field; -1: the field is required
};

// In the order in which os.time reads them.
constexpr DateField fields[] = {
    {"year", &std::tm::tm_year, 1900, -1}, {"month", &std::tm::tm_mon, 1, -1}, {"day", &std::tm::tm_mday, 0, -1},
    {"hour", &std::tm::tm_hour, 0, 12},    {"min", &std::tm::tm_min, 0, 0},    {"sec", &std::tm::tm_sec, 0, 0},
};
constexpr DateField derived_fields[] = {
    {"yday", &std::tm::tm_yday, 1, 0},
    {"wday", &std::tm::tm_wday, 1, 0},
};

// The table is on top.
void set_field(lua_State* L, const DateField& field, const std::tm& date) {
  lua_pushinteger(L, static_cast<lua_Integer>(date.*field.member) + field.offset);
  lua_setfield(L, -2, field.name);
}

void set_fields(lua_State* L, const std::tm& date) {
  for (const DateField& field : fields) set_field(L, field, date);
  for (const DateField& field : derived_fields) set_field(L, field, date);
  if (date.tm_isdst >= 0) {  // else it is not known
    lua_pushboolean(L, date.tm_isdst);
    lua_setfield(L, -2, "isdst");
  }
}

int get_field(lua_State* L, const DateField& field) {
  int type = lua_getfield(L, -1, field.name);
  int converted;
  lua_Integer value = lua_tointegerx(L, -1, &converted);
  lua_pop(L, 1);
  if (converted == 0) {
    if (type != LUA_TNIL) luaL_error(L, "field '%s' is not an integer", field.name);
    if (field.fallback < 0) luaL_error(L, "field '%s' missing in date table", field.name);
    return field.fallback - field.offset;
  }
  bool fits = value >= 0 ? value - field.offset <= INT_MAX : value >= static_cast<lua_Integer>(INT_MIN) + field.offset;
  if (!fits) luaL_error(L, "field '%s' is out-of-bound", field.name);
  return static_cast<int>(value - field.offset);
}

int get_daylight_saving(lua_State* L) {
  int value = lua_getfield(L, -1, "isdst") == LUA_TNIL ? -1 : lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

std::time_t check_time(lua_State* L, int argument) {
  static_assert(sizeof(std::time_t) >= sizeof(lua_Integer), "times need a check of their range");
  return static_cast<std::time_t>(luaL_checkinteger(L, argument));
}

// The conversions of C99's strftime by modifier.
constexpr const char plain_conversions[] = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";
constexpr const char era_conversions[] = "cCxXyY";           // behind E
constexpr const char digit_conversions[] = "deHImMSuUVwWy";  // behind O

bool is_one_of(const char* set, char c) { return c != '\0' && std::strchr(set, c) != nullptr; }

// The length of the valid conversion at `text` (behind its '%'); raises an error when it is not valid.
size_t check_conversion(lua_State* L, const char* text, const char* end) {
  if (text < end) {
    if (is_one_of(plain_conversions, *text)) return 1;
    if (end - text >= 2 && ((*text == 'E' && is_one_of(era_conversions, text[1])) ||
                            (*text == 'O' && is_one_of(digit_conversions, text[1])))) {
      return 2;
    }
  }
  luaL_argerror(L, 1, lua_pushfstring(L, "invalid conversion specifier '%%%s'", text));
  return 0;
}

constexpr size_t longest_item = 250;  // what one conversion may expand to

void format_date(lua_State* L, const char* format, const char* end, const std::tm& date) {
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  while (format < end) {
    if (*format != '%') {
      luaL_addchar(&text, *format++);
      continue;
    }
    ++format;
    size_t length = check_conversion(L, format, end);
    char conversion[4] = {'%'};
    std::memcpy(conversion + 1, format, length);
    char* room = luaL_prepbuffsize(&text, longest_item);
    luaL_addsize(&text, std::strftime(room, longest_item, conversion, &date));
    format += length;
  }
  luaL_pushresult(&text);
}

}  // namespace

int stdlib::os_date(lua_State* L) {
  size_t length;
  const char* format = luaL_optlstring(L, 1, "%c", &length);
  const char* end = format + length;
  std::time_t time = lua_isnoneornil(L, 2) ? std::time(nullptr) : check_time(L, 2);
  std::tm storage;
  std::tm* date;
  if (*format == '!') {
    date = gmtime_r(&time, &storage);
    ++format;
  } else {
    date = localtime_r(&time, &storage);
  }
  if (date == nullptr) return luaL_error(L, "date result cannot be represented in this installation");
  if (std::strcmp(format, "*t") == 0) {
    lua_createtable(L, 0, 9);
    set_fields(L, *date);
  } else {
    format_date(L, format, end, *date);
  }
  return 1;
}

int stdlib::os_time(lua_State* L) {
  std::time_t time;
  if (lua_isnoneornil(L, 1)) {
    time = std::time(nullptr);
  } else {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    std::tm date{};
    for (const DateField& field : fields) date.*field.member = get_field(L, field);
    date.tm_isdst = get_daylight_saving(L);
    time = std::mktime(&date);
    set_fields(L, date);
  }
  if (time == static_cast<std::time_t>(-1)) {
    return luaL_error(L, "time result cannot be represented in this installation");
  }
  lua_pushinteger(L, static_cast<lua_Integer>(time));
  return 1;
}

int stdlib::os_difftime(lua_State* L) {
  std::time_t later = check_time(L, 1);
  std::time_t earlier = check_time(L, 2);
  lua_pushnumber(L, static_cast<lua_Number>(std::difftime(later, earlier)));
  return 1;
}
