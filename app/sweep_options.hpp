#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.hpp"
#include "harness/slurm.hpp"
#include "harness/sweep.hpp"

// What the commands that run many trials ask alike, and how they run them.
namespace pump::app {

struct SweepChoices {
  std::string file, out;
  std::vector<std::string> assignments;
  int jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::optional<double> time_limit;  // seconds
  int retries = harness::SweepOptions{}.retries;
  bool mix_builds = false;
  std::string executor = "local";
  harness::SlurmOptions slurm;
};

void add_sweep_choices(CLI::App& command, SweepChoices& choices);  // all but FILE
// "pump sweep FILE --set 'a=b'": without what does not change a result.
std::string command_text(const std::string& command, const SweepChoices& choices);
// How many trials ended in an error; says so. pump::Error for choices that do not go together.
int run_trials(const harness::SweepSpec& spec, const SweepChoices& choices,
               const std::string& command,
               const std::function<void(const harness::SweepResults&)>& on_block = {});

}  // namespace pump::app
