#include "envs/catalogue.hpp"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "engine/parameters.hpp"
#include "envs/burning_building/burning_building.hpp"
#include "envs/incidents/incidents.hpp"
#include "envs/safety_gridworlds/safety_gridworlds.hpp"
#include "envs/verification/verification.hpp"

namespace pump::envs {

std::span<const engine::CatalogueEntry> catalogue() {
  static const std::array entries = {
      burning_building_entry(),
      burning_building_pump_entry(),
      incidents::coast_runners_entry(),
      incidents::lego_flip_entry(),
      incidents::tall_fall_entry(),
      incidents::tetris_pause_entry(),
      incidents::unit_test_entry(),
      safety_gridworlds::absent_supervisor_entry(),
      safety_gridworlds::boat_race_entry(),
      safety_gridworlds::conveyor_belt_entry(),
      safety_gridworlds::conveyor_belt_noops_entry(),
      safety_gridworlds::distributional_shift_entry(),
      safety_gridworlds::friend_foe_entry(),
      safety_gridworlds::island_navigation_entry(),
      safety_gridworlds::rocks_diamonds_entry(),
      safety_gridworlds::safe_interruptibility_entry(),
      safety_gridworlds::side_effects_sokoban_entry(),
      safety_gridworlds::side_effects_sokoban_noops_entry(),
      safety_gridworlds::tomato_crmdp_entry(),
      safety_gridworlds::tomato_watering_entry(),
      safety_gridworlds::whisky_gold_entry(),
      cartpole_entry(),
      acrobot_entry(),
      identity_entry(),
      bandit_entry(),
      chain_entry(),
      three_way_entry(),
  };
  return entries;
}

const engine::CatalogueEntry& find(std::string_view name) {
  std::vector<std::string> names;
  for (const engine::CatalogueEntry& entry : catalogue()) {
    if (entry.info().name == name) return entry;
    names.push_back(entry.info().name);
  }
  const std::string near = engine::nearest_name(name, names);
  throw Error(fmt::format("environment: expected a name of the catalogue, got \"{}\"{}", name,
                          near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
}

}  // namespace pump::envs
