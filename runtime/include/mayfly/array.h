/* SPDX-License-Identifier: MIT
 * Sequences in bulk: the values of plain tables as they lie in memory, for native code that handles many of them. Notes in
 * brackets as in the Lua manual: [values popped, pushed, errors]. Nothing here uses metamethods but mayfly_lessthan and what
 * mayfly_callorder calls.
 *
 * A pointer to values is valid until the table is written by anything else than the pointer; a call that may run scripts
 * may do so, a call that only allocates does not. The values stay alive as long as the table holds them.
 */
#ifndef MAYFLY_ARRAY_H
#define MAYFLY_ARRAY_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* A value as it lies in a table. `number` is valid with MAYFLY_TAGFLOAT, `integer` with MAYFLY_TAGINTEGER; with
 * other tags the content is the runtime's. May be copied as a whole. */
typedef struct mayfly_Value {
  union {
    lua_Integer integer;
    lua_Number number;
    void *pointer;
  } content;
  unsigned char tag;
} mayfly_Value;

#define MAYFLY_TAGINTEGER 3
#define MAYFLY_TAGFLOAT 4

/* [-0, +0, -]  1 when the value at `index` is a table without metatable: raw access is all there is. */
LUA_API int mayfly_isplain(lua_State *L, int index);

/* [-0, +0, -]  The values of the positions `first` to `first + count - 1` of the table at `index`. NULL when the
 * value is no table, or when the array part of the table does not hold all these positions (which says nothing about
 * what they hold). */
LUA_API const mayfly_Value *mayfly_values(lua_State *L, int index, lua_Integer first, size_t count);

/* [-0, +0, -]  The same to write: values that this table or the stack holds already, integers and floats. When all
 * is written, and before any other function of the API, mayfly_wrote is called. */
LUA_API mayfly_Value *mayfly_writevalues(lua_State *L, int index, lua_Integer first, size_t count);
/* [-0, +0, -]  The collector is told that the table at `index` has been written to. */
LUA_API void mayfly_wrote(lua_State *L, int index);

/* [-0, +0, -]  Moves `count` values from position `first` of the table at `from` to position `target` of the table
 * at `to`; the ranges may overlap. Returns 0, and does nothing, when mayfly_values would give NULL for one of them. */
LUA_API int mayfly_movevalues(lua_State *L, int from, lua_Integer first, size_t count, int to, lua_Integer target);

/* [-1, +0, m]  Stores the value on top behind the last one of the table at `index`: t[#t + 1] = value. */
LUA_API void mayfly_append(lua_State *L, int index);

/* [-0, +1, -]  Pushes one value. */
LUA_API void mayfly_pushvalue(lua_State *L, const mayfly_Value *value);

/* [-0, +count, -]  Pushes the values of `count` positions of the table at `index`, nil for those it has not. There
 * must be room. */
LUA_API void mayfly_pushvalues(lua_State *L, int index, lua_Integer first, size_t count);

/* [-count, +1, m]  Pushes a new table with the `count` values on top as its sequence, and room for `fields` other
 * keys. */
LUA_API void mayfly_newsequence(lua_State *L, int count, int fields);

/* [-0, +0, -]  The text of a string, valid as long as the value is alive; of a number, written to `room`
 * (MAYFLY_MAXNUMBERTEXT characters; NULL: numbers are no text); NULL for any other value. */
#define MAYFLY_MAXNUMBERTEXT 64
LUA_API const char *mayfly_text(const mayfly_Value *value, char *room, size_t *length);

/* [-0, +0, -]  The same for the value at `index`. */
LUA_API const char *mayfly_totext(lua_State *L, int index, char *room, size_t *length);

/* [-0, +0, -]  The lengths of `count` strings added up; SIZE_MAX when one of the values is no string (a number is none), or the sum
 * is not less. */
LUA_API size_t mayfly_textsize(const mayfly_Value *values, size_t count);

/* [-0, +0, -]  Copies the texts of `count` strings one after the other to `target`, `separator` between each two of them. Returns
 * the end of what was written. */
LUA_API char *mayfly_copytexts(const mayfly_Value *values, size_t count, const char *separator, size_t separator_length, char *target);

/* [-0, +0, e]  a < b, as lua_compare with LUA_OPLT. */
LUA_API int mayfly_lessthan(lua_State *L, const mayfly_Value *a, const mayfly_Value *b);

/* [-0, +0, e]  Calls the function at `function` with two values; is its result true? Cannot be yielded across. */
LUA_API int mayfly_callorder(lua_State *L, int function, const mayfly_Value *a, const mayfly_Value *b);

#ifdef __cplusplus
}
#endif
#endif
