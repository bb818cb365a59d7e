#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "engine/desk.hpp"
#include "harness/demo/background.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

// Trials that an exhibit trains in the background, one after another, and how far the one under way
// is: written there, read by the window.
class Training {
 public:
  // run_trial. Throws Interrupted where something else is wanted first (the trial goes on from
  // there when it is run again), nobody waits any more, or `wanted` says so.
  TrialResult run(const TrialSpec& spec, const std::filesystem::path& folder,
                  const Background& background, const std::function<bool()>& wanted);
  // A trial that has not ended, for the desk.
  engine::Work work(const std::string& name, const std::string& id) const;

 private:
  void set(const std::string& id, double share);

  mutable std::mutex mutex_;
  std::string id_;  // of the trial under way; "": none
  double share_ = 0;
};

}  // namespace pump::harness
