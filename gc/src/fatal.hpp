// SPDX-License-Identifier: MIT
// The end of the program when the heap is found broken.
#pragma once

namespace gc {

[[noreturn]] void fatal(const char* description);

}  // namespace gc
