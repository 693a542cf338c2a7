// SPDX-License-Identifier: MIT
// What the word before the cursor may go on as. Everything is read raw: completing must not run a script.
#include "completion.hpp"

#include <algorithm>

#include <mayfly/weak.h>

#include "keywords.hpp"

namespace {

constexpr std::string_view commands[] = {":gc", ":help"};
constexpr int longest_chain = 100;  // of __index tables: a chain may lead back to itself

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_name(std::string_view text) {
  return !text.empty() && begins_name(text[0]) && std::all_of(text.begin(), text.end(), continues_name);
}

// The expression before the cursor, read backwards: `base.base:word`.
struct Context {
  std::string_view word;
  char separator = '\0';                // '.', ':', or 0 for a name that stands alone
  std::vector<std::string_view> bases;  // outermost first; empty and a separator: a string constant
  bool unknown = false;                 // a base that only running it could tell
};

std::string_view take_name(std::string_view& text) {
  std::size_t start = text.size();
  while (start > 0 && continues_name(text[start - 1])) --start;
  std::string_view name = text.substr(start);
  text.remove_suffix(name.size());
  return name;
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
}

// Takes a separator off the end; 0 when there is none (`..` is an operator, `::` a label).
char take_separator(std::string_view& text) {
  skip_blanks(text);
  if (text.empty() || (text.back() != '.' && text.back() != ':')) return '\0';
  char separator = text.back();
  if (text.size() > 1 && text[text.size() - 2] == separator) return '\0';
  text.remove_suffix(1);
  skip_blanks(text);
  return separator;
}

bool ends_in_string(std::string_view text) {
  if (!text.empty() && text.back() == ')') text.remove_suffix(1);
  skip_blanks(text);
  return !text.empty() && (text.back() == '"' || text.back() == '\'');
}

Context context_before(std::string_view text) {
  Context context;
  context.word = take_name(text);
  if (!context.word.empty() && !begins_name(context.word[0])) {
    context.unknown = true;  // a number
    return context;
  }
  context.separator = take_separator(text);
  for (char separator = context.separator; separator != '\0'; separator = take_separator(text)) {
    std::string_view base = take_name(text);
    if (base.empty() && context.bases.empty() && ends_in_string(text)) break;
    if (!is_name(base)) {
      context.unknown = true;
      break;
    }
    context.bases.insert(context.bases.begin(), base);
  }
  return context;
}

bool is_table(lua_State* L) {
  int type = mayfly_weaktype(L, -1);
  return lua_istable(L, -1) || (type >= MAYFLY_WEAKKEYTABLE && type <= MAYFLY_WEAKKVTABLE);
}

// [-1, +(0|1), -]  Replaces the value on top by the table that its metatable names as `__index`.
bool go_to_index_table(lua_State* L) {
  if (lua_getmetatable(L, -1) == 0) {
    lua_pop(L, 1);
    return false;
  }
  lua_remove(L, -2);
  lua_pushliteral(L, "__index");
  lua_rawget(L, -2);
  lua_remove(L, -2);
  if (is_table(L)) return true;
  lua_pop(L, 1);
  return false;
}

// [-1, +(0|1), m]  Replaces the value on top by its field, when there is one.
bool go_to_field(lua_State* L, std::string_view name) {
  for (int step = 0; step < longest_chain; ++step) {
    if (is_table(L)) {
      lua_pushlstring(L, name.data(), name.size());
      lua_rawget(L, -2);
      if (!lua_isnil(L, -1)) {
        lua_remove(L, -2);
        return true;
      }
      lua_pop(L, 1);
    }
    if (!go_to_index_table(L)) return false;
  }
  lua_pop(L, 1);
  return false;
}

bool is_callable(lua_State* L) {
  if (lua_isfunction(L, -1)) return true;
  if (luaL_getmetafield(L, -1, "__call") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

class Search {
 public:
  Search(lua_State* L, const Context& context) : L_(L), context_(context) {}

  // [-1, +0, m]  Adds the names in the value on top and in what it inherits from.
  void add_fields() {
    for (int step = 0; step < longest_chain; ++step) {
      if (is_table(L_)) add_keys();
      if (!go_to_index_table(L_)) return;
    }
    lua_pop(L_, 1);
  }
  void add(std::string_view word) {
    if (word.substr(0, context_.word.size()) == context_.word) words_.emplace_back(word);
  }
  std::vector<std::string> take() {
    std::sort(words_.begin(), words_.end());
    words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
    return std::move(words_);
  }

 private:
  void add_keys() {
    for (lua_pushnil(L_); lua_next(L_, -2) != 0; lua_pop(L_, 1)) {
      if (lua_type(L_, -2) != LUA_TSTRING) continue;
      std::size_t length = 0;
      const char* text = lua_tolstring(L_, -2, &length);
      std::string_view name(text, length);
      if (!is_name(name) || (context_.separator == ':' && !is_callable(L_))) continue;
      if (name[0] == '_' && context_.word.empty() && context_.separator != '\0') continue;  // metamethods only when asked for
      add(name);
    }
  }

  lua_State* L_;
  const Context& context_;
  std::vector<std::string> words_;
};

struct Request {
  const Context& context;
  Completion& completion;
};

// A C function, so that running out of memory is caught.
int search(lua_State* L) {
  auto* request = static_cast<Request*>(lua_touserdata(L, 1));
  const Context& context = request->context;
  Search found(L, context);
  if (context.separator == '\0') {
    for (std::string_view keyword : keywords) found.add(keyword);
  }
  if (context.separator != '\0' && context.bases.empty()) {
    lua_pushliteral(L, "");
  } else {
    lua_pushglobaltable(L);
  }
  bool there = true;
  for (auto base = context.bases.begin(); there && base != context.bases.end(); ++base) there = go_to_field(L, *base);
  if (there) found.add_fields();
  request->completion.words = found.take();
  return 0;
}

}  // namespace

std::string Completion::common_start() const {
  if (words.empty()) return "";
  const std::string &first = words.front(), &last = words.back();  // sorted: what these share, all share
  std::size_t length = 0;
  while (length < first.size() && length < last.size() && first[length] == last[length]) ++length;
  return first.substr(0, length);
}

Completion complete(lua_State* L, std::string_view before_cursor) {
  Completion completion;
  if (!before_cursor.empty() && before_cursor[0] == ':') {
    completion.word_length = before_cursor.size();
    for (std::string_view command : commands) {
      if (command.substr(0, before_cursor.size()) == before_cursor) completion.words.emplace_back(command);
    }
    return completion;
  }
  Context context = context_before(before_cursor);
  completion.word_length = context.word.size();
  if (context.unknown || lua_checkstack(L, LUA_MINSTACK) == 0) return completion;
  Request request{context, completion};
  lua_pushcfunction(L, search);
  lua_pushlightuserdata(L, &request);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
  return completion;
}
