#include <ATen/ATen.h>

#include "agents/categorical.hpp"
#include "agents/leash.hpp"
#include "agents/objectives/objective.hpp"
#include "agents/trainer.hpp"
#include "agents/value_loss.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using at::Tensor;
using Catch::Approx;

Tensor doubles(std::vector<double> values) { return at::tensor(values, at::kDouble); }

// Three decisions, with ratio 1 unless shifted.
Minibatch decisions(const Tensor& log_probs, std::vector<double> shift = {0, 0, 0}) {
  Minibatch m;
  m.log_probs = log_probs;
  m.old_log_probs = log_probs.detach() - doubles(std::move(shift));
  m.ref_log_probs = log_probs.detach() - doubles({.3, 0, -.2});
  m.advantages = doubles({1, -2, 3});
  m.entropy = doubles({.1, .2, .3});
  m.kl_from_old = doubles({.5, .1, .3});
  m.weights = doubles({1, 1, 1});
  m.penalty_coef = 2;
  m.kl_coef = .5;
  return m;
}

double at(const Tensor& tensor, int i) { return tensor[i].item<double>(); }

CATCH_TEST_CASE("the ladder is in historical order") {
  CATCH_CHECK(objective_names() ==
              std::vector<std::string>{"reinforce", "reinforce_baseline", "natural_gradient",
                                       "trpo", "a2c", "ppo_penalty", "ppo_clip", "ppo_kl", "grpo",
                                       "dr_grpo", "ppo_occupancy", "ppo_outcome"});
}

CATCH_TEST_CASE("policy gradient losses are those worked out by hand") {
  const Tensor log_probs = doubles({-1, -.5, -2}).requires_grad_();
  for (const char* name : {"reinforce", "reinforce_baseline", "natural_gradient", "a2c"}) {
    if (log_probs.grad().defined()) log_probs.mutable_grad() = Tensor();
    const Tensor loss = find_objective(name).surrogate(decisions(log_probs), {});
    // -(-1 * 1 + .5 * 2 - 2 * 3) / 3 = 2
    CATCH_CHECK(loss.item<double>() == Approx(2));
    loss.backward();
    CATCH_CHECK(at(log_probs.grad(), 1) == Approx(2. / 3));
  }
}

// The gradient of an objective's surrogate in the log-probabilities, without its leash.
Tensor gradient(const char* name, std::vector<double> shift = {0, 0, 0}) {
  const Tensor log_probs = doubles({-1, -.5, -2}).requires_grad_();
  Minibatch m = decisions(log_probs, std::move(shift));
  m.kl_coef = 0;
  find_objective(name).surrogate(m, {}).backward();
  return log_probs.grad().clone();
}

CATCH_TEST_CASE("every surrogate's gradient is the policy gradient's at ratio 1") {
  for (const Objective& objective : objectives()) {
    CATCH_INFO(objective.name);
    CATCH_CHECK(at::allclose(gradient(objective.name), gradient("reinforce")));
  }
}

CATCH_TEST_CASE("TRPO's surrogate is the ratio, unclipped") {
  // Ratios e^1, 1, e^-1 with advantages 1, -2, 3.
  const Tensor got = gradient("trpo", {1, 0, -1});
  CATCH_CHECK(at::allclose(got, -doubles({std::exp(1), -2, 3 * std::exp(-1)}) / 3));
}

CATCH_TEST_CASE("a penalty is charged for the distance from the old policy, and adapts") {
  const Tensor log_probs = doubles({-1, -.5, -2});
  // Ratios 1: -(1 - 2 + 3) / 3 + 2 (.5 + .1 + .3) / 3.
  CATCH_CHECK(find_objective("ppo_penalty").surrogate(decisions(log_probs), {}).item<double>() ==
              Approx((-2 + 2 * .9) / 3));
  TrainConfig config;
  config.penalty_target = .01;
  const auto adapted = find_objective("ppo_penalty").adapted_penalty;
  CATCH_CHECK(adapted(3, .0066, config) == 1.5);  // under .01 / 1.5
  CATCH_CHECK(adapted(3, .0067, config) == 3);
  CATCH_CHECK(adapted(3, .0149, config) == 3);
  CATCH_CHECK(adapted(3, .0151, config) == 6);  // over .01 x 1.5
}

CATCH_TEST_CASE("GRPO pays its leash in the loss, and weighs decisions") {
  Minibatch m = decisions(doubles({-1, -.5, -2}));
  m.weights = doubles({1.5, 0, 1.5});
  m.kl_coef = .5;
  // k3 of log(ref / pi) = -.3 and .2; ratios 1, advantages 1 and 3.
  const double first = std::exp(-.3) + .3 - 1, third = std::exp(.2) - .2 - 1;
  const double expected = -1.5 * (1 - .5 * first + 3 - .5 * third) / 3;
  CATCH_CHECK(find_objective("grpo").surrogate(m, {}).item<double>() == Approx(expected));
  m.ref_log_probs = Tensor();
  CATCH_CHECK(find_objective("grpo").surrogate(m, {}).item<double>() == Approx(-1.5 * 4 / 3));
}

