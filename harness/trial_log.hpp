#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agents/bytes.hpp"
#include "agents/trainer.hpp"
#include "engine/environment.hpp"
#include "harness/evaluate.hpp"
#include "harness/metrics_log.hpp"
#include "harness/trial.hpp"
#include "harness/trial_worlds.hpp"

namespace pump::harness {

// What happened in a trial: judges episodes, and keeps result, metrics and replays in the trial's
// folder.
class TrialLog {
 public:
  // All outlive the log. The folder is there.
  TrialLog(const TrialSpec& spec, const engine::Environment& environment,
           const std::filesystem::path& directory);

  const TrialResult& result() const { return result_; }
  // Steps at which the next one is due, the i-th of 40 at i / 40 of the budget. An update longer
  // than that skips some: the same policy is not measured twice.
  std::uint64_t next_checkpoint() const;

  // Before anything happens, or after load.
  void open() const { metrics_.open(); }
  // Of training: what one update measured, and the episodes that ended in it.
  void add(const agents::Metrics& update);
  void discover(std::span<const engine::EpisodeRecord> ended);
  // Of one evaluation from kEvaluationSeed, at so many steps.
  void checkpoint(std::uint64_t steps, const Evaluation& evaluation);

  // From here on the trial's status is diverged, and it ends; the first reason is kept.
  void diverge(const std::string& why);
  bool diverged() const { return result_.status == TrialStatus::diverged; }

  // Judges. Writes outcomes.csv and, last, result.json.
  TrialResult finish();

  // All but the spec. load: the trial's id is checked, `file` named.
  void save(agents::ByteWriter& out) const;
  void load(agents::ByteReader& in);

 private:
  EpisodeClass classify(const engine::EpisodeRecord& record) const;
  bool is_novel(const engine::EpisodeRecord& record) const;
  void count(Checkpoint& checkpoint, const engine::EpisodeRecord& record) const;
  void write_metrics(Checkpoint& checkpoint);
  void keep_replays(const Evaluation& evaluation);
  void keep_replay(const engine::EpisodeRecord& record, const std::vector<engine::Action>& actions,
                   const std::string& label, const std::string& name);
  std::string outcomes_table() const;

  const TrialSpec& spec_;
  const engine::Environment& environment_;
  const Standards& standards_;
  std::filesystem::path directory_;
  TrialResult result_;
  MetricsLog metrics_;
  std::set<std::string> kept_;  // names of replays
  agents::Metrics sums_;        // since the last checkpoint
  int updates_ = 0;             // since then
};

}  // namespace pump::harness
