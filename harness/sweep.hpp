#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/interrupt.hpp"
#include "harness/measures.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {

// The finished trials of DIR/results.sqlite (and those that ended in an error) in the order of the
// sweep, and what made them.
struct SweepResults {
  std::string title, command;
  int planned = 0;
  std::vector<TrialResult> trials;
  std::vector<std::string> configs;  // of each of them, YAML as write_trial leaves it
};
SweepResults read_results(const std::filesystem::path& directory);

struct SweepOptions {
  int jobs = 1;         // worker processes
  std::string command;  // what people type to get the same results; kept for the report
  // Called with what there is whenever all trials of a block, and of those before it, are done.
  std::function<void(const SweepResults&)> on_block;
};

// Runs the trials that DIR/results.sqlite does not have yet in worker processes (one compute thread
// each), shows progress on stderr, and keeps each result as it comes. Only this process writes the
// database. Each trial's directory is DIR/trials/ID. An interrupt ends the workers, leaves what is
// finished and throws Interrupted; the same call again goes on. A trial that fails is a row with
// its error (tried again on the next call), and the sweep goes on. pump::Error, with nothing
// changed, when DIR holds another sweep or something else, or another process works in it.
// Returns the number of trials that ended in an error.
int run_sweep(const SweepSpec& sweep, const std::filesystem::path& directory,
              const SweepOptions& options);

// What a worker process does: reads trials, a line of JSON each, from stdin; answers on stdout.
// The command line calls it; people do not.
int run_worker();

}  // namespace pump::harness
