// What a solve exhibit puts on the desk.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engine/words.hpp"
#include "harness/demo/solve_exhibit.hpp"

namespace pump::harness {
namespace {

using engine::in_words;
using engine::Kind;
using engine::Words;

constexpr std::size_t kMostSpent = 5;
constexpr double kUnusual = .5;  // nats; what happens more often than not needs no mention

std::string beta_text(double beta) { return fmt::format("{:g}", beta); }

std::string probability_text(double p) {
  return p >= .001 ? fmt::format("{:.3f}", p) : fmt::format("{:.1e}", p);
}

}  // namespace

void SolveExhibit::add_to(engine::Desk& desk) const {
  panel_.add_to(desk);
  if (panel_.pending()) return desk.say("Press Grant to see what comes of it.", Words::Look::faint);
  const Answer* now = answer();
  if (now && !turning_) add_answer(desk, *now);
  if (!now)
    desk.parts.emplace_back(engine::Work{"working out every possible future", std::nullopt});
  if (!turnings_.empty()) add_turnings(desk);
  if (turning_) return;
  if (now) desk.say(panel_.remark(), Words::Look::faint);
}

void SolveExhibit::add_answer(engine::Desk& desk, const Answer& answer) const {
  const Granted& granted = seen_of(answer);
  const Future& future = granted.future;
  const auto label = static_cast<std::size_t>(future.outcome.label);
  const engine::EnvironmentInfo& info = environment_->info();
  desk.parts.emplace_back(engine::Rule{});
  desk.say(
      fmt::format("{}: {} ({})", &granted == &answer.granted ? "Most probably" : "A loophole left",
                  in_words(info.outcomes[label]),
                  in_words(engine::to_string(panel_.wish().kinds[label]))),
      Words::Look::bold);
  const double wished = std::exp(future.log_probability);
  engine::Figures figures{{{"this future", probability_text(wished)},
                           {"unwished", probability_text(wished / std::exp(future.improbability))},
                           {"pays", fmt::format("{:.2f}", future.proxy_return)},
                           {"is worth", fmt::format("{:.2f}", future.true_utility)}}};
  if (future.improbability >= 0)
    figures.figures.insert(figures.figures.begin() + 2,
                           {"improbability", fmt::format("{:.2f} nats", future.improbability)});
  desk.parts.emplace_back(std::move(figures));
  if (!granted.replay)
    desk.say("None of the episodes looked through has the chance that it takes.",
             Words::Look::faint);
  if (answer.loophole)
    desk.parts.emplace_back(engine::Buttons{
        {{.id = kLoophole,
          .text = loophole_ ? "The most probable future" : "A loophole left",
          .key = 'l',
          .hint = loophole_ ? "" : "the most probable way there is to game the wish"}}});
  if (spec_.spending) add_spending(desk, future);
  if (!spec_.leash.empty()) add_leash(desk, answer);
  desk.parts.emplace_back(shares(answer));
  if (spec_.leash.size() > 2) add_curves(desk);
}

// The steps that the reference has most against: in pump mode, the flukes.
void SolveExhibit::add_spending(engine::Desk& desk, const Future& future) const {
  double all = 0;
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < future.surprisal.size(); i++) {
    all += future.surprisal[i];
    if (future.surprisal[i] > kUnusual) steps.push_back(i);
  }
  std::ranges::stable_sort(steps, std::greater<>(),
                           [&](std::size_t i) { return future.surprisal[i]; });
  if (steps.size() > kMostSpent) steps.resize(kMostSpent);
  std::ranges::sort(steps);
  if (steps.empty()) return;
  engine::Shares spent;
  spent.caption = fmt::format("of the {:.1f} nats that are against this future unwished", all);
  for (const std::size_t i : steps)
    spent.rows.push_back(
        {.text = fmt::format("step {}: {}", i + 1,
                             in_words(environment_->info().actions[future.actions[i]])),
         .share = future.surprisal[i] / all,
         .number = fmt::format("{:.1f} nats", future.surprisal[i])});
  desk.parts.emplace_back(std::move(spent));
}

void SolveExhibit::add_leash(engine::Desk& desk, const Answer& answer) const {
  desk.parts.emplace_back(engine::Slider{
      .id = kLeash,
      .text = !answer.kl
                  ? "beta 0, no leash"
                  : fmt::format("beta {}, {:.2f} nats an episode", beta_text(beta_), *answer.kl),
      .low = spec_.leash.front(),
      .high = spec_.leash.back(),
      .value = beta_,
      .stops = spec_.leash});
}

