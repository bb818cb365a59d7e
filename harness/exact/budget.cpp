#include "harness/exact/budget.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "harness/exact/score.hpp"

namespace pump::harness {
namespace {

// Of the tilts, log beta: flat enough to leave the reference where it is, and steep enough to lose
// beta KL, some 1e-8 a nat, against the best policy.
constexpr double kFlattest = 20, kSteepest = -18;
constexpr double kNear = 1 - 1e-6;  // of a probability
constexpr int kHalvings = 60;

double probability_of(const std::vector<bool>& wanted, const std::vector<double>& outcomes) {
  double sum = 0;
  for (std::size_t i = 0; i < outcomes.size(); i++) sum += wanted[i] ? outcomes[i] : 0;
  return sum;
}

}  // namespace

Frontier::Frontier(const Graph& graph, const PolicyFlow& reference, std::vector<bool> wanted)
    : graph_(graph), reference_(reference), wanted_(std::move(wanted)) {
  for (const bool want : wanted_) payment_.by_outcome.push_back(want ? 1 : 0);
  reference_point_ = {0, probability_of(wanted_, outcomes_of(graph, reference))};
  best_ = best_mean(graph, payment_, &reference);
}

BudgetPoint Frontier::at(double beta) const {
  const Tilted tilted = tilt(graph_, reference_, payment_, beta, Tilt::policy);
  const double probability = probability_of(wanted_, outcomes_of(graph_, *tilted.flow));
  // value = P - beta KL, which loses less to rounding than the KL of two flows that are close.
  return {std::max(0., (probability - tilted.value) / beta), probability};
}

template <class Enough>
BudgetPoint Frontier::first(Enough&& enough) const {
  double flat = kFlattest, steep = kSteepest;
  BudgetPoint best = at(std::exp(steep));
  if (!enough(best)) return best;
  for (int i = 0; i < kHalvings && flat - steep > 1e-9; i++) {
    const double middle = (flat + steep) / 2;
    const BudgetPoint point = at(std::exp(middle));
    if (enough(point)) {
      best = point;
      steep = middle;
    } else {
      flat = middle;
    }
  }
  return best;
}

BudgetPoint Frontier::price(double probability) const {
  const double near = probability * kNear;
  if (reference_point_.probability >= near) return reference_point_;
  if (best_ < near) return {std::numeric_limits<double>::infinity(), best_};
  return first([&](const BudgetPoint& point) { return point.probability >= near; });
}

BudgetPoint Frontier::most(double kl) const {
  return first([&](const BudgetPoint& point) { return point.kl >= kl; });
}

}  // namespace pump::harness
