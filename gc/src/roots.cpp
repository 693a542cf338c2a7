// SPDX-License-Identifier: MIT
// Root providers and handles.
#include "roots.hpp"

#include "collector.hpp"
#include "gc/visitor.hpp"

namespace gc {

void Roots::visit(Visitor& visitor) {
  for (RootProvider* provider : providers_) provider->visit_roots(visitor);
  for (HandleLink* link = handles_.next; link != &handles_; link = link->next) {
    visitor.visit(static_cast<HandleBase*>(link)->cell_);
  }
}

void Roots::clear_stale() {
  for (RootProvider* provider : providers_) provider->clear_stale_roots();
}

void Roots::release(Memory& memory) {
  while (handles_.next != &handles_) {
    HandleLink* link = handles_.next;
    handles_.next = link->next;
    static_cast<HandleBase*>(link)->cell_ = nullptr;
    link->next = link->previous = link;
  }
  providers_.release(memory);
}

HandleBase::HandleBase(Heap& heap, Cell* cell) : cell_(cell) {
  HandleLink& list = heap.handles_;
  previous = &list;
  next = list.next;
  list.next->previous = this;
  list.next = this;
}

HandleBase::~HandleBase() {
  previous->next = next;
  next->previous = previous;
}

void Heap::add_roots(RootProvider& provider) {
  if (!collector_->roots().add(collector_->memory(), provider)) throw OutOfMemory{};
}

void Heap::remove_roots(RootProvider& provider) { collector_->roots().remove(provider); }

}  // namespace gc
