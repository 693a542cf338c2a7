// SPDX-License-Identifier: MIT
// How a session shows values. Tables are read raw; what is deep, long or shown already on the way there is left out.
#include "printing.hpp"

#include <algorithm>
#include <vector>

#include <mayfly/weak.h>

#include "interrupt.hpp"
#include "layout.hpp"
#include "quoting.hpp"
#include "table_keys.hpp"

namespace {

constexpr int deepest = 6;                     // tables inside tables
constexpr int longest = 100;                   // elements of one table, and fields
constexpr int most_values = 2000;              // of one input
constexpr std::size_t longest_string = 10000;  // of a result itself, in bytes
constexpr std::size_t longest_inner_string = 200;

// Upvalues none; argument: the value.
int call_tostring(lua_State* L) {
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

std::string text_at(lua_State* L, int index) {
  std::size_t length = 0;
  const char* text = lua_tolstring(L, index, &length);
  return {text, length};
}

class Viewer {
 public:
  explicit Viewer(lua_State* L) : L_(L) {}

  Shown view(int index, int depth) {
    luaL_checkstack(L_, LUA_MINSTACK, "values nested too deep to be shown");
    index = lua_absindex(L_, index);
    --values_left_;
    switch (lua_type(L_, index)) {
      case LUA_TSTRING: return plain(string(index, depth));
      case LUA_TFUNCTION: return plain(function(index));
      case LUA_TTHREAD: return plain(thread(index));
      case LUA_TTABLE: return has_tostring(index) ? plain(described(index, depth)) : braces(index, depth, "");
      case LUA_TUSERDATA: return userdata(index, depth);
      default: return plain(described(index, depth));
    }
  }

 private:
  static Shown plain(std::string text) { return {"", std::move(text), false, {}}; }

  bool has_tostring(int index) {
    if (luaL_getmetafield(L_, index, "__tostring") == LUA_TNIL) return false;
    lua_pop(L_, 1);
    return true;
  }

  // What `tostring` gives.
  std::string described(int index, int depth) {
    lua_pushcfunction(L_, call_tostring);
    lua_pushvalue(L_, index);
    int status = lua_pcall(L_, 1, 1, 0);
    if (status != LUA_OK && InterruptibleRun::was_interrupted()) lua_error(L_);  // nobody wants to see the rest
    std::string text = lua_type(L_, -1) == LUA_TSTRING ? text_at(L_, -1) : "error object";
    lua_pop(L_, 1);
    if (status != LUA_OK) return "<error in __tostring: " + escaped(text) + ">";
    return depth == 0 ? text : escaped(text);
  }

  std::string string(int index, int depth) {
    std::size_t length = 0;
    const char* text = lua_tolstring(L_, index, &length);
    return quoted({text, length}, depth == 0 ? longest_string : longest_inner_string);
  }

  std::string address(int index) {
    lua_pushfstring(L_, "%s: %p", mayfly_typename(L_, index), lua_topointer(L_, index));
    std::string text = text_at(L_, -1);
    lua_pop(L_, 1);
    return text;
  }

  std::string function(int index) {
    lua_Debug place;
    lua_pushvalue(L_, index);
    lua_getinfo(L_, ">S", &place);
    if (place.what[0] == 'C') return "<C " + address(index) + ">";
    return std::string("<function ") + place.short_src + ":" + std::to_string(place.linedefined) + ">";
  }

  std::string thread(int index) {
    lua_State* coroutine = lua_tothread(L_, index);
    lua_Debug frame;
    const char* state = "dead";
    if (coroutine == L_) {
      state = "running";
    } else if (lua_status(coroutine) == LUA_YIELD || (lua_status(coroutine) == LUA_OK && lua_gettop(coroutine) != 0)) {
      state = lua_status(coroutine) == LUA_OK && lua_getstack(coroutine, 0, &frame) != 0 ? "normal" : "suspended";
    }
    return "<" + address(index) + " (" + state + ")>";
  }

  Shown userdata(int index, int depth) {
    int type = mayfly_weaktype(L_, index);
    switch (type) {
      case MAYFLY_WEAKREF:
      case MAYFLY_WEAKPROXY: mayfly_getweakref(L_, index); return led_to(index, depth, "(alive) -> ", "(dead)");
      case MAYFLY_WEAKFINALIZER: mayfly_getfinalizer(L_, index); return led_to(index, depth, "(waiting) -> ", "(done)");
      case MAYFLY_WEAKNONE: return plain(described(index, depth));
      default: return braces(index, depth, std::string(mayfly_typename(L_, index)) + "(" + std::to_string(lua_rawlen(L_, index)) + ") ");
    }
  }

  // [-1, +0, m]  What the weak value at `index` leads to is on top, or nil.
  Shown led_to(int index, int depth, const char* alive, const char* dead) {
    std::string name = std::string(mayfly_typename(L_, index)) + " ";
    Shown shown = lua_isnil(L_, -1) ? plain(dead) : depth < deepest ? view(-1, depth + 1) : plain("...");
    if (!lua_isnil(L_, -1)) name += alive;
    lua_pop(L_, 1);
    shown.text = name + shown.text;
    return shown;
  }

  // The table or weak container at `index`.
  Shown braces(int index, int depth, const std::string& name) {
    const void* identity = lua_topointer(L_, index);
    auto earlier = std::find(path_.begin(), path_.end(), identity);
    if (earlier != path_.end()) return plain(name + "<cycle ^" + std::to_string(path_.end() - earlier) + ">");
    Shown shown{"", name, true, {}};
    if (depth >= deepest || values_left_ <= 0) {
      if (!is_empty(index)) shown.members.push_back(plain("..."));
      return shown;
    }
    path_.push_back(identity);
    if (lua_istable(L_, index)) add_elements(shown, index, depth);
    add_fields(shown, index, depth);
    path_.pop_back();
    return shown;
  }

  bool is_empty(int index) {
    if (!lua_istable(L_, index)) return lua_rawlen(L_, index) == 0;
    lua_pushnil(L_);
    if (lua_next(L_, index) == 0) return true;
    lua_pop(L_, 2);
    return false;
  }

  static void add_rest(Shown& shown, lua_Unsigned count) {
    if (count != 0) shown.members.push_back(plain("... " + std::to_string(count) + " more"));
  }

  void add_elements(Shown& shown, int index, int depth) {
    lua_Unsigned length = lua_rawlen(L_, index), i = 0;
    for (; i < length && i < static_cast<lua_Unsigned>(longest) && values_left_ > 0; ++i) {
      lua_rawgeti(L_, index, static_cast<lua_Integer>(i + 1));
      shown.members.push_back(view(-1, depth + 1));
      lua_pop(L_, 1);
    }
    add_rest(shown, length - i);
  }

  void add_fields(Shown& shown, int index, int depth) {
    SortedKeys keys(L_, index);
    bool is_set = mayfly_weaktype(L_, index) == MAYFLY_WEAKSET;
    std::size_t i = 0;
    for (; i < keys.count() && i < static_cast<std::size_t>(longest) && values_left_ > 0; ++i) {
      keys.push(i);
      lua_pushvalue(L_, -1);
      lua_rawget(L_, index);
      if (!lua_isnil(L_, -1)) {  // it may have died meanwhile
        Shown member = view(is_set ? -2 : -1, depth + 1);
        if (!is_set) member.label = label(lua_absindex(L_, -2));
        shown.members.push_back(std::move(member));
      }
      lua_pop(L_, 2);
    }
    add_rest(shown, keys.count() - i);
    keys.pop();
  }

  // Of a field, by its key.
  std::string label(int key) {
    if (lua_type(L_, key) == LUA_TSTRING) {
      std::string text = text_at(L_, key);
      return is_field_name(text) ? text + " = " : "[" + quoted(text, longest_inner_string) + "] = ";
    }
    bool has_content = lua_type(L_, key) == LUA_TTABLE && !has_tostring(key);
    return "[" + (has_content ? address(key) : view(key, deepest).text) + "] = ";
  }

  lua_State* L_;
  std::vector<const void*> path_;  // the tables around what is being shown
  int values_left_ = most_values;
};

}  // namespace

std::string show_values(lua_State* L, int first, int count, int width) {
  std::string line, lines;
  for (int i = first; i < first + count; ++i) {
    std::string text = lay_out(Viewer(L).view(i, 0), width);
    line += (i == first ? "" : "\t") + text;
    lines += (i == first ? "" : "\n") + text;
  }
  return static_cast<int>(line.size()) <= width && line.find('\n') == std::string::npos ? line : lines;
}
