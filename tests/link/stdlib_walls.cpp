// SPDX-License-Identifier: MIT
// What the standard library is compiled with shows it no header of a room below the runtime's public ones.
#if __has_include("gc/heap.hpp") || __has_include("weak/registry.hpp") || __has_include("value/value.hpp")
#error "a private header reaches the embedders"
#endif
#if !__has_include(<lua.hpp>) || !__has_include(<mayfly/gc.h>)
#error "a public header does not reach the embedders"
#endif

int main() { return 0; }
