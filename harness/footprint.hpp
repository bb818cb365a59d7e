#pragma once

#include <memory>

#include "agents/policy.hpp"
#include "engine/batch.hpp"
#include "engine/snapshot.hpp"
#include "harness/evaluate.hpp"

namespace pump::harness {

// Plays one episode in each of a fresh batch's worlds, and notes at every step where the agent is
// (Scene::agent), what it does there and, given a policy, what it expects. Actions called up, down,
// left and right have arrows.
std::shared_ptr<const engine::Footprint> take_footprint(engine::Batch& batch, Player& player,
                                                        const agents::Policy* policy);

}  // namespace pump::harness
