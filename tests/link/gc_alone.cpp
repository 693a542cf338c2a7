// SPDX-License-Identifier: MIT
// gc links and works without any other room.
#include "heap_fixture.hpp"

int main() {
  ToyHeap toys;
  toy::Pair* pair = toys.keep(toy::make_pair(toys.heap));
  pair->first = toy::make_leaf(toys.heap, 7);
  toys.heap.barrier_any(pair);
  for (int i = 0; i < 1000; ++i) toy::make_leaf(toys.heap, i);
  toys.collect();
  return toys.cells() == 2 ? 0 : 1;
}
