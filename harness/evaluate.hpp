#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/policy.hpp"
#include "agents/reference.hpp"
#include "engine/batch.hpp"
#include "engine/episode_record.hpp"
#include "engine/replay.hpp"
#include "engine/training_view.hpp"

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
// How a policy's probabilities become an action. Everything here samples, for what emerges is a
// property of the stochastic policy; published returns often are of the most probable action.
enum class Choice : std::uint8_t { sampled, most_probable };
// The policy outlives the player.
std::unique_ptr<Player> policy_player(const agents::Policy& policy, std::uint64_t seed,
                                      Choice choice = Choice::sampled);

// Samples the reference in the worlds of the view, which is of the batch that is played. Both
// outlive the player.
std::unique_ptr<Player> reference_player(const agents::Reference& reference,
                                         const engine::TrainingView& view, std::uint64_t seed);

// A seed for one part of what a seed stands for. Its top bit is set, as that of kEvaluationSeed is:
// no training plays these episodes.
std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t part);

// One episode in each world, to its end. In the order of worlds, whatever their length: taking the
// first to finish would favour short ones. Each record's world and episode, with the batch's seed
// and the actions, make a replay.
struct Evaluation {
  std::vector<engine::EpisodeRecord> episodes;       // [worlds]
  std::vector<std::vector<engine::Action>> actions;  // [worlds], as executed
};
Evaluation evaluate(engine::Batch& batch, Player& player);

}  // namespace pump::harness
