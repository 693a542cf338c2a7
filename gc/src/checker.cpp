// SPDX-License-Identifier: MIT
// Complaints; and the parts of the verifier that are the same with both collectors: storage, roots.
#include "checker.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "collector.hpp"
#include "gc/visitor.hpp"

namespace gc {

bool complain(Checker& checker, const char* format, ...) {
  if (!checker.broken) {
    checker.broken = true;
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(checker.complaint->text, sizeof checker.complaint->text, format, arguments);
    va_end(arguments);
  }
  return false;
}

const char* name_of(Phase phase) {
  static constexpr const char* names[] = {"idle", "repainting", "marking", "reviving", "clearing", "sweeping"};
  return names[static_cast<unsigned>(phase)];
}

void fatal(const char* description) {
  std::fprintf(stderr, "gc: %s\n", description);
  std::abort();
}

void Heap::verify() {
  Complaint complaint;
  if (!check(&complaint)) fatal(complaint.text);
}

bool Heap::check(Complaint* complaint) { return collector_->check(complaint); }

void Checker::white_edge(Cell* target) { collector.check_edge(*this, target); }

bool Collector::check_roots(Checker& checker) {
  Visitor visitor(heap_, checker);
  checker.owner = nullptr;
  roots_.visit(visitor);
  finalizers_.visit_queue(visitor);
  return !checker.broken;
}

bool Collector::check_storage(Checker& checker) {
  std::size_t held = storage_.large_bytes();
  storage_.for_each_page([&](StoragePage* page) {
    std::size_t free_chunks = 0;
    for (FreeChunk* chunk = page->free; chunk != nullptr; chunk = next_free(chunk)) {
      if (page_of(chunk) == page && ++free_chunks <= page->capacity) continue;
      complain(checker, "the free list of storage page %p is broken", static_cast<void*>(page));
      return;
    }
    if (free_chunks + page->used != page->capacity) {
      complain(checker, "storage page %p has lost chunks", static_cast<void*>(page));
    }
    held += std::size_t{page->used} * page->chunk_bytes;
  });
  if (checker.broken) return false;
  // A piece that shrank may still have a larger chunk.
  if (heap_.storage_bytes_ > held) {
    return complain(checker, "%zu bytes of storage are accounted for, %zu are held", heap_.storage_bytes_, held);
  }
  return true;
}

}  // namespace gc
