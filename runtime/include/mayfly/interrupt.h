/* SPDX-License-Identifier: MIT
 * Stopping scripts: from another thread, from a signal handler, or after a number of instructions. Notes in brackets as in
 * the Lua manual: [values popped, pushed, errors].
 *
 * A script that is stopped gets an error at its next safepoint: a call, a return, a backward jump, or the inside of a
 * long loop of a library (patterns, string.rep, table.concat, table.sort, ...). Scripts that are not stopped pay nothing.
 *
 * Who may catch it:
 *   catchable (as the state begins)  It is an ordinary error: the script's `pcall` and coroutines catch it.
 *   uncatchable                      It passes through the `pcall`, `xpcall` and coroutines of scripts, and no instruction of a
 *                                    script is executed any more, until the error has reached the host: the outermost
 *                                    lua_pcall or lua_resume, called while nothing else of the state was running, or
 *                                    mayfly_clearinterrupt. Meanwhile `__close` metamethods and message handlers that are
 *                                    Lua functions end at their first instruction, those that are C functions run (files are
 *                                    closed, tracebacks made); finalizers wait. A lua_pcall of a C function that a
 *                                    script has called gets the error too: C code is never skipped, but when it returns to
 *                                    the script, that one ends.
 * A finalizer or a callback of a weak reference that is stopped ends with a warning, like all their errors, and the script
 * it interrupted is stopped as well.
 */
#ifndef MAYFLY_INTERRUPT_H
#define MAYFLY_INTERRUPT_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* [-0, +0, -]  Stops whatever script of the state runs, in any of its coroutines, with the error "interrupted!"; when none
 * runs, the next one. May be called from every thread and from signal handlers, also while the state runs. L: the main thread,
 * or a coroutine that is not collected meanwhile; the caller sees to it that the state is not closed meanwhile. */
LUA_API void mayfly_interrupt(lua_State *L);

/* [-0, +0, -]  Forgets an interrupt that no script has got yet, and ends one that is uncatchable: scripts run again. For
 * hosts that keep the state after a script was stopped inside a C function (as `lua_pcall(pmain)` of an interpreter). The
 * budget stays. */
LUA_API void mayfly_clearinterrupt(lua_State *L);

/* [-0, +0, -]  Are interrupts and the end of the budget to be uncatchable? Returns what was chosen before (at first 0). */
LUA_API int mayfly_setuncatchable(lua_State *L, int uncatchable);

/* [-0, +0, -]  Gives the scripts of the state, all coroutines, finalizers and callbacks together, a budget of about `n` instructions; then
 * they get the error "instruction budget used up". What is counted: the length of a loop's body each time around, the
 * instructions up to a return, calls, and the work in library loops; the same script always ends at the same
 * place. With a budget, calls and jumps take a few machine instructions more. The error is given once, then there is no
 * budget: a new one belongs to each script. n < 0: no budget. Returns what was left of the budget before, 0 when it was
 * used up, -1 when there was none. */
LUA_API lua_Integer mayfly_setbudget(lua_State *L, lua_Integer n);

/* [-0, +0, -]  What is left: as mayfly_setbudget returns it. */
LUA_API lua_Integer mayfly_getbudget(lua_State *L);

/* [-0, +0, v]  A safepoint, for long loops of C functions: takes `work` (in units of about one instruction) from the budget and
 * raises the error when the script is to be stopped. Takes some nanoseconds: once in a few hundred units is often enough. */
LUA_API void mayfly_safepoint(lua_State *L, size_t work);

#ifdef __cplusplus
}
#endif
#endif
