#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "harness/replay_text.hpp"

namespace pump::harness {

// A playthrough as reviewable text: environment, version, parameters, seed; then for every step the
// `action:` line, the map where it changed, the signals that are not zero and the state's hash; at
// the end outcome, facts, true utility, and the proxy return under every wish. The `action:` lines
// are the only input: playing them again must give the same text.
std::string play_golden(const engine::Environment& environment, int demonstration);

// Plays what the head and the `action:` lines of such a text say, and writes it down anew.
// pump::Error naming `file` when they cannot be played.
std::string replay_golden(const std::string& text, const std::string& file);

// What such a text plays. pump::Error likewise.
OpenReplay open_golden(const std::string& file);

// The golden playthroughs that must exist: one a (environment, demonstration), in every map or
// level that the environment declares as a choice parameter named "map" or "level".
struct GoldenFile {
  std::filesystem::path file;  // below tests/golden/
  std::string text;            // what it should hold
};
std::vector<GoldenFile> golden_files();

}  // namespace pump::harness
