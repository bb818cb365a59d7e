#pragma once

#include <yaml-cpp/yaml.h>

#include "agents/config.hpp"

namespace pump::harness {

// Every key of the config, as read_train takes it back, into a mapping that is under way.
void emit_train(YAML::Emitter& out, const agents::TrainConfig& train);

}  // namespace pump::harness
