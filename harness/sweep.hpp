#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/measures.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {

// Runs the trials that DIR/results.sqlite does not have yet in `jobs` worker processes (one compute
// thread each), shows progress on stderr, and keeps each result as it comes. Only this process
// writes the database. Each trial's directory is DIR/trials/ID. An interrupt ends the workers and
// leaves what is finished; the same call again goes on. A trial that fails is a row with its error
// (tried again on the next call), and the sweep goes on. Refuses a DIR that holds another sweep.
// Returns the number of trials that ended in an error.
int run_sweep(const SweepSpec& sweep, const std::filesystem::path& directory, int jobs,
              const std::string& command);

// What a worker process does: reads trials, a line of JSON each, from stdin; answers on stdout.
// The command line calls it; people do not.
int run_worker();

// The finished trials of DIR/results.sqlite in the order of the sweep, and what made them.
struct SweepResults {
  std::string title, command;
  int planned = 0;
  std::vector<TrialResult> trials;
};
SweepResults read_results(const std::filesystem::path& directory);

}  // namespace pump::harness
