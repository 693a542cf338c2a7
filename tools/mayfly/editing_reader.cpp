// SPDX-License-Identifier: MIT
// Lines edited with libedit: history, search in it, completion.
#include <algorithm>
#include <clocale>
#include <cstdio>
#include <langinfo.h>
#include <locale.h>
#include <string_view>

#include <histedit.h>
#include <termios.h>
#include <unistd.h>

#include "completion.hpp"
#include "history.hpp"
#include "interrupt.hpp"
#include "line_reader.hpp"
#include "terminal.hpp"

namespace {

constexpr int remembered_lines = 1000;
constexpr std::size_t listed_words = 200;

// The characters of the terminal, for the time of editing only: scripts keep the locale they have.
class EditingLocale {
 public:
  EditingLocale() : locale_(newlocale(LC_CTYPE_MASK, "", nullptr)) {
    if (locale_ != nullptr && std::string_view(nl_langinfo_l(CODESET, locale_)) == "UTF-8") return;
    // Without a locale of its own a system writes UTF-8 nevertheless; as ASCII such text could not be typed.
    if (locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_); utf8 != nullptr) locale_ = utf8;
  }
  ~EditingLocale() {
    if (locale_ != nullptr) freelocale(locale_);
  }
  EditingLocale(const EditingLocale&) = delete;
  EditingLocale& operator=(const EditingLocale&) = delete;

  class Use {
   public:
    explicit Use(const EditingLocale& locale) : before_(locale.locale_ == nullptr ? nullptr : uselocale(locale.locale_)) {}
    ~Use() {
      if (before_ != nullptr) uselocale(before_);
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    locale_t before_;
  };

 private:
  locale_t locale_;
};

// While a line is edited Ctrl-C is a key like others, not a signal that comes behind the editor's back.
class InterruptKeyFree {
 public:
  InterruptKeyFree() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!changed_) return;
    termios free = before_;
    free.c_cc[VINTR] = _POSIX_VDISABLE;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &free);
  }
  ~InterruptKeyFree() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  InterruptKeyFree(const InterruptKeyFree&) = delete;
  InterruptKeyFree& operator=(const InterruptKeyFree&) = delete;

 private:
  termios before_;
  bool changed_;
};

class EditingReader final : public LineReader {
 public:
  explicit EditingReader(lua_State* L) : L_(L) {
    EditingLocale::Use characters(locale_);
    editor_ = el_init("mayfly", stdin, stdout, stderr);
    past_ = history_init();
    if (!usable()) return;
    set_keys();
    HistEvent event;
    history(past_, &event, H_SETSIZE, remembered_lines);
    history(past_, &event, H_SETUNIQUE, 1);
    for (const std::string& line : file_.read()) history(past_, &event, H_ENTER, line.c_str());
  }
  ~EditingReader() override {
    if (past_ != nullptr) history_end(past_);
    if (editor_ != nullptr) el_end(editor_);
  }
  EditingReader(const EditingReader&) = delete;
  EditingReader& operator=(const EditingReader&) = delete;

  bool usable() const { return editor_ != nullptr && past_ != nullptr; }

  Outcome read(const std::string& prompt, std::string& line) override {
    std::fflush(stdout);
    EditingLocale::Use characters(locale_);
    InterruptKeyFree interrupt_key;
    InterruptibleSession::take_interrupt();
    prompt_ = prompt;
    cancelled_ = false;
    el_set(editor_, EL_PREP_TERM, 1);  // before the prompt invites to type
    int count = 0;
    const char* text = el_gets(editor_, &count);
    bool was_interrupted = InterruptibleSession::take_interrupt() || cancelled_;
    line.assign(text == nullptr || count < 0 ? "" : std::string_view(text, static_cast<std::size_t>(count)));
    bool complete_line = !line.empty() && line.back() == '\n';
    if (complete_line) line.pop_back();
    if (was_interrupted) return Outcome::interrupted;
    return line.empty() && !complete_line ? Outcome::end : Outcome::line;
  }

