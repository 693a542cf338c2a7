// SPDX-License-Identifier: MIT
// Emission: beginning and finishing functions; a finished draft becomes a prototype.
#include <cstring>

#include "syntax/emitter.hpp"
#include "syntax/fuse.hpp"
#include "syntax/long_jumps.hpp"

namespace rt {

void Emitter::begin_function(FunctionDraft& draft, int first_line) {
  draft.outer = session_.function;
  draft.serial = ++session_.last_serial;
  draft.depth = draft.outer == nullptr ? 0 : draft.outer->depth + 1;
  draft.first_line = first_line;
  draft.code_base = session_.code.count();
  draft.constant_base = session_.constants.count();
  draft.child_base = session_.children.count();
  draft.local_base = session_.locals.count();
  draft.long_jump_base = session_.long_jumps.count();
  session_.constant_index.begin(draft.depth, draft.serial);
  session_.function = &draft;
}

namespace {

// A variable of the function is captured: all its returns close.
void close_in_returns(Instruction* code, int count) {
  for (Instruction* i = code; i != code + count; ++i) {
    switch (i->op) {
      case Opcode::return_none: i->b = 1; break;
      case Opcode::return_one: i->b = 2; break;
      case Opcode::return_: case Opcode::tail_call: i->x = 1; continue;
      default: continue;
    }
    i->op = Opcode::return_;
    i->x = 1;
  }
}

// The part of a buffer from `base` on as storage of exactly its size. The array hangs in the prototype before anything
// else is allocated.
template <class T, class Count>
void hand_over(gc::Heap& heap, Buffer<T>& buffer, std::int32_t base, T** array, Count* count) {
  std::size_t elements = buffer.size() - static_cast<std::size_t>(base);
  *array = static_cast<T*>(heap.allocate_storage(elements * sizeof(T)));
  if (elements != 0) std::memcpy(static_cast<void*>(*array), buffer.data() + base, elements * sizeof(T));
  *count = static_cast<Count>(elements);
  buffer.truncate(static_cast<std::size_t>(base));
}

void hand_over_upvalues(Session& session, FunctionDraft& draft, Prototype* p) {
  auto count = static_cast<std::size_t>(draft.upvalue_count);
  p->upvalues = static_cast<UpvalueDescription*>(session.state.heap.allocate_storage(count * sizeof(UpvalueDescription)));
  std::int32_t at = draft.first_upvalue;
  for (std::size_t i = 0; i < count; ++i) {
    UpvalueDraft& upvalue = session.upvalues[static_cast<std::size_t>(at)];
    p->upvalues[i] = {upvalue.name->string, upvalue.in_stack, upvalue.index, static_cast<std::uint8_t>(upvalue.attribute)};
    at = upvalue.next;
  }
  p->upvalue_count = static_cast<std::uint8_t>(count);
  if (count == 0) return;
  session.upvalues[static_cast<std::size_t>(draft.last_upvalue)].next = session.free_upvalue;
  session.free_upvalue = draft.first_upvalue;
}

}  // namespace

Prototype* Emitter::finish_function() {
  FunctionDraft& draft = *session_.function;
  gc::Heap& heap = session_.state.heap;
  if (draft.captures) close_in_returns(&at(0), pc());
  expand_long_jumps(session_);
  session_.long_jumps.truncate(static_cast<std::size_t>(draft.long_jump_base));

  Prototype* p = make_prototype(session_.state);
  session_.unfinished = p;
  p->source = session_.source;
  p->first_line = draft.first_line;
  p->last_line = draft.last_line;
  p->parameter_count = static_cast<std::uint8_t>(draft.parameter_count);
  p->is_vararg = draft.is_vararg;
  p->frame_size = static_cast<std::uint8_t>(draft.frame_size);
  std::uint32_t line_count;
  hand_over(heap, session_.code, draft.code_base, &p->code, &p->code_size);
  fuse_pairs(p->code, p->code_size);
  hand_over(heap, session_.lines, draft.code_base, &p->lines, &line_count);
  hand_over(heap, session_.constants, draft.constant_base, &p->constants, &p->constant_count);
  heap.barrier_any(p);  // nothing else holds the models among them
  hand_over(heap, session_.locals, draft.local_base, &p->locals, &p->local_count);
  hand_over_upvalues(session_, draft, p);
  session_.children.reserve(session_.children.size() + 1);  // the inner prototypes stay rooted until they hang in `p`
  hand_over(heap, session_.children, draft.child_base, &p->children, &p->child_count);
  heap.barrier_any(p);
  session_.children.push(p);
  session_.unfinished = nullptr;
  session_.function = draft.outer;
  return p;
}

}  // namespace rt
