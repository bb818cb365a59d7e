#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "engine/episode_record.hpp"

namespace pump::engine {

// One episode, enough to play it again: where its chance came from, what was done, and a hash of
// every state passed.
struct Replay {
  std::string environment;
  int version = 1;
  std::map<std::string, std::string> parameters;
  std::uint64_t seed = 0;
  std::uint32_t world = 0, episode = 0;
  std::uint32_t reset_world = 0, reset_episode = 0;  // whose reset it had; see SharedResets
  // What its world remembered when it began; see Environment::carried. Empty: nothing.
  std::vector<std::byte> carried;
  std::vector<Action> actions;
  std::vector<std::uint64_t>
      hashes;  // after the reset, then after every action: actions.size() + 1
  std::map<std::string, std::string>
      notes;  // "wish", "policy", "outcome", ...; read by nobody but people
};

// The chance of its reset, and of a step.
Chance reset_chance(const Replay& replay);
Chance step_chance(const Replay& replay, int step);

// Plays `actions` (all of them, or up to the end) in a world that remembers nothing, and fills the
// hashes.
Replay record(const Environment& environment, std::uint64_t seed, std::uint32_t world,
              std::uint32_t episode, const std::vector<Action>& actions);
// The same of an episode of a batch, whoever it shared its reset with.
Replay record(const Environment& environment, std::uint64_t seed, const EpisodeRecord& episode,
              const std::vector<Action>& actions);

// The states of a replay, one after another.
class Playback {
 public:
  Playback(const Environment& environment, const Replay& replay);
  ConstStateBytes state() const { return state_; }
  int step_index() const { return step_; }  // actions played so far
  // Plays the next action; false when there is none left or the episode has ended.
  bool advance();

 private:
  const Environment& environment_;
  const Replay& replay_;
  StateBuffer state_;
  int step_ = 0;
};

struct Divergence {
  int step;  // 0 is the reset
  std::uint64_t expected, got;
};
// Where the trace first differs, if anywhere.
std::optional<Divergence> verify(const Environment& environment, const Replay& replay);

// The first state, as the replay's chance and memory make it. The replay's `carried` is empty or as
// long as the environment's.
StateBuffer reset_state(const Environment& environment, const Replay& replay);

// JSON text. read: pump::Error naming `file` when it is not a replay (truncated, wrong type, out of
// range).
std::string write_replay(const Replay& replay);
Replay read_replay(const std::string& text, const std::string& file);

}  // namespace pump::engine
