#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/learner.hpp"
#include "agents/natural_step.hpp"
#include "tests/support/agents/corridor.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using at::Tensor;
using Catch::Approx;

// A rollout in a corridor of four cells, and the network that made it.
struct Play {
  explicit Play(TrainConfig c, bool shared_trunk = false)
      : config(std::move(c)),
        environment(make_corridor(4)),
        batch(environment->batch(config.worlds, 3)),
        wish(corridor_wish()),
        view(*batch, wish) {
    config.network.shared_trunk = shared_trunk;
    policy.emplace(view.observation(), view.actions(), config.network, 3);
    view.begin_episodes();
  }
  Lesson lesson(std::uint32_t update) {
    const Objective& objective = find_objective(config.objective);
    Rollout rollout = collect(view, policy->network(), nullptr, config.rollout_steps, {3, update});
    return make_lesson(std::move(rollout), objective, config, policy->network(), view.horizon());
  }
  TrainConfig config;
  std::unique_ptr<engine::Environment> environment;
  std::unique_ptr<engine::Batch> batch;
  engine::Wish wish;
  engine::TrainingView view;
  std::optional<Policy> policy;
};

TrainConfig small_config(const char* objective) {
  TrainConfig config;
  config.objective = objective;
  config.network.hidden = {4, 3};
  config.worlds = 8;
  config.rollout_steps = 16;
  config.ent_coef = 0;
  return config;
}

Tensor logits_of(const Network& network, const Rollout& rollout) {
  std::vector<int> all(static_cast<std::size_t>(rollout.size()));
  for (int i = 0; i < rollout.size(); i++) all[static_cast<std::size_t>(i)] = i;
  return network
      .forward(make_inputs(rollout.observations.select(all), network.device()),
               Network::Heads::policy)
      .logits.clone();
}

CATCH_TEST_CASE("conjugate gradients solve a system that was solved by hand") {
  const Tensor a = at::tensor({4., 1., 1., 3.}, at::kDouble).view({2, 2});
  const Tensor b = at::tensor({1., 2.}, at::kDouble);
  const auto product = [&](const Tensor& v) { return a.mv(v); };
  const Tensor x = conjugate_gradient(product, b, 2);
  CATCH_CHECK(x[0].item<double>() == Approx(1. / 11));
  CATCH_CHECK(x[1].item<double>() == Approx(7. / 11));
  CATCH_CHECK(conjugate_gradient(product, at::zeros_like(b), 5).norm().item<double>() == 0);
}

CATCH_TEST_CASE("a natural gradient is that of the exact Fisher matrix, on a tabular policy") {
  // Three states with shares mu, softmax over four actions, theta = logits. F is block diagonal,
  // mu_s (diag p - p pT); the exact natural gradient of E[log pi A] is A, up to a constant a state
  // (Kakade 2001, theorem 1, for tables).
  at::manual_seed(2);
  const Tensor theta = at::randn({3, 4}, at::kDouble), p = at::softmax(theta, 1);
  const Tensor mu = at::tensor({.5, .3, .2}, at::kDouble).unsqueeze(1);
  Tensor advantages = at::randn({3, 4}, at::kDouble);
  advantages = advantages - (p * advantages).sum(1, true);
  const auto product = [&](const Tensor& v) {
    const Tensor t = v.view({3, 4});
    return (mu * p * (t - (p * t).sum(1, true))).flatten();
  };
  const Tensor gradient = (mu * p * advantages).flatten();
  const Tensor x = conjugate_gradient(product, gradient, 50, 1e-24).view({3, 4});
  const Tensor centred = x - (p * x).sum(1, true);
  CATCH_CHECK(at::allclose(centred, advantages, 1e-6, 1e-8));
}

