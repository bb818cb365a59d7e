// Training steps a second, an objective at a time, in the cottage on the wish `distance`:
// lines of `name value unit`, and the ratio to a peer: one PPO update rule in plain C++ libtorch on
// a free 8x8 grid (64 worlds x 128 steps, two 64-64 networks) made 70,000 steps/s on one thread of
// such a machine. Ratios of one run are worth more than its figures.
//   bench_training [steps [key=value ...]]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "agents/trainer.hpp"
#include "engine/batch.hpp"
#include "harness/trial_config.hpp"
#include "harness/wishes.hpp"

namespace {
using namespace pump;
using Clock = std::chrono::steady_clock;

constexpr double kPeer = 70'000;  // steps/s

harness::TrialSpec spec_of(const std::string& objective, int count, char** settings) {
  harness::ConfigMap config = harness::ConfigMap::from_text(
      "environment: burning_building\n"
      "wish: distance\nobjective: " +
          objective,
      "bench");
  config.set("start=fresh");
  for (int i = 0; i < count; i++) config.set(settings[i]);
  return harness::read_trial(config);
}

double steps_a_second(const harness::TrialSpec& spec, std::uint64_t steps) {
  const auto environment = harness::make_environment(spec.environment, spec.parameters);
  const auto batch = environment->batch(spec.train.worlds, spec.seed);
  engine::TrainingView view(*batch, spec.wish);
  const auto leash = spec.leash == "none" ? nullptr : agents::uniform_reference(view.actions());
  agents::Trainer trainer(spec.train, view, spec.seed, steps, std::nullopt, leash.get());
  while (trainer.steps() < steps / 4) trainer.update();
  const auto first = trainer.steps();
  const auto start = Clock::now();
  while (trainer.steps() < steps) trainer.update();
  const std::chrono::duration<double> seconds = Clock::now() - start;
  return static_cast<double>(trainer.steps() - first) / seconds.count();
}
}  // namespace

int main(int count, char** words) {
  agents::initialise_compute();
  const auto steps = static_cast<std::uint64_t>(count > 1 ? std::atoll(words[1]) : 200'000);
  for (const std::string& name : agents::objective_names()) {
    const auto spec = spec_of(name, count - 2, words + 2);
    const double speed = steps_a_second(spec, steps);
    std::printf("%s %.0f steps/s, %.2f of plain libtorch\n", name.c_str(), speed, speed / kPeer);
  }
}
