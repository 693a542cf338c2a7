// SPDX-License-Identifier: MIT
// Tests whose place is more than 16 bits away: the function is written anew with longer forms.
#include "syntax/long_jumps.hpp"

#include <cstring>

#include "syntax/opcode_traits.hpp"

namespace rt {

namespace {

class Expansion {
 public:
  explicit Expansion(Session& session)
      : session_(session), base_(static_cast<std::size_t>(session.function->code_base)),
        count_(session.code.count() - session.function->code_base),
        targets_(session.state.heap), growth_(session.state.heap), places_(session.state.heap) {}

  void run() {
    find_targets();
    do place();
    while (lengthen());
    rewrite();
    adapt_locals();
  }

 private:
  static constexpr std::int32_t no_target = -1;

  Instruction& at(int pc) { return session_.code[base_ + static_cast<std::size_t>(pc)]; }
  static bool sets_value(Opcode op) { return op == Opcode::test_set_true || op == Opcode::test_set_false; }
  static std::int32_t extra_instructions(Opcode op) { return sets_value(op) ? 2 : 1; }

  void find_targets() {
    targets_.reserve(static_cast<std::size_t>(count_));
    growth_.reserve(static_cast<std::size_t>(count_));
    for (int pc = 0; pc < count_; ++pc) {
      targets_.push(traits_of(at(pc).op).jumps() ? jump_target(at(pc), pc) : no_target);
      growth_.push(0);
    }
    for (auto i = static_cast<std::size_t>(session_.function->long_jump_base); i < session_.long_jumps.size(); ++i) {
      const LongJump& jump = session_.long_jumps[i];
      targets_[static_cast<std::size_t>(jump.pc)] = jump.target;
      growth_[static_cast<std::size_t>(jump.pc)] = extra_instructions(at(jump.pc).op);
    }
  }

  // places_[pc]: where the instruction will stand; one more for the end.
  void place() {
    places_.clear();
    std::int32_t to = 0;
    for (std::size_t pc = 0; pc < static_cast<std::size_t>(count_); ++pc) {
      places_.push(to);
      to += 1 + growth_[pc];
    }
    places_.push(to);
  }
  std::int32_t new_place(std::int32_t pc) const { return places_[static_cast<std::size_t>(pc)]; }

  // Did the growth of others bring more tests out of reach?
  bool lengthen() {
    bool any = false;
    for (int pc = 0; pc < count_; ++pc) {
      auto i = static_cast<std::size_t>(pc);
      if (targets_[i] == no_target || growth_[i] != 0 || traits_of(at(pc).op).is_wide()) continue;
      std::int32_t distance = new_place(targets_[i]) - (new_place(pc) + 1);
      if (distance == static_cast<std::int16_t>(distance)) continue;
      growth_[i] = extra_instructions(at(pc).op);
      any = true;
    }
    return any;
  }

  void rewrite() {
    std::int32_t new_count = new_place(count_);
    std::size_t extra = static_cast<std::size_t>(new_count - count_);
    for (std::size_t i = 0; i < extra; ++i) {
      session_.lines.push(0);
      session_.code.push(Instruction{});
    }
    for (int pc = count_ - 1; pc >= 0; --pc) {  // from the end: everything moves up only
      Instruction i = at(pc);
      std::int32_t line = session_.lines[base_ + static_cast<std::size_t>(pc)];
      std::int32_t target = targets_[static_cast<std::size_t>(pc)];
      std::int32_t to = new_place(pc), growth = growth_[static_cast<std::size_t>(pc)];
      for (std::int32_t k = 0; k <= growth; ++k) session_.lines[base_ + static_cast<std::size_t>(to + k)] = line;
      if (growth == 0) {
        if (target != no_target) set_distance(i, new_place(target) - (to + 1));
        at(to) = i;
        continue;
      }
      Instruction jump{};
      jump.op = Opcode::jump;
      jump.wide = new_place(target) - (to + growth + 1);
      if (sets_value(i.op)) {
        Instruction test{}, move{};
        test.op = i.op == Opcode::test_set_true ? Opcode::jump_false : Opcode::jump_true;
        test.a = i.b;
        test.wide = growth;
        move.op = Opcode::move;
        move.a = i.a;
        move.b = i.b;
        at(to) = test;
        at(to + 1) = move;
      } else {  // ORDER opcodes.def: a test and its opposite are neighbours
        int first = static_cast<int>(Opcode::jump_eq);
        i.op = static_cast<Opcode>(((static_cast<int>(i.op) - first) ^ 1) + first);
        set_distance(i, growth);
        at(to) = i;
      }
      at(to + growth) = jump;
    }
  }

  static void set_distance(Instruction& i, std::int32_t distance) {
    if (traits_of(i.op).is_wide())
      i.wide = distance;
    else
      i.c = static_cast<std::uint16_t>(distance);
  }

  void adapt_locals() {
    for (auto i = static_cast<std::size_t>(session_.function->local_base); i < session_.locals.size(); ++i) {
      LocalDescription& local = session_.locals[i];
      local.start = new_place(local.start);
      local.end = new_place(local.end);
    }
  }

  Session& session_;
  std::size_t base_;
  int count_;
  Buffer<std::int32_t> targets_, growth_, places_;
};

}  // namespace

void expand_long_jumps(Session& session) {
  if (session.long_jumps.count() > session.function->long_jump_base) Expansion(session).run();
}

}  // namespace rt
