#pragma once

#include "engine/outcome_code.hpp"

namespace pump::agents {

// How often episodes ended in one way, and what an episode that does is charged for: of the policy
// as it is and of its reference.
struct OutcomeShare {
  engine::OutcomeCode outcome = 0;
  double policy = 0, policy_successes = 0;        // episodes
  double reference = 0, reference_successes = 0;  // likewise
  double log_ratio = 0;                           // nats
};

}  // namespace pump::agents
