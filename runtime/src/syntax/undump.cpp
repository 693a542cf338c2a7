// SPDX-License-Identifier: MIT
// Binary chunks, read.
#include "syntax/undump.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "memory/global_state.hpp"
#include "syntax/binary_format.hpp"
#include "syntax/buffer.hpp"
#include "syntax/code_check.hpp"
#include "syntax/fuse.hpp"
#include "value/table.hpp"
#include "vm/call.hpp"
#include "vm/error.hpp"

namespace rt {

namespace {

constexpr int max_nesting = 200;
constexpr std::size_t first_elements = 1024;  // an announced count is believed only as far as the data really comes

class Undumper {
 public:
  Undumper(lua_State* L, ChunkStream& stream, const char* chunk_name)
      : L_(L), state_(global_of(L)), heap_(state_.heap), stream_(stream), chunk_name_(chunk_name), text_(state_.heap) {}

  void run(gc::Handle<Prototype>& result) {
    header();
    std::uint8_t upvalues = byte();
    result.set(make_prototype(state_));
    function(result.get(), nullptr, 0);
    if (result->upvalue_count != upvalues) fault("wrong number of upvalues");
    std::uint64_t expected = checksum_.value(), found;
    raw(&found, sizeof found);
    if (found != expected) fault("checksum mismatch");
  }

 private:
  [[noreturn]] void fault(const char* why) {
    Buffer<char> message(heap_);
    auto append = [&](std::string_view s) { message.append(s.data(), s.size()); };
    std::string_view name = chunk_name_;
    if (name.starts_with('@') || name.starts_with('='))
      name.remove_prefix(1);
    else if (name.starts_with(LUA_SIGNATURE[0]))
      name = "binary string";
    append(name);
    append(": bad binary format (");
    append(why);
    append(")");
    ensure_stack(L_, 1);
    push(L_, Value::of(make_string(state_, {message.data(), message.size()})));
    raise(L_, LUA_ERRSYNTAX);
  }

  // --- pieces of data ---
  void raw(void* to, std::size_t size) {
    auto out = static_cast<char*>(to);
    while (size > 0) {
      if (!stream_.has_more()) fault("truncated chunk");
      std::size_t part = std::min(size, static_cast<std::size_t>(stream_.end - stream_.next));
      std::memcpy(out, stream_.next, part);
      checksum_.add(out, part);
      stream_.next += part;
      out += part;
      size -= part;
    }
  }
  std::uint8_t byte() {
    std::uint8_t b;
    raw(&b, 1);
    return b;
  }
  bool boolean() {
    std::uint8_t b = byte();
    if (b > 1) fault("bad truth value");
    return b == 1;
  }
  std::uint64_t count(std::uint64_t limit) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      std::uint8_t b = byte();
      if (shift > 56) fault("integer overflow");
      value |= std::uint64_t{b & 0x7Fu} << shift;
      if ((b & 0x80) == 0) break;
    }
    if (value > limit) fault("integer overflow");
    return value;
  }
  std::int32_t int32() { return static_cast<std::int32_t>(count(std::numeric_limits<std::int32_t>::max())); }

  String* text(std::size_t length) {
    text_.clear();
    while (length > 0) {
      if (!stream_.has_more()) fault("truncated chunk");
      std::size_t part = std::min(length, static_cast<std::size_t>(stream_.end - stream_.next));
      checksum_.add(stream_.next, part);
      text_.append(stream_.next, part);
      stream_.next += part;
      length -= part;
    }
    return make_string(state_, {text_.data(), text_.size()});
  }
  String* string() { return text(count(std::numeric_limits<std::int64_t>::max())); }
  String* name() {
    std::uint64_t length = count(std::numeric_limits<std::int64_t>::max());
    return length == 0 ? nullptr : text(length - 1);
  }

  // Fills an array of the prototype element by element; `*size` is always the number of elements it has room for.
  template <class T, class Read>
  void array(Prototype* owner, T** elements, std::uint32_t* size, std::uint64_t wanted, const T& empty, Read read) {
    for (std::uint64_t i = 0; i < wanted; ++i) {
      if (i == *size) {
        std::uint64_t room = std::min<std::uint64_t>(wanted, std::max<std::uint64_t>(first_elements, std::uint64_t{*size} * 2));
        auto grown = static_cast<T*>(*size == 0 ? heap_.allocate_storage(room * sizeof(T))
                                                : heap_.resize_storage(*elements, *size * sizeof(T), room * sizeof(T)));
        for (std::uint64_t k = i; k < room; ++k) grown[k] = empty;
        *elements = grown;
        *size = static_cast<std::uint32_t>(room);
      }
      T element = read();
      (*elements)[i] = element;
      heap_.barrier_any(owner);
    }
  }

  // --- parts of a chunk ---
  void header() {
    char signature[binary::signature_length];
    raw(signature, sizeof signature);
    if (std::memcmp(signature, binary::signature, sizeof signature) != 0) fault("not a binary chunk");
    if (byte() != binary::version) fault("version mismatch");
    std::uint8_t sizes[sizeof binary::sizes];
    raw(sizes, sizeof sizes);
    if (std::memcmp(sizes, binary::sizes, sizeof sizes) != 0) fault("size mismatch");
    std::int64_t integer;
    raw(&integer, sizeof integer);
    if (integer != binary::test_integer) fault("integer format mismatch");
    double number;
    raw(&number, sizeof number);
    if (number != binary::test_number) fault("float format mismatch");
    std::uint32_t fingerprint;
    raw(&fingerprint, sizeof fingerprint);
    if (fingerprint != binary::instruction_set_fingerprint()) fault("instruction set mismatch");
  }

