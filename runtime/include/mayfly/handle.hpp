// SPDX-License-Identifier: MIT
// Handles for C++ hosts: values of a state held from outside it, weakly or strongly. Both may be kept anywhere, moved, and
// destroyed after the state is closed (they are empty from then on). As all else of a state, a handle belongs to the thread
// that uses the state. Header only, over lua.h and mayfly/weak.h.
#pragma once

#include <utility>

#include <lua.hpp>
#include <mayfly/weak.h>

namespace mayfly {

// Leads to an object as long as something else keeps it alive.
class weak_handle {
 public:
  weak_handle() = default;
  // Leads to the value at `index`; empty when that value cannot be held weakly. May raise a memory error of Lua.
  weak_handle(lua_State* L, int index) : handle_(mayfly_newweakhandle(L, index)) {}
  weak_handle(weak_handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  weak_handle& operator=(weak_handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  weak_handle(const weak_handle&) = delete;
  weak_handle& operator=(const weak_handle&) = delete;
  ~weak_handle() { mayfly_freeweakhandle(handle_); }

  // [-0, +1, -]  Pushes the object, or nil when it is dead or belongs to another state. Returns the type pushed.
  int push(lua_State* L) const { return mayfly_getweakhandle(L, handle_); }
  // Is the object alive? False after lua_close.
  bool alive() const { return mayfly_weakhandlealive(handle_) != 0; }
  explicit operator bool() const { return alive(); }
  void reset() { mayfly_freeweakhandle(std::exchange(handle_, nullptr)); }

 private:
  mayfly_WeakHandle* handle_ = nullptr;
};

// Keeps a value of any type alive until the handle is reset or destroyed, or the state is closed.
class strong_handle {
 public:
  strong_handle() = default;
  // Holds the value at `index`. May raise a memory error of Lua.
  strong_handle(lua_State* L, int index) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 2, nullptr);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);  // lives exactly as long as the state
    main_ = lua_tothread(L, -1);
    state_ = weak_handle(L, -1);
    lua_pop(L, 1);
    lua_pushvalue(L, index);
    reference_ = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  strong_handle(strong_handle&& other) noexcept { swap(other); }
  strong_handle& operator=(strong_handle&& other) noexcept {
    swap(other);
    return *this;
  }
  strong_handle(const strong_handle&) = delete;
  strong_handle& operator=(const strong_handle&) = delete;
  ~strong_handle() { reset(); }

  // [-0, +1, -]  Pushes the value; nil when the handle is empty or L is of another state. Returns the type pushed.
  int push(lua_State* L) const {
    if (state_.push(L) == LUA_TNIL) return LUA_TNIL;
    lua_pop(L, 1);
    return lua_rawgeti(L, LUA_REGISTRYINDEX, reference_);
  }
  // Is there a state that the value is held in?
  bool alive() const { return state_.alive(); }
  explicit operator bool() const { return alive(); }
  void reset() {
    if (state_.alive()) luaL_unref(main_, LUA_REGISTRYINDEX, reference_);
    state_.reset();
    main_ = nullptr;
    reference_ = LUA_NOREF;
  }

 private:
  void swap(strong_handle& other) noexcept {
    std::swap(main_, other.main_);
    std::swap(reference_, other.reference_);
    std::swap(state_, other.state_);
  }

  lua_State* main_ = nullptr;
  int reference_ = LUA_NOREF;
  weak_handle state_;  // leads to the main thread: says whether the state is still there
};

}  // namespace mayfly
