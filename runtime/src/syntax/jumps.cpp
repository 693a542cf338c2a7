// SPDX-License-Identifier: MIT
// Emission: jumps and the places they lead to.
#include <limits>

#include "syntax/emitter.hpp"
#include "syntax/opcode_traits.hpp"

namespace rt {

int Emitter::place_label() {
  draft().merge_barrier = pc();
  return pc();
}

void Emitter::add_jump(Jumps& jumps, int pc) {
  std::int32_t link = session_.free_jump_link;
  if (link >= 0) {
    session_.free_jump_link = session_.jump_links[static_cast<std::size_t>(link)].next;
  } else {
    link = session_.jump_links.count();
    session_.jump_links.push({});
  }
  session_.jump_links[static_cast<std::size_t>(link)] = {pc, jumps.head};
  jumps.head = link;
}

void Emitter::join(Jumps& jumps, Jumps more) {
  if (more.empty()) return;
  std::int32_t last = more.head;
  auto next = [&]() -> std::int32_t& { return session_.jump_links[static_cast<std::size_t>(last)].next; };
  while (next() >= 0) last = next();
  next() = jumps.head;
  jumps.head = more.head;
}

void Emitter::jump(Jumps& jumps, int line) { add_jump(jumps, emit_wide(Opcode::jump, 0, 0, line)); }

void Emitter::jump_back(int target, int line) { set_jump(emit_wide(Opcode::jump, 0, 0, line), target); }

void Emitter::patch(Jumps& jumps, int target) {
  while (!jumps.empty()) {
    JumpLink& link = session_.jump_links[static_cast<std::size_t>(jumps.head)];
    std::int32_t used = jumps.head, pc = link.pc;
    jumps.head = link.next;
    link.next = session_.free_jump_link;
    session_.free_jump_link = used;
    set_jump(pc, target);
  }
}

void Emitter::patch_here(Jumps& jumps) {
  if (!jumps.empty()) patch(jumps, place_label());
}

void Emitter::set_jump(int pc, int target) {
  int distance = target - (pc + 1);
  Instruction& i = at(pc);
  if (traits_of(i.op).is_wide()) {
    i.wide = distance;
  } else if (distance >= std::numeric_limits<std::int16_t>::min() && distance <= std::numeric_limits<std::int16_t>::max()) {
    i.c = static_cast<std::uint16_t>(distance);
  } else {
    session_.long_jumps.push({pc, target});
  }
}

}  // namespace rt
