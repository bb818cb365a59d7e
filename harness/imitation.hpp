#pragma once

#include "agents/reference.hpp"
#include "engine/batch.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

// Decisions of scripted demonstrations, noise and all: what a clone learns from. `worlds` makes a
// batch of so many worlds. pump::Error when a demonstration is unknown.
agents::Dataset demonstrate(
    const CloneSpec& clone, std::uint64_t seed,
    const std::function<std::unique_ptr<engine::Batch>(int worlds, std::uint64_t seed)>& worlds);

}  // namespace pump::harness
