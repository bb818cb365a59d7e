#pragma once

#include "engine/environment.hpp"

namespace pump::envs {

engine::CatalogueEntry burning_building_entry();
engine::CatalogueEntry burning_building_pump_entry();  // pump mode

}  // namespace pump::envs
