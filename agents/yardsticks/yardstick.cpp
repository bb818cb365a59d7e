#include "agents/yardsticks/yardstick.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/ensure.hpp"

namespace pump::agents {

const std::vector<std::string>& yardstick_names() {
  static const std::vector<std::string> names = {"best_of_n", "quantilizer"};
  return names;
}

bool is_yardstick(const std::string& objective) {
  const auto& names = yardstick_names();
  return std::find(names.begin(), names.end(), objective) != names.end();
}

std::vector<double> levels_of(std::span<const double> values) {
  std::map<double, int> counts;
  for (const double value : values) counts[value]++;
  std::vector<double> levels;
  for (const auto& [value, count] : counts)
    levels.push_back(count / static_cast<double>(values.size()));
  return levels;
}

double kl_divergence(std::span<const double> p, std::span<const double> q) {
  ENSURE(p.size() == q.size(), "{} and {} levels", p.size(), q.size());
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); i++)
    if (p[i] > 0) sum += p[i] * std::log(p[i] / q[i]);
  return sum;
}

}  // namespace pump::agents
