#pragma once

#include <tuple>
#include <vector>

#include "harness/report/report.hpp"

// What a sweep compares. Used by report.cpp only.
namespace pump::harness {

// What tells arms apart.
inline auto arm_key(const TrialResult& t) {
  return std::tie(t.objective, t.variant, t.start, t.leash, t.beta, t.overrides);
}
inline auto arm_key(const Arm& a) {
  return std::tie(a.objective, a.variant, a.start, a.leash, a.beta, a.overrides);
}

// The arms of these trials as they first come, named; those that charts draw before the others.
std::vector<Arm> find_arms(const std::vector<TrialResult>& trials);

}  // namespace pump::harness
