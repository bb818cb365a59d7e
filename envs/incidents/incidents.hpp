#pragma once

#include "engine/environment.hpp"

// Incidents that were seen elsewhere, each in a world of its own.
namespace pump::envs::incidents {

engine::CatalogueEntry coast_runners_entry();
engine::CatalogueEntry lego_flip_entry();
engine::CatalogueEntry tall_fall_entry();
engine::CatalogueEntry tetris_pause_entry();
engine::CatalogueEntry unit_test_entry();

}  // namespace pump::envs::incidents
