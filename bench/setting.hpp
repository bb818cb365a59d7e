#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agents/objectives/objective.hpp"
#include "agents/trainer.hpp"
#include "engine/batch.hpp"
#include "harness/trial_config.hpp"
#include "harness/wishes.hpp"

namespace pump::bench {

// What is trained, and where.
struct Setting {
  agents::TrainConfig train;
  const engine::Environment& environment;
  engine::Wish wish;
  bool leashed = false;
};

// Its trainer, with all that it learns from.
class Training {
 public:
  Training(const Setting& setting, std::uint64_t budget)
      : batch_(setting.environment.batch(setting.train.worlds, 1)),
        view_(*batch_, setting.wish, coding_),
        leash_(setting.leashed ? agents::uniform_reference(view_.actions()) : nullptr),
        // Of the reference once, before the clock starts; of the policy every update.
        seen_once_(aside(setting, agents::reference_worlds(setting.train), 2)),
        fresh_(aside(setting, agents::fresh_episodes(setting.train), 3)),
        reference_view_(*seen_once_, setting.wish, coding_),
        fresh_view_(*fresh_, setting.wish, coding_),
        trainer_(setting.train, view_, 1, budget, std::nullopt, leash_.get(),
                 {&reference_view_, &fresh_view_, 0}) {}

  agents::Trainer& trainer() { return trainer_; }

 private:
  using Batch = std::unique_ptr<engine::Batch>;
  static Batch aside(const Setting& setting, int episodes, std::uint64_t seed) {
    return setting.environment.batch(std::max(1, episodes), seed);
  }

  engine::OutcomeCoding coding_{engine::OutcomeCoding::By::final_signals};
  Batch batch_;
  engine::TrainingView view_;
  std::unique_ptr<agents::Reference> leash_;
  Batch seen_once_, fresh_;
  engine::TrainingView reference_view_, fresh_view_;
  agents::Trainer trainer_;
};

// A trial in the cottage on the wish `distance`, from scratch.
inline harness::TrialSpec cottage_trial(const std::string& objective, int count, char** settings) {
  harness::ConfigMap config = harness::ConfigMap::from_text(
      "environment: burning_building\n"
      "wish: distance\nobjective: " +
          objective,
      "bench");
  config.set("start=fresh");
  for (int i = 0; i < count; i++) config.set(settings[i]);
  return harness::read_trial(config);
}

}  // namespace pump::bench
