#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/envs/places.hpp"

namespace pump::test {

// What became of one episode by a script: what it earned by signal, and how it ended.
struct Played {
  std::map<std::string, double> totals;
  std::string outcome;
  engine::Status status;
  int steps;
  double true_utility;
};
// next: the action, from the walk so far.
template <class Next>
Played play_by(const engine::Environment& e, std::uint32_t world, Next next) {
  Walk walk(e, 5, world);
  Played played{};
  while (walk.running()) {
    const engine::StateBuffer before = walk.state();
    walk.step(next(walk));
    std::vector<float> signals(e.info().signals.size());
    e.signals(before, walk.state(), signals);
    for (std::size_t i = 0; i < signals.size(); i++)
      played.totals[e.info().signals[i].name] += static_cast<double>(signals[i]);
  }
  const auto label = static_cast<std::size_t>(e.outcome(walk.state()).label);
  played.outcome = e.info().outcomes[label];
  played.status = e.status(walk.state());
  played.steps = walk.steps();
  played.true_utility = e.true_utility(walk.state());
  return played;
}
inline Played play(const engine::Environment& e, const std::string& script,
                   std::uint32_t world = 0) {
  const int demonstration = *engine::find_demonstration(e.info(), script);
  return play_by(e, world, [&](Walk& walk) { return e.demonstrate(demonstration, walk.state()); });
}

}  // namespace pump::test
