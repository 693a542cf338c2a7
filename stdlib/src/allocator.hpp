// SPDX-License-Identifier: MIT
// A PageAllocator as lua_Alloc and mayfly/gc.h want it: functions with a context.
#pragma once

#include <cstddef>

namespace stdlib {

void* context_for_new_state();

// As lua_Alloc.
void* allocate(void* context, void* piece, std::size_t old_bytes, std::size_t new_bytes);

// As mayfly_GiveBack.
int give_back(void* context, int cycle_ended, int all);

// As mayfly_Filling: asks for large pages.
void prepare_filling(void* context, void* piece, std::size_t bytes);

}  // namespace stdlib
