#include "harness/demo/solve_exhibit.hpp"

#include <iterator>
#include <utility>

#include "engine/words.hpp"
#include "harness/exact/answers.hpp"
#include "harness/interrupt.hpp"

namespace pump::harness {

using engine::in_words;

// ---- Work --------------------------------------------------------------------------------------

void SolveExhibit::grant() {
  ++*wishes_;
  complain("");
  solved_ = std::make_shared<std::set<double>>();
  answers_.clear();
  turnings_.clear();
  turnings_known_ = false;
  turning_.reset();
  dots_.clear();
  failures_.clear();
  ask(beta_);
  if (spec_.pivots > 0) ask_turnings();
  for (const double beta : spec_.leash)
    if (beta != beta_) ask(beta);
  for (std::size_t i = 0; i < spec_.trained.size(); i++) train(i);
}

void SolveExhibit::look(bool at) {
  Exhibit::look(at);
  if (at && !answer()) ask(beta_);  // again, and first
}

bool SolveExhibit::ready() const {
  return answer() && dots_.size() + failures_.size() >= spec_.trained.size() &&
         (spec_.pivots == 0 || turnings_known_);
}

void SolveExhibit::start(Background::Job work, bool first,
                         std::function<void(const std::string&)> failed) {
  auto guarded = job(std::move(work), [this, mine = wishes_->load(),
                                       failed = std::move(failed)](const std::string& what) {
    if (*wishes_ == mine) failed(what);
  });
  first ? shop_.background.start_first(std::move(guarded))
        : shop_.background.start(std::move(guarded));
}

void SolveExhibit::ask(double beta) {
  auto work = [this, spec = spec_, wish = panel_.wish(), world = world_, beta,
               mine = wishes_->load(), wishes = wishes_, solved = solved_,
               directory = shop_.directory()]() -> Background::Delivery {
    if (*wishes != mine || !solved->insert(beta).second) return {};
    Answer found = world->answer(spec, wish, beta, directory);
    return [this, mine, found = std::move(found)]() mutable {
      if (*wishes_ != mine) return;
      const double at = found.beta;
      answers_.insert_or_assign(at, std::move(found));
      if (at == beta_ && revealed_ && !turning_) show_future();
    };
  };
  start(std::move(work), in_sight() && beta == beta_,
        [this](const std::string& what) { complain(what); });
}

void SolveExhibit::ask_turnings() {
  auto work = [this, spec = spec_, wish = panel_.wish(), world = world_, mine = wishes_->load(),
               wishes = wishes_, directory = shop_.directory()]() -> Background::Delivery {
    if (*wishes != mine) return {};
    std::vector<Turning> found = world->turnings(spec, wish, directory);
    return [this, mine, found = std::move(found)]() mutable {
      if (*wishes_ != mine) return;
      turnings_ = std::move(found);
      turnings_known_ = true;
    };
  };
  start(std::move(work), in_sight(), [this](const std::string& what) { complain(what); });
}

TrialSpec SolveExhibit::trial_of(std::size_t index) const {
  TrialSpec trial = spec_.trained[index];
  trial.wish = panel_.wish();
  return trial;
}

void SolveExhibit::train(std::size_t index) {
  const TrialSpec trial = trial_of(index);
  const double beta = trial.train.kl_coef;
  auto work = [this, index, trial, beta, world = world_, mine = wishes_->load(), wishes = wishes_,
               training = training_, &background = shop_.background,
               directory = shop_.directory()]() -> Background::Delivery {
    if (*wishes != mine) return {};
    world->solve();  // nothing to lay it over, nothing to train for
    const auto folder = directory / trial_id(trial);
    try {
      training->run(trial, folder, background, [&] { return *wishes == mine; });
    } catch (const Interrupted&) {  // something else was wanted first: it goes on later
      return [this, index, mine] {
        if (*wishes_ == mine) train(index);
      };
    }
    const std::vector<double> outcomes = world->outcomes_of_trial(folder);
    return [this, mine, beta, outcomes] {
      if (*wishes_ == mine) dots_.push_back({beta, by_kind(outcomes)});
    };
  };
  start(std::move(work), false, [this, beta](const std::string& what) { failures_[beta] = what; });
}

std::vector<double> SolveExhibit::by_kind(const std::vector<double>& outcomes) const {
  std::vector<double> kinds(std::size(kEveryKind), 0);
  for (std::size_t i = 0; i < outcomes.size(); i++)
    kinds[static_cast<std::size_t>(panel_.wish().kinds[i])] += outcomes[i];
  return kinds;
}

// ---- What is shown -----------------------------------------------------------------------------

// The most probable future at the leash chosen; not again where it is the same. Where there is
// none to play, nothing that belongs to another wish or leash is left standing.
void SolveExhibit::show_future() {
  const bool turned = turning_.has_value();
  turning_.reset();
  const Answer* now = answer();
  if (!now || !seen_of(*now).replay) return stand_still();
  const Granted& seen = seen_of(*now);
  if (!turned && shown_ == seen.future.states) return;
  shown_ = seen.future.states;
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
    if (turning_ == turning)
      show_future();
    else
      show_turning(turning);
  }
}

void SolveExhibit::slide(engine::DeskId slider, double value) {
  if (slider != kLeash) return panel_.slide(slider, value);
  if (value == beta_) return;
  beta_ = value;
  if (!answer()) ask(beta_);
  show_future();
}

std::unique_ptr<Exhibit> solve_exhibit(const SolveSpec& spec, Workshop& workshop) {
  return std::make_unique<SolveExhibit>(spec, workshop);
}

}  // namespace pump::harness
