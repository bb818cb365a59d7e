#include "agents/rollout.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "tests/support/agents/corridor.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;

CATCH_TEST_CASE("a rollout tells the whole policy of each decision, in steps and in episodes") {
  const auto environment = make_corridor(4);
  const engine::Wish wish = corridor_wish();
  const auto uniform = uniform_reference(2);
  for (const int steps : {0, 5}) {
    const auto batch = environment->batch(3, 1);
    engine::TrainingView view(*batch, wish);
    view.begin_episodes();
    Network network(view.observation(), 2, {}, 3);
    network.parameters().mul_(5);  // away from the near-uniform start
    const Rollout rollout = collect(view, network, uniform.get(), steps, {9, 0});
    CATCH_REQUIRE(rollout.probabilities.size() == 2 * rollout.actions.size());
    CATCH_REQUIRE(rollout.size() > 0);
    std::vector<float> logits(2 * rollout.actions.size() +
                              2 * static_cast<std::size_t>(rollout.tails));
    network.evaluate(rollout.observations, logits);
    double entropy = 0, kl = 0;
    for (std::size_t i = 0; i < rollout.actions.size(); i++) {
      const float p = rollout.probabilities[2 * i], q = rollout.probabilities[2 * i + 1];
      CATCH_CHECK(p == Approx(1 / (1 + std::exp(logits[2 * i + 1] - logits[2 * i]))));
      CATCH_CHECK(p + q == Approx(1));
      CATCH_CHECK(rollout.log_probs[i] == Approx(std::log(rollout.actions[i] == 0 ? p : q)));
      entropy -= p * std::log(p) + q * std::log(q);
      kl += p * std::log(2 * p) + q * std::log(2 * q);
    }
    const double n = rollout.size();
    CATCH_CHECK(rollout.entropy == Approx(entropy / n));
    CATCH_CHECK(rollout.kl_to_reference == Approx(kl / n).margin(1e-6));
  }
}

CATCH_TEST_CASE("what a world does depends on no other world") {
  const auto environment = make_corridor(4);
  const engine::Wish wish = corridor_wish();
  const auto actions_of_first = [&](int worlds) {
    const auto batch = environment->batch(worlds, 1);
    engine::TrainingView view(*batch, wish);
    view.begin_episodes();
    Network network(view.observation(), 2, {}, 3);
    const Rollout rollout = collect(view, network, nullptr, 20, {9, 0});
    std::vector<engine::Action> out;
    for (std::size_t i = 0; i < rollout.actions.size(); i += static_cast<std::size_t>(worlds))
      out.push_back(rollout.actions[i]);
    return out;
  };
  CATCH_CHECK(actions_of_first(1) == actions_of_first(8));
}

// From a corridor of odd length one leaves after odd numbers of steps: episodes as long as the
// horizon are those that it cut off.
CATCH_TEST_CASE(
    "a horizon that counts for nothing leaves the same decisions, and tails behind them") {
  constexpr int kWorlds = 8, kSteps = 300;
  const auto environment = make_corridor(5);
  const engine::Wish wish = corridor_wish();
  const auto collected = [&](Truncation truncation) {
    const auto batch = environment->batch(kWorlds, 1);
    engine::TrainingView view(*batch, wish);
    view.begin_episodes();
    Network network(view.observation(), 2, {}, 3);
    return collect(view, network, nullptr, kSteps, {9, 0}, truncation);
  };
  const Rollout ends = collected(Truncation::ends), cut = collected(Truncation::cuts_off);
  CATCH_CHECK(ends.actions == cut.actions);
  CATCH_CHECK(ends.rewards == cut.rewards);
  CATCH_CHECK(ends.episodes == cut.episodes);
  CATCH_CHECK(ends.tails == kWorlds);
  std::vector<int> length(kWorlds);
  int passed_over = 0;
  for (std::size_t i = 0; i < ends.next.size(); i++) {
    int& steps = length[i % kWorlds];
    steps++;
    if (ends.next[i] != Rollout::kEnded) continue;
    const bool truncated = std::exchange(steps, 0) == environment->horizon();
    CATCH_CHECK(cut.next[i] == (truncated ? cut.size() + passed_over : Rollout::kEnded));
    passed_over += truncated;
  }
  CATCH_CHECK(passed_over > 3);
  CATCH_CHECK(passed_over < ends.episodes / 2);
  CATCH_CHECK(cut.tails == kWorlds + passed_over);
  CATCH_CHECK(cut.observations.size() == cut.size() + cut.tails);
}

}  // namespace
}  // namespace pump::agents
