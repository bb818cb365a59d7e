#include "harness/session.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pump::harness {

using engine::Action;
using engine::Chance;
using engine::ConstStateBytes;
using engine::Inspection;
using engine::Scene;
using engine::Snapshot;
using engine::StateBuffer;
using engine::Status;

namespace {

constexpr int kFootprintEpisodes = 64;

}  // namespace

Session::Session(std::string title, std::shared_ptr<const engine::Environment> environment,
                 std::optional<engine::Wish> wish, std::unique_ptr<Driver> driver)
    : title_(std::move(title)),
      environment_(std::move(environment)),
      wish_(std::move(wish)),
      driver_(std::move(driver)) {
  begin(0);
}

// ---- The time line -----------------------------------------------------------------------------

void Session::begin(std::uint32_t episode) {
  start_ = driver_->begin(episode);
  if (by_hand() && episode == episode_ + 1) {  // what a person did is remembered here
    const auto carried = environment_->carried_of(ConstStateBytes(moments_.back().state));
    start_.carried.assign(carried.begin(), carried.end());
  }
  episode_ = episode;
  moments_.clear();
  seen_ = 0;
  Moment& first = moments_.emplace_back(Moment{engine::reset_state(*environment_, start_), 0, {}});
  first.true_utility = environment_->true_utility(first.state);
  first.thoughts = driver_->thoughts();
  if (!by_hand()) know(environment_->horizon());  // how long it will be
  show(0);
}

void Session::play(Action action) {
  const Moment& before = moments_.back();
  Moment after{before.state, action, {}};
  Chance chance = engine::step_chance(start_, static_cast<int>(moments_.size()) - 1);
  environment_->step(after.state, action, chance);
  if (wish_) {
    std::vector<float> signals(environment_->info().signals.size());
    environment_->signals(before.state, after.state, signals);
    after.proxy_return = before.proxy_return + wish_->reward(std::span<const float>(signals));
  }
  after.true_utility = environment_->true_utility(after.state);
  after.kl = before.kl;
  if (before.thoughts) after.kl += before.thoughts->kl.value_or(0);
  moments_.push_back(std::move(after));
}

bool Session::know(int step) {
  while (static_cast<int>(moments_.size()) <= step) {
    if (finished()) return false;
    const std::vector<Action> decision = driver_->decide();
    if (decision.empty()) return false;
    for (const Action action : decision) play(action);
    if (!finished()) moments_.back().thoughts = driver_->thoughts();
  }
  return true;
}

// ---- Where the eye is --------------------------------------------------------------------------

void Session::show(int step) {
  step_ = step;
  seen_ = std::max(seen_, step);
  fraction_ = 0;
  acted_ = false;
  prepare_passage();
}

double Session::Passage::seconds() const {
  const auto pictures_within = static_cast<double>(pictures.size()) - 2;
  return pictures_within > 0 ? kFilmSeconds * (pictures_within + 1) : kStepSeconds;
}

// The state shown, what there is to see within the step, and the state after it, where it is known.
void Session::prepare_passage() {
  passage_.pictures = {picture_of(shown().state)};
  const auto next = static_cast<std::size_t>(step_) + 1;
  if (next == moments_.size()) return;
  StateBuffer spent = shown().state;
  Chance chance = engine::step_chance(start_, step_);
  for (Scene& scene : environment_->film(spent, moments_[next].action, chance))
    passage_.pictures.push_back(std::make_shared<const Scene>(std::move(scene)));
  passage_.pictures.push_back(picture_of(moments_[next].state));
}

std::shared_ptr<const Scene> Session::picture_of(const StateBuffer& state) const {
  auto scene = std::make_shared<Scene>();
  environment_->draw(state, *scene);
  return scene;
}

double Session::seconds_to_next() const {
  return passage_.pictures.size() > 1 ? passage_.seconds() : 0;
}

void Session::move_within(double fraction) {
  if (passage_.pictures.size() > 1) fraction_ = std::clamp(fraction, 0., .999);
}

void Session::step_forward() {
  if (know(step_ + 1)) show(step_ + 1);
}

// From within a step to where it began; from there to the one before.
void Session::step_back() { show(fraction_ > 0 ? step_ : std::max(0, step_ - 1)); }

