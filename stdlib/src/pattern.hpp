// SPDX-License-Identifier: MIT
// Lua patterns: compiled once into a row of items, matched by backtracking over the items.
//
// Captures open and close in pattern order, so which capture an item means, and every error a pattern can give, is known
// when it is compiled. An erroneous place becomes an item that raises the error when a match gets there, because Lua
// reports a malformed pattern only then.
#pragma once

#include "character_tables.hpp"
#include "work.hpp"

#include <lua.hpp>

#include <cstddef>
#include <cstdint>

namespace stdlib::pattern {

inline constexpr unsigned max_captures = 32;  // LUA_MAXCAPTURES of Lua's own library
inline constexpr unsigned max_depth = 200;    // nested choices and captures in one match

enum class Op : std::uint8_t {
  character,       // one byte equal to `character`
  any,             // one byte
  set,             // one byte of the set `index`
  literal,         // the `length` bytes of text from `index`
  optional,        // single?
  star,            // single*
  plus,            // single+
  lazy,            // single-
  balance,         // %b: `character` opens, `closer` closes
  frontier,        // %f: from outside to inside the set `index`
  back_reference,  // the text of capture `capture`
  open,            // capture `capture` begins
  position,        // capture `capture` is a position
  close,           // capture `capture` ends
  end_anchor,      // end of the subject
  never,           // cannot match: a back reference to a position capture
  finish,          // end of the pattern
  fail,            // raises `failure` (with capture number `index`)
};

/// What a repeated item repeats.
enum class Single : std::uint8_t { character, any, set };

/// What is known about the way on after a repetition.
enum class Commit : std::uint8_t {
  none,   // any length may be the right one
  whole,  // only the longest run can be followed by the rest (or the rest always matches)
  empty,  // a lazy repetition whose rest always matches
};

/// A cheap necessary condition for the rest of the pattern to match at a place.
enum class Filter : std::uint8_t { none, character, set };

enum class Failure : std::uint8_t {
  ends_with_escape,
  missing_bracket,
  missing_balance_arguments,
  missing_frontier_set,
  too_many_captures,
  invalid_capture,
  invalid_index,
};

struct Item {
  Op op;
  Single single = Single::any;
  Commit commit = Commit::none;
  Filter filter = Filter::none;
  unsigned char character = 0;
  unsigned char filter_character = 0;
  bool filter_at_end = false;  // the rest may match at the end of the subject
  union {
    unsigned char closer = 0;
    unsigned char capture;
    Failure failure;
  };
  std::uint32_t index = 0;
  union {
    std::uint32_t length = 0;
    std::uint32_t filter_set;
  };
};
static_assert(sizeof(Item) == 16);

enum class CaptureKind : std::uint8_t { text, position, unfinished };

/// How to find places where a match may begin.
enum class Start : std::uint8_t { everywhere, character, set, literal };

/// A pattern of one item, whose match is known as soon as its first byte is found: that byte, or the run that begins there.
enum class Whole : std::uint8_t { none, byte, run };

/// A compiled pattern; its items, sets and literal text lie behind it.
struct Program {
  const char* source;  // the pattern string
  std::size_t source_length;
  const Item* items;
  const ByteSet* sets;
  const char* text;  // literal bytes
  std::uint32_t start_length;
  Start start;
  unsigned char start_character;
  Whole whole;
  bool start_at_end;  // with `character` and `set`: the end of the subject is a candidate too
  bool anchored;
  bool plain;         // the whole pattern is literal text
  bool unremarkable;  // string.find takes it as it is: it has none of the characters that find looks for
  unsigned char capture_count;
  CaptureKind captures[max_captures];
  std::uint32_t start_index;  // of the set, or of the literal text
  const Item* leading_run;    // the repetition the pattern begins with, when nothing behind depends on where it began
};

/// Whether a leading '^' anchors the match (not for gmatch).
enum class Anchor { allowed, literal };

/// The most memory that a compiled pattern takes.
std::size_t program_size(const char* source, std::size_t length);

/// Compiles `source` into memory of program_size bytes, aligned for a Program. Nothing in it needs destruction.
Program* compile(void* memory, const CharacterTables& tables, const char* source, std::size_t length, Anchor anchor);

/// One subject and one program; keeps the captures of the last match.
class Matcher {
 public:
  Matcher(lua_State* L, const Program& program, const char* subject, std::size_t length)
      : L_(L), work_(L), program_(program), begin_(subject), end_(subject + length) {}

  /// Makes `L` the thread that gets errors and captures.
  void enter(lua_State* L) {
    L_ = L;
    work_.enter(L);
  }

  struct Match {
    const char* begin;
    const char* end;  // null: no match
  };

  /// The first match that begins at `from` or later.
  Match search(const char* from);

  /// The end of the match that begins at `place`, or null.
  const char* match(const char* place) { return run(program_.items, place, 1); }

  /// Pushes capture `index`, or the whole match as index 0 of a pattern without captures.
  void push_capture(unsigned index, const Match& whole) const;

  /// Pushes all captures (the whole match where there is none) and says how many.
  int push_captures(const Match& whole) const;

  /// Pushes the explicit captures only.
  int push_explicit_captures() const;

  struct Text {
    const char* begin;  // null: a position capture
    std::size_t length;
  };
  /// The text of capture `index` without pushing it; position captures give no text.
  Text capture_text(unsigned index, const Match& whole) const;

  const char* begin() const { return begin_; }
  const char* end() const { return end_; }

 private:
  const char* run(const Item* item, const char* place, unsigned depth);
  const char* repeat(const Item* item, const char* least, const char* most, unsigned depth);
  const char* repeat_lazily(const Item* item, const char* place, unsigned depth);
  const char* span(const Item& item, const char* place) const;
  bool single_matches(const Item& item, const char* place) const;
  bool rest_may_match(const Item& item, const char* place) const;
  const char* balance(const Item& item, const char* place) const;
  bool at_frontier(const Item& item, const char* place) const;
  const char* back_reference(unsigned capture, const char* place) const;
  const char* candidate(const char* from) const;
  const char* next_start(const char* failed) const;
  unsigned deeper(unsigned depth) const;
  [[noreturn]] void raise(const Item& item) const;

  lua_State* L_;
  Work work_;
  const Program& program_;
  const char* begin_;
  const char* end_;
  const char* capture_begin_[max_captures];
  const char* capture_end_[max_captures];
};

}  // namespace stdlib::pattern
