#pragma once

#include <memory>
#include <span>

#include "agents/policy.hpp"
#include "engine/training_view.hpp"

namespace pump::agents {

// The policy an objective is leashed to. Finite log-probabilities everywhere.
class Reference {
 public:
  virtual ~Reference() = default;
  // Log-probabilities of every action in each of the view's worlds, [worlds][actions].
  virtual void log_probs(const engine::TrainingView& view, std::span<float> out) const = 0;
};

std::unique_ptr<Reference> uniform_reference(int actions);
// The environment's own prior, which gives every action some probability. pump::Error when it
// declares none.
std::unique_ptr<Reference> prior_reference(const engine::TrainingView& view);
inline constexpr double kUniformShare = .05;
// .95 policy + .05 uniform, so that the KL to it is finite. A policy leashed to itself therefore
// starts a little way off: at most log(1 / .95) = .051 nats a step.
std::unique_ptr<Reference> policy_reference(const Policy& policy);

// Demonstrated decisions, side by side.
struct Dataset {
  std::vector<std::uint8_t> codes;
  std::vector<float> scalars;
  std::vector<engine::Action> actions;
};
struct CloneConfig {
  NetworkConfig network;
  int epochs = 20, minibatch = 256;
  int least_updates = 400;  // more epochs where there is little data: a few episodes by hand
  double learning_rate = 1e-3;
};
struct CloneReport {
  double cross_entropy = 0;  // nats a decision, on a held-out tenth
  double accuracy =
      0;  // share of held-out decisions whose likeliest action is the demonstrated one
};
// Behaviour cloning: maximum likelihood of the demonstrated actions.
Policy clone_behaviour(const engine::ObservationSpec& spec, int actions, const Dataset& data,
                       const CloneConfig& config, std::uint64_t seed,
                       CloneReport* report = nullptr);

}  // namespace pump::agents
