// SPDX-License-Identifier: MIT
// A heap of our own has nothing to do with the host's.
#include "gc/host_edge.hpp"

namespace gc {

bool shares_heap_with_host() { return false; }
void* make_host_edge(Heap&, const HostEdgeContent&) { return nullptr; }
bool read_host_edge(const Heap&, const void*, HostEdgeContent*) { return false; }

}  // namespace gc
