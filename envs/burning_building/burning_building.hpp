#pragma once

#include "engine/environment.hpp"

namespace pump::envs {

engine::CatalogueEntry burning_building_entry();

}  // namespace pump::envs
