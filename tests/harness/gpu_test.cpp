#include <cstdio>
#include <filesystem>
#include <map>

#include "agents/compute.hpp"
#include "agents/trainer.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/metrics_log.hpp"
#include "harness/trial_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/csv.hpp"
#include "tests/support/harness/scratch.hpp"

// Cases that need a GPU. ctest runs them under the label gpu, and sees by what they print where
// they were skipped: Catch2 2 has no word for it.
namespace pump::harness {
namespace {

using test::read_csv;

bool skipped() {
  const std::string why = agents::why_not(agents::Device::cuda);
  if (!why.empty()) std::printf("skipped: %s\n", why.c_str());
  return !why.empty();
}

TrialSpec trial(const std::string& objective, const std::string& device, int steps) {
  ConfigMap config = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nevaluation_episodes: 16\n"
      "clone: {episodes: 32}\nobjective: " +
          objective + "\n",
      "t.yaml");
  // Updates of some thousand steps at most: a GPU is slow where worlds are few.
  for (const char* setting : {"worlds=8", "outcome_episodes=16", "outcome_reference_episodes=500"})
    config.set(std::string("train.") + setting);
  config.set("train.device=" + device);
  config.set("steps=" + std::to_string(steps));
  return read_trial(config);
}

// What the first update measured: a budget of one step ends with it.
std::map<std::string, std::string> first_update(const std::string& objective,
                                                const std::string& device) {
  const test::Scratch scratch;
  run_trial(trial(objective, device, 1), scratch / "t");
  return read_csv(read_text(scratch / "t" / "metrics.csv")).at(0);
}

CATCH_TEST_CASE("the first update on a GPU measures what it does on a CPU", "[.][gpu]") {
  if (skipped()) return;
  for (const std::string& objective : agents::objective_names()) {
    const auto cpu = first_update(objective, "cpu"), cuda = first_update(objective, "cuda");
    for (const MetricColumn& column : metric_columns()) {
      if (std::string(column.group) != "training") continue;  // evaluations may part in a draw
      CATCH_INFO(objective << ", " << column.name);
      CATCH_REQUIRE(cpu.at(column.name).empty() == cuda.at(column.name).empty());
      if (cpu.at(column.name).empty()) continue;
      CATCH_CHECK(std::stod(cuda.at(column.name)) ==
                  Catch::Approx(std::stod(cpu.at(column.name))).epsilon(1e-2).margin(1e-4));
    }
  }
}

CATCH_TEST_CASE("every objective trains on a GPU, and goes on there from a checkpoint",
                "[.][gpu]") {
  if (skipped()) return;
  constexpr int kSteps = 4'000;
  for (const std::string& objective : agents::objective_names()) {
    CATCH_INFO(objective);
    const test::Scratch scratch;
    const TrialSpec spec = trial(objective, "cuda", kSteps);
    int updates = 0;
    const auto until = [&](std::uint64_t, const TrialResult&) { return ++updates < 2; };
    CATCH_CHECK_THROWS_AS(run_trial(spec, scratch / "t", until), Interrupted);
    const TrialResult result = run_trial(spec, scratch / "t");
    CATCH_CHECK(result.status == TrialStatus::ok);
    CATCH_CHECK(result.checkpoints.back().steps >= kSteps);
  }
}

}  // namespace
}  // namespace pump::harness
