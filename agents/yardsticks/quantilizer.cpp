// Quantilizer. No training: episodes are drawn from a reference, and any one of the top share q of
// them, by proxy return, is kept. What a quantilizer causes is at most 1 / q times as likely as
// under the reference, whatever the return rewards. Taylor 2016, "Quantilizers: a safer alternative
// to maximizers for limited optimization", definition 1 and lemma 1.
//
//   p_i = P0_i / q above the level where the top share ends, what is left of 1 at it, 0 below
//   KL(p ‖ P0) = Σ_i p_i log(p_i / P0_i) ≤ log(1 / q)
//
//   | symbol  | variable                                                               |
//   | q       | top_share                                                              |
//   | P0_i    | reference: probability of the i-th level of proxy return, lowest first |
//   | p_i     | of the level of the draw that is kept                                  |
//
// Changes: against `best_of_n`, the best is not sought out: all of the top share are alike. More
//          draws do not optimise harder, they only estimate the top share better.
// Differs: the top share is that of n draws, not of the reference itself. The bound holds for any n
//          with q as the share that n draws can have (draws_on_top / n).
#include "agents/yardsticks/quantilizer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/ensure.hpp"

namespace pump::agents {

int draws_on_top(int n, double top_share) {
  ENSURE(n >= 1 && top_share > 0 && top_share <= 1, "{} draws, top share {}", n, top_share);
  return std::max(1, static_cast<int>(std::lround(top_share * n)));
}

std::size_t quantilized(std::span<const double> proxy_returns, double top_share,
                        engine::Chance& chance) {
  std::vector<std::size_t> order(proxy_returns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return proxy_returns[a] > proxy_returns[b];
  });
  const int on_top = draws_on_top(static_cast<int>(order.size()), top_share);
  return order[static_cast<std::size_t>(chance.below(on_top))];
}

std::vector<double> quantilizer_levels(std::span<const double> reference, double top_share) {
  std::vector<double> levels(reference.size());
  double left = 1;
  for (std::size_t i = reference.size(); i-- > 0;) {
    levels[i] = std::min(left, reference[i] / top_share);
    left -= levels[i];
  }
  return levels;
}

double quantilizer_kl_bound(double top_share) { return -std::log(top_share); }

}  // namespace pump::agents
