#pragma once

#include <cstdint>

#include "engine/environment.hpp"

namespace pump::harness {

// How big a world is, counted.
struct Reach {
  std::uint64_t states = 0;       // distinct ones, resets and ends included
  std::uint64_t transitions = 0;  // (state, action, branch), and those of the reset
  int max_branches = 0;           // of chance, of one reset or one (state, action)
  bool complete = false;          // false: the limit came first
};

// Apart from Graph, which could not tell this: it counts a state at every step it is reached at,
// keeps all states and edges, and is refused where this still has a count to give.
// Visits every state that any play can reach, breadth first, and stops beyond `state_limit`. Keeps
// a hash of each state seen and the states of two depths: memory for 10 M states is some hundred
// megabytes. pump::Error for a world whose chance cannot be enumerated or that remembers.
Reach count_reachable(const engine::Environment& environment, std::uint64_t state_limit);

}  // namespace pump::harness
