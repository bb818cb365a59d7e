#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pump::harness {

// How far a sweep is, as people read it.
struct SweepProgress {
  int trials = 0, done = 0, running = 0, errors = 0;
  std::uint64_t steps = 0;                  // taken since the start of this process
  std::uint64_t remaining_steps = 0;        // of trials that are not done
  std::optional<double> seconds_left = {};  // by trials that are done; none: by the steps
};

// "12/40 done, 2 running, 1 error, 31k steps/s, 4 min left". seconds: since the start.
std::string progress_text(const SweepProgress& progress, double seconds);

// How far one trial is.
struct TrialProgress {
  std::uint64_t steps = 0;
  std::uint64_t steps_before = 0;             // of those, taken before `seconds` began
  std::optional<std::uint64_t> budget_steps;  // none: something else says when it ends
  std::optional<double> proxy_return, uhr;    // of the last evaluation: mean; share
  std::optional<double> kl_to_reference;      // nats a decision; where there is a leash
};
// "120k/500k steps, proxy return 0.83, UHR 41 %, KL 0.12 nats a decision, 31k steps/s, 12 s left".
std::string progress_text(const TrialProgress& progress, double seconds);

// Progress on stderr: on a terminal one line that is redrawn, else a line now and then.
class ProgressDisplay {
 public:
  ProgressDisplay();
  // Draws when it is time to, or `now`.
  void show(const std::string& text, bool now);
  bool redraws() const { return terminal_; }
  double seconds() const;  // since there is one
  // Draws, and leaves the line where it is.
  void finish(const std::string& text);
  // Another line, above the progress.
  void print(const std::string& line);
  // Takes the line away, so that others can write.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  std::string last_text_;
  Clock::time_point start_ = Clock::now(), last_;
};

}  // namespace pump::harness
