// SPDX-License-Identifier: MIT
// `__gc`: which objects have one, and when what waits is run.
#pragma once

#include "gc/cell.hpp"
#include "value/table.hpp"

struct lua_State;

namespace rt {

struct GlobalState;

// `object` (a table or full userdata) has got `metatable`. When that has a `__gc` field now, the object is marked for
// finalization (manual 2.5.3). May throw gc::OutOfMemory.
void attach_finalizer(GlobalState& state, gc::Cell* object, Table* metatable);

// Do finalizers or weak callbacks wait?
bool has_pending(GlobalState& state);
// Runs what waits: all weak callbacks and finalizers, each in protected mode, its error going to `warn`. L->top must be
// above everything that is alive. Does nothing while one is running. Called by lua_gc.
void run_pending(lua_State* L);
// The same, and what has died in a cycle that is under way and is to be told of first: that cycle is completed. So nothing that is
// known to be dead waits, though what was run has begun a cycle.
void run_all_pending(lua_State* L);
// As run_pending for a bounded number of them; more only as far as more have just been made, so that the queue cannot grow for ever.
// Called at safe points; the allocator's next slow path asks for the next batch (GlobalState::allocating).
void run_pending_batch(lua_State* L);
// For lua_close: every finalizer there is, whether its object is reachable or not.
void run_all_finalizers(lua_State* L);

}  // namespace rt
