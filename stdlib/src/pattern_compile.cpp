// SPDX-License-Identifier: MIT
// The pattern compiler: reads a pattern into items, then works backwards to tell each item what can follow it.
#include "pattern.hpp"

#include <algorithm>
#include <new>
#include <string_view>

namespace stdlib::pattern {

namespace {

constexpr ByteSet bytes_of(std::string_view text) {
  ByteSet bytes;
  for (const char c : text) bytes.words[static_cast<unsigned char>(c) >> 6] |= std::uint64_t{1} << (c & 63);
  return bytes;
}

constexpr ByteSet needs_set = bytes_of("%[*+?-");  // may add a set to the program
constexpr ByteSet remarkable =
    bytes_of("^$*+?.([%-");  // what string.find looks for: without them it takes a pattern as text

bool has_specials(const char* source, std::size_t length) {
  return std::any_of(source, source + length, [](char c) { return remarkable.has(static_cast<unsigned char>(c)); });
}

/// Where the parts of a program lie, from one look at the pattern.
struct Layout {
  bool unremarkable;
  std::size_t items;  // offsets
  std::size_t text;
  std::size_t size;

  Layout(const char* source, std::size_t length) : unremarkable(!has_specials(source, length)) {
    std::size_t set_count = 1;  // the set of possible first bytes
    for (std::size_t i = 0; i < length; ++i) set_count += needs_set.has(static_cast<unsigned char>(source[i]));
    // Without specials: text, perhaps a closing bracket without an opening one, the end.
    const std::size_t item_count = unremarkable ? 3 : length + 2;
    items = sizeof(Program) + set_count * sizeof(ByteSet);
    text = items + item_count * sizeof(Item);
    size = text + length;
  }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Compiler {
 public:
  Compiler(Program& program, Item* items, ByteSet* sets, char* text, const CharacterTables& tables)
      : program_(program),
        first_item_(items),
        item_(items),
        sets_(sets),
        text_(text),
        tables_(tables),
        place_(program.source),
        end_(program.source + program.source_length) {}

  void read(Anchor anchor);
  void connect();

 private:
  struct OneByte {
    Single kind;
    unsigned char character;
    std::uint32_t set;
  };

  /// What is known about the rest of the pattern behind an item.
  struct Rest {
    ByteSet first;             // what its first byte may be
    bool may_be_empty = true;  // it may match nothing before the end of the subject
    bool may_match_at_end = true;
    bool always = true;  // it matches everywhere
  };

  void read_item();
  void read_escape();
  void open();
  void close();
  void read_balance();
  void read_frontier();
  void read_back_reference();
  void read_single();
  bool read_byte_class(OneByte& out);
  bool read_bracket_set(ByteSet& set);
  OneByte simplify(const ByteSet& set);
  void add_character(unsigned char character);

  Item& emit(Op op);
  void fail(Failure failure, std::uint32_t number = 0);
  std::uint32_t add_set(const ByteSet& set);

  void connect_repetition(Item& item, Rest& rest);
  void connect_one(const Item& item, Rest& rest) const;
  void connect_start(const Rest& whole);
  const Item* find_leading_run() const;
  ByteSet bytes_of(const Item& item) const;

  Program& program_;
  Item* const first_item_;
  Item* item_;
  ByteSet* const sets_;
  char* const text_;
  const CharacterTables& tables_;
  const char* place_;
  const char* const end_;
  std::uint32_t set_count_ = 0;
  std::uint32_t text_length_ = 0;
  unsigned nesting_ = 0;  // items that can nest a choice or a capture
  bool failed_ = false;
};

Item& Compiler::emit(Op op) {
  Item* const item = new (item_++) Item{};
  item->op = op;
  return *item;
}

void Compiler::fail(Failure failure, std::uint32_t number) {
  Item& item = emit(Op::fail);
  item.failure = failure;
  item.index = number;
  failed_ = true;
}

std::uint32_t Compiler::add_set(const ByteSet& set) {
  new (&sets_[set_count_]) ByteSet(set);
  return set_count_++;
}

void Compiler::read(Anchor anchor) {
  if (anchor == Anchor::allowed && place_ != end_ && *place_ == '^') {
    program_.anchored = true;
    ++place_;
  }
  while (place_ != end_ && !failed_) read_item();
  if (!failed_) emit(Op::finish);
}

void Compiler::read_item() {
  switch (*place_) {
    case '(': return open();
    case ')': return close();
    case '$':
      if (place_ + 1 == end_) {
        ++place_;
        emit(Op::end_anchor);
        return;
      }
      return read_single();
    case '%': return read_escape();
    default: return read_single();
  }
}

void Compiler::read_escape() {
  const char next = place_ + 1 == end_ ? '\0' : place_[1];
  if (next == 'b') return read_balance();
  if (next == 'f') return read_frontier();
  if (is_digit(next)) return read_back_reference();
  read_single();
}

void Compiler::open() {
  const unsigned capture = program_.capture_count;
  if (capture == max_captures) return fail(Failure::too_many_captures);
  ++program_.capture_count;
  ++nesting_;
  ++place_;
  const bool is_position = place_ != end_ && *place_ == ')';
  place_ += is_position;
  program_.captures[capture] = is_position ? CaptureKind::position : CaptureKind::unfinished;
  emit(is_position ? Op::position : Op::open).capture = static_cast<unsigned char>(capture);
}

void Compiler::close() {
  unsigned capture = program_.capture_count;
  while (capture > 0 && program_.captures[capture - 1] != CaptureKind::unfinished) --capture;
  if (capture == 0) return fail(Failure::invalid_capture);
  ++nesting_;
  ++place_;
  program_.captures[capture - 1] = CaptureKind::text;
  emit(Op::close).capture = static_cast<unsigned char>(capture - 1);
}

void Compiler::read_balance() {
  if (end_ - place_ < 4) return fail(Failure::missing_balance_arguments);
  Item& item = emit(Op::balance);
  item.character = static_cast<unsigned char>(place_[2]);
  item.closer = static_cast<unsigned char>(place_[3]);
  place_ += 4;
}

void Compiler::read_frontier() {
  place_ += 2;
  if (place_ == end_ || *place_ != '[') return fail(Failure::missing_frontier_set);
  ByteSet set;
  if (read_bracket_set(set)) emit(Op::frontier).index = add_set(set);
}

void Compiler::read_back_reference() {
  const int capture = place_[1] - '1';
  if (capture < 0 || capture >= program_.capture_count || program_.captures[capture] == CaptureKind::unfinished)
    return fail(Failure::invalid_index, static_cast<std::uint32_t>(capture + 1));
  place_ += 2;
  const bool has_text = program_.captures[capture] == CaptureKind::text;
  emit(has_text ? Op::back_reference : Op::never).capture = static_cast<unsigned char>(capture);
}

/// One byte's worth of pattern and the repetition behind it.
void Compiler::read_single() {
  OneByte one;
  if (!read_byte_class(one)) return;
  Op op;
  switch (place_ == end_ ? '\0' : *place_) {
    case '?': op = Op::optional; break;
    case '*': op = Op::star; break;
    case '+': op = Op::plus; break;
    case '-': op = Op::lazy; break;
    default:
      if (one.kind == Single::character) return add_character(one.character);
      emit(one.kind == Single::any ? Op::any : Op::set).index = one.set;
      return;
  }
  ++place_;
  ++nesting_;
  Item& item = emit(op);
  item.single = one.kind;
  item.character = one.character;
  item.index = one.set;
}

/// Adds one literal byte, to the literal before it where there is one.
void Compiler::add_character(unsigned char character) {
  Item* const last = item_ == first_item_ ? nullptr : item_ - 1;
  if (last != nullptr && last->op == Op::literal) {
    text_[text_length_++] = static_cast<char>(character);
    ++last->length;
  } else if (last != nullptr && last->op == Op::character) {
    last->op = Op::literal;
    last->index = text_length_;
    last->length = 2;
    text_[text_length_++] = static_cast<char>(last->character);
    text_[text_length_++] = static_cast<char>(character);
  } else {
    emit(Op::character).character = character;
  }
}

bool Compiler::read_byte_class(OneByte& out) {
  const char c = *place_;
  if (c == '[') {
    ByteSet set;
    if (!read_bracket_set(set)) return false;
    out = simplify(set);
    return true;
  }
  ++place_;
  out = {c == '.' ? Single::any : Single::character, static_cast<unsigned char>(c), 0};
  if (c != '%') return true;
  if (place_ == end_) {
    fail(Failure::ends_with_escape);
    return false;
  }
  out.character = static_cast<unsigned char>(*place_++);
  if (const ByteSet* const named = tables_.find_class(out.character)) out = simplify(*named);
  return true;
}

Compiler::OneByte Compiler::simplify(const ByteSet& set) {
  const int count = set.count();
  if (count == 1) return {Single::character, set.lowest(), 0};
  if (count == 256) return {Single::any, 0, 0};
  return {Single::set, 0, add_set(set)};
}

/// Reads `[...]`. A ']' right at the beginning belongs to the set.
bool Compiler::read_bracket_set(ByteSet& set) {
  const char* const opening = place_;
  const bool complement = opening + 1 != end_ && opening[1] == '^';
  const char* const members = opening + 1 + complement;
  const char* closing = members;
  do {
    if (closing == end_) {
      fail(Failure::missing_bracket);
      return false;
    }
    if (*closing++ == '%' && closing != end_) ++closing;
  } while (closing == end_ || *closing != ']');
  for (const char* c = members; c < closing; ++c) {
    const auto byte = static_cast<unsigned char>(*c);
    if (byte == '%') {
      const auto escaped = static_cast<unsigned char>(*++c);
      if (const ByteSet* const named = tables_.find_class(escaped))
        set.add(*named);
      else
        set.add(escaped);
    } else if (closing - c > 2 && c[1] == '-') {
      set.add_range(byte, static_cast<unsigned char>(c[2]));
      c += 2;
    } else {
      set.add(byte);
    }
  }
  if (complement) set.invert();
  place_ = closing + 1;
  return true;
}

ByteSet Compiler::bytes_of(const Item& item) const {
  ByteSet bytes;
  switch (item.single) {
    case Single::character: bytes.add(item.character); break;
    case Single::any: bytes.invert(); break;
    case Single::set: bytes = sets_[item.index]; break;
  }
  return bytes;
}

/// Goes through the items backwards. Near the depth limit nothing is concluded, so that the matcher reaches the limit
/// exactly where nesting every choice does.
void Compiler::connect() {
  Rest rest;
  const bool draw_conclusions = nesting_ < max_depth - 1;
  for (Item* item = item_; item-- != first_item_;) {
    switch (item->op) {
      case Op::optional:
      case Op::star:
      case Op::plus:
      case Op::lazy:
        if (draw_conclusions) connect_repetition(*item, rest);
        break;
      default: connect_one(*item, rest);
    }
  }
  if (draw_conclusions) connect_start(rest);
  program_.leading_run = find_leading_run();
}

void Compiler::connect_repetition(Item& item, Rest& rest) {
  const ByteSet bytes = bytes_of(item);
  if (rest.always)
    item.commit = item.op == Op::lazy ? Commit::empty : Commit::whole;
  else if (!rest.may_be_empty && bytes.disjoint(rest.first))
    item.commit = Commit::whole;
  else if (!rest.may_be_empty && rest.first.count() == 1) {
    item.filter = Filter::character;
    item.filter_character = rest.first.lowest();
    item.filter_at_end = rest.may_match_at_end;
  } else if (!rest.may_be_empty && rest.first.count() < 256) {
    item.filter = Filter::set;
    item.filter_set = add_set(rest.first);
    item.filter_at_end = rest.may_match_at_end;
  }
  if (item.op == Op::plus)
    rest = {bytes, false, false, false};
  else
    rest.first.add(bytes);
}

void Compiler::connect_one(const Item& item, Rest& rest) const {
  ByteSet first;
  switch (item.op) {
    case Op::character:
    case Op::balance: first.add(item.character); break;
    case Op::any: first.invert(); break;
    case Op::set: first = sets_[item.index]; break;
    case Op::literal: first.add(static_cast<unsigned char>(text_[item.index])); break;
    case Op::never: break;
    case Op::end_anchor: rest = {{}, false, true, false}; return;
    case Op::frontier: rest.always = false; return;
    case Op::open:
    case Op::position:
    case Op::close:
    case Op::finish: return;
    default:  // a back reference or an error: nothing is known
      rest = {{}, true, true, false};
      rest.first.invert();
      return;
  }
  rest = {first, false, false, false};
}

void Compiler::connect_start(const Rest& whole) {
  const Item& first = *first_item_;
  if (first.op == Op::literal) {
    program_.start = Start::literal;
    program_.start_index = first.index;
    program_.start_length = first.length;
    program_.plain = !program_.anchored && first_item_[1].op == Op::finish;
  } else if (!whole.may_be_empty && whole.first.count() <= 1) {
    const bool is_empty = whole.first.count() == 0;
    program_.start = is_empty ? Start::set : Start::character;
    if (is_empty)
      program_.start_index = add_set(whole.first);
    else
      program_.start_character = whole.first.lowest();
  } else if (!whole.may_be_empty && whole.first.count() < 256) {
    program_.start = Start::set;
    program_.start_index = add_set(whole.first);
  }
  program_.start_at_end = whole.may_match_at_end;
  if (program_.anchored || first_item_[1].op != Op::finish) return;
  if (program_.start != Start::character && program_.start != Start::set) return;
  if (first.op == Op::character || first.op == Op::set) program_.whole = Whole::byte;
  if (first.op == Op::plus) program_.whole = Whole::run;
}

const Item* Compiler::find_leading_run() const {
  const auto is_back_reference = [](const Item& item) { return item.op == Op::back_reference; };
  if (std::any_of(first_item_, item_, is_back_reference)) return nullptr;
  const Item* item = first_item_;
  while (item->op == Op::open || item->op == Op::position) ++item;
  const bool is_run = item->op == Op::star || item->op == Op::plus || item->op == Op::lazy;
  return is_run ? item : nullptr;
}

}  // namespace

std::size_t program_size(const char* source, std::size_t length) { return Layout(source, length).size; }

Program* compile(void* memory, const CharacterTables& tables, const char* source, std::size_t length, Anchor anchor) {
  const Layout layout(source, length);
  auto* const place = static_cast<char*>(memory);
  auto* const program = new (place) Program{};
  auto* const sets = reinterpret_cast<ByteSet*>(place + sizeof(Program));
  auto* const items = reinterpret_cast<Item*>(place + layout.items);
  program->source = source;
  program->source_length = length;
  program->unremarkable = layout.unremarkable;
  program->items = items;
  program->sets = sets;
  program->text = place + layout.text;
  Compiler compiler(*program, items, sets, place + layout.text, tables);
  compiler.read(anchor);
  compiler.connect();
  return program;
}

}  // namespace stdlib::pattern
