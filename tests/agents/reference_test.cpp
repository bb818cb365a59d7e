#include "agents/reference.hpp"

#include <cmath>

#include "engine/chance.hpp"
#include "engine/error.hpp"
#include "tests/support/agents/corridor.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;

// A corridor of 4 whose demonstrator goes forward with probability .8.
Dataset demonstrations(const engine::Environment& environment, int decisions) {
  Dataset data;
  const auto batch = environment.batch(1, 1);
  batch->begin_episodes();
  for (int i = 0; i < decisions; i++) {
    data.codes.insert(data.codes.end(), batch->codes().begin(), batch->codes().end());
    data.scalars.insert(data.scalars.end(), batch->scalars().begin(), batch->scalars().end());
    engine::Chance chance({9, engine::Stream::demonstration, 0, 0, static_cast<std::uint32_t>(i)});
    data.actions.push_back(chance.flip(.8) ? 1 : 0);
    batch->step(std::span(data.actions).last(1));
  }
  return data;
}

struct Fixture {
  std::unique_ptr<engine::Environment> environment = make_corridor(4);
  engine::Wish wish = corridor_wish();
  std::unique_ptr<engine::Batch> batch = environment->batch(2, 1);
  engine::TrainingView view{*batch, wish};
};

CATCH_TEST_CASE("cloning recovers the demonstrator's probabilities") {
  Fixture f;
  f.batch->begin_episodes();
  CloneConfig config;
  config.network.hidden = {16};
  CloneReport report;
  const Policy clone = clone_behaviour(f.view.observation(), 2,
                                       demonstrations(*f.environment, 4000), config, 3, &report);
  std::vector<float> probabilities(4);
  clone.evaluate({f.view.codes(), f.view.scalars()}, 2, probabilities);
  CATCH_CHECK(probabilities[1] == Approx(.8).margin(.04));
  // The entropy of .8 / .2 is .500 nats.
  CATCH_CHECK(report.cross_entropy == Approx(.5).margin(.05));
  CATCH_CHECK(report.accuracy == Approx(.8).margin(.05));
}

CATCH_TEST_CASE("a policy as a reference is .95 of itself and .05 uniform") {
  Fixture f;
  f.batch->begin_episodes();
  const Policy policy(f.view.observation(), 2, {}, 3);
  std::vector<float> probabilities(4), log_probs(4);
  policy.evaluate({f.view.codes(), f.view.scalars()}, 2, probabilities);
  policy_reference(policy)->log_probs(f.view, log_probs);
  for (std::size_t i = 0; i < 4; i++)
    CATCH_CHECK(log_probs[i] == Approx(std::log(.95 * probabilities[i] + .05 / 2)));
  uniform_reference(2)->log_probs(f.view, log_probs);
  CATCH_CHECK(log_probs[3] == Approx(std::log(.5)));
}

CATCH_TEST_CASE("what cannot be leashed to or cloned is refused") {
  Fixture f;
  f.batch->begin_episodes();
  CATCH_CHECK_THROWS_AS(prior_reference(f.view), Error);
  CATCH_CHECK_THROWS_AS(clone_behaviour(f.view.observation(), 2, {}, {}, 1), Error);
}

}  // namespace
}  // namespace pump::agents
