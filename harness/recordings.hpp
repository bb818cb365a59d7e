#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agents/reference.hpp"
#include "engine/replay.hpp"

// Episodes that somebody recorded, for a clone to learn from.
namespace pump::harness {

struct Recordings {
  std::vector<engine::Replay> replays;  // by the hash of their file, whatever it is called
  std::string hash;                     // 16 hexadecimal digits, of the content of all files
};

// A replay's file, or a folder whose files *.json all are one. pump::Error naming the file when it
// is none, is of another environment, version or other parameters, or does not play here as it was
// recorded; or when a folder has none.
Recordings read_recordings(const std::filesystem::path& file_or_folder,
                           const engine::Environment& environment);

// What was seen and done at every step. One decision a step, seen without noise, also where the
// trial's own decisions are coarser or noisier.
agents::Dataset decisions_of(const engine::Environment& environment,
                             const std::vector<engine::Replay>& replays);

}  // namespace pump::harness
