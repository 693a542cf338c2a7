// SPDX-License-Identifier: MIT
// A binding library in the small, over lua.h alone, doing what the large ones do: values both ways, functions, types with
// methods, properties, constructors and bases; a C++ exception of a bound function becomes a Lua error, a Lua error
// becomes an exception of `call`, destructors run on every way.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <lua.hpp>

namespace binding {

// A bound type: its name, and the way to its base.
struct Type {
  const char* name = nullptr;
  Type* base = nullptr;
  void* (*to_base)(void*) = nullptr;
};
template <class T>
Type& type_of() {
  static Type type;
  return type;
}

// The userdata: the object lies behind it, or elsewhere when it is only referred to.
struct Box {
  const Type* type;
  void* object;
  void (*destroy)(void*);
};

inline void* cast(const Box& box, const Type& wanted) {
  void* object = box.object;
  for (const Type* type = box.type; type != nullptr; type = type->base) {
    if (type == &wanted) return object;
    if (type->to_base != nullptr) object = type->to_base(object);
  }
  return nullptr;
}

template <class T>
T& check_object(lua_State* L, int index) {
  const Type& type = type_of<T>();
  if (lua_getmetatable(L, index) != 0) {
    bool bound = lua_getfield(L, -1, "binding") == LUA_TBOOLEAN;
    lua_pop(L, 2);
    if (bound) {
      if (void* object = cast(*static_cast<Box*>(lua_touserdata(L, index)), type)) return *static_cast<T*>(object);
    }
  }
  luaL_typeerror(L, index, type.name);
  std::terminate();
}

// Values of the stack as C++ values and back.
template <class T>
decltype(auto) get(lua_State* L, int index) {
  using Plain = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<Plain, bool>) {
    return lua_toboolean(L, index) != 0;
  } else if constexpr (std::is_integral_v<Plain>) {
    return static_cast<Plain>(luaL_checkinteger(L, index));
  } else if constexpr (std::is_floating_point_v<Plain>) {
    return static_cast<Plain>(luaL_checknumber(L, index));
  } else if constexpr (std::is_same_v<Plain, std::string>) {
    std::size_t length;
    const char* text = luaL_checklstring(L, index, &length);
    return std::string(text, length);
  } else if constexpr (std::is_pointer_v<Plain>) {
    return lua_isnil(L, index) ? nullptr : &check_object<std::remove_cv_t<std::remove_pointer_t<Plain>>>(L, index);
  } else {
    return (check_object<Plain>(L, index));
  }
}

template <class T, class... Arguments>
T& make(lua_State* L, Arguments&&... arguments) {
  static_assert(alignof(T) <= alignof(std::max_align_t));
  constexpr std::size_t offset = (sizeof(Box) + alignof(T) - 1) / alignof(T) * alignof(T);
  auto* box = static_cast<Box*>(lua_newuserdatauv(L, offset + sizeof(T), 1));
  *box = {&type_of<T>(), nullptr, nullptr};
  box->object = new (reinterpret_cast<char*>(box) + offset) T(std::forward<Arguments>(arguments)...);  // if it throws, no destructor
  box->destroy = [](void* object) { static_cast<T*>(object)->~T(); };
  luaL_setmetatable(L, type_of<T>().name);
  return *static_cast<T*>(box->object);
}

template <class T>
int push(lua_State* L, T&& value) {
  using Plain = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<Plain, bool>) {
    lua_pushboolean(L, value);
  } else if constexpr (std::is_integral_v<Plain>) {
    lua_pushinteger(L, static_cast<lua_Integer>(value));
  } else if constexpr (std::is_floating_point_v<Plain>) {
    lua_pushnumber(L, value);
  } else if constexpr (std::is_same_v<Plain, std::string>) {
    lua_pushlstring(L, value.data(), value.size());
  } else if constexpr (std::is_convertible_v<Plain, const char*>) {
    lua_pushstring(L, value);
  } else {
    make<Plain>(L, std::forward<T>(value));
  }
  return 1;
}

// An object that stays the host's.
template <class T>
void push_reference(lua_State* L, T& object) {
  *static_cast<Box*>(lua_newuserdatauv(L, sizeof(Box), 1)) = {&type_of<T>(), &object, nullptr};
  luaL_setmetatable(L, type_of<T>().name);
}

// Runs what is bound; its exceptions become Lua errors once everything of C++ is destroyed.
template <class Body>
int translate(lua_State* L, Body body) {
  try {
    return body();
  } catch (const std::exception& e) {
    luaL_where(L, 1);
    lua_pushstring(L, e.what());
  }
  lua_concat(L, 2);
  return lua_error(L);
}

template <class Callable, class Result, class... Arguments>
int invoke(lua_State* L, Callable& callable, int first) {
  return translate(L, [&] {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      std::tuple<decltype(get<Arguments>(L, 1))...> arguments{get<Arguments>(L, first + static_cast<int>(i))...};
      if constexpr (std::is_void_v<Result>) {
        std::apply(callable, arguments);
        return 0;
      } else {
        return push(L, std::apply(callable, arguments));
      }
    }(std::index_sequence_for<Arguments...>{});
  });
}

// Pushes a C function with the callable as its upvalue, which is destroyed with it.
template <class Result, class... Arguments, class Callable>
void push_callable(lua_State* L, Callable callable) {
  new (lua_newuserdatauv(L, sizeof(Callable), 0)) Callable(std::move(callable));
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, [](lua_State* state) {
    static_cast<Callable*>(lua_touserdata(state, 1))->~Callable();
    return 0;
  });
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, [](lua_State* state) {
    return invoke<Callable, Result, Arguments...>(state, *static_cast<Callable*>(lua_touserdata(state, lua_upvalueindex(1))), 1);
  }, 1);
}

