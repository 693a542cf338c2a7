/* SPDX-License-Identifier: MIT
 * The weak types for hosts. Notes in brackets as in the Lua manual: [values popped, pushed, errors].
 *
 * The ordinary functions work on weak tables and sets too: lua_gettable, lua_settable, lua_getfield, lua_setfield, lua_rawget,
 * lua_rawset, lua_next, lua_rawlen, luaL_len, lua_rawequal, lua_compare. lua_type gives LUA_TUSERDATA for every weak value;
 * lua_touserdata gives NULL. lua_getmetatable gives the metatable that all values of one weak type share, lua_setmetatable
 * sets it.
 */
#ifndef MAYFLY_WEAK_H
#define MAYFLY_WEAK_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* The library `weak`, opened as the libraries of lualib.h are. */
LUAMOD_API int luaopen_weak(lua_State *L);

/* What mayfly_weaktype gives. */
#define MAYFLY_WEAKNONE 0
#define MAYFLY_WEAKREF 1
#define MAYFLY_WEAKKEYTABLE 2
#define MAYFLY_WEAKVALUETABLE 3
#define MAYFLY_WEAKKVTABLE 4
#define MAYFLY_WEAKSET 5
#define MAYFLY_WEAKPROXY 6
#define MAYFLY_WEAKFINALIZER 7

/* Pushes the table that all values of this weak type (not MAYFLY_WEAKNONE) are to have as their metatable. */
typedef void (*mayfly_WeakMetatable)(lua_State *L, int type);

/* [-0, +0, e]  From now on `push` is called when the first value of a weak type is made, and now for each type that has had values
 * already. NULL: a type without values will have no metatable. An error that `push` raises is one of who makes the value, and the next
 * to make one calls it again. The library `weak` sets its metatables so. */
LUA_API void mayfly_setweakmetatables(lua_State *L, mayfly_WeakMetatable push);

/* [-0, +0, -]  The weak type of the value at `index`, MAYFLY_WEAKNONE for every other value. */
LUA_API int mayfly_weaktype(lua_State *L, int index);

/* [-0, +0, -]  The name the function `type` gives: "weakref", "weakkeytable", ... for weak values; for a full userdata whose
 * metatable has a string in the field `__weaktype`, that string; else what lua_typename(L, lua_type(L, index)) gives ("no value"
 * for an index that is not valid). */
LUA_API const char *mayfly_typename(lua_State *L, int index);

/* [-0, +1, m]  Pushes that name, for the common types without looking for the string. */
LUA_API void mayfly_pushtypename(lua_State *L, int index);

/* [-0, +0, -]  1 when the value at `index` can be held weakly, else 0. */
LUA_API int mayfly_referable(lua_State *L, int index);

/* [-0, +1, m]  Pushes a ref to the value at `index`, which calls the function at `callback` (0: none) once it is dead. Refs
 * without callback to one object are one value. Pushes nil when the value cannot be held weakly. Returns 1 or 0. */
LUA_API int mayfly_newweakref(lua_State *L, int index, int callback);

/* [-0, +1, -]  Pushes the object that the ref or proxy at `index` leads to, or nil once it is dead. Returns its type. */
LUA_API int mayfly_getweakref(lua_State *L, int index);

/* [-0, +1, -]  Pushes the callback of the ref or proxy at `index`; nil when there is none or the object is dead. */
LUA_API int mayfly_getweakcallback(lua_State *L, int index);

/* [-0, +1, m]  Pushes a sequence of the live refs to the value at `index`, newest first. */
LUA_API void mayfly_weakrefs(lua_State *L, int index);

/* [-0, +0, -]  The number of live refs to the value at `index`. */
LUA_API lua_Unsigned mayfly_weakrefcount(lua_State *L, int index);

/* [-0, +1, m]  Pushes a proxy for the value at `index`, as mayfly_newweakref. Its operations are those of the metatable that is set
 * for proxies (the library `weak` sets one). */
LUA_API int mayfly_newweakproxy(lua_State *L, int index, int callback);

/* [-0, +1, m]  Pushes a new weak table of a kind (MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKVALUETABLE or MAYFLY_WEAKKVTABLE, with
 * MAYFLY_WEAKLONG added: keys die only after finalization, the rule of `__mode`) with room for about `size` entries. */
#define MAYFLY_WEAKLONG 0x100
LUA_API void mayfly_newweaktable(lua_State *L, int kind, size_t size);

/* [-0, +1, m]  Pushes a new weak set with room for about `size` members. */
LUA_API void mayfly_newweakset(lua_State *L, size_t size);

/* [-0, +3, m]  Pushes what `pairs` gives for the weak table or set at `index`: an iterator function, the value itself, nil. The
 * iterator visits every entry that lives throughout exactly once, whatever happens meanwhile. */
LUA_API int mayfly_weakpairs(lua_State *L, int index);

/* [-0, +0, -]  Removes all entries of the weak table or set at `index`. */
LUA_API void mayfly_clearweak(lua_State *L, int index);

/* [-0, +(0|2), -]  Removes the newest entry of the weak table or set at `index`, pushes its key and its value, and returns 1; pushes
 * nothing and returns 0 when there is none. */
LUA_API int mayfly_popweak(lua_State *L, int index);

/* [-0, +0, -]  1 when the weak table at `index` follows the rule of `__mode` (MAYFLY_WEAKLONG). */
LUA_API int mayfly_islongweak(lua_State *L, int index);

/* [-(nargs + 1), +1, v]  Calls the function below its nargs arguments once, when the value at `index` dies or, unless `atexit` is 0,
 * when the state closes; newest first. Pushes the handle of the finalizer (which need not be kept). Raises an error when the
 * value cannot be held weakly, and when the function or an argument is the value itself: it could never run. */
LUA_API void mayfly_finalize(lua_State *L, int index, int nargs, int atexit);

/* [-0, +(0|n), m]  Takes what the finalizer at `index` would call: it will not run any more. Pushes the function and its arguments
 * and returns the number of these values; 0 when it has run or was detached. With `keep` not 0 it only looks. */
LUA_API int mayfly_takefinalizer(lua_State *L, int index, int keep);

/* [-0, +1, -]  Pushes the object the finalizer at `index` waits for; nil when it is dead, or the finalizer has run or was detached. */
LUA_API int mayfly_getfinalizer(lua_State *L, int index);

/* [-0, +0, -]  Gets (and with `set` 0 or 1 changes) whether the finalizer at `index` runs when the state closes; `set` -1 only asks. */
LUA_API int mayfly_finalizeratexit(lua_State *L, int index, int set);

/* A host's weak handle: not a Lua value, may be kept anywhere, and outlive the state (it is empty then). */
typedef struct mayfly_WeakHandle mayfly_WeakHandle;

/* [-0, +0, m]  A handle for the value at `index`; NULL when it cannot be held weakly. */
LUA_API mayfly_WeakHandle *mayfly_newweakhandle(lua_State *L, int index);

/* [-0, +1, -]  Pushes the object, or nil when it is dead, when the handle is NULL, or when it belongs to another state or to one that is
 * closed. Returns its type. */
LUA_API int mayfly_getweakhandle(lua_State *L, mayfly_WeakHandle *handle);

/* Is the object alive? No state needed: 0 after lua_close. */
LUA_API int mayfly_weakhandlealive(const mayfly_WeakHandle *handle);

/* Gives the handle back; NULL is ignored. Allowed after lua_close. */
LUA_API void mayfly_freeweakhandle(mayfly_WeakHandle *handle);

#ifdef __cplusplus
}
#endif
#endif