CATCH_TEST_CASE("a network's Fisher product is that of the matrix, formed from its Jacobians") {
  for (const bool shared_trunk : {false, true}) {
    CATCH_INFO((shared_trunk ? "shared trunk" : "separate trunks"));
    Play play(small_config("trpo"), shared_trunk);
    const Lesson lesson = play.lesson(0);
    Network& network = play.policy->network();
    {
      at::NoGradGuard no_grad;  // a head this far from 0 makes a policy far from uniform
      network.parameters().mul_(3);
    }
    std::vector<int> some = {0, 5, 17, 40};
    const Inputs inputs = make_inputs(lesson.rollout.observations.select(some), network.device());
    const Network::Pass pass = network.forward(inputs, Network::Heads::policy);
    const Tensor p = at::softmax(pass.logits, 1);
    const auto n = network.parameters().size(0);
    Tensor fisher = at::zeros({n, n});
    for (int s = 0; s < 4; s++)
      for (int a = 0; a < 2; a++) {
        // Row of E[grad log pi grad log piT] for this state and action.
        Tensor to_logits = at::zeros({4, 2});
        to_logits[s] = -p[s];
        to_logits[s][a] += 1;
        network.gradients().zero_();
        network.backward(pass, to_logits, Tensor());
        const Tensor g = network.gradients().clone();
        fisher += p[s][a] * at::outer(g, g) / 4;
      }
    const FisherProduct product(network, pass, .1);
    const Tensor v = at::randn({n});
    const Tensor expected = fisher.mv(v) + .1 * v;
    CATCH_CHECK(at::allclose(product(v), expected, 1e-4, 1e-5));
    CATCH_CHECK((expected - .1 * v).norm().item<double>() > 1e-3);
  }
}

CATCH_TEST_CASE("a line search takes the longest good step, and none that is worse or too far") {
  Tensor x = at::zeros({1});
  const Tensor step = at::ones({1});
  const auto search = [&](auto loss, auto kl, double max_kl) {
    x.zero_();
    return search_line(x, step, 0, max_kl, 10, [&] {
      const double at = x.item<double>();
      return Candidate{loss(at), kl(at)};
    });
  };
  const auto falling = [](double at) { return -at; };
  const auto square = [](double at) { return at * at; };
  CATCH_CHECK(search(falling, square, 2).fraction == 1);
  CATCH_CHECK(search(falling, square, .1).fraction == .25);  // .25^2 <= .1 < .5^2
  CATCH_CHECK(x.item<double>() == .25);
  // Better only near by.
  CATCH_CHECK(search([](double at) { return at * (at - .2); }, square, 2).fraction == .125);
  CATCH_CHECK(search([](double at) { return at; }, square, 2).fraction == 0);
  CATCH_CHECK(x.item<double>() == 0);  // nothing was good enough: as it was
  const double nan = std::nan("");
  CATCH_CHECK(search([&](double) { return nan; }, square, 2).fraction == 0);
}

CATCH_TEST_CASE("TRPO stays in its trust region and improves its surrogate, in every update") {
  for (const bool shared_trunk : {false, true})
    for (const double max_kl : {.001, .01, .1}) {
      TrainConfig config = small_config("trpo");
      config.max_kl = max_kl;
      Play play(config, shared_trunk);
      Network& network = play.policy->network();
      Learner learner(play.config, find_objective("trpo"), 3, network.capacity(), network.device());
      double furthest = 0;
      for (std::uint32_t update = 0; update < 20; update++) {
        const Lesson lesson = play.lesson(update);
        const Tensor old = at::log_softmax(logits_of(network, lesson.rollout), 1);
        Metrics metrics;
        CATCH_REQUIRE(learner.learn(network, lesson, {1e-3, 0}, update, metrics));
        const Tensor now = at::log_softmax(logits_of(network, lesson.rollout), 1);
        const double kl = (old.exp() * (old - now)).sum(1).mean().item<double>();
        CATCH_CHECK(kl <= max_kl * (1 + 1e-3) + 1e-7);
        furthest = std::max(furthest, kl);
        double gain = 0, spread = 0, mean = 0;
        for (const float a : lesson.advantages) mean += a / static_cast<double>(lesson.size());
        for (int i = 0; i < lesson.size(); i++) {
          const auto k = static_cast<std::size_t>(i);
          const int action = lesson.rollout.actions[k];
          const double ratio = std::exp((now[i][action] - old[i][action]).item<double>());
          gain += (ratio - 1) * (lesson.advantages[k] - mean);
          spread += std::abs(lesson.advantages[k]);
        }
        CATCH_CHECK(gain >= -1e-5 * spread);
      }
      CATCH_CHECK(furthest > max_kl / 10);  // and it does move
    }
}

}  // namespace
}  // namespace pump::agents
