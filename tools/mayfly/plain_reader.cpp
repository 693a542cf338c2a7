// SPDX-License-Identifier: MIT
// Lines as the terminal sends them: no editing beyond what the terminal itself does.
#include <cerrno>
#include <csignal>
#include <cstdio>

#include <poll.h>
#include <unistd.h>

#include "interrupt.hpp"
#include "line_reader.hpp"

namespace {

// Holds interrupts back, so that none comes between looking for one and waiting.
class InterruptsBlocked {
 public:
  InterruptsBlocked() {
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupts, &before_);
  }
  ~InterruptsBlocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  InterruptsBlocked(const InterruptsBlocked&) = delete;
  InterruptsBlocked& operator=(const InterruptsBlocked&) = delete;

  // Waits for the terminal, or an interrupt.
  void wait() const {
    pollfd terminal = {STDIN_FILENO, POLLIN, 0};
    ppoll(&terminal, 1, nullptr, &before_);
  }

 private:
  sigset_t before_;
};

class PlainReader final : public LineReader {
 public:
  Outcome read(const std::string& prompt, std::string& line) override {
    InterruptsBlocked blocked;
    InterruptibleSession::take_interrupt();
    std::fputs(prompt.c_str(), stdout);
    std::fflush(stdout);
    line.clear();
    for (;;) {
      blocked.wait();
      if (InterruptibleSession::take_interrupt()) {
        std::fputc('\n', stdout);
        return Outcome::interrupted;
      }
      char piece[1024];
      ssize_t count = ::read(STDIN_FILENO, piece, sizeof piece);  // of a line at most
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count <= 0) return line.empty() ? Outcome::end : Outcome::line;
      line.append(piece, static_cast<std::size_t>(count));
      if (line.back() == '\n') {
        line.pop_back();
        return Outcome::line;
      }
    }
  }
  void remember(const std::string&) override {}
};

}  // namespace

std::unique_ptr<LineReader> plain_reader() { return std::make_unique<PlainReader>(); }
