#include "harness/trial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "agents/bytes.hpp"
#include "agents/compute.hpp"
#include "agents/trainer.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "engine/error.hpp"
#include "engine/training_view.hpp"
#include "harness/build_info.hpp"
#include "harness/evaluate.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_log.hpp"
#include "harness/trial_policies.hpp"
#include "harness/trial_worlds.hpp"
#include "harness/trial_yardstick.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

// Of episodes that nothing is learnt from, but about: worlds that no training sees.
constexpr std::uint64_t kReferenceSeed = 0xC0FF'EE00'0000'0000;
constexpr std::uint64_t kFreshSeed = 0xF4E5'4000'0000'0000;

engine::OutcomeCoding coding_of(const agents::TrainConfig& train) {
  if (agents::fresh_episodes(train) == 0) return {};
  const bool oracle = train.outcome_code == agents::OutcomeCodes::oracle;
  return {oracle ? engine::OutcomeCoding::By::label : engine::OutcomeCoding::By::final_signals,
          train.outcome_quantum};
}

constexpr std::string_view kCheckpoint = "pump checkpoint of ";

// What a checkpoint goes on with to the same bytes.
std::string made_by(const TrialSpec& spec) {
  return fmt::format("{}{}, on {}", kCheckpoint, to_text(this_build()),
                     agents::device_name(spec.train));
}

// The least proxy return with which an episode is as good as the intended ones, in any reset class.
double success_return(const engine::Environment& environment, const TrialSpec& spec) {
  double least = std::numeric_limits<double>::infinity();
  for (const ClassCalibration& of : standards(environment, spec).calibration.classes)
    if (of.resets > 0) least = std::min(least, of.thresholds.proxy - of.thresholds.proxy_slack);
  return least;
}

// Some worlds and how an objective sees them; or none.
struct SideWorlds {
  SideWorlds(std::unique_ptr<engine::Batch> worlds, const TrialSpec& spec)
      : batch(std::move(worlds)) {
    if (batch) view.emplace(*batch, spec.wish, coding_of(spec.train));
  }
  engine::TrainingView* get() { return view ? &*view : nullptr; }
  std::unique_ptr<engine::Batch> batch;
  std::optional<engine::TrainingView> view;
};

// A trial under way.
class Trial {
 public:
  Trial(const TrialSpec& spec, const fs::path& directory)
      : spec_(spec),
        directory_(directory),
        environment_(make_environment(spec.environment, spec.parameters)),
        log_(spec, *environment_, directory),
        batch_(worlds(spec.train.worlds, spec.seed)),
        view_(*batch_, spec.wish, coding_of(spec.train)),
        policies_(spec, *environment_,
                  [this](int worlds, std::uint64_t seed) { return this->worlds(worlds, seed); }),
        leash_(policies_.leash()),
        reference_(side_worlds(agents::reference_worlds(spec.train), kReferenceSeed)),
        fresh_(side_worlds(agents::fresh_episodes(spec.train), kFreshSeed)),
        trainer_(spec.train, view_, spec.seed, spec.budget_steps, policies_.start(), leash_.get(),
                 {reference_.get(), fresh_.get(), success_return(*environment_, spec)}) {}

  TrialResult run(const Progress& progress, const PolicyWatch& watch) {
    resume();
    log_.open();
    if (watch) watch(trainer_.steps(), trainer_.policy());
    while (trainer_.steps() < spec_.budget_steps && !log_.diverged()) {
      const std::uint64_t elsewhere = trainer_.steps() - batch_->total_steps();
      const agents::Metrics metrics = trainer_.update();
      log_.add(metrics);
      discover(elsewhere);
      check_finite(metrics);
      const bool due = trainer_.steps() >= log_.next_checkpoint() || log_.diverged();
      if (due) {
        evaluate_policy();
        keep();
      }
      if (watch) watch(trainer_.steps(), trainer_.policy());
      if (!progress || progress(trainer_.steps(), log_.result())) continue;
      if (!due) keep();
      throw Interrupted();
    }
    return finish();
  }

  // Of its checkpoint.
  agents::Policy policy() {
    resume();
    return trainer_.policy().clone();
  }

 private:
  std::unique_ptr<engine::Batch> worlds(int worlds, std::uint64_t seed) const {
    return make_worlds(*environment_, spec_, worlds, seed);
  }

  SideWorlds side_worlds(int episodes, std::uint64_t seed) const {
    return SideWorlds(episodes > 0 ? worlds(episodes, spec_.seed ^ seed) : nullptr, spec_);
  }

  void evaluate_policy() {
    const int rounds = rounds_of(*environment_, spec_.evaluation_episodes);
    const auto batch = worlds(spec_.evaluation_episodes / rounds, kEvaluationSeed);
    const auto player = policy_player(trainer_.policy(), kEvaluationSeed, spec_.evaluation_actions);
    log_.checkpoint(trainer_.steps(), evaluate(*batch, *player, rounds));
    // A step that is far too large need not end in NaN: it can throw the logits so far apart that
    // no float holds the smaller probabilities, after which there is no gradient to come back by. A
    // policy that was learnt stays many orders of magnitude away from that.
    if (player->least_probability() <= 0)
      diverge("the policy's probabilities left the range of a float");
  }