CATCH_TEST_CASE("gradients are zero where clipped and the advantage pushes outward") {
  const std::vector<double> shift = {.5, -.5, -.5};
  // Ratios e^.5, e^-.5, e^-.5 with advantages 1, -2, 3: outward, outward, inward.
  Minibatch m = decisions(doubles({-1, -.5, -2}), shift);
  CATCH_CHECK(find_objective("ppo_clip").surrogate(m, {}).item<double>() ==
              Approx(-(1.2 * 1 + .8 * -2 + std::exp(-.5) * 3) / 3));
  for (const char* name :
       {"ppo_clip", "ppo_kl", "grpo", "dr_grpo", "ppo_occupancy", "ppo_outcome"}) {
    CATCH_INFO(name);
    const Tensor got = gradient(name, shift);
    CATCH_CHECK(at(got, 0) == 0);
    CATCH_CHECK(at(got, 1) == 0);
    CATCH_CHECK(at(got, 2) == Approx(-std::exp(-.5)));
  }
}

CATCH_TEST_CASE("surrogates' gradients are those of finite differences") {
  TrainConfig config;
  for (const Objective& objective : objectives()) {
    const std::vector<double> point = {-1, -.5, -2}, shift = {.1, -.3, .5};
    const auto loss_at = [&](const std::vector<double>& x) {
      Minibatch m = decisions(doubles(point), shift);
      m.log_probs = doubles(x).requires_grad_();
      return std::pair(objective.surrogate(m, config), m.log_probs);
    };
    auto [loss, leaf] = loss_at(point);
    loss.backward();
    for (int i = 0; i < 3; i++) {
      constexpr double kStep = 1e-6;
      std::vector<double> up = point, down = point;
      up[static_cast<std::size_t>(i)] += kStep;
      down[static_cast<std::size_t>(i)] -= kStep;
      const double slope = (loss_at(up).first - loss_at(down).first).item<double>() / (2 * kStep);
      CATCH_CHECK(at(leaf.grad(), i) == Approx(slope).margin(1e-8));
    }
  }
}

CATCH_TEST_CASE("a distribution's derivatives are autograd's") {
  at::manual_seed(4);
  const Tensor logits = at::randn({6, 5}), chosen = at::tensor({0, 4, 2, 2, 1, 3}, at::kLong);
  const Tensor to_log_probs = at::randn({6}), to_entropy = at::randn({6});
  const Categorical ours(logits, chosen);
  ((ours.log_probs() * to_log_probs) + (ours.entropy() * to_entropy)).sum().backward();
  const Tensor leaf = logits.clone().requires_grad_();
  const Tensor all = at::log_softmax(leaf, 1);
  const Tensor log_probs = all.gather(1, chosen.unsqueeze(1)).squeeze(1);
  const Tensor entropy = -(all.exp() * all).sum(1);
  (log_probs * to_log_probs + entropy * to_entropy).sum().backward();
  CATCH_CHECK(at::allclose(ours.log_probs(), log_probs));
  CATCH_CHECK(at::allclose(ours.entropy(), entropy));
  CATCH_CHECK(at::allclose(ours.logits_gradient(), leaf.grad(), 1e-4, 1e-6));
}

CATCH_TEST_CASE("a value's loss is half the squared error, and clipped keeps the larger") {
  const Tensor values = doubles({1, 2}), returns = doubles({0, 4}), old = doubles({0, 2});
  CATCH_CHECK(value_loss(values, returns, old, 0).item<double>() == Approx(.25 * (1 + 4)));
  // Clipped values .2 and 2: errors .04 and 4; the larger of each pair is 1 and 4.
  CATCH_CHECK(value_loss(values, returns, old, .2).item<double>() == Approx(.25 * (1 + 4)));
  // From 3, a value of 4 that has come home is worth no more than 3.2.
  CATCH_CHECK(value_loss(doubles({4}), doubles({4}), doubles({3}), .2).item<double>() ==
              Approx(.5 * .64));
}

CATCH_TEST_CASE("a leash charges the log-ratio, and its price moves towards the target") {
  Rollout rollout;
  rollout.rewards = {1, 2, 3};
  rollout.log_probs = {-1, -2, -1};
  rollout.ref_log_probs = {-3, -1, -1};
  rollout.next = {1, Rollout::kEnded, Rollout::kEnded};
  rollout.episodes = 2;
  Rollout normalised = rollout;
  TrainConfig config;
  charge_for_divergence(rollout, .5, config);
  CATCH_CHECK(rollout.rewards == std::vector<float>{0, 2.5f, 3});
  config.kl_length_normalised = true;
  charge_for_divergence(normalised, .5, config);  // the first episode has two decisions
  CATCH_CHECK(normalised.rewards == std::vector<float>{.5f, 2.25f, 3});
  CATCH_CHECK(adapted_kl_coef(.1, 12, 6, 100, 1000) == Approx(.1 * (1 + .2 * .1)));
  CATCH_CHECK(adapted_kl_coef(.1, 6.6, 6, 100, 1000) == Approx(.1 * (1 + .1 * .1)));
  CATCH_CHECK(adapted_kl_coef(.1, 1, 6, 100, 1000) == Approx(.1 * (1 - .2 * .1)));
  CATCH_CHECK(adapted_kl_coef(.1, 6, 6, 100, 1000) == Approx(.1));
  CATCH_CHECK(adapted_kl_coef(.1, 1, 6, 512, 50) == Approx(.1 * (1 - .2)));  // never below 0
}

}  // namespace
}  // namespace pump::agents
