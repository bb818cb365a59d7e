#pragma once

#include <yaml-cpp/yaml.h>
#include <nlohmann/json.hpp>

#include "agents/config.hpp"
#include "agents/yardsticks/yardstick.hpp"

namespace pump::harness {

// Every key of the config, as read_train takes it back, into a mapping that is under way.
void emit_train(YAML::Emitter& out, const agents::TrainConfig& train);
nlohmann::json to_json(const agents::TrainConfig& train);
// Likewise, as read_yardstick does.
void emit_yardstick(YAML::Emitter& out, const agents::YardstickConfig& yardstick);

}  // namespace pump::harness
