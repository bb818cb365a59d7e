#include "harness/demo/solve_exhibit.hpp"

#include <utility>

#include "engine/words.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

using engine::in_words;

// ---- Work --------------------------------------------------------------------------------------

void SolveExhibit::grant() {
  ++*wishes_;
  answers_.clear();
  turnings_.clear();
  turning_.reset();
  dots_.clear();
  ask(beta_, false);
  if (spec_.pivots > 0) ask_turnings();
  for (const double beta : spec_.leash)
    if (beta != beta_) ask(beta, false);
  to_train_ = spec_.trained.size();
  for (std::size_t i = 0; i < to_train_; i++) train(i);
}

void SolveExhibit::ask(double beta, bool first) {
  auto work =
      job([this, spec = spec_, wish = panel_.wish(), world = world_, beta, mine = wishes_->load(),
           wishes = wishes_, directory = shop_.directory()]() -> Background::Delivery {
        if (*wishes != mine) return {};
        Answer found = world->answer(spec, wish, beta, directory);
        return [this, mine, found = std::move(found)]() mutable {
          if (*wishes_ != mine) return;
          const double at = found.beta;
          answers_.insert_or_assign(at, std::move(found));
          if (at == beta_ && revealed_ && !turning_) show_future();
        };
      });
  first ? shop_.background.start_first(std::move(work)) : shop_.background.start(std::move(work));
}

void SolveExhibit::ask_turnings() {
  shop_.background.start(
      job([this, spec = spec_, wish = panel_.wish(), world = world_, mine = wishes_->load(),
           directory = shop_.directory()]() -> Background::Delivery {
        std::vector<Turning> found = world->turnings(spec, wish, directory);
        return [this, mine, found = std::move(found)]() mutable {
          if (*wishes_ == mine) turnings_ = std::move(found);
        };
      }));
}

void SolveExhibit::train(std::size_t index) {
  TrialSpec trial = spec_.trained[index];
  trial.wish = panel_.wish();
  shop_.background.start(job([this, trial, world = world_, mine = wishes_->load(), wishes = wishes_,
                              share = trained_, &background = shop_.background,
                              directory = shop_.directory()]() -> Background::Delivery {
    if (*wishes != mine) return {};
    const auto folder = directory / trial_id(trial);
    *share = 0;
    run_trial(trial, folder, [&](std::uint64_t steps, const TrialResult&) {
      *share = static_cast<double>(steps) / static_cast<double>(trial.budget_steps);
      return !background.stopping() && *wishes == mine;
    });
    const std::vector<double> outcomes = world->outcomes_of_trial(folder);
    return [this, mine, beta = trial.train.kl_coef, outcomes] {
      if (*wishes_ == mine) dots_.push_back({beta, by_kind(outcomes)});
    };
  }));
}

std::vector<double> SolveExhibit::by_kind(const std::vector<double>& outcomes) const {
  std::vector<double> kinds(5, 0);
  for (std::size_t i = 0; i < outcomes.size(); i++)
    kinds[static_cast<std::size_t>(panel_.wish().kinds[i])] += outcomes[i];
  return kinds;
}

// ---- What is shown -----------------------------------------------------------------------------

// The most probable future at the leash chosen; not again where it is the same.
void SolveExhibit::show_future() {
  const Answer* now = answer();
  if (!now || !seen_of(*now).replay) return;
  const Granted& seen = seen_of(*now);
  if (!turning_ && shown_ == seen.future.actions && !shown_.empty()) return;
  turning_.reset();
  shown_ = seen.future.actions;
  std::vector<std::unique_ptr<Session>> sessions;
  sessions.push_back(replay_session(
      environment_, panel_.wish(), *seen.replay,
      &seen == &now->granted ? "The most probable future" : "The most probable loophole"));
  show(std::move(sessions));
  showing().play_one();
}

void SolveExhibit::show_turning(std::size_t index) {
  const Turning& turning = turnings_[index];
  std::vector<std::unique_ptr<Session>> sessions;
  for (const Turning::Branch* branch : {&turning.one, &turning.other})
    if (branch->replay)
      sessions.push_back(
          replay_session(environment_, panel_.wish(), *branch->replay,
                         "Here: " + in_words(environment_->info().actions[branch->action])));
  if (sessions.empty()) return;
  turning_ = index;
  shown_.clear();
  show(std::move(sessions));
  showing().apply({engine::Command::Kind::seek, static_cast<int>(turning.pivot.depth)});
}

void SolveExhibit::press(engine::DeskId button) {
  if (panel_.press(button)) {
    stand_still();
    grant();
    return;
  }
  if (button == kLoophole) {
    loophole_ = !loophole_;
    return show_future();
  }
  const auto turning = static_cast<std::size_t>(button - kTurning);
  if (button >= kTurning && turning < turnings_.size()) {
    if (turning_ == turning) {
      show_future();
    } else {
      show_turning(turning);
    }
  }
}

void SolveExhibit::slide(engine::DeskId slider, double value) {
  if (slider != kLeash) return panel_.slide(slider, value);
  if (value == beta_) return;
  beta_ = value;
  if (!answer()) ask(beta_, true);
  show_future();
}

std::unique_ptr<Exhibit> solve_exhibit(const SolveSpec& spec, Workshop& workshop) {
  return std::make_unique<SolveExhibit>(spec, workshop);
}

}  // namespace pump::harness