  void function(Prototype* p, const Prototype* outer, int nesting) {
    if (nesting > max_nesting) fault("functions nested too deeply");
    switch (static_cast<binary::Source>(byte())) {
      case binary::Source::none: break;
      case binary::Source::of_outer:
        if (outer == nullptr) fault("bad source");
        p->source = outer->source;
        break;
      case binary::Source::own: p->source = string(); break;
      default: fault("bad source");
    }
    heap_.barrier_any(p);
    p->first_line = int32();
    p->last_line = int32();
    p->parameter_count = byte();
    p->is_vararg = boolean();
    p->frame_size = byte();
    if (p->frame_size < 2 || p->frame_size > max_registers || p->parameter_count > p->frame_size) fault("bad frame size");
    constexpr std::uint64_t limit = std::numeric_limits<std::int32_t>::max();
    array(p, &p->code, &p->code_size, count(limit), Instruction{}, [this] {
      Instruction i;
      raw(&i, sizeof i);
      if (static_cast<int>(i.op) < opcode_count && binary::has_hint(i.op)) i.x = 0;
      return i;
    });
    array(p, &p->constants, &p->constant_count, count(limit), Value::nil(), [this, p] { return constant(p); });
    upvalues(p, outer);
    std::uint64_t children = count(limit);
    array(p, &p->children, &p->child_count, children, static_cast<Prototype*>(nullptr), [] { return static_cast<Prototype*>(nullptr); });
    for (std::uint32_t i = 0; i < p->child_count; ++i) {
      p->children[i] = make_prototype(state_);
      heap_.barrier_any(p);
      function(p->children[i], p, nesting + 1);
    }
    debug_information(p);
    if (const char* why = find_fault_in_code(p)) fault(why);
    fuse_pairs(p->code, p->code_size);
  }

  Value constant(const Prototype* p) {
    switch (static_cast<binary::Constant>(byte())) {
      case binary::Constant::nil: return Value::nil();
      case binary::Constant::false_: return Value::boolean(false);
      case binary::Constant::true_: return Value::boolean(true);
      case binary::Constant::integer: {
        std::int64_t i;
        raw(&i, sizeof i);
        return Value::integer(i);
      }
      case binary::Constant::number: {
        double d;
        raw(&d, sizeof d);
        return Value::number(d);
      }
      case binary::Constant::string: return Value::of(string());
      case binary::Constant::model: return model(p);
      default: fault("bad constant");
    }
  }

  // Of keys that are among the constants read so far.
  Value model(const Prototype* p) {
    auto keys = static_cast<std::size_t>(count(max_model_fields));
    gc::Handle<Table> t(heap_, make_table(state_, 0, keys));
    for (std::size_t i = 0; i < keys; ++i) {
      std::uint64_t number = count(std::numeric_limits<std::int32_t>::max());
      if (number >= p->constant_count || !p->constants[number].is_short_string()) fault("bad model");
      set_string(state_, t.get(), p->constants[number].string(), Value::boolean(false));
    }
    return Value::of(t.get());
  }

  void upvalues(Prototype* p, const Prototype* outer) {
    std::uint8_t wanted = byte();
    if (wanted == 0) return;
    p->upvalues = static_cast<UpvalueDescription*>(heap_.allocate_storage(wanted * sizeof(UpvalueDescription)));
    std::fill_n(p->upvalues, wanted, UpvalueDescription{});
    p->upvalue_count = wanted;
    for (int i = 0; i < wanted; ++i) {
      bool in_stack = boolean();
      std::uint8_t index = byte(), attribute = byte();
      if (attribute > 3) fault("bad upvalue");
      if (outer != nullptr && index >= (in_stack ? outer->frame_size : outer->upvalue_count)) fault("bad upvalue");
      p->upvalues[i] = {name(), in_stack, index, attribute};
      heap_.barrier_any(p);
    }
  }

  void debug_information(Prototype* p) {
    std::uint64_t locals = count(std::numeric_limits<std::int32_t>::max());
    array(p, &p->locals, &p->local_count, locals, LocalDescription{}, [this, p] {
      LocalDescription local;
      local.start = static_cast<std::int32_t>(count(p->code_size));
      local.end = static_cast<std::int32_t>(count(p->code_size));
      local.name = name();  // last: reading on may collect it
      return local;
    });
    if (!boolean()) return;
    p->lines = static_cast<std::int32_t*>(heap_.allocate_storage(p->code_size * sizeof(std::int32_t)));
    std::int64_t line = 0;
    for (std::uint32_t i = 0; i < p->code_size; ++i) {
      std::uint64_t change = count(std::uint64_t{1} << 33);
      line += (change & 1) != 0 ? -static_cast<std::int64_t>(change / 2) - 1 : static_cast<std::int64_t>(change / 2);
      if (line < 0 || line > std::numeric_limits<std::int32_t>::max()) fault("bad line");
      p->lines[i] = static_cast<std::int32_t>(line);
    }
  }

  lua_State* L_;
  GlobalState& state_;
  gc::Heap& heap_;
  ChunkStream& stream_;
  const char* chunk_name_;
  binary::Checksum checksum_;
  Buffer<char> text_;
};

}  // namespace

void undump(lua_State* L, ChunkStream& stream, const char* chunk_name, gc::Handle<Prototype>& result) {
  Undumper(L, stream, chunk_name).run(result);
}

}  // namespace rt
