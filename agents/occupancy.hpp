#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/bytes.hpp"
#include "agents/config.hpp"
#include "agents/network.hpp"
#include "agents/optimiser.hpp"
#include "agents/reference.hpp"
#include "agents/rollout.hpp"
#include "engine/training_view.hpp"

// Where a policy goes, against where its reference goes (Laidlaw et al. 2024).
namespace pump::agents {

// States visited in whole episodes, each with its share of the normalised discounted occupancy:
// (1 − γ) γ^t / episodes for the t-th decision of an episode. What is missing to 1 lies on the
// absorbing end: γ^T / episodes of an episode of T decisions.
struct Visits {
  SparseObservations states;
  std::vector<double> occupancy;  // [n]
  double ended = 0;               // the absorbing end's
};
Visits visits_of(const SparseObservations& states, std::span<const std::int32_t> next,
                 double gamma);

// d = log(μ_π / μ_ref) of every state that the policy visited, [n], and of the absorbing end.
struct OccupancyRatios {
  std::vector<double> states;
  double ended = 0;
};

// Tabular: counts, with half a visit's worth added to both sides. A state that the reference never
// reached then has a large ratio, not an infinite one.
OccupancyRatios count_ratios(const Visits& policy, const Visits& reference);

// Episodes of a reference, and the classifier that tells the policy's states from its.
class OccupancyRatio {
 public:
  // Plays one whole episode of the reference in each of the view's worlds, once. network: the
  // policy's, whose vocabulary names the states. Draws are keyed by seed.
  OccupancyRatio(const TrainConfig& config, engine::TrainingView& view, const Reference& reference,
                 Network& network, std::uint64_t seed);

  // Ratios for the policy's batch, from as many of the reference's episodes; a classifier learns
  // from both first.
  OccupancyRatios estimate(const Visits& policy, int episodes, const Network& network,
                           std::uint32_t update);

  void save(ByteWriter& out) const;
  void load(ByteReader& in, const engine::ObservationSpec& spec);

 private:
  Visits draw(int episodes, std::uint32_t update) const;
  void learn(const Visits& policy, const Visits& reference);

  TrainConfig config_;
  std::uint64_t seed_;
  Rollout played_;
  std::vector<std::vector<int>> episodes_;  // decisions of each, in order
  std::unique_ptr<Network> classifier_;
  FlatOptimiser optimiser_;
};

// Charges the rewards of whole episodes for where they went: λ f(d) of each decision's state, and
// of the end for ever after; f(d) = d, or e^d for chi2. Discounts are such that a return discounted
// by config.gamma is charged the discounted sum of the ratios over the occupancy's 1 − γ.
void charge_for_occupancy(Rollout& rollout, const OccupancyRatios& ratios, double price,
                          const TrainConfig& config);

}  // namespace pump::agents
