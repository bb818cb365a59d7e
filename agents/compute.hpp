#pragma once

#include <string>

#include "agents/config.hpp"

namespace pump::agents {

// Why there is no such device here; empty where there is. cpu and automatic are always there.
std::string why_not(Device device);
// What that device is here: "cpu", "cuda".
std::string name_of(Device device);

}  // namespace pump::agents
