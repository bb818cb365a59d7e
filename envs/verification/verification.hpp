#pragma once

#include "engine/environment.hpp"

// Small worlds whose answers are known, to check a trainer by. None is about gaming: they are
// marked `verification`, and studies leave them out.
namespace pump::envs {

engine::CatalogueEntry cartpole_entry();
engine::CatalogueEntry acrobot_entry();
engine::CatalogueEntry identity_entry();
engine::CatalogueEntry bandit_entry();
engine::CatalogueEntry chain_entry();
engine::CatalogueEntry three_way_entry();

}  // namespace pump::envs
