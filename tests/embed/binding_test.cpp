// SPDX-License-Identifier: MIT
// Mayfly used from C++ as binding libraries use it.
#include "binding.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "lua_fixture.hpp"

namespace {

struct Shape {
  static inline int alive = 0;
  std::string name;
  explicit Shape(std::string n) : name(std::move(n)) { ++alive; }
  Shape(const Shape& other) : name(other.name) { ++alive; }
  virtual ~Shape() { --alive; }
  virtual double area() const { return 0; }
  std::string describe() const { return name + " of area " + std::to_string(static_cast<int>(area())); }
};

struct Tagged {  // a second base, so that the pointer changes on the way to it
  virtual ~Tagged() = default;
  int tag = 7;
  int get_tag() const { return tag; }
};

struct Rectangle : Shape, Tagged {
  double width, height;
  Rectangle(double w, double h) : Shape("rectangle"), width(w), height(h) {
    if (w < 0) throw std::invalid_argument("negative width");
  }
  double area() const override { return width * height; }
  void scale(double by) { width *= by, height *= by; }
  double get_width() const { return width; }
  void set_width(double w) {
    if (w < 0) throw std::domain_error("negative width");
    width = w;
  }
  bool covers(const Rectangle& other) const { return width >= other.width && height >= other.height; }
  Rectangle twice() const { return {width * 2, height * 2}; }
};

struct Guard {
  int& count;
  explicit Guard(int& c) : count(c) { ++count; }
  ~Guard() { --count; }
};

struct BindingFixture : LuaFixture {
  BindingFixture() {
    using namespace binding;
    Usertype<Shape>(L, "Shape").constructor<std::string>().method("area", &Shape::area).method("describe", &Shape::describe).property("name", &Shape::name);
    Usertype<Rectangle>(L, "Rectangle")
        .constructor<double, double>()
        .base<Shape>()
        .method("scale", &Rectangle::scale)
        .method("covers", &Rectangle::covers)
        .method("twice", &Rectangle::twice)
        .property("height", &Rectangle::height)
        .property("width", &Rectangle::get_width, &Rectangle::set_width)
        .metamethod<bool, Rectangle&, Rectangle&>("__eq", [](Rectangle& a, Rectangle& b) { return a.width == b.width && a.height == b.height; });
  }
};

}  // namespace

TEST_SUITE("embed/binding") {
  TEST_CASE_FIXTURE(BindingFixture, "member functions, properties and inheritance") {
    CHECK(run("local r = Rectangle(2, 3) return r:area(), r.width, r.height, r.name, r:describe()") == "6.0 2.0 3.0 rectangle rectangle of area 6");
    CHECK(run("local r = Rectangle(2, 3) r:scale(2) r.width = 5 r.name = 'box' return r:describe(), r.name") == "box of area 30 box");
    CHECK(run("return Rectangle(2, 3):covers(Rectangle(1, 1)), Rectangle(2, 3) == Rectangle(2, 3), Rectangle(1, 1):twice().width") == "true true 2.0");
    CHECK(run("local s = Shape('blob') return s:area(), s:describe(), s.missing") == "0.0 blob of area 0 nil");
  }

  TEST_CASE_FIXTURE(BindingFixture, "wrong objects and arguments are Lua errors") {
    CHECK(run("Rectangle.x = 1").substr(0, 6) == "error:");
    CHECK(run("local r = Rectangle(1, 1) r.covers(r, Shape('s'))").find("Rectangle expected, got Shape") != std::string::npos);
    CHECK(run("local r = Rectangle(1, 1) r.covers(r, io.stdout)").find("Rectangle expected, got FILE*") != std::string::npos);
    CHECK(run("local r = Rectangle(1, 1) r.covers(r, 5)").find("Rectangle expected, got number") != std::string::npos);
    CHECK(run("Rectangle('x')").find("number expected, got string") != std::string::npos);
    CHECK(run("Rectangle(1, 1).color = 5") == "error: test:1: no property 'color'");
  }

  TEST_CASE_FIXTURE(BindingFixture, "C++ exceptions become Lua errors") {
    CHECK(run("return pcall(Rectangle, -1, 1)") == "false negative width");
    CHECK(run("local r = Rectangle(1, 1) local ok, e = pcall(function() r.width = -1 end) return ok, e, r.width") == "false negative width 1.0");
    CHECK(run("local r = Rectangle(-1, 1)") == "error: test:1: negative width");
  }

  TEST_CASE_FIXTURE(BindingFixture, "destructors run once, when the collector finds the objects or the state is closed") {
    int before = Shape::alive;
    run("for i = 1, 100 do local r = Rectangle(i, i) end for i = 1, 100 do pcall(Rectangle, -1, i) end");
    collect();
    CHECK(Shape::alive == before);
    run("kept = Rectangle(1, 1)");
    collect();
    CHECK(Shape::alive == before + 1);
    {
      LuaFixture other;
      binding::Usertype<Shape>(other.L, "Shape").constructor<std::string>();
      other.run("kept = {Shape('a'), Shape('b')}");
      CHECK(Shape::alive == before + 3);
    }
    CHECK(Shape::alive == before + 1);
  }

  TEST_CASE_FIXTURE(BindingFixture, "objects of the host by reference") {
    Rectangle mine(3, 4);
    binding::push_reference(L, mine);
    lua_setglobal(L, "mine");
    CHECK(run("mine:scale(2) mine.name = 'changed' return mine:area()") == "48.0");
    CHECK(mine.name == "changed");
    run("mine = nil");
    collect();
    CHECK(mine.width == 6);
  }

  TEST_CASE_FIXTURE(BindingFixture, "functions with state, and calls of scripts") {
    auto total = std::make_shared<int>(0);
    binding::set_function<int, int>(L, "add", std::function<int(int)>([total](int n) { return *total += n; }));
    CHECK(total.use_count() == 2);
    CHECK(run("add(1) add(2) return add(3)") == "6");
    run("function f(a, b) return a .. b end function g() error('failed', 0) end function h() return add(10) end");
    CHECK(binding::call<std::string>(L, "f", "x", 5) == "x5");
    CHECK(binding::call<int>(L, "h") == 16);
    CHECK_THROWS_WITH_AS(binding::call<void>(L, "g"), "failed", binding::Error);
    CHECK(lua_gettop(L) == 0);
    run("add = nil");
    collect();
    CHECK(total.use_count() == 1);  // the closure's destructor has run
  }

  TEST_CASE_FIXTURE(BindingFixture, "errors cross host frames in both directions, destructors run") {
    int guards = 0;
    binding::set_function<void>(L, "outer", std::function<void()>([&] {
      Guard guard(guards);
      std::vector<std::string> data(100, "some text that is not short");
      binding::call<void>(L, "inner");
    }));
    run("function inner() error('from the script', 0) end");
    CHECK(run("local ok, e = pcall(outer) return ok, e") == "false from the script");
    CHECK(guards == 0);
    run("depth = 0 function inner() depth = depth + 1 if depth < 50 then outer() end error('deep', 0) end");
    CHECK(run("local ok, e = pcall(outer) return ok, e:match('deep$'), depth") == "false deep 50");
    CHECK(guards == 0);
    // A Lua error straight through a host's frame, without a protected call of its own.
    binding::set_function<void>(L, "direct", std::function<void()>([&] {
      Guard guard(guards);
      lua_getglobal(L, "inner");
      lua_call(L, 0, 0);
    }));
    CHECK(run("depth = 100 local ok, e = pcall(direct) return ok, e") == "false deep");
    CHECK(guards == 0);
  }
}