  void remember(const std::string& line) override {
    if (line.find_first_not_of(" \t") == std::string::npos) return;
    HistEvent event;
    if (history(past_, &event, H_FIRST) == 0 && line == event.str) return;
    history(past_, &event, H_ENTER, line.c_str());
    file_.append(line);
  }

 private:
  static EditingReader* of(EditLine* editor) {
    void* reader = nullptr;
    el_get(editor, EL_CLIENTDATA, &reader);
    return static_cast<EditingReader*>(reader);
  }

  void set_keys() {
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, +[](EditLine* editor) { return of(editor)->prompt_.data(); });
    el_set(editor_, EL_SIGNAL, 1);
    el_set(editor_, EL_HIST, history, past_);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_ADDFN, "mayfly-complete", "Completes the word before the cursor", complete_word);
    el_set(editor_, EL_ADDFN, "mayfly-cancel", "Drops the line", cancel);
    bind("^I", "mayfly-complete");
    bind("^R", "em-inc-search-prev");
    bind("\\e[3~", "ed-delete-next-char");
    bind("\\e[1;5C", "em-next-word");
    bind("\\e[1;5D", "ed-prev-word");
    el_source(editor_, nullptr);  // the user's ~/.editrc
    bind("^C", "mayfly-cancel");
  }
  void bind(const char* key, const char* function) { el_set(editor_, EL_BIND, key, function, static_cast<char*>(nullptr)); }

  static unsigned char cancel(EditLine* editor, int) {
    of(editor)->cancelled_ = true;
    std::fputs("^C\n", stdout);
    std::fflush(stdout);
    return CC_NEWLINE;
  }

  static unsigned char complete_word(EditLine* editor, int) {
    const LineInfo* info = el_line(editor);
    std::string_view before(info->buffer, static_cast<std::size_t>(info->cursor - info->buffer));
    if (before.find_first_not_of(" \t") == std::string_view::npos) {  // nothing to complete: the key indents
      el_insertstr(editor, "  ");
      return CC_REFRESH;
    }
    Completion completion = complete(of(editor)->L_, before);
    if (completion.words.empty()) return CC_REFRESH_BEEP;
    std::string rest = completion.common_start().substr(completion.word_length);
    if (!rest.empty()) {
      el_insertstr(editor, rest.c_str());
      return CC_REFRESH;
    }
    if (completion.words.size() == 1) return CC_REFRESH;
    list(completion.words);
    return CC_REDISPLAY;
  }

  // In columns, each read downwards.
  static void list(const std::vector<std::string>& words) {
    std::size_t count = std::min(words.size(), listed_words), widest = 0;
    for (std::size_t i = 0; i < count; ++i) widest = std::max(widest, words[i].size());
    std::size_t columns = std::max<std::size_t>(1, static_cast<std::size_t>(terminal_width()) / (widest + 2));
    std::size_t rows = (count + columns - 1) / columns;
    std::fputc('\n', stdout);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = row; i < count; i += rows) {
        bool last = i + rows >= count;
        std::printf("%-*s%s", last ? 0 : static_cast<int>(widest + 2), words[i].c_str(), last ? "\n" : "");
      }
    }
    if (count < words.size()) std::printf("and %zu more\n", words.size() - count);
    std::fflush(stdout);
  }

  lua_State* L_;
  EditingLocale locale_;
  HistoryFile file_;
  EditLine* editor_ = nullptr;
  History* past_ = nullptr;
  std::string prompt_;
  bool cancelled_ = false;
};

}  // namespace

std::unique_ptr<LineReader> editing_reader(lua_State* L) {
  if (!can_edit_lines()) return nullptr;
  auto reader = std::make_unique<EditingReader>(L);
  if (!reader->usable()) return nullptr;
  return reader;
}
