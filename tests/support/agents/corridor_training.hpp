#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "agents/trainer.hpp"
#include "engine/wrappers.hpp"
#include "tests/support/agents/corridor.hpp"

namespace pump::agents {

inline TrainConfig small_config(const std::string& objective) {
  TrainConfig config;
  config.objective = objective;
  config.network.hidden = {16, 16};
  config.worlds = 8;
  config.rollout_steps = 16;
  if (complaint_about(config, true)) config.rollout_steps = 0;  // whole episodes are asked for
  config.group_size = 4;
  config.minibatches = 2;
  config.learning_rate = 3e-3;
  config.ent_coef = .01;
  config.normalise_advantages = objective != "a2c";
  return config;
}

// A corridor with a trainer on it.
struct CorridorTraining {
  CorridorTraining(const TrainConfig& config, int length, std::uint64_t seed, double sticky = 0,
                   double kl_coef = 0)
      : environment(make_corridor(length)),
        batch(engine::sticky_actions(environment->batch(config.worlds, seed), sticky, seed)),
        wish(corridor_wish()),
        view(*batch, wish, kCoding),
        leash(kl_coef > 0 || reference_worlds(config) > 0 ? uniform_reference(2) : nullptr),
        other(environment->batch(64, seed + 1)),
        fresh(environment->batch(256, seed + 2)),
        other_view(*other, wish, kCoding),
        fresh_view(*fresh, wish, kCoding),
        trainer(with_leash(config, kl_coef), view, seed, 10'000, std::nullopt, leash.get(),
                {&other_view, &fresh_view, 1}) {}
  static constexpr engine::OutcomeCoding kCoding{engine::OutcomeCoding::By::label};
  static TrainConfig with_leash(TrainConfig config, double kl_coef) {
    config.kl_coef = kl_coef;
    return config;
  }
  void train(std::uint64_t steps) {
    while (trainer.steps() < steps) trainer.update();
  }
  // Probability of going forward in the first cell.
  double forward() {
    batch->begin_episodes();
    std::vector<float> probabilities(static_cast<std::size_t>(2 * view.worlds()));
    trainer.policy().evaluate({view.codes(), view.scalars()}, view.worlds(), probabilities);
    return probabilities[1];
  }
  std::unique_ptr<engine::Environment> environment;
  std::unique_ptr<engine::Batch> batch;
  engine::Wish wish;
  engine::TrainingView view;
  std::unique_ptr<Reference> leash;
  std::unique_ptr<engine::Batch> other, fresh;  // where the reference and the policy are seen
  engine::TrainingView other_view, fresh_view;
  Trainer trainer;
};

}  // namespace pump::agents
