#include "harness/trial.hpp"

#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agents/bytes.hpp"
#include "agents/trainer.hpp"
#include "engine/ensure.hpp"
#include "engine/error.hpp"
#include "engine/wrappers.hpp"
#include "harness/calibration.hpp"
#include "harness/evaluate.hpp"
#include "harness/files.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_policies.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using engine::EpisodeRecord;
using Json = nlohmann::json;

std::unique_ptr<engine::Batch> make_batch(const engine::Environment& environment,
                                          const TrialSpec& spec, int worlds, std::uint64_t seed) {
  std::unique_ptr<engine::Batch> batch = environment.batch(worlds, seed);
  if (spec.sticky_actions > 0)
    batch = engine::sticky_actions(std::move(batch), spec.sticky_actions, seed);
  if (spec.coarse_actions > 1)
    batch = engine::coarse_actions(std::move(batch), spec.coarse_actions);
  if (spec.observation_noise > 0)
    batch = engine::observation_noise(std::move(batch), spec.observation_noise, seed);
  return batch;
}

// What is the same for all trials of a wish in a world. Kept for the next trial of this process.
struct Yardstick {
  Calibration calibration;
  std::optional<double> best_exploit_share;
};

const Yardstick& yardstick(const engine::Environment& environment, const TrialSpec& spec) {
  static std::map<std::string, Yardstick> known;
  const Json json = to_json(spec);
  const std::string key =
      Json{json["environment"],         json["parameters"],     json["wish"],
           json["evaluation_episodes"], json["sticky_actions"], json["coarse_actions"],
           json["observation_noise"]}
          .dump();
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  Yardstick fresh;
  fresh.calibration = calibrate(environment, spec.wish);
  // In the policy's own worlds, sticky actions and all.
  const auto batch = [&] {
    return make_batch(environment, spec, spec.evaluation_episodes, kEvaluationSeed);
  };
  fresh.best_exploit_share = best_exploit_share(batch, spec.wish, fresh.calibration);
  return known.emplace(key, std::move(fresh)).first->second;
}

// A trial under way.
class Trial {
 public:
  Trial(const TrialSpec& spec, const fs::path& directory)
      : spec_(spec),
        directory_(directory),
        environment_(make_environment(spec.environment, spec.parameters)),
        yardstick_(yardstick(*environment_, spec)),
        batch_(make_batch(spec.train.worlds, spec.seed)),
        view_(*batch_, spec.wish),
        policies_(spec, *environment_,
                  [this](int worlds, std::uint64_t seed) { return make_batch(worlds, seed); }),
        leash_(policies_.leash()),
        trainer_(spec.train, view_, spec.seed, spec.budget_steps, policies_.start(), leash_.get()),
        result_(describe(spec_)) {
    result_.best_exploit_share = yardstick_.best_exploit_share;
  }

  TrialResult run(const Progress& progress) {
    resume();
    while (trainer_.steps() < spec_.budget_steps && !trainer_.diverged()) {
      add(trainer_.update());
      discover();
      if (progress) progress(trainer_.steps());
      if (trainer_.steps() < next_checkpoint() || trainer_.diverged()) continue;
      evaluate_policy();
      keep();
    }
    finish();
    return result_;
  }

 private:
  std::unique_ptr<engine::Batch> make_batch(int worlds, std::uint64_t seed) const {
    return pump::harness::make_batch(*environment_, spec_, worlds, seed);
  }

  // The i-th of 40 is due at i / 40 of the budget. An update longer than that skips some: the same
  // policy is not measured twice.
  std::uint64_t next_checkpoint() const {
    const std::uint64_t last = result_.checkpoints.empty() ? 0 : result_.checkpoints.back().steps;
    const std::uint64_t done = last * kCheckpoints / spec_.budget_steps;
    return ((done + 1) * spec_.budget_steps + kCheckpoints - 1) / kCheckpoints;
  }

  EpisodeClass classify(const EpisodeRecord& record) const {
    const double proxy = spec_.wish.reward(std::span<const double>(record.signals));
    return yardstick_.calibration.classify(proxy, record.true_utility, record.reset_class);
  }

  void add(const agents::Metrics& metrics) {
    for (const auto& [name, value] : metrics) sums_[name] += value;
    updates_++;
  }

  void discover() {
    for (const EpisodeRecord& record : batch_->take_finished())
      if (!result_.discovery_steps && classify(record) == EpisodeClass::uhr)
        result_.discovery_steps = record.total_steps;
  }

  void evaluate_policy() {
    const auto batch = make_batch(spec_.evaluation_episodes, kEvaluationSeed);
    const auto player = policy_player(trainer_.policy(), kEvaluationSeed);
    const Evaluation evaluation = evaluate(*batch, *player);
    Checkpoint checkpoint;
    checkpoint.steps = trainer_.steps();
    checkpoint.outcomes.resize(result_.outcome_labels.size());
    for (const EpisodeRecord& record : evaluation.episodes) count(checkpoint, record);
    for (double* mean : {&checkpoint.proxy_return, &checkpoint.true_utility, &checkpoint.length})
      *mean /= checkpoint.episodes;
    write_metrics(checkpoint);
    result_.checkpoints.push_back(checkpoint);
    keep_replays(evaluation);
  }

