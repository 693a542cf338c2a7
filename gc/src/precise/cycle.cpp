// SPDX-License-Identifier: MIT
// The collector's cycle. advance_phases() is its table of contents.
#include <algorithm>

#include "collector.hpp"
#include "gc/cycle_client.hpp"

namespace gc {

namespace {
constexpr std::size_t entries_per_slice = 128;
constexpr std::size_t least_minor_growth = 256 * 1024;
constexpr std::size_t least_major_growth = 512 * 1024;
constexpr std::size_t turnover = 8;  // a major cycle comes after so many times the growth it waits for has been allocated
}

// One phase a line, in the order of a cycle. Returns true when the cycle is complete; otherwise the budget was used up
// and the next call goes on from here.
bool Collector::advance_phases(Budget& work) {
  if (heap_.phase_ == Phase::idle) choose_cycle();
  if (heap_.phase_ == Phase::repainting && !sweep_slice(work)) return false;
  if (heap_.phase_ == Phase::repainting) end_repainting();
  if (heap_.phase_ == Phase::marking && !mark_slice(work)) return false;
  if (heap_.phase_ == Phase::marking) flip();
  if (heap_.phase_ == Phase::reviving && !revive_slice(work)) return false;
  if (heap_.phase_ == Phase::reviving) end_reviving();
  if (heap_.phase_ == Phase::clearing && !clear_slice(work)) return false;
  if (heap_.phase_ == Phase::clearing) begin_sweep();
  if (heap_.phase_ == Phase::sweeping && !sweep_slice(work)) return false;
  if (!give_back_slice(work)) return false;
  finish_cycle();
  return true;
}

// The pause: the only part of a cycle that is not divided. What is white after the second line dies here.
void Collector::flip() {
  chronicle_.enter(Stage::flip);
  marker_.begin_flip();
  mark_all_reachable();
  declare_dead();
  for (CycleClient* client : clients_) client->before_resurrection(liveness());
  begin_reviving();
  chronicle_.enter(Stage::clearing);
  checkpoint();
}

bool Collector::advance(Budget& work) {
  running_ = true;
  chronicle_.begin_pause();
  bool finished = advance_phases(work);
  chronicle_.end_pause();
  running_ = false;
  return finished;
}

void Collector::collect() {
  if (heap_.paused_ != 0) return;
  if (running_) fatal("a collection was asked for while the collector is at work");
  chronicle_.begin_pause();
  Budget work = Budget::unlimited();
  if (heap_.phase_ != Phase::idle) advance(work);  // what died since that cycle began is for the next one
  gives_all_back_ = major_wanted_ = true;
  advance(work);
  chronicle_.end_pause();
}

void Collector::complete_cycle() {
  if (heap_.paused_ != 0 || heap_.phase_ == Phase::idle) return;
  Budget work = Budget::unlimited();
  advance(work);
}

void Collector::collect_young() {
  if (heap_.paused_ != 0) return;
  chronicle_.begin_pause();
  Budget work = Budget::unlimited();
  if (heap_.phase_ != Phase::idle) advance(work);
  advance(work);
  chronicle_.end_pause();
}

// A major cycle begins with all cells white.
void Collector::choose_cycle() {
  chronicle_.begin_cycle();
  bytes_turned_over_ += paced_bytes() > live_bytes_ ? paced_bytes() - live_bytes_ : 0;
  bool due = paced_bytes() >= major_threshold_ || bytes_turned_over_ / turnover >= major_growth_ ||
             (heap_.stress_period_ != 0 && cycles_ % 4 == 3);
  heap_.minor_ = heap_.generational_ && heap_.keeps_old_ && !major_wanted_ && !due && !marker_.forgot_next();
  if (heap_.minor_ || !heap_.keeps_old_) return begin_cycle();
  begin_repainting();
}

void Collector::begin_repainting() {
  heap_.phase_ = Phase::repainting;
  marker_.forget_next();
  blocks_.begin_sweep(false, false);
  large_.begin_sweep(false);
}

void Collector::forget_ages() {
  if (!heap_.keeps_old_) return;
  begin_repainting();
  Budget work = Budget::unlimited();
  sweep_slice(work);
  heap_.keeps_old_ = false;
  heap_.phase_ = Phase::idle;
}

void Collector::end_repainting() {
  heap_.keeps_old_ = false;
  begin_cycle();
}

void Collector::begin_cycle() {
  for (CycleClient* client : clients_) client->cycle_started();
  heap_.phase_ = Phase::marking;
  marker_.begin_cycle();
  roots_.visit(marker_.visitor());
  finalizers_.begin_marking();
  checkpoint();
}

bool Collector::mark_slice(Budget& work) {
  do {
    if (!finalizers_.mark_queue(marker_.visitor(), work) || !marker_.drain(work)) return false;
  } while (marker_.retrace_early());
  if (!prepare_flip(work)) return false;
  checkpoint();
  return true;
}

bool Collector::prepare_flip(Budget& work) {
  for (CycleClient* client : clients_) {
    while (!client->prepare_flip(entries_per_slice)) {
      work.spend(entries_per_slice * units_per_entry);
      if (work.exhausted()) return false;
    }
  }
  return true;
}

// The queue of finalizers has been marked; it has only become shorter since.
void Collector::mark_all_reachable() {
  roots_.visit(marker_.visitor());
  Budget work = Budget::unlimited();
  drain_and_converge(work);
}

// Until the clients have nothing to add (true), or the budget is used up.
bool Collector::drain_and_converge(Budget& work) {
  bool more = true;
  while (more) {
    if (!marker_.drain(work)) return false;
    more = false;
    for (CycleClient* client : clients_) more |= client->converge(marker_.visitor());
  }
  return true;
}

// The instant of death. The other white is that of the newborn from here on.
void Collector::declare_dead() {
  heap_.dead_color_ = heap_.newborn_color_;
  heap_.dead_mark_ = heap_.parity_ == 0 ? revived_even : revived_odd;
  heap_.newborn_color_ = heap_.newborn_color_ == white_even ? white_odd : white_even;
  heap_.keeps_old_ = will_keep_old();
  ++heap_.flips_;
  clearing_client_ = 0;
  bytes_at_flip_ = heap_.bytes_in_use();
  swept_bytes_ = 0;
}

// The dead cells with finalizers are found and marked, with all they reach, while the script runs: it cannot reach them, nor
// change what they reach.
void Collector::begin_reviving() {
  heap_.phase_ = Phase::reviving;
  finalizers_.begin_separation(heap_.minor_);
  marker_.begin_resurrection(heap_.dead_mark_, heap_.newborn_color_);
  bool at_once = false;
  for (CycleClient* client : clients_) at_once |= client->revives_at_once();
  if (!at_once) return;
  Budget work = Budget::unlimited();
  revive_slice(work);
  end_reviving();
}

// All of them are separated before the first is marked: a cell that only another's finalizer reaches gets its own.
bool Collector::revive_slice(Budget& work) {
  return finalizers_.separate_dead(heap_.dead_color_, work) && finalizers_.visit_separated(marker_.visitor(), work) &&
         drain_and_converge(work);
}

void Collector::end_reviving() {
  finalizers_.end_separation();
  heap_.finalizable_waiting_ = finalizers_.waiting();
  heap_.phase_ = Phase::clearing;
  for (CycleClient* client : clients_) client->after_resurrection(liveness());
  roots_.clear_stale();
  marker_.end_flip();
  checkpoint();
}

void Collector::finish_reviving() {
  running_ = true;
  chronicle_.begin_pause();
  Budget work = Budget::unlimited();
  revive_slice(work);
  end_reviving();
  chronicle_.end_pause();
  running_ = false;
}

void Heap::finish_reviving_slow() { collector_->finish_reviving(); }

void Collector::finish_cycle() {
  heap_.phase_ = Phase::idle;
  heap_.dead_color_ = no_color;
  heap_.dead_mark_ = 0;
  heap_.parity_ ^= 1;
  ++cycles_;
  gives_all_back_ = false;
  for (CycleClient* client : clients_) client->cycle_finished();
  std::size_t live = bytes_at_flip_ > swept_bytes_ ? bytes_at_flip_ - swept_bytes_ : 0;
  live += paced_bytes() - heap_.bytes_in_use();
  live_bytes_ = live;
  if (!heap_.minor_) {
    major_growth_ = std::max(live / 100 * major_percent_, least_major_growth);
    major_threshold_ = live + major_growth_;
    bytes_turned_over_ = 0;
  }
  major_wanted_ = false;
  if (heap_.generational_) {
    pacer_.set_live(live, 100 + minor_percent_, least_minor_growth);
  } else {
    pacer_.set_live(live, heap_.pause_percent_);
  }
  pacer_.forgive();
  chronicle_.end_cycle();
  checkpoint();
}

}  // namespace gc
