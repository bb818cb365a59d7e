#include "agents/outcome_ratio.hpp"

#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "tests/support/agents/corridor_training.hpp"
#include "tests/support/catch.hpp"

using namespace pump::agents;
using namespace pump;
using Catch::Approx;

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

// Mean of log((k + 1/2) / (n + 1)), k of n episodes having ended in a way of probability p: how its
// share is estimated where two ways are known.
double mean_log_share(double p, int n) {
  double sum = 0;
  for (int k = 0; k <= n; k++)
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(p) + (n - k) * std::log(1 - p)) *
           std::log((k + .5) / (n + 1));
  return sum;
}

// Nats that a policy which is its reference is charged for such an end, in the mean.
double overcharge(double p, int n, int n_reference) {
  return mean_log_share(p, n) - mean_log_share(p, n_reference);
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

CATCH_TEST_CASE("what happens less than once in the counted episodes is charged too much") {
  // A policy that is its reference should pay nothing.
  CATCH_CHECK(overcharge(.3, 256, 10'000) == Approx(0).margin(.01));
  CATCH_CHECK(overcharge(1e-4, 256, 10'000) > 1);
  CATCH_CHECK(overcharge(1e-4, 1024, 10'000) < overcharge(1e-4, 256, 10'000));
  CATCH_CHECK(overcharge(1e-4, 10'000, 10'000) == Approx(0).margin(.01));
}

// Prints docs/results.md's tables.
CATCH_TEST_CASE("the bias of the outcome gradient, measured", "[.bias]") {
  fmt::print("| share | N = 16 | 64 | 256 | 1,024 |\n|---|---|---|---|---|\n");
  for (const double p : {.02, .1, .3}) {
    fmt::print("| {}", p);
    for (const int n : {16, 64, 256, 1024}) fmt::print(" | {:.1e}", bias(p, n));
    fmt::print(" |\n");
  }
  fmt::print("\n| share | N = 64 | 256 | 1,024 | 4,096 |\n|---|---|---|---|---|\n");
  for (const double p : {1e-1, 1e-2, 1e-3, 1e-4, 1e-5}) {
    fmt::print("| {}", p);
    for (const int n : {64, 256, 1024, 4096}) fmt::print(" | {:.2f}", overcharge(p, n, 10'000));
    fmt::print(" |\n");
  }
}

// Cells that only the new policy reaches come into the vocabulary while its ends are counted.
CATCH_TEST_CASE("a trust region halves a step that changes outcomes too much, or takes it back") {
  TrainConfig config = small_config("ppo_outcome");
  config.learning_rate = .05;
  config.outcome_reference_episodes = 1;
  const auto first_update = [&](double most) {
    config.outcome_max_kl = most;
    CorridorTraining training(config, 8, 4);
    const auto before = training.trainer.policy().save();
    const Metrics metrics = training.trainer.update();
    return std::tuple(metrics.at("step_fraction"), metrics.at("outcome_change"),
                      training.trainer.policy().save() == before);
  };
  const auto [whole, change, same] = first_update(0);
  CATCH_CHECK(whole == 1);
  CATCH_CHECK(!same);
  CATCH_REQUIRE(change > 1e-4);
  const auto [none, anything, kept] = first_update(1e-12);
  CATCH_CHECK(none == 0);
  CATCH_CHECK(kept);
  const auto [part, nearer, stayed] = first_update(.6 * change);
  CATCH_CHECK(part > 0);
  CATCH_CHECK(part < 1);
  CATCH_CHECK(nearer <= .6 * change);
  CATCH_CHECK(!stayed);
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
  // It moves about it, as far as its shares can be counted.
  double mean = 0;
  constexpr int kUpdates = 20;
  for (int i = 0; i < kUpdates; i++) {
    training.trainer.update();
    mean += training.forward() / kUpdates;
  }
  CATCH_CHECK(mean == Approx(std::exp(1) / (1 + std::exp(1))).margin(.03));
  const auto shares = training.trainer.outcome_shares();
  CATCH_REQUIRE(shares.size() == 2);
  CATCH_CHECK(shares[0].policy + shares[1].policy == 256);
  CATCH_CHECK(shares[0].reference + shares[1].reference == 10'048);  // full rounds of 64
}
