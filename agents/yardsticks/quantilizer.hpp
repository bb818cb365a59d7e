#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/chance.hpp"

namespace pump::agents {

// How many of n draws are the top share of them: the nearest whole number, at least 1.
int draws_on_top(int n, double top_share);

// Which of the draws is kept: any of the top share by proxy return, all alike; where equals do not
// all fit, those drawn first do. At least one draw; top_share in (0, 1].
std::size_t quantilized(std::span<const double> proxy_returns, double top_share,
                        engine::Chance& chance);

// Probability that what is kept has each level of proxy return, in the limit of many draws, given
// those of a single draw (`reference`, which sums to 1); levels from the lowest return up.
std::vector<double> quantilizer_levels(std::span<const double> reference, double top_share);

// Upper bound of the divergence from the reference, nats.
double quantilizer_kl_bound(double top_share);

}  // namespace pump::agents
