// SPDX-License-Identifier: MIT
// lua.h: access, conversion, comparison, arithmetic, pushing, formatting.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "api_fixture.hpp"

namespace {

int dummy(lua_State*) { return 0; }

}  // namespace

TEST_SUITE("api/access") {
  TEST_CASE_FIXTURE(ApiFixture, "types and their names") {
    lua_pushnil(L);
    lua_pushboolean(L, 7);
    lua_pushlightuserdata(L, this);
    lua_pushinteger(L, 1);
    lua_pushnumber(L, 1);
    lua_pushliteral(L, "s");
    lua_newtable(L);
    lua_pushcfunction(L, dummy);
    lua_pushnil(L);
    lua_pushcclosure(L, dummy, 1);
    load("return 1");
    lua_newuserdatauv(L, 0, 0);
    lua_pushthread(L);
    const int types[] = {LUA_TNIL,    LUA_TBOOLEAN,  LUA_TLIGHTUSERDATA, LUA_TNUMBER,   LUA_TNUMBER,   LUA_TSTRING,
                         LUA_TTABLE,  LUA_TFUNCTION, LUA_TFUNCTION,      LUA_TFUNCTION, LUA_TUSERDATA, LUA_TTHREAD};
    for (int i = 0; i < 12; ++i) CHECK(lua_type(L, i + 1) == types[i]);
    CHECK(std::string(lua_typename(L, LUA_TNONE)) == "no value");
    CHECK(std::string(lua_typename(L, LUA_TLIGHTUSERDATA)) == "userdata");
    CHECK(std::string(lua_typename(L, LUA_TUSERDATA)) == "userdata");
    CHECK(std::string(lua_typename(L, LUA_TTHREAD)) == "thread");
    CHECK(lua_iscfunction(L, 8));
    CHECK(lua_iscfunction(L, 9));
    CHECK(!lua_iscfunction(L, 10));
    CHECK(lua_isinteger(L, 4));
    CHECK(!lua_isinteger(L, 5));
    CHECK(lua_isuserdata(L, 3));
    CHECK(lua_isuserdata(L, 11));
    CHECK(lua_isstring(L, 4));
    CHECK((lua_tocfunction(L, 8) == dummy));
    CHECK((lua_tocfunction(L, 9) == dummy));
    CHECK((lua_tocfunction(L, 10) == nullptr));
    CHECK(lua_touserdata(L, 3) == this);
    CHECK(lua_tothread(L, 12) == L);
    CHECK(lua_toboolean(L, 2) == 1);
    CHECK(lua_toboolean(L, 1) == 0);
    CHECK(lua_toboolean(L, 4) == 1);
  }

  TEST_CASE_FIXTURE(ApiFixture, "pointers identify") {
    CHECK(lua_topointer(L, 1) == nullptr);
    lua_newtable(L);
    lua_newtable(L);
    CHECK(lua_topointer(L, 1) != lua_topointer(L, 2));
    lua_pushvalue(L, 1);
    CHECK(lua_topointer(L, 1) == lua_topointer(L, 3));
    void* block = lua_newuserdatauv(L, 8, 0);
    CHECK(lua_topointer(L, -1) == block);
    lua_pushlightuserdata(L, this);
    CHECK(lua_topointer(L, -1) == this);
    lua_pushcfunction(L, dummy);
    CHECK(lua_topointer(L, -1) == reinterpret_cast<void*>(dummy));
    lua_pushthread(L);
    CHECK(lua_topointer(L, -1) == L);
    lua_pushinteger(L, 1);
    CHECK(lua_topointer(L, -1) == nullptr);
    lua_pushboolean(L, 1);
    CHECK(lua_topointer(L, -1) == nullptr);
  }

  TEST_CASE_FIXTURE(ApiFixture, "numbers from anything") {
    int is_number = -1;
    lua_pushliteral(L, " 0x10 ");
    CHECK(lua_tointegerx(L, 1, &is_number) == 16);
    CHECK(is_number == 1);
    CHECK(lua_tonumberx(L, 1, &is_number) == 16.0);
    CHECK(lua_isnumber(L, 1));
    CHECK(lua_type(L, 1) == LUA_TSTRING);  // not changed in place
    lua_pushnumber(L, 3.0);
    CHECK(lua_tointeger(L, 2) == 3);
    lua_pushnumber(L, 3.5);
    CHECK(lua_tointegerx(L, 3, &is_number) == 0);
    CHECK(is_number == 0);
    lua_pushliteral(L, "3.0");
    CHECK(lua_tointegerx(L, 4, &is_number) == 3);
    CHECK(is_number == 1);
    lua_pushliteral(L, "abc");
    CHECK(lua_tonumberx(L, 5, &is_number) == 0);
    CHECK(is_number == 0);
    lua_pushnumber(L, 1e300);
    CHECK(lua_tointegerx(L, 6, &is_number) == 0);
    CHECK(is_number == 0);
    lua_newtable(L);
    CHECK(lua_tonumberx(L, 7, &is_number) == 0);
    CHECK(is_number == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "tolstring converts numbers in place") {
    lua_pushinteger(L, -12);
    lua_pushnumber(L, 1e15);
    lua_pushnumber(L, 2);
    std::size_t length = 0;
    CHECK(std::string(lua_tolstring(L, 1, &length)) == "-12");
    CHECK(length == 3);
    CHECK(lua_type(L, 1) == LUA_TSTRING);
    CHECK(text_at(2) == "1e+15");
    CHECK(text_at(3) == "2.0");
    lua_pushlstring(L, "a\0b", 3);
    CHECK(text_at(4) == std::string("a\0b", 3));
    lua_pushnil(L);
    length = 99;
    CHECK(lua_tolstring(L, 5, &length) == nullptr);
    CHECK(length == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "raw lengths") {
    lua_pushliteral(L, "four");
    CHECK(lua_rawlen(L, -1) == 4);
    lua_pushstring(L, std::string(1000, 'x').c_str());
    CHECK(lua_rawlen(L, -1) == 1000);
    lua_newuserdatauv(L, 123, 2);
    CHECK(lua_rawlen(L, -1) == 123);
    lua_newtable(L);
    for (int i = 1; i <= 10; ++i) {
      lua_pushinteger(L, i);
      lua_rawseti(L, -2, i);
    }
    CHECK(lua_rawlen(L, -1) == 10);
    lua_len(L, -1);
    CHECK(lua_tointeger(L, -1) == 10);
    lua_pushinteger(L, 12345);
    CHECK(lua_rawlen(L, -1) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "strings to numbers") {
    CHECK(lua_stringtonumber(L, "10") == 3);
    CHECK(lua_isinteger(L, -1));
    CHECK(lua_stringtonumber(L, "0x1p4 ") == 7);
    CHECK(lua_tonumber(L, -1) == 16.0);
    CHECK(!lua_isinteger(L, -1));
    CHECK(lua_stringtonumber(L, "") == 0);
    CHECK(lua_stringtonumber(L, "1 1") == 0);
    CHECK(lua_gettop(L) == 2);
  }

  TEST_CASE_FIXTURE(ApiFixture, "comparison") {
    lua_pushinteger(L, 1);
    lua_pushnumber(L, 1.0);
    lua_pushliteral(L, "1");
    lua_pushnumber(L, NAN);
    CHECK(lua_rawequal(L, 1, 2));
    CHECK(!lua_rawequal(L, 1, 3));
    CHECK(!lua_rawequal(L, 4, 4));
    CHECK(lua_compare(L, 1, 2, LUA_OPEQ));
    CHECK(!lua_compare(L, 1, 2, LUA_OPLT));
    CHECK(lua_compare(L, 1, 2, LUA_OPLE));
    CHECK(!lua_compare(L, 4, 4, LUA_OPLE));
    lua_pushboolean(L, 1);
    lua_pushboolean(L, 2);
    CHECK(lua_rawequal(L, -1, -2));
    lua_settop(L, 0);
    lua_pushinteger(L, 1);
    lua_pushliteral(L, "x");
    CHECK(error_of([](lua_State* state) {
            lua_compare(state, 1, 2, LUA_OPLT);
            return 0;
          }) == "attempt to compare number with string");
  }

  TEST_CASE_FIXTURE(ApiFixture, "comparison with metamethods") {
    run("local m = {__eq = function(a, b) return 1 end, __lt = function() return true end, __le = function() return nil end}\n"
        "local mt = ... return m", 1);
    for (int i = 0; i < 2; ++i) {
      lua_newtable(L);
      lua_pushvalue(L, 1);
      lua_setmetatable(L, -2);
    }
    CHECK(lua_compare(L, 2, 3, LUA_OPEQ) == 1);
    CHECK(lua_compare(L, 2, 3, LUA_OPLT) == 1);
    CHECK(lua_compare(L, 2, 3, LUA_OPLE) == 0);
    CHECK(!lua_rawequal(L, 2, 3));
    CHECK(lua_gettop(L) == 3);
  }

  TEST_CASE_FIXTURE(ApiFixture, "arithmetic") {
    auto apply = [this](int op, lua_Integer a, lua_Integer b) {
      lua_pushinteger(L, a);
      lua_pushinteger(L, b);
      lua_arith(L, op);
      std::string result = text_at(-1);
      lua_pop(L, 1);
      return result;
    };
    CHECK(apply(LUA_OPADD, 7, 3) == "10");
    CHECK(apply(LUA_OPSUB, 7, 3) == "4");
    CHECK(apply(LUA_OPMUL, 7, 3) == "21");
    CHECK(apply(LUA_OPMOD, -7, 3) == "2");
    CHECK(apply(LUA_OPPOW, 2, 3) == "8.0");
    CHECK(apply(LUA_OPDIV, 7, 2) == "3.5");
    CHECK(apply(LUA_OPIDIV, -7, 2) == "-4");
    CHECK(apply(LUA_OPBAND, 6, 3) == "2");
    CHECK(apply(LUA_OPBOR, 6, 3) == "7");
    CHECK(apply(LUA_OPBXOR, 6, 3) == "5");
    CHECK(apply(LUA_OPSHL, 1, 3) == "8");
    CHECK(apply(LUA_OPSHR, 8, 3) == "1");
    lua_pushinteger(L, 5);
    lua_arith(L, LUA_OPUNM);
    CHECK(lua_tointeger(L, -1) == -5);
    lua_arith(L, LUA_OPBNOT);
    CHECK(lua_tointeger(L, -1) == 4);
    CHECK(lua_gettop(L) == 1);
    lua_pushliteral(L, "10");  // strings as operands are the string library's business
    CHECK(error_of([](lua_State* state) {
            lua_arith(state, LUA_OPADD);
            return 1;
          }) == "attempt to perform arithmetic on a string value");
    lua_pushinteger(L, 1);
    lua_pushinteger(L, 0);
    CHECK(error_of([](lua_State* state) {
            lua_arith(state, LUA_OPIDIV);
            return 1;
          }) == "attempt to divide by zero");
    lua_newtable(L);
    lua_pushinteger(L, 0);
    CHECK(error_of([](lua_State* state) {
            lua_arith(state, LUA_OPADD);
            return 1;
          }) == "attempt to perform arithmetic on a table value");
  }

  TEST_CASE_FIXTURE(ApiFixture, "concatenation") {
    lua_concat(L, 0);
    CHECK(text_at(-1).empty());
    CHECK(lua_type(L, -1) == LUA_TSTRING);
    lua_pushinteger(L, 1);
    lua_concat(L, 1);
    CHECK(lua_type(L, -1) == LUA_TNUMBER);  // a single value stays as it is
    lua_pushliteral(L, "a");
    lua_pushnumber(L, 2.5);
    lua_pushliteral(L, "");
    lua_concat(L, 4);
    CHECK(text_at(-1) == "1a2.5");
    CHECK(lua_gettop(L) == 2);
    lua_newtable(L);
    lua_settop(L, 0);
    lua_newtable(L);
    CHECK(error_of([](lua_State* state) {
            lua_pushliteral(state, "x");
            lua_concat(state, 2);
            return 1;
          }) == "attempt to concatenate a table value");
  }

  TEST_CASE_FIXTURE(ApiFixture, "formatted strings") {
    CHECK(std::string(lua_pushfstring(L, "plain")) == "plain");
    CHECK(std::string(lua_pushfstring(L, "")) == "");
    CHECK(std::string(lua_pushfstring(L, "%s|%d|%I|%f|%c|%%|%U", "text", -5, static_cast<LUAI_UACINT>(INT64_MIN), 1.5, 'x',
                                      0x20ACul)) == "text|-5|-9223372036854775808|1.5|x|%|\xE2\x82\xAC");
    CHECK(std::string(lua_pushfstring(L, "%f %f", 1.0, 1e100)) == "1.0 1e+100");
    CHECK(std::string(lua_pushfstring(L, "%s", static_cast<const char*>(nullptr))) == "(null)");
    CHECK(std::string(lua_pushfstring(L, "%U%U%U", 0x7Ful, 0x80ul, 0x7FFFFFFFul)) == "\x7F\xC2\x80\xFD\xBF\xBF\xBF\xBF\xBF");
    char pointer[64];
    std::snprintf(pointer, sizeof pointer, "%p", static_cast<void*>(this));
    CHECK(std::string(lua_pushfstring(L, "%p", static_cast<void*>(this))) == pointer);
    std::string long_text(10000, 'y');
    CHECK(std::string(lua_pushfstring(L, "<%s%s>", long_text.c_str(), long_text.c_str())) == "<" + long_text + long_text + ">");
    CHECK(lua_gettop(L) == 8);
    lua_settop(L, 0);
    CHECK(error_of([](lua_State* state) {
            lua_pushfstring(state, "%y");
            return 1;
          }) == "invalid option '%y' to 'lua_pushfstring'");
  }

  TEST_CASE_FIXTURE(ApiFixture, "pushed strings are copies") {
    char text[] = "first";
    const char* kept = lua_pushstring(L, text);
    text[0] = 'F';
    CHECK(std::string(kept) == "first");
    CHECK(lua_pushstring(L, nullptr) == nullptr);
    CHECK(lua_isnil(L, -1));
    CHECK(std::string(lua_pushlstring(L, nullptr, 0)) == "");
    CHECK(lua_pushthread(L) == 1);
    CHECK(lua_pushthread(lua_newthread(L)) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "userdata and user values") {
    auto* block = static_cast<unsigned char*>(lua_newuserdatauv(L, 16, 3));
    std::memset(block, 0xAB, 16);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % alignof(double) == 0);
    for (int i = 1; i <= 3; ++i) CHECK(lua_getiuservalue(L, 1, i) == LUA_TNIL);
    CHECK(lua_getiuservalue(L, 1, 0) == LUA_TNONE);
    CHECK(lua_isnil(L, -1));
    CHECK(lua_getiuservalue(L, 1, 4) == LUA_TNONE);
    lua_settop(L, 1);
    lua_pushliteral(L, "kept");
    CHECK(lua_setiuservalue(L, 1, 2) == 1);
    lua_newtable(L);
    CHECK(lua_setiuservalue(L, 1, 4) == 0);
    CHECK(lua_gettop(L) == 1);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(lua_getiuservalue(L, 1, 2) == LUA_TSTRING);
    CHECK(block[15] == 0xAB);
    CHECK(lua_touserdata(L, 1) == block);
  }
}
