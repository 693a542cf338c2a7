// SPDX-License-Identifier: MIT
// A document model that lives in a heap of Boehm's collector, with scripts attached to its nodes and nodes held by scripts:
//
//     c++ -std=c++20 document_model.cpp $(pkg-config --cflags --libs mayfly bdw-gc)
//
// Each node has a script table of its own, and the table refers back to the node: a cycle across the border between C++ and
// Lua. With the library built with -Dcollector=boehm both sides are in one heap and such cycles die with the document. The
// same model on handles (registry references), which any library allows, keeps every document for ever: the table holds the
// node, the node's handle holds the table. The program builds and drops documents both ways and counts what is left.
#include <gc.h>

#include <cstdio>
#include <lua.hpp>

#include "mayfly/shared_heap.h"

namespace {

constexpr int documents = 100, nodes_per_document = 50;
int live_nodes = 0, live_nodes_on_handles = 0;

// A node of the host's graph, in the host's heap. `script` or `handle` leads to its table.
struct Node {
  Node* parent;
  Node* first_child;
  Node* next_sibling;
  const void* script;
  int handle;
};

void node_died(void*, void* live) { --*static_cast<int*>(live); }

Node* new_node(Node* parent, int* live) {
  auto* node = static_cast<Node*>(GC_MALLOC(sizeof(Node)));
  GC_REGISTER_FINALIZER_NO_ORDER(node, node_died, live, nullptr, nullptr);
  ++*live;
  if (parent != nullptr) {
    node->parent = parent;
    node->next_sibling = parent->first_child;
    parent->first_child = node;
  }
  return node;
}

// Scripts see a node as a userdata whose block holds its address: with a shared heap that keeps the node alive.
void push_node(lua_State* L, Node* node) { *static_cast<Node**>(lua_newuserdatauv(L, sizeof node, 0)) = node; }

// The node's table: { node = userdata, depth = ... }.
void push_table(lua_State* L, Node* node, int depth) {
  lua_createtable(L, 0, 2);
  push_node(L, node);
  lua_setfield(L, -2, "node");
  lua_pushinteger(L, depth);
  lua_setfield(L, -2, "depth");
}

using Attach = void (*)(lua_State* L, Node* node);

void attach_shared(lua_State* L, Node* node) {
  node->script = mayfly_share(L, -1);
  lua_pop(L, 1);
}

void attach_handle(lua_State* L, Node* node) { node->handle = luaL_ref(L, LUA_REGISTRYINDEX); }

// What handles must do for want of a shared heap: a table that scripts hold keeps its node alive through a root.
void hold_node(Node* node) { *static_cast<Node**>(GC_MALLOC_UNCOLLECTABLE(sizeof node)) = node; }

Node* build_document(lua_State* L, Attach attach) {
  int* live = attach == attach_shared ? &live_nodes : &live_nodes_on_handles;
  Node* root = new_node(nullptr, live);
  Node* parent = root;
  for (int i = 0; i < nodes_per_document; ++i) {
    Node* node = i == 0 ? root : new_node(parent, live);
    push_table(L, node, i);
    attach(L, node);
    if (i % 7 == 0) parent = node;
    if (attach == attach_handle) hold_node(node);
  }
  return root;
}

// The sum that a script makes over a document, through the tables that the nodes hold.
lua_Integer sum_of_depths(lua_State* L, const Node* node) {
  mayfly_pushshared(L, node->script);
  lua_getfield(L, -1, "depth");
  lua_Integer sum = lua_tointeger(L, -1);
  lua_pop(L, 2);
  for (const Node* child = node->first_child; child != nullptr; child = child->next_sibling) sum += sum_of_depths(L, child);
  return sum;
}

[[gnu::noinline]] void build_and_drop(lua_State* L, Attach attach) {
  for (int i = 0; i < documents; ++i) {
    Node* root = build_document(L, attach);
    if (attach == attach_shared && sum_of_depths(L, root) != nodes_per_document * (nodes_per_document - 1) / 2) std::puts("lost!");
  }
}

// The collector takes what finished calls have left on the C stack for references, as far as calls that follow lie upon it and
// do not write it.
[[gnu::noinline]] void wipe_stack() {
  volatile char stale[1 << 16];
  for (volatile char& byte : stale) byte = 0;
}

[[gnu::noinline]] void collect(lua_State* L) {
  for (int i = 0; i < 4; ++i) {
    wipe_stack();
    lua_gc(L, LUA_GCCOLLECT);
    GC_invoke_finalizers();
  }
}

}  // namespace

int main() {
  GC_INIT();
  lua_State* L = luaL_newstate();
  if (mayfly_sharesheap() == 0) {
    std::puts("this library shares no heap: build it with -Dcollector=boehm");
    return 0;
  }
  build_and_drop(L, attach_shared);
  collect(L);
  std::printf("one heap: %d nodes made, %d left\n", documents * nodes_per_document, live_nodes);
  build_and_drop(L, attach_handle);
  collect(L);
  std::printf("handles: %d nodes made, %d left\n", documents * nodes_per_document, live_nodes_on_handles);
  lua_close(L);
}
