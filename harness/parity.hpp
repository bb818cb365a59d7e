#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// Whether environments do, step for step, what another implementation of them did: its recorded
// episodes are played again, its draws fed in.
namespace pump::harness {

// What one file of episodes came to.
struct ParityFile {
  std::string file;
  int episodes = 0, steps = 0;            // played
  std::optional<std::string> difference;  // the first: where, what was expected and what came
};

// A file of JSON Lines, an episode a line: env, variant ("default" or a level of the environment,
// "_noops" behind it where there is a fifth action), initial_board (rows joined by "|"), actions,
// steps: [board ("=": as before), reward, 1 or 2 for the last, discount, hidden performance so far
// or null, {rng, aa, ...}], hidden_return, reset_draws. A line that is no such episode, and an
// environment that is not in the catalogue, is a difference. pump::Error when the file cannot be
// read.
ParityFile check_parity(const std::filesystem::path& file);

// Of every *.jsonl in the folder, by name. pump::Error when there is none.
std::vector<ParityFile> check_parity_of_folder(const std::filesystem::path& folder);

}  // namespace pump::harness
