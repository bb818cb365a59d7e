// Training steps a second of processor time, one thread:
//   every objective in its common config in the cottage on the wish `distance`;
//   ppo_clip as CleanRL's ppo.py has it, on environments that cost next to nothing: 64 worlds x 128
//   steps with 128 floats seen, and 4 x 128 with the 4 floats of CartPole.
// Beside each: the matrix products that a step needs, and the share of its time that they would
// take at the rate that they go at here, measured in the same run; and the ratio to peers on such a
// machine (two cores, one used). Ratios of one run are worth more than its figures.
//   bench_training [steps [key=value ...]]

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "agents/compute.hpp"
#include "agents/matrix.hpp"
#include "bench/free_walk.hpp"
#include "bench/setting.hpp"

namespace {
using namespace pump;
using bench::Setting;

// Training steps a second. CleanRL's ppo.py: a free vectorised 8x8 grid of 128 floats, and
// CartPole-v1 with 4 worlds. The same update on that grid in plain C++ libtorch.
constexpr double kCleanRlGrid = 51'700, kCleanRlCartPole = 8'450, kLibtorchGrid = 70'000;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double steps_a_second(const Setting& setting, std::uint64_t steps) {
  bench::Training training(setting, steps);
  agents::Trainer& trainer = training.trainer();
  while (trainer.steps() < steps / 4) trainer.update();
  const auto first = trainer.steps();
  const double start = processor_seconds();
  while (trainer.steps() < steps) trainer.update();
  return static_cast<double>(trainer.steps() - first) / (processor_seconds() - start);
}

// FLOP of the matrix products that a decision needs, of its rollout and of its update; the sums of
// table rows not counted. Forward 2 a weight, backward 2 for the weight and 2 for the layer's input
// (which the first layer does not pass on). Nothing where an update is more than such passes:
// conjugate gradients, a classifier of states.
std::optional<double> flop_a_step(const Setting& setting) {
  const agents::TrainConfig& train = setting.train;
  const agents::Objective& objective = agents::find_objective(train.objective);
  if (objective.step != agents::StepRule::optimiser || objective.price == agents::Price::occupancy)
    return std::nullopt;
  const auto& hidden = train.network.hidden;
  double first = static_cast<double>(setting.environment.observation().scalars.size()) * hidden[0];
  double rest = 0;
  for (std::size_t i = 1; i < hidden.size(); i++) rest += hidden[i - 1] * hidden[i];
  const double actions = static_cast<double>(setting.environment.info().actions.size());
  const bool valued = objective.has_value_function();
  const double trunks = valued && !train.network.shared_trunk ? 2 : 1;
  first *= trunks;
  rest = rest * trunks + hidden.back() * (actions + (valued ? 1 : 0));
  return 2 * (first + rest) +
         (objective.reuses_decisions ? train.epochs : 1) * (4 * first + 6 * rest);
}

// FLOP a second of products as a 64-64 network makes them: forward and both of backward.
double product_rate() {
  constexpr std::int64_t kRows = 192, kWidth = 64;
  constexpr int kTimes = 20'000;
  std::vector<float> x(kRows * kWidth, .5f), y(kRows * kWidth), w(kWidth * kWidth, .25f);
  const agents::Matrix<float> in{x.data(), kRows, kWidth}, out{y.data(), kRows, kWidth};
  const agents::Matrix<float> weight{w.data(), kWidth, kWidth};
  std::vector<float> g(kWidth * kWidth);
  const double start = processor_seconds();
  for (int i = 0; i < kTimes; i++) {
    agents::multiply(in, weight, out);
    agents::multiply(in.transposed(), out, {g.data(), kWidth, kWidth}, agents::Result::added);
    agents::multiply(out, weight, out);
  }
  return 3. * 2 * kRows * kWidth * kWidth * kTimes / (processor_seconds() - start);
}

void measure(const std::string& name, const Setting& setting, std::uint64_t steps, double rate,
             double cleanrl, double libtorch) {
  const double speed = steps_a_second(setting, steps);
  std::printf("%s %.0f steps/s", name.c_str(), speed);
  if (const auto flop = flop_a_step(setting))
    std::printf(", %.0f kFLOP a step, products %.2f of its time", *flop / 1e3,
                *flop * speed / rate);
  if (cleanrl > 0) std::printf(", %.2f of CleanRL", speed / cleanrl);
  if (libtorch > 0) std::printf(", %.2f of plain libtorch", speed / libtorch);
  std::printf("\n");
  std::fflush(stdout);
}

// CleanRL's ppo.py: its defaults.
agents::TrainConfig cleanrl(int worlds) {
  agents::TrainConfig train;
  train.objective = "ppo_clip";
  train.worlds = worlds;
  train.learning_rate = 2.5e-4;
  train.anneal_learning_rate = true;
  train.gamma = .99;
  train.clip_value_loss = true;
  train.ent_coef = .01;
  return train;
}
}  // namespace

int main(int count, char** words) {
  agents::initialise_compute();
  const auto steps = static_cast<std::uint64_t>(count > 1 ? std::atoll(words[1]) : 200'000);
  const double rate = product_rate();
  std::printf("products %.0f GFLOP/s\n", rate / 1e9);
  for (const std::string& name : agents::objective_names()) {
    const auto spec = bench::cottage_trial(name, count - 2, words + 2);
    const auto environment = harness::make_environment(spec.environment, spec.parameters);
    measure(name, {spec.train, *environment, spec.wish, spec.leash != "none"}, steps, rate, 0, 0);
  }
  const auto grid = bench::make_free_walk(128), pole = bench::make_free_walk(4);
  measure("ppo_clip_128_floats", {cleanrl(64), *grid, bench::free_walk_wish()}, steps, rate,
          kCleanRlGrid, kLibtorchGrid);
  measure("ppo_clip_4_floats", {cleanrl(4), *pole, bench::free_walk_wish()}, steps, rate,
          kCleanRlCartPole, 0);
}
