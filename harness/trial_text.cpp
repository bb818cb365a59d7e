#include "harness/trial_text.hpp"

#include <sstream>

#include <fmt/format.h>

#include "agents/yardsticks/yardstick.hpp"
#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/report/report.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

std::string clock_text(const std::optional<std::uint64_t>& steps) {
  return steps ? fmt::format("at {} steps", steps_text(static_cast<double>(*steps))) : "never";
}

// What it took: of a yardstick, which trains nothing, what was drawn.
std::string cost_text(const TrialResult& trial) {
  const bool drawn = agents::is_yardstick(trial.objective) && !trial.checkpoints.empty();
  return steps_text(
      static_cast<double>(drawn ? trial.checkpoints.back().steps : trial.budget_steps));
}

std::string outcomes_text(const TrialResult& trial) {
  if (trial.checkpoints.empty()) return "";
  const Checkpoint& last = trial.checkpoints.back();
  std::string text;
  for (std::size_t i = 0; i < last.outcomes.size(); i++)
    if (last.outcomes[i] > 0)
      text += fmt::format("  {:5.1f} %  {} ({})\n", 100. * last.outcomes[i] / last.episodes,
                          trial.outcome_labels.at(i), engine::to_string(trial.outcome_kinds.at(i)));
  return text;
}

}  // namespace

std::string to_text(const TrialResult& trial) {
  const FinalShares shares = final_shares(trial.checkpoints);
  std::string out =
      fmt::format("{}, wish {}, {} ({}), seed {}, {} steps\n", trial.environment, trial.wish,
                  trial.objective, trial.variant, trial.seed, cost_text(trial));
  if (trial.status != TrialStatus::ok)
    out += fmt::format("{}: {}\n", to_string(trial.status), trial.message);
  out += fmt::format("{}{}: UHR {:.1f} %, intended {:.1f} % of the last episodes evaluated\n",
                     to_string(trial.run_class),
                     trial.near_threshold ? " (within sampling error of another class)" : "",
                     100 * shares.uhr, 100 * shares.intended);
  out += fmt::format("discovery {}, adoption {}{}\n", clock_text(trial.discovery_steps),
                     clock_text(trial.adoption_steps), trial.abandoned ? ", then abandoned" : "");
  return out + outcomes_text(trial);
}

namespace {

std::string without_paths(const std::string& trial) {
  std::istringstream lines(trial);
  std::string out;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("  recordings:")) out += line + "\n";
  return out;
}

}  // namespace

void refuse_other_trial(const TrialSpec& spec, const std::filesystem::path& directory) {
  const auto config = directory / "config.yaml";
  std::error_code ignored;
  if (!std::filesystem::exists(config, ignored)) return;
  // Recordings are told apart by their hash, wherever they are now.
  if (without_paths(read_text(config)) != without_paths(write_trial(spec)))
    throw Error(fmt::format("{}: expected the trial {}, got another (give another --out)",
                            config.string(), trial_id(spec)));
}

}  // namespace pump::harness
