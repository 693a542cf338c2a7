// SPDX-License-Identifier: MIT
// A host as games are: it owns the entities, scripts give them behaviour.
//
// Scripts hold entities weakly: an entity is a userdata that the host keeps while the entity lives in the world, and the script
// that hunts another one has only a `weak.ref` to it. When the host removes an entity nobody has to be told: the refs are
// empty after the next collection, and what scripts attached to it in a weak key table is gone as well. The host, in turn,
// holds behaviours weakly: a script that drops a behaviour ends it everywhere.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lua.hpp>
#include <mayfly/handle.hpp>

namespace {

struct Entity {
  std::string name;
  double x;
};

constexpr const char* entity_type = "game.Entity";

// The userdata holds a pointer to the entity. It is null when the entity has left the world but a script still holds the userdata.
Entity& check_entity(lua_State* L, int index) {
  Entity* entity = *static_cast<Entity**>(luaL_checkudata(L, index, entity_type));
  luaL_argcheck(L, entity != nullptr, index, "the entity is gone");
  return *entity;
}

class World {
 public:
  World() : L_(luaL_newstate()) {
    luaL_openlibs(L_);
    *static_cast<World**>(lua_getextraspace(L_)) = this;
    luaL_newmetatable(L_, entity_type);
    static constexpr luaL_Reg methods[] = {{"name", entity_name}, {"x", entity_x}, {"move", entity_move}, {nullptr, nullptr}};
    luaL_newlib(L_, methods);
    lua_setfield(L_, -2, "__index");
    lua_pop(L_, 1);
    lua_register(L_, "on_update", on_update);
    lua_register(L_, "find", find);
  }
  ~World() {
    objects_.clear();
    lua_close(L_);  // behaviours_ may outlive it
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void spawn(const char* name, double x) {
    auto entity = std::make_unique<Entity>(Entity{name, x});
    *static_cast<Entity**>(lua_newuserdatauv(L_, sizeof(Entity*), 0)) = entity.get();
    luaL_setmetatable(L_, entity_type);
    objects_.push_back({std::move(entity), mayfly::strong_handle(L_, -1)});
    lua_pop(L_, 1);
  }

  void remove(const std::string& name) {
    std::erase_if(objects_, [&](Object& object) {
      if (object.entity->name != name) return false;
      object.script_side.push(L_);
      *static_cast<Entity**>(lua_touserdata(L_, -1)) = nullptr;
      lua_pop(L_, 1);
      return true;  // with its handle goes the last strong reference
    });
  }

  void script(const char* text) {
    if (luaL_dostring(L_, text) != LUA_OK) {
      std::printf("error: %s\n", lua_tostring(L_, -1));
      lua_pop(L_, 1);
    }
  }

  // One frame: every behaviour that is still held by some script runs.
  void update() {
    lua_gc(L_, LUA_GCCOLLECT);  // a real game makes steps, within the time that a frame leaves
    std::erase_if(behaviours_, [](const mayfly::weak_handle& behaviour) { return !behaviour.alive(); });
    std::printf("-- frame with %zu entities, %zu behaviours\n", objects_.size(), behaviours_.size());
    for (std::size_t i = 0; i < behaviours_.size(); ++i) {
      if (behaviours_[i].push(L_) == LUA_TNIL) {
        lua_pop(L_, 1);
      } else if (lua_pcall(L_, 0, 0, 0) != LUA_OK) {
        std::printf("error: %s\n", lua_tostring(L_, -1));
        lua_pop(L_, 1);
      }
    }
  }

 private:
  struct Object {
    std::unique_ptr<Entity> entity;
    mayfly::strong_handle script_side;
  };

  static World& of(lua_State* L) { return **static_cast<World**>(lua_getextraspace(L)); }

  static int entity_name(lua_State* L) {
    lua_pushstring(L, check_entity(L, 1).name.c_str());
    return 1;
  }
  static int entity_x(lua_State* L) {
    lua_pushnumber(L, check_entity(L, 1).x);
    return 1;
  }
  static int entity_move(lua_State* L) {
    check_entity(L, 1).x += luaL_checknumber(L, 2);
    return 0;
  }
  static int on_update(lua_State* L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    of(L).behaviours_.emplace_back(L, 1);
    lua_settop(L, 1);
    return 1;  // the script keeps it, or it ends
  }
  static int find(lua_State* L) {
    const std::string name = luaL_checkstring(L, 1);
    for (const Object& object : of(L).objects_) {
      if (object.entity->name == name) return object.script_side.push(L), 1;
    }
    return 0;
  }

  lua_State* L_;
  std::vector<Object> objects_;
  std::vector<mayfly::weak_handle> behaviours_;
};

}  // namespace

int main() {
  World world;
  world.spawn("wolf", 0);
  world.spawn("hare", 5);
  world.script(R"(
    local notes = weak.keytable()               -- data attached to entities from outside
    notes[find "hare"] = { seen = 0 }
    local prey = weak.ref(find "hare")
    local wolf = find "wolf"                    -- held strongly: the host tells it when the wolf is gone
    hunt = on_update(function()
      local hare = prey()
      if not hare then print("the hare is gone, notes left: " .. #notes) return end
      notes[hare].seen = notes[hare].seen + 1
      wolf:move(2)
      print(("wolf at %g, hare at %g, seen %d times"):format(wolf:x(), hare:x(), notes[hare].seen))
    end)
    on_update(function() print("never seen: nobody holds me") end)
  )");
  world.update();
  world.update();
  world.remove("hare");
  world.update();
  world.update();
  world.remove("wolf");
  world.script("hunt = nil");
  world.update();
}
