#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/policy.hpp"
#include "engine/batch.hpp"
#include "engine/episode_record.hpp"
#include "engine/replay.hpp"

namespace pump::harness {

// Chooses an action in each of a batch's worlds.
class Player {
 public:
  virtual ~Player() = default;
  // Called before the first step of every set of episodes.
  virtual void begin() {}
  // actions: [worlds]. Worlds whose episode has ended may get any action.
  virtual void act(const engine::Batch& batch, std::span<engine::Action> actions) = 0;
};

// What a player draws is a function of (seed, world, episode, step).
std::unique_ptr<Player> demonstration_player(int demonstration);
std::unique_ptr<Player> random_player(std::uint64_t seed);  // uniform over actions
// Samples the environment's own prior, which it must declare.
std::unique_ptr<Player> prior_player(std::uint64_t seed);
bool declares_prior(const engine::Environment& environment);
// With probability noise a uniform action instead of the demonstrated one.
std::unique_ptr<Player> noisy_demonstration_player(int demonstration, double noise,
                                                   std::uint64_t seed);
// Stochastic: samples the policy, which outlives the player.
std::unique_ptr<Player> policy_player(const agents::Policy& policy, std::uint64_t seed);

// One episode in each world, to its end. In the order of worlds, whatever their length: taking the
// first to finish would favour short ones. Each record's world and episode, with the batch's seed
// and the actions, make a replay.
struct Evaluation {
  std::vector<engine::EpisodeRecord> episodes;       // [worlds]
  std::vector<std::vector<engine::Action>> actions;  // [worlds], as executed
};
Evaluation evaluate(engine::Batch& batch, Player& player);

}  // namespace pump::harness
