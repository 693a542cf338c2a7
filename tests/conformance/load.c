/* SPDX-License-Identifier: MIT
 * Loading and dumping chunks: readers, modes, names, binary chunks and what refuses them.
 */
#include "conformance.h"

struct Pieces {
  const char *const *pieces;
  int calls;
};

static const char *read_piece(lua_State *L, void *data, size_t *size) {
  struct Pieces *p = (struct Pieces *)data;
  const char *piece = p->pieces[p->calls];
  (void)L;
  if (piece == NULL) return NULL;
  p->calls++;
  *size = strlen(piece);
  return piece;
}

static const char *failing_reader(lua_State *L, void *data, size_t *size) {
  (void)data;
  *size = 0;
  luaL_error(L, "reader failed");
  return NULL;
}

static int load_pieces(lua_State *L, const char *label, const char *const *pieces, const char *chunk_name, const char *mode) {
  struct Pieces p;
  int status;
  p.pieces = pieces;
  p.calls = 0;
  status = lua_load(L, read_piece, &p, chunk_name, mode);
  printf("load/%s: status %d calls %d\n", label, status, p.calls);
  return status;
}

struct Memory {
  char bytes[10000];
  size_t size;
  int fail_after;
};

static int write_memory(lua_State *L, const void *bytes, size_t size, void *data) {
  struct Memory *m = (struct Memory *)data;
  (void)L;
  if (m->fail_after >= 0 && m->fail_after-- == 0) return 33;
  if (m->size + size > sizeof m->bytes) return 44;
  memcpy(m->bytes + m->size, bytes, size);
  m->size += size;
  return 0;
}

static struct Memory memory;

static void load_bytes(lua_State *L, const char *label, const char *mode) {
  int status = luaL_loadbufferx(L, memory.bytes, memory.size, "=binary", mode);
  printf("load/%s: %d\n", label, status);
  if (status == LUA_OK) {
    lua_pushinteger(L, 20);
    status = lua_pcall(L, 1, LUA_MULTRET, 0);
    printf("load/%s: called %d\n", label, status);
    clear(L, label);
  } else {
    lua_settop(L, 0);
  }
}

void load_part(lua_State *L) {
  static const char *const good[] = {"ret", "urn 1", ", ...", NULL};
  static const char *const ended[] = {"return 1", "", "syntax error", NULL};
  static const char *const empty[] = {NULL};
  static const char *const bad[] = {"return ", "return", NULL};
  size_t cut;
  int i;
  section("load");
  luaL_openlibs(L);
  if (load_pieces(L, "pieces", good, "=name", NULL) == LUA_OK) {
    lua_pushinteger(L, 2);
    lua_call(L, 1, LUA_MULTRET);
  }
  clear(L, "pieces");
  load_pieces(L, "an empty piece ends it", ended, "=name", "t");
  lua_settop(L, 0);
  load_pieces(L, "nothing", empty, "=name", "bt");
  lua_call(L, 0, LUA_MULTRET);
  clear(L, "nothing");
  load_pieces(L, "bad", bad, "=name", "bt");
  clear(L, "bad");
  load_pieces(L, "bad in a file", bad, "@file.lua", "bt");
  clear(L, "bad in a file");
  load_pieces(L, "bad in a text", bad, "text of\nthe chunk", "bt");
  clear(L, "bad in a text");
  load_pieces(L, "bad without a name", bad, NULL, "bt");
  clear(L, "bad without a name");
  load_pieces(L, "text refused", good, "=name", "b");
  clear(L, "text refused");
  number("failing reader", lua_load(L, failing_reader, NULL, "=name", NULL));
  clear(L, "failing reader");

  number("loadstring", luaL_loadstring(L, "local a <const> = 1 return a"));
  number("upvalues", lua_getupvalue(L, 1, 1) != NULL);
  lua_settop(L, 0);
  number("loadstring bad", luaL_loadstring(L, "x ="));
  clear(L, "loadstring bad");
  number("loadbuffer", luaL_loadbuffer(L, "return '\\0', 5", 14, "chunk"));
  lua_call(L, 0, LUA_MULTRET);
  clear(L, "loadbuffer");
  number("dostring", luaL_dostring(L, "return 1, 2, 3"));
  clear(L, "dostring");
  number("dostring bad", luaL_dostring(L, "error({})"));
  clear(L, "dostring bad");
  number("loadfile missing", luaL_loadfile(L, "/nowhere/missing.lua"));
  clear(L, "loadfile missing");

  if (luaL_loadstring(L, "local n = ... local function f(x) return x * 2 end local s = 'long string constant that is longer than forty characters' return f(n), #s, 1.5, 7, nil, true, 'short'") != LUA_OK) return;
  for (i = 0; i <= 1; i++) {
    memory.size = 0;
    memory.fail_after = -1;
    number("dump", lua_dump(L, write_memory, &memory, i));
    number("it is told from a text by its first byte", memory.bytes[0] == LUA_SIGNATURE[0]);
    lua_settop(L, 1);
    lua_State *other = luaL_newstate();
    load_bytes(other, "binary", "b");
    load_bytes(other, "binary as either", NULL);
    load_bytes(other, "binary refused", "t");
    lua_close(other);
  }
  memory.fail_after = 0;
  number("a writer that fails", lua_dump(L, write_memory, &memory, 0));
  show(L, "after dump");
  lua_settop(L, 0);
  lua_pushcfunction(L, luaopen_base);
  number("dump of a C function", lua_dump(L, write_memory, &memory, 0));
  lua_settop(L, 0);
  number("refused at every length", 0);
  for (cut = 1; cut < memory.size; cut++)
    if (luaL_loadbufferx(L, memory.bytes, cut, "=cut", "b") == LUA_OK)
      number("a cut chunk was loaded", (long long)cut);
    else
      lua_pop(L, 1);
  memory.bytes[4] ^= 1;
  number("another version", luaL_loadbufferx(L, memory.bytes, memory.size, "=version", "b"));
  lua_settop(L, 0);
}
