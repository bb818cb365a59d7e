#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "engine/words.hpp"
#include "harness/demo/exhibits.hpp"
#include "harness/demo/training.hpp"
#include "harness/demo/wish_panel.hpp"
#include "harness/evaluate.hpp"
#include "harness/interrupt.hpp"
#include "harness/policy_score.hpp"
#include "harness/statistics.hpp"
#include "harness/trial.hpp"
#include "harness/trial_worlds.hpp"

namespace pump::harness {
namespace {

using engine::in_words;
using engine::Words;

constexpr int kUniformEpisodes = 1024;

// What a trial came to, and the episode to be seen: of what it has learnt, the first of its last
// evaluation that ended as most of them did.
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
    ask_uniform();
    grant();
  }

  void reveal() override {
    revealed_ = true;
    show_learnt();
  }
  bool ready() const override { return all_learnt(); }
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
  std::shared_ptr<Training> under_way_ = std::make_shared<Training>();
};

void TrainExhibit::grant() {
  ++*wishes_;
  complain("");
  for (auto& one : learnt_) one.reset();
  for (std::size_t i = 0; i < spec_.trials.size(); i++) train(i);
}

void TrainExhibit::ask_uniform() {
  auto work = [this, wish = panel_.wish(), environment = environment_] {
    const PolicyScore score = score_policy(*environment, wish, "uniform", kUniformEpisodes, 0);
    return [this, outcomes = score.outcomes] { uniform_ = outcomes; };
  };
  shop_.background.start(job(work, [this](const std::string& what) { complain(what); }));
}

Learnt look_at(TrialResult result, const TrialSpec& trial, const engine::Environment& environment,
               const std::filesystem::path& folder) {
  Learnt learnt{std::move(result), 0, {}};
  if (learnt.result.checkpoints.empty()) return learnt;
  const std::vector<int>& outcomes = learnt.result.checkpoints.back().outcomes;
  learnt.label = static_cast<std::size_t>(std::ranges::max_element(outcomes) - outcomes.begin());
  const agents::Policy policy = learnt_policy(trial, folder);
  const auto batch = make_worlds(environment, trial, trial.evaluation_episodes, kEvaluationSeed);
  const auto player = policy_player(policy, kEvaluationSeed, trial.evaluation_actions);
  const Evaluation evaluation = evaluate(*batch, *player);
  for (std::size_t i = 0; i < evaluation.episodes.size() && !learnt.replay; i++)
    if (static_cast<std::size_t>(evaluation.episodes[i].outcome.label) == learnt.label)
      learnt.replay = engine::record(environment, kEvaluationSeed, evaluation.episodes[i],
                                     evaluation.actions[i]);
  return learnt;
}

void TrainExhibit::train(std::size_t index) {
  TrialSpec trial = spec_.trials[index];
  trial.wish = panel_.wish();
  const int mine = *wishes_;
  auto work = [this, index, trial, mine, wishes = wishes_, environment = environment_,
               under_way = under_way_, &background = shop_.background,
               directory = shop_.directory()]() -> Background::Delivery {
    if (*wishes != mine) return {};
    const auto folder = directory / trial_id(trial);
    try {
      TrialResult result =
          under_way->run(trial, folder, background, [&] { return *wishes == mine; });
      return [this, index, mine,
              found = look_at(std::move(result), trial, *environment, folder)]() mutable {
        if (*wishes_ != mine) return;
        learnt_[index] = std::move(found);
        if (revealed_) show_learnt();
      };
    } catch (const Interrupted&) {  // something else was wanted first: it goes on later
      return [this, index, mine] {
        if (*wishes_ == mine) train(index);
      };
    }
  };
  shop_.background.start(job(work, [this, mine](const std::string& what) {
    if (*wishes_ == mine) complain(what);
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
  for (std::size_t i = 0; i < learnt_.size(); i++) {
    desk.parts.emplace_back(engine::Rule{});
    if (learnt_[i]) {
      add_learnt(desk, i);
      continue;
    }
    TrialSpec trial = spec_.trials[i];
    trial.wish = panel_.wish();
    desk.parts.emplace_back(under_way_->work(spec_.names[i], trial_id(trial)));
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
                       {"from uniform", improbability(learnt)},
                       {"pays, mean", fmt::format("{:.2f}", last.proxy_return)},
                       {"worth, mean", fmt::format("{:.2f}", last.true_utility)}}});
  engine::Shares shares;
  shares.caption = fmt::format("of {} episodes after {} steps; the marks: uniform play",
                               last.episodes, last.steps);
  for (std::size_t i = 0; i < last.outcomes.size(); i++) {
    std::optional<double> uniform;
    if (!uniform_.empty()) uniform = static_cast<double>(uniform_[i]) / kUniformEpisodes;
    if (std::max(learnt.share(i), uniform.value_or(0)) < kSeen) continue;
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
