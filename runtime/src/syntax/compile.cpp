// SPDX-License-Identifier: MIT
// From a chunk to a function.
#include "syntax/compile.hpp"

#include <cstdio>
#include <cstring>

#include "memory/global_state.hpp"
#include "syntax/chunk_stream.hpp"
#include "syntax/parser.hpp"
#include "syntax/undump.hpp"
#include "vm/call.hpp"
#include "vm/error.hpp"

namespace rt {

namespace {

// The caller keeps `p` alive.
LuaFunction* push_closure(lua_State* L, Prototype* p) {
  GlobalState& state = global_of(L);
  ensure_stack(L, 1);
  LuaFunction* f = make_lua_function(state, p);
  push(L, Value::of(f));
  for (int i = 0; i < p->upvalue_count; ++i) {
    f->upvalues[i] = make_closed_upvalue(state);
    state.heap.barrier(f, f->upvalues[i]);
  }
  return f;
}

LuaFunction* compile_text(lua_State* L, ChunkStream& stream, const char* chunk_name) {
  GlobalState& state = global_of(L);
  Session session(L, state);
  session.source = make_string(state, chunk_name);
  Lexer lexer(state, L, stream, session.names, session.source);
  Parser parser(session, lexer);
  return push_closure(L, parser.chunk());
}

LuaFunction* load_binary(lua_State* L, ChunkStream& stream, const char* chunk_name) {
  gc::Handle<Prototype> p(global_of(L).heap);
  undump(L, stream, chunk_name, p);
  return push_closure(L, p.get());
}

void check_mode(lua_State* L, const char* mode, const char* kind) {
  if (mode == nullptr || std::strchr(mode, kind[0]) != nullptr) return;
  char message[120];
  std::snprintf(message, sizeof message, "attempt to load a %s chunk (mode is '%s')", kind, mode);
  ensure_stack(L, 1);
  push(L, Value::of(make_string(global_of(L), message)));
  raise(L, LUA_ERRSYNTAX);
}

}  // namespace

LuaFunction* compile(lua_State* L, lua_Reader reader, void* data, const char* chunk_name) {
  ChunkStream stream(L, reader, data);
  return compile_text(L, stream, chunk_name);
}

LuaFunction* load(lua_State* L, lua_Reader reader, void* data, const char* chunk_name, const char* mode) {
  ChunkStream stream(L, reader, data);
  bool is_binary = stream.has_more() && *stream.next == LUA_SIGNATURE[0];
  check_mode(L, mode, is_binary ? "binary" : "text");
  return is_binary ? load_binary(L, stream, chunk_name) : compile_text(L, stream, chunk_name);
}

}  // namespace rt
