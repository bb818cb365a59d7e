#include "agents/outcome_ratio.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tests/support/agents/corridor_training.hpp"
#include "tests/support/catch.hpp"

using namespace pump::agents;
using namespace pump;

namespace {

constexpr engine::OutcomeCode kHome = 7, kSpoilt = 8, kNever = 9;

EndCounts counts(double home, double spoilt, double home_successes = 0,
                 double spoilt_successes = 0) {
  EndCounts out;
  if (home > 0) out.of[kHome] = {home, home_successes};
  if (spoilt > 0) out.of[kSpoilt] = {spoilt, spoilt_successes};
  out.episodes = home + spoilt;
  out.successes = home_successes + spoilt_successes;
  return out;
}

// Three episodes, side by side: of 2 decisions, of 1, of 2; their returns are 1, 0 and 3.
Rollout three_episodes() {
  Rollout rollout;
  rollout.next = {3, Rollout::kEnded, 4, Rollout::kEnded, Rollout::kEnded};
  rollout.rewards = {0, 0, 1, 1, 2};
  rollout.episodes = 3;
  rollout.endings = {{1, kSpoilt}, {3, kHome}, {4, kSpoilt}};
  return rollout;
}

// What the gradient of − KL(P_policy || P_ref), in the logit of the first of two outcomes, is off
// by in the mean, where the policy's share p of it is estimated from n episodes.
double bias(double p, int n) {
  const EndCounts reference = counts(.3e12, .7e12);
  double first = 0, second = 0;
  for (int k = 0; k <= n; k++) {
    const double log_weight = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                              k * std::log(p) + (n - k) * std::log(1 - p);
    const EndCounts seen = counts(k, n - k);
    first += std::exp(log_weight) * log_ratio(seen, reference, kHome, false);
    second += std::exp(log_weight) * log_ratio(seen, reference, kSpoilt, false);
  }
  const double exact = std::log(p / .3) - std::log((1 - p) / .7);
  return -p * (1 - p) * (first - second - exact);
}

}  // namespace

CATCH_TEST_CASE("shares of ends are smoothed by half an episode each") {
  const EndCounts policy = counts(3, 0), reference = counts(90, 10);
  // Two outcomes are known: (3 + 1/2) / (3 + 1) against (90 + 1/2) / (100 + 1), and so on.
  CATCH_CHECK(log_ratio(policy, reference, kHome, false) ==
              Approx(std::log(3.5 / 4 / (90.5 / 101))));
  CATCH_CHECK(log_ratio(policy, reference, kSpoilt, false) ==
              Approx(std::log(.5 / 4 / (10.5 / 101))));
  CATCH_CHECK(ends_kl(policy, reference, false) ==
              Approx(3.5 / 4 * std::log(3.5 / 4 / (90.5 / 101)) +
                     .5 / 4 * std::log(.5 / 4 / (10.5 / 101))));
  // A third one, that nobody has met, joins them.
  CATCH_CHECK(log_ratio(policy, reference, kNever, false) ==
              Approx(std::log(.5 / 4.5 / (.5 / 101.5))));
  CATCH_CHECK(ends_kl(reference, reference, false) == Approx(0).margin(1e-12));
}

