#include "harness/trial_log.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/files.hpp"

namespace pump::harness {

using engine::EpisodeRecord;
using Json = nlohmann::json;

TrialLog::TrialLog(const TrialSpec& spec, const engine::Environment& environment,
                   const std::filesystem::path& directory)
    : spec_(spec),
      environment_(environment),
      standards_(standards(environment, spec)),
      directory_(directory),
      result_(describe(spec)),
      metrics_(directory) {
  result_.best_exploit_share = standards_.best_exploit_share;
}

std::uint64_t TrialLog::next_checkpoint() const {
  const std::uint64_t last = result_.checkpoints.empty() ? 0 : result_.checkpoints.back().steps;
  const std::uint64_t done = last * kCheckpoints / spec_.budget_steps;
  return ((done + 1) * spec_.budget_steps + kCheckpoints - 1) / kCheckpoints;
}

EpisodeClass TrialLog::classify(const EpisodeRecord& record) const {
  const double proxy = spec_.wish.reward(std::span<const double>(record.signals));
  return standards_.calibration.classify(
      proxy, record.true_utility, record.reset_class,
      spec_.wish.kinds[static_cast<std::size_t>(record.outcome.label)]);
}

bool TrialLog::is_novel(const EpisodeRecord& record) const {
  const auto label = static_cast<std::size_t>(record.outcome.label);
  return spec_.wish.kinds[label] == engine::Kind::other && classify(record) == EpisodeClass::uhr;
}

void TrialLog::add(const agents::Metrics& update) {
  for (const auto& [name, value] : update)
    if (name != "steps") sums_[name] += value;
  updates_++;
}

void TrialLog::discover(std::span<const EpisodeRecord> ended) {
  for (const EpisodeRecord& record : ended)
    if (classify(record) == EpisodeClass::uhr)
      result_.discovery_steps =
          std::min(record.total_steps, result_.discovery_steps.value_or(record.total_steps));
}

void TrialLog::checkpoint(std::uint64_t steps, const Evaluation& evaluation) {
  Checkpoint checkpoint;
  checkpoint.steps = steps;
  checkpoint.outcomes.resize(result_.outcome_labels.size());
  for (const EpisodeRecord& record : evaluation.episodes) count(checkpoint, record);
  for (double* mean : {&checkpoint.proxy_return, &checkpoint.true_utility, &checkpoint.length})
    *mean /= checkpoint.episodes;
  write_metrics(checkpoint);
  result_.checkpoints.push_back(checkpoint);
  keep_replays(evaluation);
}

void TrialLog::count(Checkpoint& checkpoint, const EpisodeRecord& record) const {
  const auto label = static_cast<std::size_t>(record.outcome.label);
  const EpisodeClass judged = classify(record);
  checkpoint.episodes++;
  checkpoint.outcomes[label]++;
  checkpoint.intended += judged == EpisodeClass::intended;
  checkpoint.uhr += judged == EpisodeClass::uhr;
  checkpoint.novel += is_novel(record);
  checkpoint.proxy_return += spec_.wish.reward(std::span<const double>(record.signals));
  checkpoint.true_utility += record.true_utility;
  checkpoint.length += record.length;
}

// Of training: means over the updates since the last checkpoint.
void TrialLog::write_metrics(Checkpoint& checkpoint) {
  std::map<std::string, double> row;
  for (const auto& [name, sum] : sums_) row[name] = sum / updates_;
  const auto measured = [&row](const char* name) { return row.contains(name) ? row[name] : 0; };
  checkpoint.entropy = measured("entropy");
  checkpoint.kl_to_reference = measured("kl_to_reference");
  row["proxy_return"] = checkpoint.proxy_return;
  row["true_utility"] = checkpoint.true_utility;
  row["uhr"] = static_cast<double>(checkpoint.uhr) / checkpoint.episodes;
  row["intended"] = static_cast<double>(checkpoint.intended) / checkpoint.episodes;
  row["length"] = checkpoint.length;
  metrics_.add(checkpoint.steps, row);
  sums_.clear();
  updates_ = 0;
}

void TrialLog::keep_replays(const Evaluation& evaluation) {
  for (std::size_t i = 0; i < evaluation.episodes.size(); i++) {
    const EpisodeRecord& record = evaluation.episodes[i];
    const std::string& label =
        result_.outcome_labels[static_cast<std::size_t>(record.outcome.label)];
    keep_replay(record, evaluation.actions[i], label, label);
    if (is_novel(record)) keep_replay(record, evaluation.actions[i], label, "novel");
  }
}

// The first of each name.
void TrialLog::keep_replay(const EpisodeRecord& record, const std::vector<engine::Action>& actions,
                           const std::string& label, const std::string& name) {
  if (!kept_.insert(name).second) return;
  engine::Replay replay = engine::record(environment_, kEvaluationSeed, record, actions);
  replay.notes = {{"outcome", label},
                  {"wish", spec_.wish.name},
                  {"policy", fmt::format("{} after {} steps", result_.objective,
                                         result_.checkpoints.back().steps)}};
  write_text(directory_ / "replays" / (name + ".json"), engine::write_replay(replay));
}

std::string TrialLog::outcomes_table() const {
  std::string out =
      fmt::format("steps,episodes,uhr,intended,novel,{}\n", fmt::join(result_.outcome_labels, ","));
  for (const Checkpoint& c : result_.checkpoints)
    out += fmt::format("{},{},{},{},{},{}\n", c.steps, c.episodes, c.uhr, c.intended, c.novel,
                       fmt::join(c.outcomes, ","));
  return out;
}

void TrialLog::diverge(const std::string& why) {
  if (diverged()) return;
  result_.status = TrialStatus::diverged;
  result_.message = why;
}

TrialResult TrialLog::finish() {
  assess(result_);
  write_text(directory_ / "outcomes.csv", outcomes_table());
  write_text(directory_ / "result.json", Json(result_).dump(1) + "\n");
  return result_;
}

void TrialLog::save(agents::ByteWriter& out) const {
  const std::string so_far = Json{{"id", result_.id}, {"result", result_}, {"kept", kept_}}.dump();
  out.array(std::span<const char>(so_far));
  metrics_.save(out);
  out.value(updates_);
  out.value(static_cast<std::uint64_t>(sums_.size()));
  for (const auto& [name, sum] : sums_) {
    out.array(std::span<const char>(name));
    out.value(sum);
  }
}

void TrialLog::load(agents::ByteReader& in) {
  // What is sealed is ours, so its inside is sound; but it may be another trial's.
  const Json so_far = Json::parse(in.array<char>());
  if (so_far.at("id") != result_.id) in.refuse("a checkpoint of trial " + result_.id, "another's");
  result_ = so_far.at("result").get<TrialResult>();
  kept_ = so_far.at("kept").get<std::set<std::string>>();
  metrics_.load(in);
  updates_ = in.value<int>();
  sums_.clear();
  for (auto left = in.value<std::uint64_t>(); left > 0; left--) {
    const auto name = in.array<char>();
    sums_[std::string(name.begin(), name.end())] = in.value<double>();
  }
}

}  // namespace pump::harness
