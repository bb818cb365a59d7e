#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace pump::harness {

// While it lives, a dead worker's pipe is no signal.
class DeadPipesIgnored {
 public:
  DeadPipesIgnored() {
    struct sigaction action {};
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, &before_);
  }
  DeadPipesIgnored(const DeadPipesIgnored&) = delete;
  DeadPipesIgnored& operator=(const DeadPipesIgnored&) = delete;
  ~DeadPipesIgnored() { ::sigaction(SIGPIPE, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

// Another process of this executable, `pump worker`, that runs one trial after another. It is
// killed with this object, and dies with this process however that ends.
class Worker {
 public:
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // Sends one line. A worker that is dead already does not get it: see ended().
  void send(const std::string& line);

  // Its trial should end at a checkpoint, with {"stopped"} for an answer.
  void ask_to_stop() const;

  pid_t process() const { return process_; }
  // For poll().
  int answers() const { return answers_; }
  int complaints() const { return complaints_; }
  // Whole lines that came since the last call, without waiting.
  std::vector<std::string> take_answers() { return take(answers_, answers_text_); }
  std::vector<std::string> take_complaints() { return take(complaints_, complaints_text_); }
  // How it ended ("ended by signal 9 (Killed)"), when it did. Answers should be taken first.
  std::optional<std::string> ended();

 private:
  std::vector<std::string> take(int from, std::string& text);

  pid_t process_ = -1;
  int orders_ = -1, answers_ = -1, complaints_ = -1;
  std::string answers_text_, complaints_text_;
};

}  // namespace pump::harness
