// SPDX-License-Identifier: MIT
// bdwgc's hooks. A collection, as they see it:
//
//   world is to stop   finish_all: what the heaps have left of the last one is done (memory may be freed here)
//   marking begins     begin_all
//   marking            the roots through each heap's anchor; cells through their kinds' trace; everything else conservatively
//   marking has ended  flip: ephemerons, death, revival. The world is still stopped
//   world goes on      clearing and sweeping, in slices, from the heaps' allocations
//
// Dead cells are retained at the flip: it is the heap's sweep that gives them back, when their kinds have been told.
#include "bdwgc.hpp"

#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

#include <atomic>
#include <cstring>
#include <mutex>

#include "collector.hpp"
#include "reached_stack.hpp"

namespace gc::bdwgc {

namespace {

enum HostKind : int { pointer_free = 0, pointer_free_uncollectable = 3 };  // bdwgc's numbers of its own kinds

struct Process {
  int kind = 0;
  Collector* heaps = nullptr;
  GC_push_other_roots_proc next_push_roots = nullptr;
  GC_on_collection_event_proc next_event = nullptr;
  // Within the mark procedure: bdwgc's stack. Otherwise null: objects wait on `reached`.
  GC_ms_entry* top = nullptr;
  GC_ms_entry* limit = nullptr;
  ReachedStack reached;
  bool marking = false;
  std::atomic_flag marker_busy = ATOMIC_FLAG_INIT;  // a host may have asked for parallel markers
};
Process process;
std::once_flag started;

template <class Visit>
void for_each_heap(Visit visit) {
  for (Collector* heap = process.heaps; heap != nullptr; heap = heap->next_heap) visit(*heap);
}

// --- the marker ---------------------------------------------------------------------------------------------------------

void follow(HostEdge* edge) {
  auto* anchor = edge->tag.owner<Anchor>();
  if (anchor == nullptr) return;  // cut
  reach_words(&anchor, sizeof anchor);
  if (auto* heap = anchor->tag.owner<Collector>(); heap != nullptr) heap->visit(edge->content.target);
}

// The object's mark bit is set.
void look_at(void* object) {
  auto* tag = static_cast<Tagged*>(object);
  switch (tag->role()) {
    case Tagged::cell: tag->owner<Collector>()->trace(static_cast<Prefix*>(object)->cell()); break;
    case Tagged::anchor:
      if (auto* heap = tag->owner<Collector>(); heap != nullptr) heap->visit_roots();
      break;
    case Tagged::host_edge: follow(static_cast<HostEdge*>(object)); break;
  }
}

void look_at_reached() {
  while (void* object = process.reached.pop()) {
    std::size_t bytes;
    if (GC_get_kind_and_size(object, &bytes) == process.kind) {
      look_at(object);
    } else {
      reach_words(object, bytes);
    }
  }
}

// bdwgc has reached an object of our kind. From an anchor or a host edge everything of ours that it leads to is marked in
// here, with our own stack; edges to the host's objects go onto bdwgc's.
GC_ms_entry* mark_procedure(GC_word* address, GC_ms_entry* top, GC_ms_entry* limit, GC_word) {
  auto* tag = reinterpret_cast<Tagged*>(address);
  if (tag->is_free() || tag->role() == Tagged::cell || !process.marking) return top;
  while (process.marker_busy.test_and_set(std::memory_order_acquire)) {}
  process.top = top;
  process.limit = limit;
  look_at(tag);
  look_at_reached();
  top = process.top;
  process.top = nullptr;
  process.marker_busy.clear(std::memory_order_release);
  return top;
}

bool is_plausible(const void* word) { return word >= GC_least_plausible_heap_addr && word <= GC_greatest_plausible_heap_addr; }

// After bdwgc's marking.
void reach_host(void* word) {
  void* object = GC_base(word);
  if (object == nullptr || GC_is_marked(object) != 0) return;
  int kind = GC_get_kind_and_size(object, nullptr);
  if (kind == process.kind) {
    auto* tag = static_cast<Tagged*>(object);
    if (tag->is_free() || tag->role() == Tagged::cell) return;
  }
  GC_set_mark_bit(object);
  if (kind != pointer_free && kind != pointer_free_uncollectable) process.reached.push(object);
}

// --- the hooks ----------------------------------------------------------------------------------------------------------

void push_roots() {
  for_each_heap([](Collector& heap) { GC_push_all(&heap.anchor, &heap.anchor + 1); });
  if (process.next_push_roots != nullptr) process.next_push_roots();
}

void finish_all() {
  for_each_heap([](Collector& heap) { heap.finish_pending(); });
}

void begin_all() {
  finish_all();
  process.marking = true;
  for_each_heap([](Collector& heap) { heap.begin_cycle(); });
}

void reach_all() {
  bool more = true;
  while (more) {
    look_at_reached();
    more = false;
    for_each_heap([&](Collector& heap) { more |= heap.converge(); });
  }
}

// One phase a line; heaps may refer to each other through the host's objects, so each phase is that of all heaps.
void flip() {
  reach_all();
  for_each_heap([](Collector& heap) { heap.declare_dead(); });
  for_each_heap([](Collector& heap) { heap.before_resurrection(); });
  for_each_heap([](Collector& heap) { heap.revive_finalizable(); });
  reach_all();
  for_each_heap([](Collector& heap) { heap.after_resurrection(); });
  for_each_heap([](Collector& heap) { heap.cut_host_edges(); });
  for_each_heap([](Collector& heap) { heap.retain_cells(); });
  process.marking = false;
  process.reached.release();
}

// bdwgc was asked to give a collection up (GC_try_to_collect): nobody dies in it.
void abandon() {
  for_each_heap([](Collector& heap) { heap.mark_everything(); });
  flip();
}

void on_event(GC_EventType event) {
  if (event == GC_EVENT_PRE_STOP_WORLD) finish_all();
  if (event == GC_EVENT_MARK_START) begin_all();
  if (event == GC_EVENT_MARK_END) flip();
  if (event == GC_EVENT_PRE_START_WORLD && process.marking) abandon();
  if (process.next_event != nullptr) process.next_event(event);
}

void start() {
  if (GC_is_init_called() == 0) {
    GC_set_markers_count(1);
    GC_INIT();
    GC_set_warn_proc(GC_ignore_warn_proc);
  }
  if (GC_is_incremental_mode() != 0) fatal("bdwgc is in its incremental mode, in which weak references cannot be cleared");
  GC_register_displacement(sizeof(Prefix));
  unsigned procedure = GC_new_proc(mark_procedure);
  process.kind = static_cast<int>(GC_new_kind(GC_new_free_list(), GC_MAKE_PROC(procedure, 0), 0, 0));
  process.next_push_roots = GC_get_push_other_roots();
  GC_set_push_other_roots(push_roots);
  process.next_event = GC_get_on_collection_event();
  GC_set_on_collection_event(on_event);
}

// A thread may allocate and collect when bdwgc knows it. One that it did not know before is forgotten when it ends.
class KnownThread {
 public:
  KnownThread() {
    GC_allow_register_threads();
    GC_stack_base base;
    if (GC_thread_is_registered() != 0 || GC_get_stack_base(&base) != GC_SUCCESS) return;
    registered_ = GC_register_my_thread(&base) == GC_SUCCESS;
  }
  ~KnownThread() {
    if (registered_) GC_unregister_my_thread();
  }
  KnownThread(const KnownThread&) = delete;
  KnownThread& operator=(const KnownThread&) = delete;

