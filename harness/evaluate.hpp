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
  // Of any action wherever it has decided; 1 where none is known.
  virtual float least_probability() const { return 1; }
};

// What a player draws is a function of (seed, world, episode, step).
std::unique_ptr<Player> demonstration_player(int demonstration);
std::unique_ptr<Player> uniform_player(std::uint64_t seed);  // over actions
// Samples the environment's own prior, which it must declare.
std::unique_ptr<Player> prior_player(std::uint64_t seed);
bool declares_prior(const engine::Environment& environment);
// With probability noise a uniform action instead of the demonstrated one.
std::unique_ptr<Player> noisy_demonstration_player(int demonstration, double noise,
                                                   std::uint64_t seed);
// How a policy's probabilities become an action. Everything here samples, for what emerges is a
// property of the stochastic policy; published returns often are of the most probable action.
enum class Choice : std::uint8_t { sampled, most_probable };
// The policy outlives the player. uniform_share: mixed into its choices.
std::unique_ptr<Player> policy_player(const agents::Policy& policy, std::uint64_t seed,
                                      Choice choice = Choice::sampled, double uniform_share = 0);

// Samples the reference in the worlds of the view, which is of the batch that is played. Both
// outlive the player.
std::unique_ptr<Player> reference_player(const agents::Reference& reference,
                                         const engine::TrainingView& view, std::uint64_t seed);

// A seed for one part of what a seed stands for. Its top bit is set, as that of kEvaluationSeed is:
// no training plays these episodes.
std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t part);

// Each record, with the batch's seed and the actions, makes a replay.
struct Evaluation {
  std::vector<engine::EpisodeRecord> episodes;       // [rounds x worlds]
  std::vector<std::vector<engine::Action>> actions;  // [rounds x worlds], as executed
};
// One episode in each world, to its end, and so on for each round. In the order of worlds, whatever
// their length: taking the first to finish would favour short ones.
Evaluation evaluate(engine::Batch& batch, Player& player, int rounds = 1);
// In how many rounds, of episodes / rounds worlds, that many episodes are a fair sample: in one.
// Where the environment remembers, one after another in one world.
int rounds_of(const engine::Environment& environment, int episodes);

}  // namespace pump::harness
