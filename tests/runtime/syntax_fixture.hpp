// SPDX-License-Identifier: MIT
// A state that compiles texts and shows what came of them.
#pragma once

#include <string>
#include <string_view>

#include "state_fixture.hpp"
#include "syntax/disassembly.hpp"

struct SyntaxFixture : StateFixture {
  struct Text {
    std::string_view left;
    std::size_t piece;
  };
  static const char* read(lua_State*, void* data, std::size_t* size) {
    auto* text = static_cast<Text*>(data);
    *size = text->left.size() < text->piece ? text->left.size() : text->piece;
    const char* begin = text->left.data();
    text->left.remove_prefix(*size);
    return begin;
  }
  static int append(lua_State*, const void* data, std::size_t size, void* to) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
    return 0;
  }

  // The status; the function or the message is on the stack.
  int load(std::string_view chunk, const char* mode = nullptr, std::size_t piece = SIZE_MAX) {
    Text text{chunk, piece};
    return lua_load(L, read, &text, "=chunk", mode);
  }
  // "" when the chunk compiles, else the message.
  std::string message(std::string_view chunk, const char* mode = nullptr) {
    std::string text = load(chunk, mode) == LUA_OK ? "" : lua_tostring(L, -1);
    lua_pop(L, 1);
    return text;
  }
  const rt::Prototype* prototype(std::string_view chunk) {
    REQUIRE_MESSAGE(load(chunk) == LUA_OK, lua_tostring(L, -1));
    return L->top[-1].lua_function()->prototype;
  }
  std::string dump(std::string_view chunk, bool strip) {
    std::string binary;
    prototype(chunk);
    lua_dump(L, append, &binary, strip);
    lua_pop(L, 1);
    return binary;
  }
  // Instructions without heading and numbers: "; " between them. The first one, vararg_prepare, and a final return of
  // nothing are left out.
  static std::string instructions(const rt::Prototype* p) {
    std::string listing = rt::disassemble(p, false), out;
    std::size_t at = listing.find('\n') + 1;
    while (at < listing.size()) {
      std::size_t end = listing.find('\n', at), begin = listing.find("] ", at) + 2;
      std::string line = listing.substr(begin, end - begin);
      at = end + 1;
      if (line == "vararg_prepare 0" || (at == listing.size() && (line.starts_with("return_ r0 1") || line == "return_none"))) continue;
      if (!out.empty()) out += "; ";
      out += line;
    }
    return out;
  }
  std::string code(std::string_view chunk) {
    std::string text = instructions(prototype(chunk));
    lua_pop(L, 1);
    return text;
  }
};
