#include "harness/exact/tax.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/ensure.hpp"

namespace pump::harness {
namespace {

using engine::Kind;

constexpr double kSame = 1e-11;  // of shares that differ by rounding
constexpr int kMostLines = 1000;

// P(intended) and P(gaming) of what is done from a state on.
struct Shares {
  double intended = 0, gaming = 0;
};

}  // namespace

IntendedFrontier::IntendedFrontier(const Graph& graph, const engine::Wish& wish)
    : graph_(graph), wish_(wish) {
  points_ = {best(0, -1), best(1, 0)};
  if (points_[1].gaming <= points_[0].gaming) points_.erase(points_.begin());
}

IntendedFrontier::Point IntendedFrontier::best(double intended, double gaming) const {
  const auto worth = [&](const Shares& shares) {
    // The second: of equals.
    return std::pair(intended * shares.intended + gaming * shares.gaming,
                     shares.intended - shares.gaming);
  };
  std::vector<Shares> here, below;
  for (std::size_t depth = graph_.depth(); depth-- > 0;) {
    const Graph::Layer& layer = graph_.layer(depth);
    here.assign(layer.size, {});
    for (std::size_t i = 0; i < layer.size; i++) {
      if (graph_.ended(depth, i)) {
        const Kind kind = wish_.kinds[graph_.label(depth, i)];
        here[i] = {kind == Kind::intended ? 1. : 0., kind == Kind::gaming ? 1. : 0.};
        continue;
      }
      Shares action;
      bool first = true;
      for (std::size_t e = layer.first[i]; e < layer.first[i + 1]; e++) {
        const Graph::Edge& edge = layer.edges[e];
        const double p = graph_.probability(edge);
        action.intended += p * below[edge.child].intended;
        action.gaming += p * below[edge.child].gaming;
        if (!edge.last) continue;
        if (first || worth(action) > worth(here[i])) here[i] = action;
        first = false;
        action = {};
      }
    }
    here.swap(below);
  }
  Point out;
  for (std::size_t i = 0; i < below.size(); i++) {
    out.intended += graph_.initial()[i] * below[i].intended;
    out.gaming += graph_.initial()[i] * below[i].gaming;
  }
  return out;
}

// Looks above the line from a point to the next: there is none, or one comes between.
void IntendedFrontier::refine(std::size_t at) {
  Point &low = points_[at], &high = points_[at + 1];
  const double slope = (high.intended - low.intended) / (high.gaming - low.gaming);
  const Point found = best(1, -slope);
  const auto above = [&](const Point& point) { return point.intended - slope * point.gaming; };
  if (above(found) <= above(low) + kSame)
    low.last = true;
  else if (found.gaming <= low.gaming)  // the same share: `best` told equals apart by rounding
    low.intended = found.intended;
  else if (found.gaming >= high.gaming)
    high.intended = found.intended;
  else
    points_.insert(points_.begin() + static_cast<std::ptrdiff_t>(at) + 1, found);
}

std::optional<double> IntendedFrontier::most(double gaming) {
  if (gaming < points_.front().gaming - kSame) return std::nullopt;
  for (int lines = 0; lines < kMostLines; lines++) {
    std::size_t at = 0;
    while (at + 1 < points_.size() && points_[at + 1].gaming <= gaming + kSame) at++;
    const Point& low = points_[at];
    if (at + 1 == points_.size()) return low.intended;
    if (low.last) {
      const Point& high = points_[at + 1];
      const double along = (gaming - low.gaming) / (high.gaming - low.gaming);
      return low.intended + std::max(0., along) * (high.intended - low.intended);
    }
    refine(at);
  }
  ENSURE(false, "{} lines at {}", kMostLines, gaming);
}

std::optional<double> IntendedFrontier::tax(const ExactScore& score) {
  const auto possible = most(score.of(Kind::gaming));
  if (!possible) return std::nullopt;
  const double lost = *possible - score.of(Kind::intended);
  return std::abs(lost) < kSame ? 0 : lost;
}

}  // namespace pump::harness
