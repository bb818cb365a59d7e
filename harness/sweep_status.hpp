#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace pump::harness {

// How far a sweep is.
struct TrialCounts {
  int planned = 0, ok = 0, diverged = 0, errors = 0;
  int running = 0;  // 0 where nobody works
  int done() const { return ok + diverged; }
  int left() const { return planned - done(); }  // errors are tried again
};
struct SweepStatus {
  std::string title;
  bool at_work = false;  // another process is
  bool slurm = false;    // Slurm's tasks were, if none is: its queue says which still are
  TrialCounts all;
  std::vector<TrialCounts> blocks;
  std::map<std::string, int> errors;  // by message
  int timed = 0;                      // finished trials of which it is known how long they took
  double seconds = 0;                 // they took, all together
  int deaths = 0;                     // of workers, on whichever trial
  std::map<std::string, int> builds;  // finished trials, by the build that ran them
};

// Of DIR/results.sqlite, whether or not a sweep is working there: it is not disturbed.
SweepStatus read_status(const std::filesystem::path& directory);
std::string to_text(const SweepStatus& status);
nlohmann::json to_json(const SweepStatus& status);

}  // namespace pump::harness
