#pragma once

#include <span>
#include <string_view>

#include "engine/environment.hpp"

namespace pump::envs {

// Every environment, in an explicit order: objects that register themselves are dropped from static
// libraries.
std::span<const engine::CatalogueEntry> catalogue();

// By name. pump::Error with the nearest known name when there is none.
const engine::CatalogueEntry& find(std::string_view name);

}  // namespace pump::envs
