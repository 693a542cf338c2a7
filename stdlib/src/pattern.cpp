// SPDX-License-Identifier: MIT
// The pattern matcher: backtracks over compiled items. It recurses only where a choice is left open, at most `max_depth` deep.
#include "pattern.hpp"

#include "text_search.hpp"

#include <cstring>

namespace stdlib::pattern {

namespace {

constexpr std::size_t bytes_per_unit = 8;  // of text that is only looked through

unsigned char byte_at(const char* place) { return static_cast<unsigned char>(*place); }

}  // namespace

Matcher::Match Matcher::search(const char* from) {
  if (program_.anchored) return {from, match(from)};
  for (const char* before = from; program_.start == Start::everywhere || (from = candidate(from)) != nullptr; before = from) {
    work_.add(static_cast<std::size_t>(from - before) / bytes_per_unit);
    if (program_.whole != Whole::none) {
      const char* const end = program_.whole == Whole::byte ? from + 1 : span(*program_.items, from);
      work_.add(2 + static_cast<std::size_t>(end - from) / 2);
      return {from, end};
    }
    if (const char* const end = match(from)) return {from, end};
    from = next_start(from);
    if (from > end_) break;
  }
  return {nullptr, nullptr};
}

/// The next place at `from` or behind where a match could begin; null when there is none.
const char* Matcher::candidate(const char* from) const {
  const auto left = static_cast<std::size_t>(end_ - from);
  switch (program_.start) {
    case Start::everywhere: return from;
    case Start::literal: return find_text(from, left, program_.text + program_.start_index, program_.start_length);
    case Start::character:
      if (const void* const found = std::memchr(from, program_.start_character, left))
        return static_cast<const char*>(found);
      break;
    case Start::set:
      for (const ByteSet& set = program_.sets[program_.start_index]; from != end_; ++from)
        if (set.has(byte_at(from))) return from;
      break;
  }
  return program_.start_at_end ? end_ : nullptr;
}

/// Where to try next after no match began at `failed`. What the pattern's first run could reach from a later place inside it, it
/// has reached already.
const char* Matcher::next_start(const char* failed) const {
  const Item* const run = program_.leading_run;
  return (run == nullptr ? failed : span(*run, failed)) + 1;
}

unsigned Matcher::deeper(unsigned depth) const {
  if (depth == max_depth) luaL_error(L_, "pattern too complex");
  return depth + 1;
}

const char* Matcher::run(const Item* item, const char* place, unsigned depth) {
  work_.add(2);
  for (;; ++item) {
    switch (item->op) {
      case Op::character:
        if (place == end_ || byte_at(place) != item->character) return nullptr;
        ++place;
        break;
      case Op::any:
        if (place == end_) return nullptr;
        ++place;
        break;
      case Op::set:
        if (place == end_ || !program_.sets[item->index].has(byte_at(place))) return nullptr;
        ++place;
        break;
      case Op::literal:
        if (static_cast<std::size_t>(end_ - place) < item->length ||
            std::memcmp(place, program_.text + item->index, item->length) != 0)
          return nullptr;
        place += item->length;
        break;
      case Op::optional:
        if (!single_matches(*item, place)) break;
        if (item->commit == Commit::whole) {
          ++place;
          break;
        }
        if (const char* const end = run(item + 1, place + 1, deeper(depth))) return end;
        break;
      case Op::plus:
      case Op::star: {
        const char* const most = span(*item, place);
        work_.add(static_cast<std::size_t>(most - place) / 2);
        if (most == place) {
          if (item->op == Op::plus) return nullptr;
          break;
        }
        if (item->commit != Commit::whole) return repeat(item, place + (item->op == Op::plus), most, deeper(depth));
        place = most;
        break;
      }
      case Op::lazy:
        if (item->commit == Commit::empty || !single_matches(*item, place)) break;
        if (item->commit == Commit::none) return repeat_lazily(item, place, deeper(depth));
        place = span(*item, place);
        break;
      case Op::balance:
        work_.add(static_cast<std::size_t>(end_ - place) / bytes_per_unit);
        place = balance(*item, place);
        if (place == nullptr) return nullptr;
        break;
      case Op::frontier:
        if (!at_frontier(*item, place)) return nullptr;
        break;
      case Op::back_reference:
        work_.add(static_cast<std::size_t>(capture_end_[item->capture] - capture_begin_[item->capture]) / bytes_per_unit);
        place = back_reference(item->capture, place);
        if (place == nullptr) return nullptr;
        break;
      case Op::open:
      case Op::position:
        capture_begin_[item->capture] = place;
        depth = deeper(depth);
        break;
      case Op::close:
        capture_end_[item->capture] = place;
        depth = deeper(depth);
        break;
      case Op::end_anchor:
        if (place != end_) return nullptr;
        break;
      case Op::never: return nullptr;
      case Op::finish: return place;
      case Op::fail: raise(*item);
    }
  }
}

bool Matcher::single_matches(const Item& item, const char* place) const {
  if (place == end_) return false;
  switch (item.single) {
    case Single::character: return byte_at(place) == item.character;
    case Single::any: return true;
    case Single::set: return program_.sets[item.index].has(byte_at(place));
  }
  return false;
}

/// The end of the longest run of the item's bytes from `place`.
const char* Matcher::span(const Item& item, const char* place) const {
  switch (item.single) {
    case Single::character:
      while (place != end_ && byte_at(place) == item.character) ++place;
      return place;
    case Single::any: return end_;
    case Single::set:
      for (const ByteSet& set = program_.sets[item.index]; place != end_ && set.has(byte_at(place));) ++place;
      return place;
  }
  return place;
}

bool Matcher::rest_may_match(const Item& item, const char* place) const {
  if (item.filter == Filter::none) return true;
  if (place == end_) return item.filter_at_end;
  return item.filter == Filter::character ? byte_at(place) == item.filter_character
                                          : program_.sets[item.filter_set].has(byte_at(place));
}

/// Tries the rest of the pattern behind `most`, then behind ever shorter runs down to `least`.
const char* Matcher::repeat(const Item* item, const char* least, const char* most, unsigned depth) {
  for (;; --most) {
    if (rest_may_match(*item, most))
      if (const char* const end = run(item + 1, most, depth)) return end;
    if (most == least) return nullptr;
  }
}

const char* Matcher::repeat_lazily(const Item* item, const char* place, unsigned depth) {
  const bool jumps = item->single == Single::any && item->filter == Filter::character && !item->filter_at_end;
  for (;; ++place) {
    const char* const before = place;
    if (jumps) {
      place =
          static_cast<const char*>(std::memchr(place, item->filter_character, static_cast<std::size_t>(end_ - place)));
      if (place == nullptr) return nullptr;
    }
    work_.add(1 + static_cast<std::size_t>(place - before) / bytes_per_unit);
    if (rest_may_match(*item, place))
      if (const char* const end = run(item + 1, place, depth)) return end;
    if (!single_matches(*item, place)) return nullptr;
  }
}

const char* Matcher::balance(const Item& item, const char* place) const {
  if (place == end_ || byte_at(place) != item.character) return nullptr;
  std::size_t open = 1;
  while (++place != end_) {
    if (byte_at(place) == item.closer) {
      if (--open == 0) return place + 1;
    } else if (byte_at(place) == item.character) {
      ++open;
    }
  }
  return nullptr;
}

/// Both ends of the subject count as a zero byte.
bool Matcher::at_frontier(const Item& item, const char* place) const {
  const ByteSet& set = program_.sets[item.index];
  const unsigned char before = place == begin_ ? 0 : byte_at(place - 1);
  const unsigned char behind = place == end_ ? 0 : byte_at(place);
  return !set.has(before) && set.has(behind);
}

const char* Matcher::back_reference(unsigned capture, const char* place) const {
  const auto length = static_cast<std::size_t>(capture_end_[capture] - capture_begin_[capture]);
  if (static_cast<std::size_t>(end_ - place) < length || std::memcmp(capture_begin_[capture], place, length) != 0)
    return nullptr;
  return place + length;
}

void Matcher::raise(const Item& item) const {
  switch (item.failure) {
    case Failure::ends_with_escape: luaL_error(L_, "malformed pattern (ends with '%%')"); break;
    case Failure::missing_bracket: luaL_error(L_, "malformed pattern (missing ']')"); break;
    case Failure::missing_balance_arguments: luaL_error(L_, "malformed pattern (missing arguments to '%%b')"); break;
    case Failure::missing_frontier_set: luaL_error(L_, "missing '[' after '%%f' in pattern"); break;
    case Failure::too_many_captures: luaL_error(L_, "too many captures"); break;
    case Failure::invalid_capture: luaL_error(L_, "invalid pattern capture"); break;
    case Failure::invalid_index: luaL_error(L_, "invalid capture index %%%d", static_cast<int>(item.index)); break;
  }
  __builtin_unreachable();  // luaL_error does not return
}

Matcher::Text Matcher::capture_text(unsigned index, const Match& whole) const {
  if (index >= program_.capture_count) {
    if (index != 0) luaL_error(L_, "invalid capture index %%%d", static_cast<int>(index + 1));
    return {whole.begin, static_cast<std::size_t>(whole.end - whole.begin)};
  }
  if (program_.captures[index] == CaptureKind::unfinished) luaL_error(L_, "unfinished capture");
  if (program_.captures[index] == CaptureKind::position) return {nullptr, 0};
  return {capture_begin_[index], static_cast<std::size_t>(capture_end_[index] - capture_begin_[index])};
}

void Matcher::push_capture(unsigned index, const Match& whole) const {
  const Text text = capture_text(index, whole);
  if (text.begin == nullptr)
    lua_pushinteger(L_, capture_begin_[index] - begin_ + 1);
  else
    lua_pushlstring(L_, text.begin, text.length);
}

int Matcher::push_captures(const Match& whole) const {
  if (program_.capture_count != 0) return push_explicit_captures();
  lua_pushlstring(L_, whole.begin, static_cast<std::size_t>(whole.end - whole.begin));
  return 1;
}

int Matcher::push_explicit_captures() const {
  const int count = program_.capture_count;
  if (count == 0) return 0;
  luaL_checkstack(L_, count, "too many captures");
  for (int index = 0; index < count; ++index) push_capture(static_cast<unsigned>(index), {nullptr, nullptr});
  return count;
}

}  // namespace stdlib::pattern
