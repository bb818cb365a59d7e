#pragma once

#include <filesystem>
#include <functional>
#include <optional>
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
  int builds = 0;  // how many made the finished ones, the unknown counted as one; 0: not known
  // The title, and that builds are mixed where they are: for whatever shows the results.
  std::string heading() const;
};
SweepResults read_results(const std::filesystem::path& directory);

struct SweepOptions {
  int jobs = 1;              // worker processes
  std::string command = {};  // what people type to get the same results; kept for the report
  // Seconds that a trial's workers may spend on it in this call; none: as long as it takes.
  std::optional<double> time_limit = {};
  int retries = 3;          // how often a trial whose worker died is given to another
  bool mix_builds = false;  // go on with results of another build
  // Called with what there is whenever all trials of a block, and of those before it, are done.
  std::function<void(const SweepResults&)> on_block = {};
};

// Runs the trials that DIR/results.sqlite does not have yet in worker processes (one compute thread
// each), shows progress on stderr, and keeps each result as it comes. Only this process writes the
// database. Each trial's directory is DIR/trials/ID. An interrupt ends the workers, leaves what is
// finished and throws Interrupted; the same call again goes on, also where the sweep has more
// trials by then. A trial that fails, is over the time limit or whose workers keep dying is a row
// with its error, and the sweep goes on; the next call tries it again, from its checkpoint where it
// has one. pump::Error, with nothing changed, when DIR holds trials that are not in the sweep,
// results of another build (but see mix_builds) or something else, or another process works in it.
// Returns the number of trials that ended in an error.
int run_sweep(const SweepSpec& sweep, const std::filesystem::path& directory,
              const SweepOptions& options);

// A trial that could not be run, as a row.
TrialResult failed_trial(const TrialSpec& spec, const std::string& message);

// What a worker process does: reads trials, a line of JSON each, from stdin; answers on stdout.
// The command line calls it; people do not.
int run_worker();

}  // namespace pump::harness
