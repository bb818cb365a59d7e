#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "engine/environment.hpp"
#include "harness/exact/graph.hpp"

// What the commands that go through a whole world ask alike.
namespace pump::app {

struct World {
  std::string environment;
  std::vector<std::string> assignments;
  harness::GraphLimits limits;
  std::unique_ptr<engine::Environment> make() const;
};

void add_world(CLI::App& command, World& world);  // ENV, --set, --states, --memory
void add_limits(CLI::App& command, harness::GraphLimits& limits);
void add_betas(CLI::App& command, std::vector<double>& betas);

}  // namespace pump::app
