#pragma once

#include <span>
#include <vector>

#include "harness/exact/flow.hpp"
#include "harness/exact/graph.hpp"

// How much of an outcome a policy can get for how much trajectory KL from a reference.
namespace pump::harness {

struct BudgetPoint {
  double kl = 0;           // nats
  double probability = 0;  // of the wanted outcomes
};

// The frontier: no policy makes the outcomes likelier for the same KL. Its points are the
// soft-optimal policies of a payment of 1 for the outcomes, one for each beta. wanted: by label.
class Frontier {
 public:
  // All outlive this.
  Frontier(const Graph& graph, const PolicyFlow& reference, std::vector<bool> wanted);

  // What the reference does, at no KL.
  BudgetPoint reference() const { return reference_point_; }
  // The price: the least KL at which the outcomes have this probability, to 1e-6 of it. An infinite
  // KL, and the best there is, where no policy gets there by what the reference may do.
  BudgetPoint price(double probability) const;
  // The most for a KL of at most so much.
  BudgetPoint most(double kl) const;

 private:
  BudgetPoint at(double beta) const;
  // The point at the largest beta that is `enough`, between the reference and the steepest tilt.
  template <class Enough>
  BudgetPoint first(Enough&& enough) const;

  const Graph& graph_;
  const PolicyFlow& reference_;
  std::vector<bool> wanted_;
  Payment payment_;
  BudgetPoint reference_point_;
  double best_ = 0;  // probability, of any policy within the reference's support
};

}  // namespace pump::harness
