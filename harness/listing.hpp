#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/environment.hpp"

// What there is to choose from.
namespace pump::harness {

// All environments, or the one named: wishes, parameters, signals, actions, outcomes, facts,
// demonstrations; verification environments are marked. pump::Error with the nearest known name.
std::string list_text(const std::string& environment = "");
nlohmann::json list_json(const std::string& environment = "");

// Parameters from "name=value" of the command line; the others at their default. pump::Error.
engine::Parameters read_assignments(const engine::EnvironmentInfo& info,
                                    const std::vector<std::string>& assignments);

}  // namespace pump::harness
