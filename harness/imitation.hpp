#pragma once

#include <functional>
#include <memory>

#include <nlohmann/json.hpp>

#include "agents/reference.hpp"
#include "engine/batch.hpp"
#include "harness/trial.hpp"

// What a clone learns from.
namespace pump::harness {

// A batch of so many worlds of the trial's own kind, wrappers and all.
using MakeBatch = std::function<std::unique_ptr<engine::Batch>(int worlds, std::uint64_t seed)>;

nlohmann::json to_json(const CloneSpec& clone);

// Decisions of scripted demonstrations, noise and all. pump::Error when a demonstration is unknown.
agents::Dataset demonstrate(const CloneSpec& clone, std::uint64_t seed, const MakeBatch& worlds);

// Decisions of so many episodes that sample the environment's own prior, which it must declare.
agents::Dataset sample_prior(int episodes, std::uint64_t seed, const MakeBatch& worlds);

}  // namespace pump::harness
