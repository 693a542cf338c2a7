// SPDX-License-Identifier: MIT
// The functions that a state gets.
#include "allocator.hpp"

#include "page_allocator.hpp"

namespace stdlib {

namespace {

PageAllocator& pages_of(void* context) { return *static_cast<PageAllocator*>(context); }

}  // namespace

void* context_for_new_state() { return &PageAllocator::for_new_state(); }

void* allocate(void* context, void* piece, std::size_t, std::size_t new_bytes) { return pages_of(context).resize(piece, new_bytes); }

int give_back(void* context, int cycle_ended, int all) { return pages_of(context).give_back(cycle_ended != 0, all != 0); }

void prepare_filling(void* context, void* piece, std::size_t bytes) { pages_of(context).prepare_filling(piece, bytes); }

}  // namespace stdlib
