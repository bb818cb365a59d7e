#include "harness/trial_policies.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include "agents/trainer.hpp"
#include "engine/training_view.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/biased_lane.hpp"
#include "tests/support/harness/new_thread.hpp"

using namespace pump::harness;
using namespace pump::test;
using Catch::Approx;
using pump::agents::Policy;
using pump::engine::Environment;

namespace {

TrialSpec lane_trial(const std::string& start, const std::string& leash = "none") {
  TrialSpec spec;
  spec.environment = "lane";
  spec.wish = lane_wish();
  spec.train.network.hidden = {16};
  spec.start = start;
  spec.leash = leash;
  spec.clone.episodes = 400;
  return spec;
}

TrialPolicies policies(const TrialSpec& spec, const Environment& lane) {
  return {spec, lane, [&lane](int worlds, std::uint64_t seed) { return lane.batch(worlds, seed); }};
}

// Probabilities of a policy in the worlds of a batch, [worlds][3].
std::vector<float> probabilities(const Policy& policy, const pump::engine::Batch& batch) {
  std::vector<float> out(static_cast<std::size_t>(3 * batch.worlds()));
  policy.evaluate({batch.codes(), batch.scalars()}, batch.worlds(), out);
  return out;
}

}  // namespace

CATCH_TEST_CASE("a fresh start is the trainer's own") {
  const auto lane = make_biased_lane();
  const TrialSpec spec = lane_trial("fresh");
  CATCH_CHECK_FALSE(policies(spec, *lane).start().has_value());
  CATCH_CHECK(policies(spec, *lane).leash() == nullptr);
}

CATCH_TEST_CASE("a uniform start is uniform everywhere, and learns") {
  const auto lane = make_biased_lane();
  const TrialSpec spec = lane_trial("uniform");
  TrialPolicies made = policies(spec, *lane);
  const auto batch = lane->batch(spec.train.worlds, 3);
  pump::engine::TrainingView view(*batch, spec.wish);
  pump::agents::Trainer trainer(spec.train, view, 3, 50'000, made.start(), nullptr);
  const Policy first = trainer.policy().clone();
  for (int update = 0; update < 3; update++) {
    for (const float p : probabilities(first, *batch)) CATCH_REQUIRE(p == Approx(1. / 3));
    trainer.update();
  }
  const auto later = probabilities(trainer.policy(), *batch);
  CATCH_CHECK(later != probabilities(first, *batch));
  double right = 0;
  for (std::size_t i = kRight; i < later.size(); i += 3) right += later[i];
  CATCH_CHECK(right > batch->worlds() / 3.);
  CATCH_CHECK(made.report().empty());
}

CATCH_TEST_CASE("a start from the prior plays as the prior does") {
  const auto lane = make_biased_lane();
  const TrialSpec spec = lane_trial("prior");
  TrialPolicies made = policies(spec, *lane);
  const auto start = made.start();
  const auto batch = lane->batch(4, 3);
  batch->begin_episodes();
  const auto played = probabilities(*start, *batch);
  CATCH_CHECK(played[kRight] == Approx(kBiasedRight).margin(.08));
  CATCH_CHECK(played[kStay] == Approx(kBiasedStay).margin(.08));
  CATCH_CHECK(made.report().at("prior").at("decisions") > 1000);
  // The least cross-entropy there can be is the prior's own entropy.
  const double entropy = -(.7 * std::log(.7) + .2 * std::log(.2) + .1 * std::log(.1));
  CATCH_CHECK(made.report()["prior"]["cross_entropy"].get<double>() == Approx(entropy).margin(.1));
}

CATCH_TEST_CASE("start and leash are chosen apart, and one clone serves both") {
  const auto lane = make_biased_lane();
  const auto batch = lane->batch(2, 3);
  batch->begin_episodes();
  const TrialSpec starts = lane_trial("clone", "prior");
  pump::engine::TrainingView view(*batch, starts.wish);
  std::vector<float> leash(6);
  TrialPolicies apart = policies(starts, *lane);
  apart.leash()->log_probs(view, leash);
  CATCH_CHECK(std::exp(leash[kRight]) == Approx(kBiasedRight));
  CATCH_CHECK(apart.report().empty());  // the prior itself: nothing to imitate
  CATCH_CHECK(probabilities(*apart.start(), *batch)[kRight] > .8);
  CATCH_CHECK(apart.report().contains("clone"));

  const TrialSpec uniform = lane_trial("prior", "uniform"), both = lane_trial("clone", "clone");
  policies(uniform, *lane).leash()->log_probs(view, leash);
  for (const float p : leash) CATCH_CHECK(p == Approx(-std::log(3)));
  TrialPolicies same = policies(both, *lane);
  const auto start = same.start();
  same.leash()->log_probs(view, leash);
  const auto played = probabilities(*start, *batch);
  for (std::size_t i = 0; i < 6; i++)
    CATCH_CHECK(std::exp(leash[i]) == Approx(.95 * static_cast<double>(played[i]) + .05 / 3));
}

CATCH_TEST_CASE("trials that differ only in what a clone does not depend on share it") {
  const auto lane = make_biased_lane();
  const auto batch = lane->batch(2, 3);
  batch->begin_episodes();
  int played = 0;
  const auto made_by = [&](const TrialSpec& spec) {
    TrialPolicies made(spec, *lane, [&](int worlds, std::uint64_t seed) {
      played++;
      return lane->batch(worlds, seed);
    });
    const auto start = made.start();
    CATCH_CHECK(made.report().at(spec.start).at("decisions") > 1000);
    return probabilities(*start, *batch);
  };
  TrialSpec spec = lane_trial("clone", "clone");
  spec.seed = 77;
  const auto first = made_by(spec);
  const int once = played;
  CATCH_CHECK(once > 0);

  TrialSpec other = spec;
  other.leash = "none";
  other.train.objective = "trpo";
  other.train.learning_rate = 1e-4;
  other.budget_steps = 5;
  other.wish.weights = {1, 0};
  CATCH_CHECK(made_by(other) == first);
  CATCH_CHECK(played == once);
  // Another thread has none of it, and makes the same.
  CATCH_CHECK(in_new_thread([&] { return made_by(spec); }) == first);
  CATCH_CHECK(played == 2 * once);

  const std::vector<std::function<void(TrialSpec&)>> changes = {
      [](TrialSpec& s) { s.seed++; },
      [](TrialSpec& s) { s.start = "prior"; },
      [](TrialSpec& s) { s.clone.noise = .2; },
      [](TrialSpec& s) { s.clone.episodes++; },
      [](TrialSpec& s) { s.train.network.hidden = {8}; },
      [](TrialSpec& s) { s.train.network.activation = pump::agents::Activation::relu; },
      [](TrialSpec& s) { s.sticky_actions = .1; },
      [](TrialSpec& s) { s.coarse_actions = 2; },
      [](TrialSpec& s) { s.observation_noise = .1; },
  };
  for (std::size_t i = 0; i < changes.size(); i++) {
    CATCH_CAPTURE(i);
    TrialSpec changed = spec;
    changes[i](changed);
    const int before = played;
    made_by(changed);
    CATCH_CHECK(played > before);
  }
}
