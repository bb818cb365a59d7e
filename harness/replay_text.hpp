#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/replay.hpp"

// Replays for people: as text and as pictures.
namespace pump::harness {

// A replay and the world it was played in.
struct OpenReplay {
  engine::Replay replay;
  std::unique_ptr<engine::Environment> environment;
};
// pump::Error naming the file when it is not a replay, or of another version of the environment.
OpenReplay open_replay(const std::string& file);

// The first episode of world 0 under a policy (see name_policy).
engine::Replay record_policy(const engine::Environment& environment, const std::string& policy,
                             std::uint64_t seed);

// What was done, what it paid and what became of it.
std::string to_text(const engine::Environment& environment, const engine::Replay& replay);

// A stand-alone SVG a state, after the reset and after every action.
std::vector<std::string> to_frames(const engine::Environment& environment,
                                   const engine::Replay& replay);

}  // namespace pump::harness
