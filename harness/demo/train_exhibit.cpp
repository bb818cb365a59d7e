#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "engine/words.hpp"
#include "harness/demo/exhibits.hpp"
#include "harness/demo/wish_panel.hpp"
#include "harness/files.hpp"
#include "harness/policy_score.hpp"
#include "harness/statistics.hpp"
#include "harness/trial.hpp"

namespace pump::harness {
namespace {

using engine::in_words;
using engine::Words;

constexpr int kUniformEpisodes = 1024;
constexpr double kSeen = .005;  // shares below are not listed

// What a trial came to, and the episode to be seen: the first that ended as most of its last
// evaluation did.
struct Learnt {
  TrialResult result;
  std::size_t label = 0;
  std::optional<engine::Replay> replay;
  double share(std::size_t of) const {
    const Checkpoint& last = result.checkpoints.back();
    return static_cast<double>(last.outcomes[of]) / last.episodes;
  }
};

// Trials of one world and wish, trained there and then, each in its panel.
class TrainExhibit final : public Exhibit {
 public:
  TrainExhibit(const TrainSpec& spec, Workshop& shop)
      : spec_(spec),
        shop_(shop),
        environment_(
            make_environment(spec.trials.front().environment, spec.trials.front().parameters)),
        panel_(environment_->info(), spec.wish),
        learnt_(spec.trials.size()) {
    stand_still();
    grant();
    ask_uniform();
  }

  void reveal() override {
    revealed_ = true;
    show_learnt();
  }
  void add_to(engine::Desk& desk) const override;
  void press(engine::DeskId button) override {
    if (!panel_.press(button)) return;
    stand_still();
    grant();
  }
  void slide(engine::DeskId slider, double value) override { panel_.slide(slider, value); }

 private:
  void stand_still() {
    std::vector<std::unique_ptr<Session>> sessions;
    for (const std::string& name : spec_.names)
      sessions.push_back(still_session(environment_, name));
    show(std::move(sessions));
  }
  void grant();
  void train(std::size_t trial);
  void ask_uniform();
  bool all_learnt() const {
    return std::ranges::all_of(learnt_, [](const auto& one) { return one.has_value(); });
  }
  void show_learnt();
  void add_learnt(engine::Desk& desk, std::size_t trial) const;
  std::string improbability(const Learnt& learnt) const;