  // Of the episodes that are learnt from, on the trainer's clock. elsewhere: steps before the
  // update that were taken in other worlds.
  void discover(std::uint64_t elsewhere) {
    std::vector<engine::EpisodeRecord> ended = batch_->take_finished();
    for (engine::EpisodeRecord& record : ended) record.total_steps += elsewhere;
    log_.discover(ended);
    for (const SideWorlds* beside : {&reference_, &fresh_})
      if (beside->batch) beside->batch->take_finished();
  }

  void diverge(const std::string& what) {
    log_.diverge(fmt::format("{} at {} steps", what, trainer_.steps()));
  }

  void check_finite(const agents::Metrics& metrics) {
    if (trainer_.diverged()) diverge("a loss or weight stopped being finite");
    for (const auto& [name, value] : metrics)
      if (!std::isfinite(value)) diverge(name + " stopped being finite");
  }

  // What an interrupted trial goes on from.
  void keep() const {
    agents::ByteWriter out;
    out.array(std::span<const char>(made_by(spec_)));
    log_.save(out);
    out.array(std::span<const std::byte>(trainer_.save()));
    out.array(std::span<const std::byte>(batch_->save()));
    out.array(
        std::span<const std::byte>(fresh_.batch ? fresh_.batch->save() : std::vector<std::byte>()));
    write_bytes(directory_ / "checkpoint.bin", agents::sealed(out.take()));
  }

  void resume() {
    const fs::path file = directory_ / "checkpoint.bin";
    if (!fs::exists(file)) return;
    const std::vector<std::byte> bytes = read_bytes(file);
    agents::ByteReader in(agents::unsealed(bytes, file.string()), file.string());
    const auto by = in.array<char>();
    if (!std::string_view(by.data(), by.size()).starts_with(kCheckpoint))
      in.refuse("a checkpoint of this version", "an older one");
    log_.load(in);
    const auto trainer = in.array<std::byte>(), batch = in.array<std::byte>(),
               fresh = in.array<std::byte>();
    in.finish();
    trainer_.load(trainer, file.string());
    batch_->load(batch);
    if (fresh_.batch) fresh_.batch->load(fresh);
  }

  TrialResult finish() {
    policies_.write_report(directory_);
    write_ends();
    write_bytes(directory_ / "policy.bin", trainer_.policy().save());
    const TrialResult result = log_.finish();
    fs::remove(directory_ / "checkpoint.bin");
    return result;
  }

  void write_ends() const {
    const std::vector<agents::OutcomeShare> shares = trainer_.outcome_shares();
    if (shares.empty()) return;
    std::string text = "policy,policy_successes,reference,reference_successes,log_ratio,outcome\n";
    for (const agents::OutcomeShare& share : shares)
      text +=
          fmt::format("{},{},{},{},{:.4f},\"{}\"\n", share.policy, share.policy_successes,
                      share.reference, share.reference_successes, share.log_ratio,
                      engine::to_text(share.outcome, environment_->info(), coding_of(spec_.train)));
    write_text(directory_ / "ends.csv", text);
  }

  const TrialSpec& spec_;
  fs::path directory_;
  std::unique_ptr<engine::Environment> environment_;
  TrialLog log_;
  std::unique_ptr<engine::Batch> batch_;
  engine::TrainingView view_;
  TrialPolicies policies_;
  std::unique_ptr<agents::Reference> leash_;
  SideWorlds reference_, fresh_;
  agents::Trainer trainer_;
};

}  // namespace

bool is_done(const fs::path& directory) { return fs::exists(directory / "result.json"); }

bool is_of_another_build(const TrialSpec& spec, const fs::path& directory) {
  const fs::path file = directory / "checkpoint.bin";
  if (!fs::exists(file)) return false;
  const std::vector<std::byte> bytes = read_bytes(file);
  agents::ByteReader in(agents::unsealed(bytes, file.string()), file.string());
  return !std::ranges::equal(in.array<char>(), made_by(spec));
}

TrialResult run_trial(const TrialSpec& spec, const fs::path& directory, const Progress& progress,
                      const PolicyWatch& watch) {
  const fs::path done = directory / "result.json";
  if (fs::exists(done)) {
    const TrialResult result = parse_trial(read_text(done), done.string());
    if (result.id != trial_id(spec))
      throw Error(
          fmt::format("{}: expected trial {}, got {}", done.string(), trial_id(spec), result.id));
    fs::remove(directory / "checkpoint.bin");  // where a kill came between the two
    return result;
  }
  // Refused, if at all, before anything is written.
  standards(*make_environment(spec.environment, spec.parameters), spec);
  if (is_of_another_build(spec, directory)) {
    fs::remove_all(directory / "replays");  // of policies that are no more
    fs::remove(directory / "checkpoint.bin");
  }
  make_directory(directory / "replays");
  write_text(directory / "config.yaml", write_trial(spec));
  if (agents::is_yardstick(spec.train.objective)) return run_yardstick(spec, directory, progress);
  return Trial(spec, directory).run(progress, watch);
}

agents::Policy learnt_policy(const TrialSpec& spec, const fs::path& directory) {
  const fs::path file = directory / "policy.bin";
  if (fs::exists(file)) {
    const auto environment = make_environment(spec.environment, spec.parameters);
    return agents::Policy::load(read_bytes(file), environment->observation(),
                                static_cast<int>(environment->info().actions.size()),
                                file.string());
  }
  if (fs::exists(directory / "checkpoint.bin")) return Trial(spec, directory).policy();
  throw Error(fmt::format("{}: expected a policy.bin or a checkpoint.bin in it, got neither",
                          directory.string()));
}

}  // namespace pump::harness
