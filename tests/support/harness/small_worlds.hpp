#pragma once

#include <optional>

#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/exact/graph.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"

namespace pump::test {

inline constexpr std::uint64_t kSmall = 30'000;  // states

// Of the catalogue at its defaults, those that can be gone through: small(graph, wish).
template <class Small>
int each_small_world(Small&& small, std::uint64_t states = kSmall) {
  int count = 0;
  for (const engine::CatalogueEntry& entry : envs::catalogue()) {
    const auto environment = entry.make(engine::Parameters(entry.info().parameters));
    std::optional<harness::Graph> graph;
    try {
      graph.emplace(*environment, harness::GraphLimits{states});
    } catch (const Error&) {
      continue;
    }
    count++;
    CATCH_INFO(entry.info().name);
    small(*graph, harness::load_wish(entry.info(), harness::wish_names(entry.info().name).front()));
  }
  return count;
}

}  // namespace pump::test
