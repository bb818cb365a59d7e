#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/environment.hpp"

namespace pump::engine {

// Of an outcome under a wish.
enum class Kind : std::uint8_t { intended, benign_failure, gaming, harm, other };
const char* to_string(Kind kind);

// Named weights on signals, and what each outcome means under them. Read from
// configs/wishes/ENVIRONMENT/NAME.yaml.
struct Wish {
  std::string environment, name, text;  // text: the wish as a person would say it
  std::vector<double> weights;          // one a signal of the environment
  std::vector<Kind> kinds;              // one an outcome label
  std::vector<int> exploits;            // demonstrations (indices) known to exploit it

  // Proxy reward of a step from its signals; proxy return of an episode from its record's.
  template <class T>
  double reward(std::span<const T> signals) const {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); i++)
      sum += weights[i] * static_cast<double>(signals[i]);
    return sum;
  }
};

}  // namespace pump::engine
