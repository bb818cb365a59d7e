#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/environment.hpp"
#include "harness/exact/flow.hpp"
#include "harness/exact/graph.hpp"

// Where one action decides how an episode ends. Behind `pump pivots`.
namespace pump::harness {

// One state, and the two of its actions after which a reference's outcomes differ most.
struct Pivot {
  std::size_t depth = 0, state = 0;  // in the graph
  double visit = 0;                  // probability that the policy comes by
  double pivotality = 0;             // total variation between the two actions' outcomes
  double kl = 0;                     // of the policy's choice here from the reference's, nats
  engine::Action one = 0, other = 0;
  std::vector<double> one_outcomes, other_outcomes;  // probabilities by label
  double stake() const { return visit * pivotality; }
  // The state's part of the trajectory KL: those of all states sum to it. Nats.
  double trajectory_kl() const { return visit * kl; }
};

// What puts a state first.
enum class PivotOrder : std::uint8_t { stake, trajectory_kl };

struct Pivots {
  std::vector<Pivot> top;  // the largest first; those with nothing of it are left out
  std::uint64_t states = 0;
  double trajectory_kl = 0;  // of the policy's histories from the reference's, nats
  // exp of the entropy of visit x KL x pivotality, normalised over states: on how many states the
  // change from the reference to the policy rests. None where there is no such change, or it is
  // infinite.
  std::optional<double> effective_number;
};
Pivots find_pivots(const Graph& graph, const PolicyFlow& policy, const PolicyFlow& reference,
                   std::size_t most, PivotOrder order = PivotOrder::stake);

std::string to_text(const Graph& graph, const Pivots& pivots);
// policy, reference: as they were asked for.
nlohmann::json to_json(const Graph& graph, const Pivots& pivots, const std::string& policy,
                       const std::string& reference);

}  // namespace pump::harness
