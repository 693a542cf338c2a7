// SPDX-License-Identifier: MIT
// The allocator of luaL_newstate.
#pragma once

#include <cstddef>

namespace stdlib {

// As lua_Alloc. Ordinary pieces come from a PageAllocator, `context`; those of four megabytes and more (parts of very large tables, most often) are
// mappings of their own where the system has them: they grow without being copied, and go back to the system when they are
// freed.
void* allocate(void* context, void* piece, std::size_t old_bytes, std::size_t new_bytes);

// As mayfly_GiveBack.
int give_back(void* context, int cycle_ended, int all);

void* context_for_new_state();

// As mayfly_Filling: asks for large pages.
void prepare_filling(void* context, void* piece, std::size_t bytes);

}  // namespace stdlib
