#pragma once

#include <memory>

#include "engine/batch.hpp"

namespace pump::engine {

// Ways to make a batch harder or coarser without touching its environment. Each draws from a stream
// of its own, so that wrapping does not change the worlds' chance. They nest; the outermost is what
// the agent acts on.

// With probability p, a world repeats the action it executed last instead of the one chosen
// (Machado et al. 2018, "sticky actions", section 5). The first step of an episode is never sticky.
std::unique_ptr<Batch> sticky_actions(std::unique_ptr<Batch> inner, double p, std::uint64_t seed);

// Each cell code is, with probability p, shown as another code of its layer, uniformly.
std::unique_ptr<Batch> observation_noise(std::unique_ptr<Batch> inner, double p,
                                         std::uint64_t seed);

// Every chosen action is executed `repeat` times, or until the episode ends; signals are summed.
std::unique_ptr<Batch> coarse_actions(std::unique_ptr<Batch> inner, int repeat);

}  // namespace pump::engine
