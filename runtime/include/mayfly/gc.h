/* SPDX-License-Identifier: MIT
 * The collector as a host controls and watches it. The manual, with examples: gc/controls.md. Notes in brackets as in the
 * Lua manual: [values popped, pushed, errors].
 */
#ifndef MAYFLY_GC_H
#define MAYFLY_GC_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>
#include <stddef.h>

/* --- limits and pacing --------------------------------------------------------------------------------------------------- */

/* [-0, +0, -]  Limits of memory in bytes; 0: none. May be changed at any time, also below what is in use.
 * With `hard` bytes held from the allocator a request for more counts as refused: after an emergency collection, which runs
 * no finalizers and no callbacks, and a second try it becomes the error "not enough memory" (LUA_ERRMEM). The state
 * stays usable. From `soft` bytes in use on (external ones included) the collector begins a cycle at once and works
 * several times as fast. */
LUA_API void mayfly_setmemlimit(lua_State *L, size_t soft, size_t hard);

/* [-0, +0, -]  The limits in force. Either pointer may be NULL. */
LUA_API void mayfly_getmemlimit(lua_State *L, size_t *soft, size_t *hard);

/* What prepares a piece of memory of four megabytes or more that is about to be filled from one end to the other (a very large
 * table): gets the size the allocator gave the piece, and may meet pieces of an allocator set later (lua_setallocf). It changes no contents,
 * calls nothing of the state and cannot fail. */
typedef void (*mayfly_Filling)(void *context, void *piece, size_t bytes);

/* [-0, +0, -]  From now on `function` is told of such pieces, with `context` (NULL: nobody is), so that the allocator may ask for large pages, as
 * that of luaL_newstate does. */
LUA_API void mayfly_setfilling(lua_State *L, mayfly_Filling function, void *context);

/* [-0, +0, -]  `delta` more (or, negative, fewer) bytes are held outside the heap by userdata: a collection comes as soon
 * as if they were in the heap. They do not count for the hard limit. */
LUA_API void mayfly_external(lua_State *L, ptrdiff_t delta);

/* [-0, +0, -]  Collects for about so many microseconds, in small pieces, or until a cycle is complete: then it returns 1,
 * otherwise 0. With no cycle under way it begins one. *used (which may be NULL): the microseconds it took. Finalizers
 * and callbacks wait for the next script, or lua_gc. */
LUA_API int mayfly_gcstep_us(lua_State *L, unsigned microseconds, unsigned *used);

/* [-0, +0, -]  1: from now on collections are full ones that come after certain numbers of allocated objects, which depend on
 * nothing but the numbers of objects: the same script then sees the same things die at the same moments, whatever the
 * addresses. 0: an end to that. For tests, as it is slow. Returns what was in force. */
LUA_API int mayfly_gcdeterministic(lua_State *L, int on);

/* What an allocator that keeps freed memory for later gives back to the system: called at the end of every cycle of the collector,
 * between its steps, until it returns 0. Each call should take some microseconds. The first of a cycle has `cycle_ended`;
 * `all`: a full collection was asked for, or the allocator has refused. It may not use the state. */
typedef int (*mayfly_GiveBack)(void *context, int cycle_ended, int all);

/* [-0, +0, -]  From now on `give_back` is asked (NULL: nobody is). luaL_newstate does this for its own allocator; lua_setallocf
 * changes nothing about it. */
LUA_API void mayfly_setgiveback(lua_State *L, mayfly_GiveBack give_back, void *context);

/* --- looking inside ------------------------------------------------------------------------------------------------------ */

typedef struct mayfly_GcStats {
  const char *collector;       /* which collector: "precise" or "boehm" */
  size_t bytes;                /* in use: what collectgarbage("count") shows */
  size_t reserved;             /* held from the allocator, the state's own included */
  size_t external;             /* of mayfly_external */
  size_t objects;              /* exact after a full collection, else an upper bound */
  unsigned long long cycles;   /* complete ones, since the state was made, as everything that follows */
  unsigned long long pauses;   /* times the collector took the thread to itself */
  double longest_pause;        /* in seconds, as everything that follows */
  double all_pauses;
  double marking, flip, clearing, sweeping; /* what of it went where */
  size_t weak_live;            /* weak references, and entries of weak tables and sets, whose object is alive */
  size_t weak_dead;            /* not yet cleared, though no script can see them any more */
  unsigned long long weak_cleared;
  unsigned long long finalized; /* finalizers and callbacks that have run */
} mayfly_GcStats;

