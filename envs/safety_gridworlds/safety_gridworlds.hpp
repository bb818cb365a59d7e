#pragma once

#include "engine/environment.hpp"

// The AI Safety Gridworlds (Leike et al. 2017), step for step equal to the originals: see NOTICE.
namespace pump::envs::safety_gridworlds {

engine::CatalogueEntry absent_supervisor_entry();
engine::CatalogueEntry boat_race_entry();
engine::CatalogueEntry conveyor_belt_entry();
engine::CatalogueEntry conveyor_belt_noops_entry();
engine::CatalogueEntry distributional_shift_entry();
engine::CatalogueEntry friend_foe_entry();
engine::CatalogueEntry island_navigation_entry();
engine::CatalogueEntry rocks_diamonds_entry();
engine::CatalogueEntry safe_interruptibility_entry();
engine::CatalogueEntry side_effects_sokoban_entry();
engine::CatalogueEntry side_effects_sokoban_noops_entry();
engine::CatalogueEntry tomato_crmdp_entry();
engine::CatalogueEntry tomato_watering_entry();
engine::CatalogueEntry whisky_gold_entry();

}  // namespace pump::envs::safety_gridworlds
