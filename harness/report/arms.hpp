#pragma once

#include <tuple>
#include <vector>

#include "harness/report/report.hpp"

// What a sweep compares. Used by the report alone.
namespace pump::harness {

// What tells arms apart.
inline auto arm_key(const TrialResult& t) {
  return std::tie(t.objective, t.variant, t.start, t.leash, t.beta, t.overrides);
}
inline auto arm_key(const Arm& a) {
  return std::tie(a.objective, a.variant, a.start, a.leash, a.beta, a.overrides);
}

inline bool same_but_beta(const Arm& a, const Arm& b) {
  return std::tie(a.objective, a.variant, a.start, a.leash, a.overrides) ==
         std::tie(b.objective, b.variant, b.start, b.leash, b.overrides);
}
// For several arms that are the same but beta.
std::string name_of_any_beta(const Arm& arm);

// The arms of these trials as they first come, named; those that charts draw before the others.
std::vector<Arm> find_arms(const std::vector<TrialResult>& trials);

}  // namespace pump::harness