template <class Result, class... Arguments>
void set_function(lua_State* L, const char* name, std::function<Result(Arguments...)> function) {
  push_callable<Result, Arguments...>(L, std::move(function));
  lua_setglobal(L, name);
}

// A type for scripts: a global with its name that constructs, and the metatable of its objects.
template <class T>
class Usertype {
 public:
  Usertype(lua_State* L, const char* name) : L_(L) {
    type_of<T>() = {name, nullptr, nullptr};
    luaL_newmetatable(L, name);
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "binding");
    for (const char* table : {"methods", "getters", "setters"}) {
      lua_newtable(L);
      lua_setfield(L, -2, table);
    }
    lua_pushcfunction(L, index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, set_index);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
  }

  template <class... Arguments>
  Usertype& constructor() {
    auto construct = [](lua_State* L) {
      return translate(L, [L] {
        return [L]<std::size_t... i>(std::index_sequence<i...>) {
          std::tuple<std::decay_t<Arguments>...> arguments{get<Arguments>(L, 1 + static_cast<int>(i))...};
          std::apply([L](auto&... values) { make<T>(L, values...); }, arguments);
          return 1;
        }(std::index_sequence_for<Arguments...>{});
      });
    };
    lua_pushcfunction(L_, construct);
    lua_setglobal(L_, type_of<T>().name);
    return *this;
  }

  template <class Base>
  Usertype& base() {
    type_of<T>().base = &type_of<Base>();
    type_of<T>().to_base = [](void* object) -> void* { return static_cast<Base*>(static_cast<T*>(object)); };
    for (const char* table : {"methods", "getters", "setters"}) {  // what the base has is found behind what the type has
      luaL_getmetatable(L_, type_of<T>().name);
      lua_getfield(L_, -1, table);
      lua_newtable(L_);
      luaL_getmetatable(L_, type_of<Base>().name);
      lua_getfield(L_, -1, table);
      lua_setfield(L_, -3, "__index");
      lua_pop(L_, 1);
      lua_setmetatable(L_, -2);
      lua_pop(L_, 2);
    }
    return *this;
  }

  template <class Owner, class Result, class... Arguments>
  Usertype& method(const char* name, Result (Owner::*function)(Arguments...)) {
    return add<Result, T&, Arguments...>("methods", name, [function](T& self, Arguments... arguments) -> Result { return (self.*function)(arguments...); });
  }
  template <class Owner, class Result, class... Arguments>
  Usertype& method(const char* name, Result (Owner::*function)(Arguments...) const) {
    return add<Result, T&, Arguments...>("methods", name, [function](T& self, Arguments... arguments) -> Result { return (self.*function)(arguments...); });
  }
  template <class Owner, class Field>
  Usertype& property(const char* name, Field Owner::*field) {
    add<Field, T&>("getters", name, [field](T& self) { return self.*field; });
    return add<void, T&, Field>("setters", name, [field](T& self, Field value) { self.*field = value; });
  }
  template <class Owner, class Result, class Value>
  Usertype& property(const char* name, Result (Owner::*getter)() const, void (Owner::*setter)(Value)) {
    add<Result, T&>("getters", name, [getter](T& self) { return (self.*getter)(); });
    return add<void, T&, Value>("setters", name, [setter](T& self, Value value) { (self.*setter)(value); });
  }
  template <class Result, class... Arguments, class Callable>
  Usertype& metamethod(const char* name, Callable callable) {
    luaL_getmetatable(L_, type_of<T>().name);
    push_callable<Result, Arguments...>(L_, callable);
    lua_setfield(L_, -2, name);
    lua_pop(L_, 1);
    return *this;
  }

 private:
  template <class Result, class... Arguments, class Callable>
  Usertype& add(const char* table, const char* name, Callable callable) {
    luaL_getmetatable(L_, type_of<T>().name);
    lua_getfield(L_, -1, table);
    push_callable<Result, Arguments...>(L_, callable);
    lua_setfield(L_, -2, name);
    lua_pop(L_, 2);
    return *this;
  }
  static int index(lua_State* L) {  // object, key
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "methods");
    lua_pushvalue(L, 2);
    if (lua_gettable(L, -2) != LUA_TNIL) return 1;
    lua_getfield(L, 3, "getters");
    lua_pushvalue(L, 2);
    if (lua_gettable(L, -2) == LUA_TNIL) return 1;
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
  }
  static int set_index(lua_State* L) {  // object, key, value
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "setters");
    lua_pushvalue(L, 2);
    if (lua_gettable(L, -2) == LUA_TNIL) return luaL_error(L, "no property '%s'", luaL_tolstring(L, 2, nullptr));
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_call(L, 2, 0);
    return 0;
  }
  static int collect(lua_State* L) {
    auto* box = static_cast<Box*>(lua_touserdata(L, 1));
    if (box->destroy != nullptr) std::exchange(box->destroy, nullptr)(box->object);
    return 0;
  }

  lua_State* L_;
};

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Calls a global function; a Lua error becomes an Error.
template <class Result = void, class... Arguments>
Result call(lua_State* L, const char* name, Arguments&&... arguments) {
  struct Restore {
    lua_State* L;
    int top;
    ~Restore() { lua_settop(L, top); }
  } restore{L, lua_gettop(L)};
  lua_getglobal(L, name);
  (push(L, std::forward<Arguments>(arguments)), ...);
  if (lua_pcall(L, sizeof...(Arguments), std::is_void_v<Result> ? 0 : 1, 0) != LUA_OK) throw Error(luaL_tolstring(L, -1, nullptr));
  if constexpr (!std::is_void_v<Result>) return get<Result>(L, -1);
}

}  // namespace binding
