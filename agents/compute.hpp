#pragma once

#include <string>

#include "agents/config.hpp"

namespace pump::agents {

// Why there is no such device here; empty where there is. cpu and automatic are always there.
std::string why_not(Device device);
// Whether a GPU trains it faster than one thread of a processor (docs/results.md, "On a GPU"): so
// do convolutions and layers of 512 units and more.
bool suits_gpu(const NetworkConfig& network);
// What it is trained on here: "cpu", "cuda".
std::string device_name(const TrainConfig& config);

}  // namespace pump::agents
