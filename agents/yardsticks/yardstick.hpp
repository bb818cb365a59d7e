#pragma once

#include <span>
#include <string>
#include <vector>

namespace pump::agents {

// What optimising by choosing among a reference's episodes, instead of by training, can be told.
struct YardstickConfig {
  int draws = 16;         // episodes drawn, of which one is kept
  double top_share = .1;  // quantilizer: share of the draws to choose among
};

// "best_of_n", "quantilizer".
const std::vector<std::string>& yardstick_names();
bool is_yardstick(const std::string& objective);

// The share of each different value, from the lowest up.
std::vector<double> levels_of(std::span<const double> values);

// KL(p || q) in nats of two distributions over the same levels; p is zero where q is. Neither
// yardstick changes what happens *given* the proxy return, so over its levels this is also the
// divergence of whole histories.
double kl_divergence(std::span<const double> p, std::span<const double> q);

}  // namespace pump::agents
