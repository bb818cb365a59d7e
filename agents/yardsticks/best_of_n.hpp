#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pump::agents {

// Which of the draws is kept: the one with the highest proxy return, the first drawn among equals.
// At least one draw.
std::size_t best_of(std::span<const double> proxy_returns);

// Probability that the draw kept has each level of proxy return, given those of a single draw
// (`reference`, which sums to 1); levels from the lowest return up.
std::vector<double> best_of_n_levels(std::span<const double> reference, int n);

// Upper bound of the divergence from the reference, nats.
double best_of_n_kl_bound(int n);

}  // namespace pump::agents