void Session::seek(int step) {
  know(step);
  show(std::clamp(step, 0, static_cast<int>(moments_.size()) - 1));
}

void Session::to_end() { seek(environment_->horizon()); }

void Session::rush(std::chrono::steady_clock::duration budget) {
  const auto until = std::chrono::steady_clock::now() + budget;
  int step = step_;
  while (know(step + 1)) {
    step++;
    if (std::chrono::steady_clock::now() >= until) break;
  }
  show(step);
}

bool Session::finished() const {
  return environment_->status(moments_.back().state) != Status::running;
}

bool Session::at_end() const {
  return step_ + 1 == static_cast<int>(moments_.size()) && (finished() || !by_hand());
}

void Session::act(Action action) {
  if (!by_hand()) return;
  if (fraction_ > 0 || acted_) show(step_ + 1);  // the last choice first
  if (environment_->status(shown().state) != Status::running) return;
  moments_.erase(moments_.begin() + step_ + 1, moments_.end());
  driver_->choose(action);
  acted_ = know(step_ + 1);
  prepare_passage();
}

bool Session::take_footprint() {
  const auto taken = driver_->footprint(kFootprintEpisodes);
  if (!taken) return false;
  auto noted = std::make_shared<engine::Footprint>(*taken);
  noted->remark = driver_->remark();
  footprint_ = noted;
  return true;
}

// ---- What is told ------------------------------------------------------------------------------

engine::Replay Session::replay() const {
  std::vector<Action> actions;
  for (std::size_t i = 1; i < moments_.size(); i++) actions.push_back(moments_[i].action);
  engine::EpisodeRecord of;
  of.world = start_.world;
  of.episode = start_.episode;
  of.reset_world = start_.reset_world;
  of.reset_episode = start_.reset_episode;
  std::ranges::copy(start_.carried, of.carried.begin());
  return engine::record(*environment_, start_.seed, of, actions);
}

std::string Session::final_outcome() const {
  const engine::Outcome outcome = environment_->outcome(moments_.back().state);
  return environment_->info().outcomes[static_cast<std::size_t>(outcome.label)];
}

Inspection Session::inspect() const {
  Inspection out;
  out.step = step_;
  out.last_step = static_cast<int>(moments_.size()) - 1;
  out.seen_step = std::min(seen_, out.last_step);
  out.ended = finished();
  out.episode = episode_;
  out.actions = environment_->info().actions;
  if (step_ > 0) out.taken = shown().action;
  if (step_ < out.last_step) out.next = moments_[static_cast<std::size_t>(step_) + 1].action;
  if (shown().thoughts) out.thoughts = *shown().thoughts;
  out.reference = driver_->reference();
  out.remark = driver_->remark();
  if (wish_) out.wish = wish_->text;
  for (const Moment& moment : moments_) {
    out.proxy_return.push_back(moment.proxy_return);
    out.true_utility.push_back(moment.true_utility);
    if (!out.reference.empty()) out.kl.push_back(moment.kl);
  }
  const engine::Outcome outcome = environment_->outcome(shown().state);
  out.outcome = environment_->info().outcomes[static_cast<std::size_t>(outcome.label)];
  if (wish_) out.kind = wish_->kinds[static_cast<std::size_t>(outcome.label)];
  for (std::size_t i = 0; i < environment_->info().facts.size(); i++)
    if ((outcome.facts >> i) & 1) out.facts.push_back(environment_->info().facts[i]);
  out.state_hash = engine::hash_state(shown().state);
  return out;
}

Snapshot Session::snapshot() const {
  Snapshot out;
  out.title = title_;
  const std::size_t spans = passage_.pictures.size() - 1;
  const double at = fraction_ * static_cast<double>(spans);
  const auto index = std::min(static_cast<std::size_t>(at), spans);
  out.scene = passage_.pictures[index];
  if (index < spans) {
    out.next = passage_.pictures[index + 1];
    out.fraction = static_cast<float>(at - static_cast<double>(index));
  }
  out.footprint = footprint_;
  out.inspection = inspect();
  out.by_hand = by_hand();
  return out;
}

}  // namespace pump::harness
