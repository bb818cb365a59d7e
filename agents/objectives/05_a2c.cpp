// Advantage actor-critic, synchronous. Mnih et al. 2016, "Asynchronous methods for deep
// reinforcement learning", algorithm S3 and section 4 (entropy); advantages by Schulman et al.
// 2016, eq. 16, of which the n-step return is the case λ = 1.
//
//   L = −E[ log π(a_t | s_t) A_t ] − c_H E[ H(π(· | s_t)) ] + c_V E[ ½ (V(s_t) − R_t)² ]
//
//   | symbol            | variable                             |
//   | log π(a_t | s_t)  | log_probs                            |
//   | A_t               | advantages                           |
//   | c_H, c_V          | ent_coef, vf_coef (trainer.cpp)      |
//
// Changes: against `reinforce_baseline`, the learned value also stands in for the end of a cut-off
//          return, so that a step needs a few decisions and not whole episodes; an entropy bonus.
// Differs: workers step together (as the authors' later synchronous version does), one optimiser.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

Objective a2c() { return {.name = "a2c", .surrogate = log_likelihood_surrogate}; }

}  // namespace pump::agents
