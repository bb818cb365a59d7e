#include "agents/occupancy.hpp"

#include <cmath>
#include <map>

#include "agents/trainer.hpp"
#include "tests/support/agents/corridor.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;

constexpr int kLength = 3;
constexpr double kGamma = .9;

// Exact normalised discounted occupancy of every (cell, steps) of the corridor under a policy that
// goes forward with probability `forward`, and of its end.
struct Exact {
  explicit Exact(double forward) {
    std::map<int, double> here = {{0, 1}};
    for (int t = 0; t < 4 * kLength; t++) {
      std::map<int, double> next;
      for (const auto& [cell, share] : here) {
        states[{cell, t}] = (1 - kGamma) * std::pow(kGamma, t) * share;
        if (cell + 1 < kLength) next[cell + 1] += share * forward;
        if (cell > 0) next[cell - 1] += share * (1 - forward);
      }
      here = next;
    }
    double sum = 0;
    for (const auto& [state, share] : states) sum += share;
    ended = 1 - sum;
  }
  std::map<std::pair<int, int>, double> states;
  double ended;
};

// A reference that always goes forward with the same probability.
class Steady final : public Reference {
 public:
  explicit Steady(double forward) : forward_(forward) {}
  void log_probs(const engine::TrainingView& view, std::span<float> out) const override {
    for (std::size_t i = 0; i < static_cast<std::size_t>(view.worlds()); i++) {
      out[2 * i] = static_cast<float>(std::log(1 - forward_));
      out[2 * i + 1] = static_cast<float>(std::log(forward_));
    }
  }

 private:
  double forward_;
};

TrainConfig config_of(bool tabular) {
  TrainConfig config;
  config.objective = "ppo_occupancy";
  config.rollout_steps = 0;
  config.worlds = 4096;
  config.network.hidden = {32, 32};
  config.occupancy_gamma = kGamma;
  config.occupancy_tabular = tabular;
  config.occupancy_epochs = 200;
  config.occupancy_learning_rate = 1e-2;
  return config;
}

// Decisions of a fresh (uniform) policy and its ratios against a reference that mostly goes on.
struct Fixture {
  explicit Fixture(bool tabular)
      : config(config_of(tabular)),
        environment(make_corridor(kLength)),
        batch(environment->batch(config.worlds, 3)),
        other(environment->batch(config.worlds, 4)),
        wish(corridor_wish()),
        view(*batch, wish),
        reference_view(*other, wish),
        policy(view.observation(), 2, config.network, 3) {
    OccupancyRatio ratio(config, reference_view, reference, policy.network(), 5);
    rollout = collect(view, policy.network(), &reference, 0, {3, 0});
    visits = visits_of(rollout.observations, rollout.next, kGamma);
    ratios = ratio.estimate(visits, rollout.episodes, policy.network(), 0);
  }
  TrainConfig config;
  std::unique_ptr<engine::Environment> environment;
  std::unique_ptr<engine::Batch> batch, other;
  engine::Wish wish;
  engine::TrainingView view, reference_view;
  Policy policy;
  Steady reference{.7};
  Rollout rollout;
  Visits visits;
  OccupancyRatios ratios;
};

// (cell, steps) of each decision, by walking its episode.
std::vector<std::pair<int, int>> places(const Rollout& rollout) {
  std::vector<std::pair<int, int>> out(static_cast<std::size_t>(rollout.size()), {0, 0});
  for (std::size_t i = 0; i < out.size(); i++)
    if (rollout.next[i] >= 0)
      out[static_cast<std::size_t>(rollout.next[i])] = {
          out[i].first + (rollout.actions[i] == 1 ? 1 : -1), out[i].second + 1};
  return out;
}

void check_against_exact(const Fixture& fixture, double tolerance) {
  const Exact policy(.5), reference(.7);
  const auto where = places(fixture.rollout);
  int checked = 0;
  for (std::size_t i = 0; i < where.size(); i++) {
    const double share = policy.states.at(where[i]);
    if (share < .01 || reference.states.at(where[i]) < .001) continue;
    checked++;
    const double exact = std::log(share / reference.states.at(where[i]));
    CATCH_INFO("cell " << where[i].first << " after " << where[i].second);
    CATCH_REQUIRE(fixture.ratios.states[i] == Approx(exact).margin(tolerance));
  }
  CATCH_CHECK(checked > 1000);
  CATCH_CHECK(fixture.ratios.ended ==
              Approx(std::log(policy.ended / reference.ended)).margin(tolerance));
}

CATCH_TEST_CASE("occupancies are shares of one distribution, the end among them") {
  // Two episodes, of two decisions and of one.
  SparseObservations states;
  const Visits visits = visits_of(states, std::vector<std::int32_t>{2, -1, -1}, .5);
  CATCH_CHECK(visits.occupancy == std::vector<double>{.25, .25, .125});
  CATCH_CHECK(visits.ended == Approx((.5 + .25) / 2));
  CATCH_CHECK(.25 + .25 + .125 + visits.ended == Approx(1));
}

CATCH_TEST_CASE("tabular ratios are within .1 of the exact ones where 1 % of the time is spent") {
  check_against_exact(Fixture(true), .1);
}

CATCH_TEST_CASE("a classifier comes to the same ratios, nearly") {
  check_against_exact(Fixture(false), .25);
}

CATCH_TEST_CASE("where a policy goes is charged to its rewards, and the end for ever after") {
  Rollout rollout;
  rollout.next = {1, -1};
  rollout.rewards = {0, 10};
  rollout.log_probs = {-1, -1};
  rollout.ref_log_probs = {-3, -1};
  TrainConfig config;
  config.gamma = 1;
  config.occupancy_gamma = .5;
  const OccupancyRatios ratios{{2, 3}, -1};
  const auto charged = [&](TrainConfig with) {
    Rollout copy = rollout;
    charge_for_occupancy(copy, ratios, .1, with);
    return copy.rewards;
  };
  // -.1 * 2;  10 - .1 (.5 * 3 + .25 / (1 - .5) * -1).
  CATCH_CHECK(charged(config)[0] == Approx(-.2));
  CATCH_CHECK(charged(config)[1] == Approx(10 - .1 * (1.5 - .5)));
  config.gamma = .5;  // the return's own discount is not charged twice
  CATCH_CHECK(charged(config)[1] == Approx(10 - .1 * (3 - 1)));
  config.occupancy_divergence = Divergence::chi2;
  CATCH_CHECK(charged(config)[0] == Approx(-.1 * std::exp(2)));
  config.occupancy_divergence = Divergence::kl;
  config.occupancy_of = OccupancyOf::state_action;
  CATCH_CHECK(charged(config)[0] == Approx(-.1 * (2 + 2)));
}

}  // namespace
}  // namespace pump::agents
