// SPDX-License-Identifier: MIT
// A host with one state per thread: each plugin runs alone, takes requests from a queue and answers by another. Values cross
// from state to state as copies. A plugin that does not come to an end is interrupted from the host's thread.
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <lua.hpp>
#include <mayfly/interrupt.h>

namespace {

template <class Item>
class Queue {
 public:
  void put(Item item) {
    std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    filled_.notify_one();
  }
  Item take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return !items_.empty(); });
    Item item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Item> items_;
};

struct Answer {
  std::string plugin;
  std::string text;
};

class Plugin {
 public:
  Plugin(std::string name, const char* script, Queue<Answer>& answers) : name_(std::move(name)), answers_(answers) {
    luaL_openlibs(L_);
    mayfly_setuncatchable(L_, 1);
    luaL_dostring(L_, script);  // gives the function that answers; from here on only the plugin's own thread uses the state
    thread_ = std::thread([this] { run(); });
  }
  ~Plugin() {
    requests_.put("");  // the empty request ends it
    thread_.join();
    lua_close(L_);
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  void ask(std::string request) { requests_.put(std::move(request)); }
  void interrupt() { mayfly_interrupt(L_); }  // from any thread, while the plugin runs

 private:
  void run() {
    for (std::string request = requests_.take(); !request.empty(); request = requests_.take()) {
      lua_pushvalue(L_, 1);
      lua_pushlstring(L_, request.data(), request.size());
      lua_pcall(L_, 1, 1, 0);
      answer();
    }
  }
  void answer() {
    std::size_t length;
    const char* text = luaL_tolstring(L_, -1, &length);
    answers_.put({name_, std::string(text, length)});
    lua_settop(L_, 1);
  }

  std::string name_;
  Queue<Answer>& answers_;
  Queue<std::string> requests_;
  lua_State* L_ = luaL_newstate();
  std::thread thread_;
};

}  // namespace

int main() {
  Queue<Answer> answers;
  std::vector<std::unique_ptr<Plugin>> plugins;
  plugins.push_back(std::make_unique<Plugin>("upper", "return string.upper", answers));
  plugins.push_back(std::make_unique<Plugin>("count", "local seen = {} return function(w) seen[w] = (seen[w] or 0) + 1 return seen[w] end", answers));
  plugins.push_back(std::make_unique<Plugin>("stuck", "return function(w) pcall(function() while true do end end) return 'never' end", answers));

  for (const char* word : {"mayfly", "lua", "mayfly"}) {
    for (std::size_t i = 0; i < 2; ++i) {
      plugins[i]->ask(word);
      Answer answer = answers.take();
      std::printf("%s(%s) = %s\n", answer.plugin.c_str(), word, answer.text.c_str());
    }
  }
  plugins[2]->ask("anything");
  plugins[2]->interrupt();
  Answer answer = answers.take();
  std::printf("%s: %s\n", answer.plugin.c_str(), answer.text.c_str());
}
