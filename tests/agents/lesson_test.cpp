#include "agents/lesson.hpp"

#include <ATen/ATen.h>

#include "agents/learner.hpp"
#include "engine/environment.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;
using Floats = std::vector<float>;

// Two whole episodes, of three decisions and of one; they pay 6 and 2.
Rollout two_episodes() {
  Rollout rollout;
  rollout.next = {2, -1, 3, -1};
  rollout.rewards = {1, 2, 2, 3};
  rollout.actions = {0, 1, 1, 0};
  rollout.log_probs = {-.5f, -.5f, -.5f, -.5f};
  rollout.probabilities = {.6f, .4f, .4f, .6f, .4f, .6f, .6f, .4f};
  rollout.episodes = 2;
  for (int i = 0; i < 4; i++) {
    rollout.observations.offsets.push_back(0);
    rollout.observations.scalars.push_back(static_cast<float>(i));
  }
  return rollout;
}

struct Fixture {
  Fixture() {
    spec.scalars = {"x"};
    config.network.hidden = {4};
    config.group_size = 2;
    network.emplace(spec, 2, config.network, 1);
  }
  Lesson lesson(const char* objective, int horizon = 8) {
    return make_lesson(two_episodes(), find_objective(objective), config, *network, horizon);
  }
  engine::ObservationSpec spec;
  TrainConfig config;
  std::optional<Network> network;
};

CATCH_TEST_CASE("each objective's decisions are credited as its paper has it") {
  Fixture f;
  CATCH_CHECK(f.lesson("reinforce").advantages == Floats{6, 2, 5, 3});
  CATCH_CHECK(f.lesson("reinforce").values.empty());
  const Lesson baseline = f.lesson("reinforce_baseline");
  f.config.gae_lambda = 1;  // which the baseline does not wait to be told
  CATCH_CHECK(baseline.advantages == f.lesson("a2c").advantages);
  for (std::size_t i = 0; i < 4; i++)
    CATCH_CHECK(baseline.advantages[i] + baseline.values[i] ==
                Approx(Floats{6, 2, 5, 3}[i]).margin(1e-5));
  CATCH_CHECK(f.lesson("dr_grpo").advantages == Floats{2, -2, 2, 2});
}

CATCH_TEST_CASE("GRPO averages over episodes, and Dr. GRPO over the horizon's steps") {
  Fixture f;
  // Means over 4 decisions: of 2 episodes, sums over 3 and 1 decisions divided by their lengths.
  const Lesson grpo = f.lesson("grpo");
  CATCH_CHECK(grpo.weights[0] == Approx(4. / 2 / 3));
  CATCH_CHECK(grpo.weights[1] == Approx(4. / 2 / 1));
  const Lesson dr_grpo = f.lesson("dr_grpo");
  for (const float weight : dr_grpo.weights) CATCH_CHECK(weight == Approx(4. / 2 / 8));
  CATCH_CHECK(f.lesson("ppo_clip").weights.empty());
}

// A constant in place of an episode's length scales the surrogate. Were the entropy bonus not
// scaled with it, a longer horizon would buy more entropy.
CATCH_TEST_CASE("twice the horizon halves all that Dr. GRPO's step is made of, entropy too") {
  const auto change = [](int horizon) {
    Fixture f;
    f.config.objective = "dr_grpo";
    f.config.optimiser = Optimiser::sgd;
    f.config.epochs = f.config.minibatches = 1;
    f.config.max_grad_norm = 0;
    f.config.ent_coef = 5;  // most of the loss
    const at::Tensor before = f.network->parameters().clone();
    Learner learner(f.config, find_objective("dr_grpo"), 3, f.network->capacity(), at::kCPU);
    Metrics metrics;
    CATCH_REQUIRE(learner.learn(*f.network, f.lesson("dr_grpo", horizon), {1, 0}, 0, metrics));
    return f.network->parameters() - before;
  };
  const at::Tensor at_8 = change(8), at_16 = change(16);
  CATCH_REQUIRE(at_8.abs().max().item<double>() > 1e-3);
  CATCH_CHECK(at::allclose(at_8, 2 * at_16, 1e-4, 1e-6));
}

CATCH_TEST_CASE("a minibatch holds the decisions asked for, normalised if so wished") {
  Fixture f;
  const Lesson lesson = f.lesson("reinforce");
  const std::vector<int> indices = {3, 0};
  const at::Tensor logits = at::zeros({2, 2});
  const Categorical policy = policy_of(lesson, indices, logits, at::kCPU, true);
  f.config.normalise_advantages = false;
  const Minibatch plain = make_minibatch(lesson, indices, policy, f.config, at::kCPU);
  CATCH_CHECK(plain.advantages[0].item<float>() == 3);
  CATCH_CHECK(plain.advantages[1].item<float>() == 6);
  // KL((.6, .4) || (.5, .5)).
  const double kl = .6 * std::log(1.2) + .4 * std::log(.8);
  CATCH_CHECK(plain.kl_from_old[0].item<double>() == Approx(kl));
  CATCH_CHECK(!plain.ref_log_probs.defined());
  f.config.normalise_advantages = true;
  const Minibatch scaled = make_minibatch(lesson, indices, policy, f.config, at::kCPU);
  CATCH_CHECK(scaled.advantages[0].item<double>() == Approx(-1 / std::sqrt(2.)));
}

}  // namespace
}  // namespace pump::agents