/* [-0, +0, -]  Fills *stats. Looks at every weak reference and entry. */
LUA_API void mayfly_gcstats(lua_State *L, mayfly_GcStats *stats);

/* [-0, +0, -]  Calls `visit` for each kind of object there is one of: its name, how many (garbage not yet collected
 * included), and the bytes they take with what belongs to them. Walks the whole heap; `visit` may not use the state. */
LUA_API void mayfly_gckinds(lua_State *L, void (*visit)(void *context, const char *kind, size_t count, size_t bytes),
                            void *context);

/* [-0, +1, m]  Why is the object at `index` still alive? Collects, then pushes a string that names the shortest way by which
 * it is held, as a script would write it ("_G.cache.logo -> metatable", "registry._LOADED.app -> upvalue state[2]"), and
 * returns 1. Ways over the stack of the calling thread are told only when there is no other; the slots of the calling C
 * function do not count. Pushes nil and returns 0 when there is no way, and for a value that is no object. Takes memory and
 * time for every object of the heap. */
LUA_API int mayfly_why(lua_State *L, int index);

/* What a listener is told. */
#define MAYFLY_GCCYCLEBEGINS 0
#define MAYFLY_GCPHASEBEGINS 1 /* `phase` has begun */
#define MAYFLY_GCPAUSEENDS 2   /* the program goes on after a pause of `seconds` */
#define MAYFLY_GCCYCLEENDS 3   /* `seconds`: the collector's time in this cycle */

typedef struct mayfly_GcEvent {
  int what;                 /* one of the above */
  const char *phase;        /* "marking", "flip", "clearing", "sweeping" */
  double seconds;
  size_t bytes;             /* in use at this moment */
  size_t reserved;          /* held from the allocator at this moment */
  unsigned long long cycle; /* its number, from 1 */
} mayfly_GcEvent;

typedef void (*mayfly_GcListener)(void *context, const mayfly_GcEvent *event);

/* [-0, +0, -]  From now on `listener` is told of each cycle (NULL: nobody is). It runs while the collector is at work: it may not
 * use the state, nor take long. */
LUA_API void mayfly_gclisten(lua_State *L, mayfly_GcListener listener, void *context);

/* --- checking ------------------------------------------------------------------------------------------------------------ */

/* [-0, +0, -]  From now on collects at every `period`-th allocation and verifies the heap after every phase; 0 ends it. Shows
 * a host the values it holds without rooting them. Returns the period that was in force. */
LUA_API int mayfly_gcstress(lua_State *L, int period);

/* [-0, +0, -]  The same with one step of about `bytes` of work in place of each full collection: cycles then run between the
 * allocations of the program, in small pieces. 0 bytes make it mayfly_gcstress. */
LUA_API int mayfly_gcstresssteps(lua_State *L, int period, size_t bytes);

/* [-0, +0, -]  The n-th allocation from now on fails, and all that follow, as if there were no memory; 0 ends it. Shows a host
 * what its functions do about LUA_ERRMEM, wherever it comes. Returns how many allocations were left, the failing
 * one included: 1 when they had begun to fail, 0 when nothing was set. */
LUA_API int mayfly_gcfail(lua_State *L, int n);

/* [-0, +0, -]  Checks every invariant of the heap that holds at this moment; ends the program with a description of the first one
 * that is broken. */
LUA_API void mayfly_gcverify(lua_State *L);

/* [-0, +(0|1), m]  The same for who wants to go on: 1, or 0 and the description on top of the stack. */
LUA_API int mayfly_gccheck(lua_State *L);

/* --- for scripts ----------------------------------------------------------------------------------------------------------- */

/* The library `gc`. luaL_openlibs makes it ready for `require "gc"` and sets no global variable. */
LUAMOD_API int luaopen_gc(lua_State *L);

#ifdef __cplusplus
}
#endif
#endif
