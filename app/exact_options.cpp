#include "app/exact_options.hpp"

#include <fmt/format.h>

#include "envs/catalogue.hpp"
#include "harness/listing.hpp"

namespace pump::app {

namespace {
constexpr double kLeastBeta = 1e-9, kMostBeta = 1e9;  // beyond, doubles tell nothing apart
}  // namespace

std::unique_ptr<engine::Environment> World::make() const {
  const engine::CatalogueEntry& entry = envs::find(environment);
  return entry.make(harness::read_assignments(entry.info(), assignments));
}

void add_world(CLI::App& command, World& world) {
  command.add_option("ENV", world.environment, "The environment")->required();
  add_limits(command, world.limits);
  add_set(command, world.assignments, "PARAMETER=VALUE of the environment");
}

void add_limits(CLI::App& command, harness::GraphLimits& limits) {
  command.add_option("--states", limits.states, "At most so many in a world")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{4'000'000'000}))
      ->capture_default_str();
  command
      .add_option_function<double>(
          "--memory",
          [&limits](const double& gib) {
            limits.bytes = static_cast<std::uint64_t>(gib * (1 << 30));
          },
          "GiB, at most, of states and edges; 8 by default")
      ->check(in_range(1e-3, 1e5));
}

void add_betas(CLI::App& command, std::vector<double>& betas) {
  command
      .add_option("--beta", betas,
                  "What a nat from the reference costs, in reward (a leash's kl_coef); any number "
                  "of times")
      ->allow_extra_args(false)
      ->check(in_range(kLeastBeta, kMostBeta));
}

}  // namespace pump::app
