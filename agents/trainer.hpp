#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/config.hpp"
#include "agents/outcome_share.hpp"
#include "agents/policy.hpp"
#include "agents/reference.hpp"
#include "engine/training_view.hpp"

namespace pump::agents {

// Names of the objectives, in historical order.
const std::vector<std::string>& objective_names();
// Whether an objective makes no sense without a reference.
bool is_leashed(const std::string& objective);
// Whether what is maximised is the return less kl_coef for each nat of the trajectory KL, so that
// the soft optimum at kl_coef is the best there is. Not where states or outcomes are charged for, a
// mean, the loss (whose gradient is another divergence's), or at a price that changes; nor with an
// entropy bonus, a discount or a value of what was cut off beside it.
bool charges_trajectory_kl(const TrainConfig& config);
// In how many worlds an objective sees its reference play, at the start, and how many episodes of
// its policy it counts after an update, each in a world of its own.
int reference_worlds(const TrainConfig& config);
int fresh_episodes(const TrainConfig& config);

// What no single key's range can say of a config: the key (of TrainConfig, or "leash"), and what
// was expected there.
struct Complaint {
  std::string key, expected;
};
std::optional<Complaint> complaint_about(const TrainConfig& config, bool leashed);

// One iteration's metrics, by their field names: policy_loss, value_loss, entropy, approx_kl,
// clip_fraction, explained_variance, grad_norm, kl_to_reference (nats a decision), kl_coef, ...
using Metrics = std::map<std::string, double>;

// Worlds beside those of the training, which outlive the trainer: reference_worlds and
// fresh_episodes of them, where there are any.
struct SideViews {
  engine::TrainingView* reference = nullptr;
  engine::TrainingView* fresh = nullptr;
  double success_return = 0;  // the least proxy return of a success: for outcome_given_success
};

// The one training loop: collect a rollout, let the objective learn from it, again. Deterministic
// on the CPU.
class Trainer {
 public:
  // start: nullopt is fresh weights from `seed`; leash: null is none. `view` and `leash` outlive
  // the trainer. budget_steps: environment steps planned, for annealing only.
  Trainer(const TrainConfig& config, engine::TrainingView& view, std::uint64_t seed,
          std::uint64_t budget_steps, std::optional<Policy> start, const Reference* leash,
          const SideViews& side = {});
  ~Trainer();

  // One rollout and what is learnt from it.
  Metrics update();
  // Environment steps taken so far; those of fresh episodes too.
  std::uint64_t steps() const;
  const Policy& policy() const;
  // Where outcomes are charged for; else empty.
  std::vector<OutcomeShare> outcome_shares() const;
  // A loss, gradient or parameter stopped being finite: the trial ends here, as a recorded outcome.
  bool diverged() const;

  // Weights, optimiser, adaptive coefficients, counters. With Batch::save, training goes on to the
  // same bytes.
  std::vector<std::byte> save() const;
  void load(std::span<const std::byte> bytes, const std::string& file);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pump::agents
