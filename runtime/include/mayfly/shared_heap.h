/* SPDX-License-Identifier: MIT
 * For hosts that live in a heap of Boehm's collector (bdwgc), with a library built with -Dcollector=boehm: script values and
 * objects of the host are then in one heap, and refer to each other without handles. What leads from one to the other is
 * seen by the collector on both sides, so a cycle across the border dies when nothing else refers to it. Notes in brackets as
 * in the Lua manual: [values popped, pushed, errors].
 *
 *   From the host's objects to values   mayfly_share: an address that any object allocated with GC_MALLOC (or of a typed kind
 *                                       that has a pointer there), the C stack or static data may hold, copy and forget
 *   From values to the host's objects   the block of a full userdata: every word of it that is the address of an object of
 *                                       bdwgc keeps that object
 *
 * Nothing is to be released. A host that starts bdwgc itself does so (GC_INIT) before the first state is made, and not in
 * its incremental mode. All states of such a process belong to one thread at a time, as all of them are stopped and cleared
 * together. The allocator of the state must not be bdwgc's.
 */
#ifndef MAYFLY_SHARED_HEAP_H
#define MAYFLY_SHARED_HEAP_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* 1 when this library shares its heap with the host (-Dcollector=boehm), else 0. */
LUA_API int mayfly_sharesheap(void);

/* [-0, +0, m]  A new object in the host's heap that keeps the value at `index` alive as long as it is itself reachable. Each
 * call makes one (48 bytes). Raises an error when no heap is shared. */
LUA_API const void *mayfly_share(lua_State *L, int index);

/* [-0, +1, -]  Pushes the value that mayfly_share was given in the same state (any of its threads), and returns its type.
 * Pushes nil and returns LUA_TNONE when `shared` is NULL, when it was made by another state, which may have been closed, and
 * for finalizers of bdwgc (GC_REGISTER_FINALIZER) when only the dead object led to it. */
LUA_API int mayfly_pushshared(lua_State *L, const void *shared);

#ifdef __cplusplus
}
#endif

#endif
