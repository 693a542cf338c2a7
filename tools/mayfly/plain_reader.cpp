// SPDX-License-Identifier: MIT
// Lines as the terminal sends them: no editing beyond what the terminal itself does.
#include <cerrno>
#include <cstdio>

#include "interrupt.hpp"
#include "line_reader.hpp"

namespace {

class PlainReader final : public LineReader {
 public:
  Outcome read(const std::string& prompt, std::string& line) override {
    std::fputs(prompt.c_str(), stdout);
    std::fflush(stdout);
    line.clear();
    InterruptibleSession::take_interrupt();
    for (;;) {
      int c = std::getc(stdin);
      if (c == '\n') return Outcome::line;
      if (c != EOF) {
        line += static_cast<char>(c);
        continue;
      }
      bool was_interrupted = InterruptibleSession::take_interrupt();
      if (!was_interrupted && std::ferror(stdin) != 0 && errno == EINTR) {
        std::clearerr(stdin);  // some other signal
        continue;
      }
      std::clearerr(stdin);
      if (was_interrupted) return Outcome::interrupted;
      return line.empty() ? Outcome::end : Outcome::line;
    }
  }
  void remember(const std::string&) override {}
};

}  // namespace

std::unique_ptr<LineReader> plain_reader() { return std::make_unique<PlainReader>(); }
