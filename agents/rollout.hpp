#pragma once

#include <cstdint>
#include <vector>

#include "agents/network.hpp"
#include "agents/reference.hpp"
#include "engine/training_view.hpp"

namespace pump::agents {

// Decisions side by side, in the order they were made: step after step, world after world. In step
// mode every world decides at every step; with whole episodes a world stops when its own has ended.
struct Rollout {
  static constexpr std::int32_t kEnded = -1;

  int size() const { return static_cast<int>(actions.size()); }

  // Of each decision; where the rollout, or a horizon that counts for nothing, cut episodes off,
  // `tails` observations more: what each such world showed at the end.
  SparseObservations observations;
  int tails = 0;
  std::vector<engine::Action> actions;
  std::vector<float> probabilities;  // of every action, [size()][actions]
  std::vector<float> log_probs;      // of the action taken, nats
  std::vector<float> ref_log_probs;  // of it under the leash's reference; empty without one
  std::vector<float> rewards;        // proxy reward of the step
  // The same world's next decision; kEnded where the episode ended here; size() + k where it was
  // cut off: the k-th tail.
  std::vector<std::int32_t> next;
  int episodes = 0;  // that ended
  // How they ended, in the order in which they did; where the view tells.
  struct Ending {
    std::int32_t decision;  // the last
    engine::OutcomeCode outcome;
  };
  std::vector<Ending> endings;
  double entropy = 0;          // nats a decision, mean
  double kl_to_reference = 0;  // sum over actions of pi log(pi / ref): nats a decision, mean
};

// Where the trainer's draws come from.
struct RolloutKey {
  std::uint64_t seed;
  std::uint32_t update;
};

// What a horizon is: an end like others, or what cuts a return off that has more to come.
enum class Truncation : std::uint8_t { ends, cuts_off };

// steps: a world; 0: one whole episode a world, where every end ends. World i draws from (seed, i,
// update, step).
Rollout collect(engine::TrainingView& view, Network& network, const Reference* leash, int steps,
                const RolloutKey& key, Truncation truncation = Truncation::ends);

// One whole episode a world of a reference, drawn from a stream of its own. network: whose
// vocabulary names what is observed.
Rollout collect_reference(engine::TrainingView& view, Network& network, const Reference& reference,
                          const RolloutKey& key);

}  // namespace pump::agents
