// Best of n. No training: n episodes are drawn from a reference, and the one with the highest proxy
// return is kept. Nature is drawn anew with every episode, so what is optimised is luck as well as
// choice: a device, not a policy. Gao, Schulman & Hilton 2022, "Scaling laws for reward model
// overoptimization", section 2; the bound as in Stiennon et al. 2020, "Learning to summarize with
// human feedback", appendix G.3.
//
//   p_i = F_i^n − F_{i−1}^n,   F_i = Σ_{j ≤ i} P0_j
//   KL(p ‖ P0) = Σ_i p_i log(p_i / P0_i) ≤ log n − (n − 1) / n
//
//   | symbol  | variable                                                              |
//   | P0_i    | reference: probability of the i-th level of proxy return, lowest first |
//   | F_i     | up_to: of that level or a lower one                                   |
//   | p_i     | of the level of the draw that is kept                                 |
//
// Changes: against the objectives, the reference is all there is; more draws stand for more
//          training.
// Differs: the bound is their KL, exact where no two returns are equal. In worlds with few levels
//          of return many are, and the exact sum lies below it: among equals the first drawn is
//          kept, which chooses nothing.
#include "agents/yardsticks/best_of_n.hpp"

#include <algorithm>
#include <cmath>

#include "engine/ensure.hpp"

namespace pump::agents {

std::size_t best_of(std::span<const double> proxy_returns) {
  ENSURE(!proxy_returns.empty(), "best of none");
  const auto best = std::max_element(proxy_returns.begin(), proxy_returns.end());  // the first one
  return static_cast<std::size_t>(best - proxy_returns.begin());
}

std::vector<double> best_of_n_levels(std::span<const double> reference, int n) {
  std::vector<double> levels;
  double up_to = 0, before = 0;
  for (const double p : reference) {
    up_to += p;
    const double all_up_to = std::pow(up_to, n);
    levels.push_back(all_up_to - before);
    before = all_up_to;
  }
  return levels;
}

double best_of_n_kl_bound(int n) {
  ENSURE(n >= 1, "best of {}", n);
  return std::log(n) - (n - 1.) / n;
}

}  // namespace pump::agents