CATCH_TEST_CASE("what a reference never did costs about the logarithm of its episodes") {
  const EndCounts policy = counts(0, 256);
  for (const double n : {100., 10'000., 1e6}) {
    const double cost = log_ratio(policy, counts(n, 0), kSpoilt, false);
    CATCH_CHECK(cost == Approx(std::log(2 * n)).margin(.02));
  }
}

CATCH_TEST_CASE("given success only successes are counted") {
  const EndCounts policy = counts(10, 10, 10, 2), reference = counts(50, 50, 40, 0);
  CATCH_CHECK(log_ratio(policy, reference, kHome, true) ==
              Approx(std::log(10.5 / 13 / (40.5 / 41))));
  CATCH_CHECK(log_ratio(policy, reference, kSpoilt, true) ==
              Approx(std::log(2.5 / 13 / (.5 / 41))));
  CATCH_CHECK(ends_kl(policy, reference, true) ==
              Approx(.6 * (10.5 / 13 * std::log(10.5 / 13 / (40.5 / 41)) +
                           2.5 / 13 * std::log(2.5 / 13 / (.5 / 41)))));
}

CATCH_TEST_CASE("ends are counted with their episodes' returns, and the last decision pays") {
  TrainConfig config;
  config.objective = "ppo_outcome";
  config.rollout_steps = 0;
  CorridorTraining training(config, 1, 1);
  const EndCounts seen = count_ends(three_episodes(), 1);
  CATCH_CHECK(seen.episodes == 3);
  CATCH_CHECK(seen.successes == 2);
  CATCH_CHECK(seen.of.at(kHome).all == 1);
  CATCH_CHECK(seen.of.at(kSpoilt).all == 2);
  CATCH_CHECK(seen.of.at(kSpoilt).successes == 1);

  for (const bool given_success : {false, true}) {
    config.outcome_given_success = given_success;
    Policy policy(training.view.observation(), 2, config.network, 1);
    OutcomeRatio ratio(config, training.other_view, *training.leash, policy.network(), 1, 1);
    ratio.adopt(seen);
    Rollout rollout = three_episodes();
    ratio.charge(rollout, .5);
    const auto charged = [&](engine::OutcomeCode outcome, double reward) {
      return Approx(reward - .5 * log_ratio(seen, ratio.reference(), outcome, given_success));
    };
    CATCH_CHECK(rollout.rewards[0] == 0);
    CATCH_CHECK(rollout.rewards[2] == 1);
    CATCH_CHECK(rollout.rewards[3] == charged(kHome, 1));
    CATCH_CHECK(rollout.rewards[4] == charged(kSpoilt, 2));
    if (given_success)
      CATCH_CHECK(rollout.rewards[1] == 0);  // it failed
    else
      CATCH_CHECK(rollout.rewards[1] == charged(kSpoilt, 0));
  }
}

// Half an episode a share takes the first-order bias, 1 / 2np, away but for a part that all
// outcomes share and no gradient sees.
CATCH_TEST_CASE("the gradient is right with exact shares, and its bias shrinks with the episodes") {
  for (const double p : {.02, .1, .3}) {
    const EndCounts reference = counts(.3e12, .7e12), exact = counts(p * 1e12, (1 - p) * 1e12);
    CATCH_CHECK(log_ratio(exact, reference, kHome, false) == Approx(std::log(p / .3)));
    double before = std::abs(bias(p, 16));
    for (const int n : {64, 256, 1024}) {
      const double now = std::abs(bias(p, n));
      CATCH_CHECK(now < before / 2);
      before = now;
    }
  }
}

// Prints docs/results.md's table.
CATCH_TEST_CASE("the bias of the outcome gradient, measured", "[.bias]") {
  fmt::print("| share | N = 16 | 64 | 256 | 1,024 |\n|---|---|---|---|---|\n");
  for (const double p : {.02, .1, .3}) {
    fmt::print("| {}", p);
    for (const int n : {16, 64, 256, 1024}) fmt::print(" | {:.1e}", bias(p, n));
    fmt::print(" |\n");
  }
}

CATCH_TEST_CASE("a trust region takes back what changes outcomes too much") {
  TrainConfig config = small_config("ppo_outcome");
  config.outcome_max_kl = 1e-12;
  CorridorTraining bound(config, 3, 4);
  config.outcome_max_kl = 0;
  CorridorTraining free(config, 3, 4);
  const auto before = bound.trainer.policy().save();
  const Metrics metrics = bound.trainer.update();
  CATCH_CHECK(metrics.at("taken_back") == 1);
  CATCH_CHECK(metrics.at("outcome_change") > 1e-12);
  CATCH_CHECK((bound.trainer.policy().save() == before));
  CATCH_CHECK(free.trainer.update().at("taken_back") == 0);
  CATCH_CHECK((free.trainer.policy().save() != before));
}

// A corridor of one cell: the end is the arm, so that outcomes cost what actions do, and the
// optimum is where ppo_kl's is. The price here: a nat of reward.
CATCH_TEST_CASE("a bandit leashed by its outcomes ends at the soft optimum") {
  TrainConfig config = small_config("ppo_outcome");
  config.worlds = 256;
  config.ent_coef = 0;
  config.normalise_advantages = false;
  CorridorTraining training(config, 1, 2, 0, 1);
  training.train(120'000);
  CATCH_CHECK(training.forward() == Approx(std::exp(1) / (1 + std::exp(1))).margin(.03));
  const auto shares = training.trainer.outcome_shares();
  CATCH_REQUIRE(shares.size() == 2);
  CATCH_CHECK(shares[0].policy + shares[1].policy == 256);
  CATCH_CHECK(shares[0].reference + shares[1].reference == 10'000);
}
