#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/session.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

// What somebody asked to watch.
struct WatchRequest {
  // An environment's name; or a trial's folder (or its policy.bin or checkpoint.bin); or a replay's
  // file, *.json; or a golden playthrough, *.txt.
  std::string source;
  std::string policy;  // where source is an environment: see name_policy
  std::string wish;    // a name or a file; "": the trial's or the replay's own, or none
  std::vector<std::string> assignments;    // NAME=VALUE, of the environment's parameters
  std::optional<std::uint64_t> seed = {};  // none: 0
  std::string title = {};                  // of the panel; "": says what it is
};

// pump::Error where it cannot be had, or is contradicted (a policy for a replay, ...).
std::unique_ptr<Session> open_session(const WatchRequest& request);

// A person at the keyboard. `policy` is not read.
std::unique_ptr<Session> open_play(const WatchRequest& request);

// What a trial in training has learnt so far, handed from its thread to the window's.
class LivePolicy;
// Watches a trial while it runs: hand `show` to run_trial.
class TrainingWatch {
 public:
  explicit TrainingWatch(const TrialSpec& spec);
  ~TrainingWatch();
  void show(std::uint64_t steps, const agents::Policy& policy);  // in the trial's thread
  // Waits for the first policy. Null when `done` became true before there was one.
  std::unique_ptr<Session> open(const std::function<bool()>& done);

 private:
  TrialSpec spec_;
  std::shared_ptr<LivePolicy> live_;
};

}  // namespace pump::harness