  TrainSpec spec_;
  Workshop& shop_;
  std::shared_ptr<const engine::Environment> environment_;
  WishPanel panel_;
  bool revealed_ = false;
  std::shared_ptr<std::atomic<int>> wishes_ = std::make_shared<std::atomic<int>>(0);
  std::vector<std::optional<Learnt>> learnt_;
  std::vector<int>
      uniform_;  // of kUniformEpisodes episodes of uniform play, by label; empty: unknown
  std::shared_ptr<std::atomic<double>> trained_ = std::make_shared<std::atomic<double>>(0);
};

void TrainExhibit::grant() {
  ++*wishes_;
  for (auto& one : learnt_) one.reset();
  for (std::size_t i = 0; i < spec_.trials.size(); i++) train(i);
}

void TrainExhibit::ask_uniform() {
  shop_.background.start(job([this, wish = panel_.wish(), environment = environment_] {
    const PolicyScore score = score_policy(*environment, wish, "uniform", kUniformEpisodes, 0);
    return [this, outcomes = score.outcomes] { uniform_ = outcomes; };
  }));
}

Learnt read_learnt(TrialResult result, const std::filesystem::path& folder) {
  Learnt learnt{std::move(result), 0, {}};
  if (learnt.result.checkpoints.empty()) return learnt;
  const std::vector<int>& outcomes = learnt.result.checkpoints.back().outcomes;
  learnt.label = static_cast<std::size_t>(std::ranges::max_element(outcomes) - outcomes.begin());
  const auto file = folder / "replays" / (learnt.result.outcome_labels[learnt.label] + ".json");
  learnt.replay = engine::read_replay(read_text(file), file.string());
  return learnt;
}

void TrainExhibit::train(std::size_t index) {
  TrialSpec trial = spec_.trials[index];
  trial.wish = panel_.wish();
  shop_.background.start(job([this, index, trial, mine = wishes_->load(), wishes = wishes_,
                              share = trained_, &background = shop_.background,
                              directory = shop_.directory()]() -> Background::Delivery {
    if (*wishes != mine) return {};
    const auto folder = directory / trial_id(trial);
    *share = 0;
    TrialResult result = run_trial(trial, folder, [&](std::uint64_t steps, const TrialResult&) {
      *share = static_cast<double>(steps) / static_cast<double>(trial.budget_steps);
      return !background.stopping() && *wishes == mine;
    });
    return [this, index, mine, found = read_learnt(std::move(result), folder)]() mutable {
      if (*wishes_ != mine) return;
      learnt_[index] = std::move(found);
      if (revealed_) show_learnt();
    };
  }));
}

// Once all have learnt, so that they are seen side by side.
void TrainExhibit::show_learnt() {
  if (!all_learnt()) return;
  std::vector<std::unique_ptr<Session>> sessions;
  for (std::size_t i = 0; i < learnt_.size(); i++) {
    const std::optional<engine::Replay>& replay = learnt_[i]->replay;
    sessions.push_back(replay ? replay_session(environment_, panel_.wish(), *replay, spec_.names[i])
                              : still_session(environment_, spec_.names[i]));
  }
  show(std::move(sessions));
  showing().play_one();
}

// ---- The desk ----------------------------------------------------------------------------------

void TrainExhibit::add_to(engine::Desk& desk) const {
  panel_.add_to(desk);
  if (panel_.pending()) return desk.say("Press Grant to see what comes of it.", Words::Look::faint);
  bool under_way = false;
  for (std::size_t i = 0; i < learnt_.size(); i++) {
    desk.parts.emplace_back(engine::Rule{});
    if (learnt_[i]) {
      add_learnt(desk, i);
      continue;
    }
    const bool next = !std::exchange(under_way, true);
    desk.parts.emplace_back(engine::Work{
        fmt::format("{}: {}", spec_.names[i], next ? "training" : "waits for its turn"),
        next ? trained_->load() : 0});
  }
  if (all_learnt()) desk.say(panel_.remark(), Words::Look::faint);
}

// Of what most of its episodes come to, from what uniform play comes to.
std::string TrainExhibit::improbability(const Learnt& learnt) const {
  if (uniform_.empty()) return "...";
  const double share = learnt.share(learnt.label);
  const int seen = uniform_[learnt.label];
  if (seen > 0) return fmt::format("{:.1f} nats", std::log(share * kUniformEpisodes / seen));
  return fmt::format("over {:.1f} nats",
                     std::log(share / clopper_pearson(0, kUniformEpisodes).high));
}

void TrainExhibit::add_learnt(engine::Desk& desk, std::size_t trial) const {
  const Learnt& learnt = *learnt_[trial];
  if (learnt.result.checkpoints.empty())
    return desk.say(fmt::format("{}: {}", spec_.names[trial], learnt.result.message),
                    Words::Look::bold);
  const Checkpoint& last = learnt.result.checkpoints.back();
  const engine::EnvironmentInfo& info = environment_->info();
  desk.say(fmt::format("{}: {} ({})", spec_.names[trial], in_words(info.outcomes[learnt.label]),
                       in_words(engine::to_string(panel_.wish().kinds[learnt.label]))),
           Words::Look::bold);
  desk.parts.emplace_back(
      engine::Figures{{{"of its episodes", fmt::format("{:.3f}", learnt.share(learnt.label))},
                       {"improbability", improbability(learnt)},
                       {"pays", fmt::format("{:.2f}", last.proxy_return)},
                       {"is worth", fmt::format("{:.2f}", last.true_utility)}}});
  engine::Shares shares;
  shares.caption = fmt::format("of {} episodes after {} steps; the marks: uniform play",
                               last.episodes, last.steps);
  for (std::size_t i = 0; i < last.outcomes.size(); i++) {
    const double uniform =
        uniform_.empty() ? 0 : static_cast<double>(uniform_[i]) / kUniformEpisodes;
    if (std::max(learnt.share(i), uniform) < kSeen) continue;
    shares.rows.push_back(
        {in_words(info.outcomes[i]), panel_.wish().kinds[i], learnt.share(i), uniform, ""});
  }
  desk.parts.emplace_back(std::move(shares));
}

}  // namespace

std::unique_ptr<Exhibit> train_exhibit(const TrainSpec& spec, Workshop& workshop) {
  return std::make_unique<TrainExhibit>(spec, workshop);
}

}  // namespace pump::harness