  void count(Checkpoint& checkpoint, const EpisodeRecord& record) const {
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

  // One line: means over the updates since the last checkpoint.
  void write_metrics(Checkpoint& checkpoint) {
    Json line = {{"steps", checkpoint.steps}, {"updates", updates_}};
    for (auto& [name, sum] : sums_)
      if (name != "steps") line[name] = sum / updates_;
    checkpoint.entropy = line.value("entropy", 0.0);
    checkpoint.kl_to_reference = line.value("kl_to_reference", 0.0);
    line["proxy_return"] = checkpoint.proxy_return;
    line["true_utility"] = checkpoint.true_utility;
    metrics_ += line.dump() + "\n";
    sums_.clear();
    updates_ = 0;
  }

  void keep_replays(const Evaluation& evaluation) {
    for (std::size_t i = 0; i < evaluation.episodes.size(); i++) {
      const EpisodeRecord& record = evaluation.episodes[i];
      const std::string& label =
          result_.outcome_labels[static_cast<std::size_t>(record.outcome.label)];
      keep_replay(record, evaluation.actions[i], label, label);
      if (is_novel(record)) keep_replay(record, evaluation.actions[i], label, "novel");
    }
  }

  bool is_novel(const EpisodeRecord& record) const {
    const auto label = static_cast<std::size_t>(record.outcome.label);
    return spec_.wish.kinds[label] == engine::Kind::other && classify(record) == EpisodeClass::uhr;
  }

  // The first of each name.
  void keep_replay(const EpisodeRecord& record, const std::vector<engine::Action>& actions,
                   const std::string& label, const std::string& name) {
    if (!kept_.insert(name).second) return;
    engine::Replay replay = engine::record(*environment_, kEvaluationSeed, record, actions);
    replay.notes = {{"outcome", label},
                    {"wish", spec_.wish.name},
                    {"policy", fmt::format("{} after {} steps", result_.objective,
                                           result_.checkpoints.back().steps)}};
    write_text(directory_ / "replays" / (name + ".json"), engine::write_replay(replay));
  }

  // What an interrupted trial goes on from.
  void keep() const {
    agents::ByteWriter out;
    const std::string so_far = Json{
        {"id", result_.id},
        {"result", result_},
        {"metrics", metrics_},
        {"kept", kept_}}.dump();
    out.array(std::span<const char>(so_far));
    out.array(std::span<const std::byte>(trainer_.save()));
    out.array(std::span<const std::byte>(batch_->save()));
    write_bytes(directory_ / "checkpoint.bin", agents::sealed(out.take()));
  }

  void resume() {
    const fs::path file = directory_ / "checkpoint.bin";
    if (!fs::exists(file)) return;
    const std::vector<std::byte> bytes = read_bytes(file);
    agents::ByteReader in(agents::unsealed(bytes, file.string()), file.string());
    // What is sealed is ours, so its inside is sound; but it may be another trial's.
    const auto text = in.array<char>();
    const Json so_far = Json::parse(text);
    if (so_far.at("id") != result_.id)
      in.refuse("a checkpoint of trial " + result_.id, "another's");
    const auto trainer = in.array<std::byte>(), batch = in.array<std::byte>();
    in.finish();
    trainer_.load(trainer, file.string());
    batch_->load(batch);
    result_ = so_far.at("result").get<TrialResult>();
    metrics_ = so_far.at("metrics").get<std::string>();
    kept_ = so_far.at("kept").get<std::set<std::string>>();
  }

  void finish() {
    if (trainer_.diverged()) {
      result_.status = TrialStatus::diverged;
      result_.message =
          fmt::format("a loss or weight stopped being finite at {} steps", trainer_.steps());
    }
    assess(result_);
    write_text(directory_ / "metrics.jsonl", metrics_);
    write_text(directory_ / "outcomes.csv", outcomes_table());
    if (!policies_.report().empty())
      write_text(directory_ / "imitation.json", policies_.report().dump(1) + "\n");
    write_bytes(directory_ / "policy.bin", trainer_.policy().save());
    write_text(directory_ / "result.json", Json(result_).dump(1) + "\n");
    fs::remove(directory_ / "checkpoint.bin");
  }

  std::string outcomes_table() const {
    std::string out = fmt::format("steps,episodes,uhr,intended,novel,{}\n",
                                  fmt::join(result_.outcome_labels, ","));
    for (const Checkpoint& c : result_.checkpoints)
      out += fmt::format("{},{},{},{},{},{}\n", c.steps, c.episodes, c.uhr, c.intended, c.novel,
                         fmt::join(c.outcomes, ","));
    return out;
  }

  const TrialSpec& spec_;
  fs::path directory_;
  std::unique_ptr<engine::Environment> environment_;
  const Yardstick& yardstick_;
  std::unique_ptr<engine::Batch> batch_;
  engine::TrainingView view_;
  std::string metrics_;  // a line a checkpoint
  std::optional<agents::Policy> clone_;
  TrialPolicies policies_;
  std::unique_ptr<agents::Reference> leash_;
  agents::Trainer trainer_;
  TrialResult result_;
  agents::Metrics sums_;  // since the last checkpoint
  int updates_ = 0;
  std::set<std::string> kept_;  // labels with a replay
};

}  // namespace

TrialResult run_trial(const TrialSpec& spec, const fs::path& directory, const Progress& progress) {
  const fs::path done = directory / "result.json";
  if (fs::exists(done)) {
    const TrialResult result = parse_trial(read_text(done), done.string());
    if (result.id != trial_id(spec))
      throw Error(
          fmt::format("{}: expected trial {}, got {}", done.string(), trial_id(spec), result.id));
    fs::remove(directory / "checkpoint.bin");  // where a kill came between the two
    return result;
  }
  make_directory(directory / "replays");
  write_text(directory / "config.yaml", write_trial(spec));
  return Trial(spec, directory).run(progress);
}

}  // namespace pump::harness
