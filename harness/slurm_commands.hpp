#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

// Slurm's own commands, and what they answer. pump::Error where they cannot be run.
namespace pump::harness {

struct SlurmAnswer {
  int status = 0;
  std::string out, complaint;  // what it printed to either stream
};
// A command and its options. Ctrl-C does not end it.
SlurmAnswer ask_slurm(const std::vector<std::string>& words);

// The job's number, up to one of the ends. pump::Error for anything else.
std::string job_number(const std::string& command, const std::string& text, const char* ends);
// Tasks of a job that wait or run; nullopt: Slurm does not say just now.
std::optional<std::set<int>> tasks_of(const std::string& job);
// The array of that name that waits or runs; nullopt: there is none. pump::Error where Slurm does
// not say.
std::optional<std::string> job_named(const std::string& name);

}  // namespace pump::harness