// In the order of the environment, so that nothing jumps; what is rare at every leash is left out.
engine::Shares SolveExhibit::shares(const Answer& answer) const {
  engine::Shares out;
  out.caption = fmt::format("at beta {}; the marks: without a wish", beta_text(answer.beta));
  for (std::size_t i = 0; i < answer.outcomes.size(); i++) {
    double most = std::max(answer.outcomes[i], answer.unwished[i]);
    for (const auto& [beta, known] : answers_) most = std::max(most, known.outcomes[i]);
    const bool shown = static_cast<int>(i) == seen_of(answer).future.outcome.label;
    if (most >= kSeen || shown)
      out.rows.push_back({in_words(environment_->info().outcomes[i]), panel_.wish().kinds[i],
                          answer.outcomes[i], answer.unwished[i]});
  }
  return out;
}

void SolveExhibit::add_curves(engine::Desk& desk) const {
  engine::Curves curves;
  curves.x_name = "beta";
  curves.dots_name = "trained";
  curves.low = spec_.leash.front();
  curves.high = spec_.leash.back();
  curves.cursor = beta_;
  for (const Kind kind : {Kind::gaming, Kind::intended}) {
    engine::Curves::Curve exact{engine::to_string(kind), kind, {}, {}, false};
    for (const double beta : spec_.leash) {
      const auto known = answers_.find(beta);
      exact.x.push_back(beta);
      exact.y.push_back(known == answers_.end()
                            ? std::numeric_limits<double>::quiet_NaN()
                            : by_kind(known->second.outcomes)[static_cast<std::size_t>(kind)]);
    }
    curves.curves.push_back(std::move(exact));
    if (dots_.empty()) continue;
    engine::Curves::Curve dots{"", kind, {}, {}, true};
    for (const Dot& dot : dots_) {
      dots.x.push_back(dot.beta);
      dots.y.push_back(dot.kinds[static_cast<std::size_t>(kind)]);
    }
    curves.curves.push_back(std::move(dots));
  }
  desk.parts.emplace_back(std::move(curves));
  if (answers_.size() < spec_.leash.size())
    desk.parts.emplace_back(engine::Work{
        fmt::format("solving the leashes: {} of {}", answers_.size(), spec_.leash.size()),
        static_cast<double>(answers_.size()) / static_cast<double>(spec_.leash.size())});
  for (std::size_t i = 0; i < spec_.trained.size(); i++) {
    const double beta = spec_.trained[i].train.kl_coef;
    if (failures_.contains(beta))
      desk.say(fmt::format("beta {}: {}", beta_text(beta), failures_.at(beta)), Words::Look::faint);
    else if (answers_.size() == spec_.leash.size() &&
             std::ranges::find(dots_, beta, &Dot::beta) == dots_.end())
      return desk.parts.emplace_back(training_->work(
                 fmt::format("the learner at beta {}", beta_text(beta)), trial_id(trial_of(i)))),
             void();
  }
}

void SolveExhibit::add_turnings(engine::Desk& desk) const {
  desk.parts.emplace_back(engine::Rule{});
  desk.say("Where one action decides", Words::Look::bold);
  const auto& actions = environment_->info().actions;
  engine::Buttons buttons;
  for (std::size_t i = 0; i < turnings_.size(); i++) {
    const Turning& turning = turnings_[i];
    buttons.row.push_back(
        {.id = kTurning + static_cast<int>(i),
         .text = fmt::format("step {}: {} or {}", turning.pivot.depth,
                             in_words(actions[turning.one.action]),
                             in_words(actions[turning.other.action])),
         .key = static_cast<char>('a' + i),
         .on = turning_ == i,
         .wide = true,
         .hint = fmt::format("passed by {:.2f} of the reference's episodes; what comes of the two "
                             "differs by {:.2f} (total variation)",
                             turning.pivot.visit, turning.pivot.pivotality)});
  }
  desk.parts.emplace_back(std::move(buttons));
  if (!turning_) return;
  const Turning& turning = turnings_[*turning_];
  for (const Turning::Branch* branch : {&turning.one, &turning.other}) {
    const std::string name = in_words(actions[branch->action]);
    engine::Shares after;
    after.caption =
        branch->probability > 0
            ? fmt::format("after {}, which is {} probable here: {:.2f} nats", name,
                          probability_text(branch->probability), -std::log(branch->probability))
            : fmt::format("after {}, which never happens here by itself", name);
    for (std::size_t i = 0; i < branch->outcomes.size(); i++)
      if (std::max(turning.one.outcomes[i], turning.other.outcomes[i]) >= kSeen)
        after.rows.push_back({in_words(environment_->info().outcomes[i]), panel_.wish().kinds[i],
                              branch->outcomes[i]});
    desk.parts.emplace_back(std::move(after));
  }
  desk.say("Press Space to see both go on from here.", Words::Look::faint);
}

}  // namespace pump::harness
