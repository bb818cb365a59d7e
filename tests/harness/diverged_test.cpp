#include <algorithm>
#include <cmath>

#include "agents/trainer.hpp"
#include "harness/files.hpp"
#include "harness/trial_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/csv.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::test::contains;
using pump::test::read_csv;

namespace {

TrialSpec trial(const std::string& objective, const std::string& learning_rate) {
  ConfigMap config = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nsteps: 40000\nevaluation_episodes: 16\n"
      "clone: {episodes: 32}\nobjective: " +
          objective + "\n",
      "t.yaml");
  if (!learning_rate.empty()) config.set("train.learning_rate=" + learning_rate);
  return read_trial(config);
}

// Every number that a trial told.
bool all_finite(const std::filesystem::path& directory) {
  for (const auto& row : read_csv(read_text(directory / "metrics.csv")))
    for (const auto& [name, cell] : row)
      if (!cell.empty() && !std::isfinite(std::stod(cell))) return false;
  return true;
}

}  // namespace

// 10 is as large as the range allows.
CATCH_TEST_CASE("a run that diverges ends as diverged, whatever the objective") {
  const pump::test::Scratch scratch;
  int diverged = 0;
  for (const std::string& objective : pump::agents::objective_names()) {
    const auto directory = scratch / objective;
    const TrialResult result = run_trial(trial(objective, "10"), directory);
    CATCH_INFO(objective << ": " << to_string(result.status) << ", " << result.message);
    CATCH_REQUIRE(!result.checkpoints.empty());
    if (result.status == TrialStatus::diverged) {
      diverged++;
      CATCH_CHECK(result.run_class == RunClass::failed);
      CATCH_CHECK(contains(result.message, " steps"));
      CATCH_CHECK(result.checkpoints.back().steps < 40'000);  // it ended there
    } else {  // what bounds the policy's steps by other means than a learning rate
      CATCH_CHECK(result.status == TrialStatus::ok);
      CATCH_CHECK(all_finite(directory));
      CATCH_CHECK(result.checkpoints.back().entropy > 1e-3);
    }
    CATCH_CHECK(run_trial(trial(objective, "10"), directory).message == result.message);
  }
  CATCH_CHECK(diverged >= 4);  // reinforce, a2c, ppo_clip and ppo_kl at the least
}

CATCH_TEST_CASE("a policy of which no float holds a probability has diverged, its weights finite") {
  const pump::test::Scratch scratch;
  ConfigMap config = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nsteps: 40000\nevaluation_episodes: 16\n"
      "objective: natural_gradient\ntrain: {natural_step_size: 1000}\n",
      "t.yaml");
  const TrialResult result = run_trial(read_trial(config), scratch.path());
  CATCH_INFO(result.message);
  CATCH_CHECK(result.status == TrialStatus::diverged);
  CATCH_CHECK(contains(result.message, "left the range of a float"));
  CATCH_CHECK(all_finite(scratch.path()));
}

CATCH_TEST_CASE("a run as configured does not diverge, and all that it tells is finite") {
  const pump::test::Scratch scratch;
  for (const std::string& objective : pump::agents::objective_names()) {
    const TrialResult result = run_trial(trial(objective, ""), scratch / objective);
    CATCH_INFO(objective << ": " << result.message);
    CATCH_CHECK(result.status == TrialStatus::ok);
    CATCH_CHECK(all_finite(scratch / objective));
  }
}
