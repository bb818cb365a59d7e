#pragma once

#include <optional>
#include <vector>

#include "engine/wish.hpp"
#include "harness/calibration.hpp"
#include "harness/exact/flow.hpp"
#include "harness/exact/graph.hpp"

namespace pump::harness {

// Expectations over all histories of a flow.
struct ExactScore {
  double proxy_return = 0, true_utility = 0, length = 0;
  std::vector<double> outcomes, facts;  // probabilities, by label and by side fact
  std::vector<double> kinds;            // by engine::Kind under the wish
  // Only of a graph that tracks the wish's return, or where the environment is judged by label.
  std::optional<double> uhr, intended;
  // Likewise, or else empty: of ending so with success, which is an episode that is not `below`
  // (see EpisodeClass), by label.
  std::vector<double> successes;

  double of(engine::Kind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
};
ExactScore exact_score(const Graph& graph, const Flow& flow, const engine::Wish& wish,
                       const Calibration* calibration = nullptr);

// Probabilities of the outcome labels.
std::vector<double> outcomes_of(const Graph& graph, const Flow& flow);

// How much of each state's layer a flow passes through: [depth][state], each layer's sum being the
// probability that an episode lasts so long.
std::vector<std::vector<double>> occupancy(const Graph& graph, const Flow& flow);

// KL between the shares of two flows' decisions that are made in each (step, state), nats:
// mu(s) = expected visits of s / mean length, over the states where an episode goes on. A state has
// in it what it keeps of the way there, its truth too. Infinite where the first decides in a state
// that the second never comes by.
double occupancy_kl(const Graph& graph, const Flow& of, const Flow& from);

// P(success) KL(outcomes given success), nats, from one flow's to another's: what changes among the
// histories that the wish tells nothing apart in. 0 where the first never succeeds, infinite where
// only it does; none where success was not judged.
std::optional<double> off_metric_kl(const ExactScore& of, const ExactScore& from);

// The best mean payment of any policy; with `within`, of those that only do what it may do.
double best_mean(const Graph& graph, const Payment& payment, const PolicyFlow* within = nullptr);

// The best mean proxy return of any policy, and the proxy return of the luckiest history that ends
// in each kind of outcome (none does: nullopt).
struct BestReturns {
  double mean = 0;
  std::vector<std::optional<double>> luckiest;  // by engine::Kind
};
BestReturns best_returns(const Graph& graph, const engine::Wish& wish);

// From `of` to `from`, nats. Infinite where `of` does what `from` never does.
struct Divergence {
  double trajectory_kl = 0;     // of whole histories
  double reset_kl = 0;          // the part of it that lies in the first state: a device's
  std::vector<double> by_step;  // its parts, a step
  double outcome_kl = 0, outcome_tv = 0, outcome_chi2 = 0;  // of the outcome label
  double occupancy_kl = 0;                                  // see above
  std::optional<double> off_metric_kl;                      // filled in by who judges: see above
  double length = 0;                                        // of the histories of `of`, mean steps
  // Outcome KL / trajectory KL, in [0, 1] by data processing: how much of the change in actions can
  // be seen in outcomes. None where the trajectory KL is below 1e-9 or infinite.
  std::optional<double> leverage() const;
  // Off-metric KL / trajectory KL, in [0, 1] likewise: how much of the change in actions shows in
  // what success looks like. None likewise, and where the off-metric KL is none or infinite.
  std::optional<double> off_metric_leverage() const;
  // Outcome TV / (trajectory KL / mean length): how much moves a nat per action. None likewise.
  std::optional<double> reach() const;
};
Divergence divergence(const Graph& graph, const Flow& of, const Flow& from);

// KL(p || q), nats; infinite where p puts probability on what q gives none.
double kl(std::span<const double> p, std::span<const double> q);
double total_variation(std::span<const double> p, std::span<const double> q);

}  // namespace pump::harness