 private:
  bool registered_ = false;
};

void make_known() { static thread_local const KnownThread here; }

void* link_heap(void* data) {
  auto* collector = static_cast<Collector*>(data);
  collector->next_heap = process.heaps;
  process.heaps = collector;
  return nullptr;
}

void* unlink_heap(void* data) {
  Collector** link = &process.heaps;
  while (*link != data) link = &(*link)->next_heap;
  *link = (*link)->next_heap;
  return nullptr;
}

}  // namespace

bool join(Collector& collector) {
  std::call_once(started, start);
  auto* object = static_cast<Anchor*>(allocate(sizeof(HostEdge), true));
  if (object == nullptr) return false;
  object->tag.set(&collector, Tagged::anchor);
  collector.anchor = object;
  GC_call_with_alloc_lock(link_heap, &collector);
  return true;
}

// Host edges that are left lead to an anchor without a heap.
void leave(Collector& collector) {
  GC_call_with_alloc_lock(unlink_heap, &collector);
  collector.anchor->tag.set(nullptr, Tagged::anchor);
}

void* allocate(std::size_t bytes, bool hold) {
  make_known();
  if (hold) GC_disable();
  void* object = bytes < 100'000 ? GC_generic_malloc(bytes, process.kind) : GC_generic_malloc_ignore_off_page(bytes, process.kind);
  if (hold) GC_enable();
  return object;
}

// The size is that of the objects: not the byte more that bdwgc adds elsewhere, for addresses of ends.
Prefix* allocate_list(std::size_t bytes) {
  make_known();
  constexpr std::size_t unit = 2 * sizeof(void*);
  void* list = nullptr;
  GC_disable();
  GC_generic_malloc_many((bytes + unit - 1) / unit * unit, process.kind, &list);
  GC_enable();
  return static_cast<Prefix*>(list);
}

void release(Prefix* prefix) {
  prefix->tag.clear();
  GC_free(prefix);
}

std::size_t room_of(const Prefix* prefix) { return GC_size(prefix); }

namespace {
// What earlier calls have left behind below the present frame.
[[gnu::noinline]] void scrub_stack() {
  char stale[16 * 1024];
  std::memset(stale, 0, sizeof stale);
  asm volatile("" : : "r"(stale) : "memory");  // it is to happen though nobody reads it
}
}  // namespace

// Values left on the stack and in registers would be taken for edges.
[[gnu::noinline]] void collect() {
  make_known();
  scrub_stack();
  GC_gcollect();
}

void reach(Prefix* prefix) {
  if (prefix->tag.is_free() || is_free(prefix->cell())) fatal("an edge or root leads to a freed cell");
  process.reached.push(prefix);
}

void reach_words(const void* begin, std::size_t bytes) {
  auto* words = static_cast<void* const*>(begin);
  for (std::size_t i = 0; i < bytes / sizeof(void*); ++i) {
    if (!is_plausible(words[i])) continue;
    if (process.top != nullptr) {
      process.top = GC_mark_and_push(words[i], process.top, process.limit, nullptr);
    } else {
      reach_host(words[i]);
    }
  }
}

void retain(Prefix* prefix) { GC_set_mark_bit(prefix); }
bool is_reached(const HostEdge* edge) { return GC_is_marked(edge) != 0; }

}  // namespace gc::bdwgc
