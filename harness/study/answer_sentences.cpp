#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/study/answer.hpp"

namespace pump::harness {
namespace {

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

// Of those that `counts` holds for, the one whose shares differ most; null: none.
template <class Predicate>
const Effect* largest(const FactorAnswer& factor, Predicate counts) {
  const Effect* most = nullptr;
  for (const Effect& effect : factor.effects)
    if (std::invoke(counts, effect) &&
        (!most || std::abs(effect.gamed.difference.value) > std::abs(most->gamed.difference.value)))
      most = &effect;
  return most;
}

// What the shares of GAMED do not say of a change.
std::string beside(const Effect& effect) {
  const std::string gaming = effect.competent_pairs > 0
                                 ? fmt::format("gaming {} points among the {} with both competent",
                                               points_text(effect.gamed_if_competent),
                                               counted(effect.competent_pairs, "pair"))
                                 : "no pair with both competent";
  return fmt::format("competent runs {} points; {}", points_text(effect.competent), gaming);
}

std::string largest_sentence(const Effect& effect) {
  return fmt::format(
      " The largest change: {}, {} points, from {} to {} over {}, "
      "less in {} and more in {} of {} ({}).",
      effect.name, points_text(effect.gamed), percent(effect.first), percent(effect.second),
      counted(effect.pairs, "pair"), effect.fewer, effect.more,
      counted(std::ssize(effect.worlds), "world"), beside(effect));
}

// What could have been told, of those that were not told apart.
std::string unseen_sentence(const FactorAnswer& factor) {
  double worst = 0;
  int seeing = 0, blind = 0;
  for (const Effect& effect : factor.effects) {
    if (effect.told_apart() || effect.pairs == 0) continue;
    (effect.detectable ? seeing : blind)++;
    worst = std::max(worst, effect.detectable.value_or(0));
  }
  if (seeing + blind == 0) return "";
  if (blind == 0)
    return fmt::format(
        " In each of those not told apart a difference of {:.0f} points "
        "had a chance of 80 % to be told.",
        100 * worst);
  std::string out = fmt::format(
      " In {} of those not told apart no difference had a chance of 80 % to be told, "
      "with as many pairs going the other way as did",
      blind);
  if (seeing > 0) out += fmt::format("; in the others one of {:.0f} points had", 100 * worst);
  return out + ".";
}

// Where the ranges over the grid overlap, hyper-parameters change as much as the objective does.
std::string grid_sentence(const FactorAnswer& factor, const std::vector<std::string>& worlds) {
  int all = 0, overlap = 0;
  for (const Effect& effect : factor.effects) {
    if (!effect.told_apart() || !effect.first_grid || !effect.second_grid) continue;
    all++;
    overlap += effect.first_grid->most >= effect.second_grid->least &&
               effect.second_grid->most >= effect.first_grid->least;
  }
  if (all == 0) return "";
  return fmt::format(
      " Over the grid of hyper-parameters ({}) the two sides of {} of the {} told apart overlap{}.",
      fmt::join(worlds, ", "), overlap, all,
      overlap > 0 ? ": there some settings of one game as seldom as some of the other" : "");
}

std::string factor_sentences(const FactorAnswer& factor, const std::vector<std::string>& worlds) {
  const auto& effects = factor.effects;
  if (effects.empty()) return fmt::format("{} was not varied.", factor.name);
  const auto down = std::ranges::count_if(effects, &Effect::lowers);
  const auto up = std::ranges::count_if(effects, &Effect::raises);
  const auto none = std::ranges::count(effects, 0, &Effect::pairs);
  const auto all = static_cast<std::ptrdiff_t>(effects.size());
  std::string out = fmt::format(
      "{} ({}). Of {} {} lowered the share of runs that ended gaming, {} raised it, and "
      "{} could not be told from no change (Holm, .05).",
      factor.name, factor.text, counted(all, "contrast"), down, up, all - down - up - none);
  if (none > 0) out += fmt::format(" {} ha{} no pair.", none, none == 1 ? "s" : "ve");
  if (const Effect* most = largest(factor, &Effect::told_apart)) out += largest_sentence(*most);
  const auto costly = std::ranges::count_if(
      effects, [](const Effect& effect) { return effect.lowers() && effect.costs_competence(); });
  if (costly > 0)
    out += fmt::format(
        " {} of those that lowered it also made fewer runs competent: who learns nothing games "
        "nothing.",
        costly);
  else if (down > 0)
    out += " None of those that lowered it made fewer runs competent, as far as can be told.";
  return out + unseen_sentence(factor) + grid_sentence(factor, worlds);
}

std::string by_points(const Effect& effect) {
  return fmt::format("by {:.0f} points ({}; {})", 100 * std::abs(effect.gamed.difference.value),
                     effect.name, beside(effect));
}

// In how many of a factor's contrasts, and the most.
std::string moved_text(const FactorAnswer& factor, const Effect& most, std::ptrdiff_t contrasts) {
  return fmt::format("{}, in {} of {}, most {}", factor.name, contrasts,
                     counted(std::ssize(factor.effects), "contrast"), by_points(most));
}

// Where the most cost competence, also the most without that.
std::string lowered_text(const FactorAnswer& factor, const Effect& most) {
  std::string out =
      moved_text(factor, most, std::ranges::count_if(factor.effects, &Effect::lowers));
  if (!most.costs_competence()) return out;
  const Effect* kept = largest(
      factor, [](const Effect& effect) { return effect.lowers() && !effect.costs_competence(); });
  return kept ? fmt::format("{}, and where no loss of competence can be told {}", out,
                            by_points(*kept))
              : out + ", in none without a loss of competence";
}

// Factors by the largest change that could be told, the greatest first.
std::string verdict(const StudyAnswer& answer) {
  struct Part {
    double size;
    std::string text;
  };
  std::vector<Part> lowered, raised;
  std::vector<std::string> still, unknown;
  for (const FactorAnswer& factor : answer.factors) {
    if (factor.effects.empty()) continue;
    const Effect *less = largest(factor, &Effect::lowers), *more = largest(factor, &Effect::raises);
    if (less)
      lowered.push_back({std::abs(less->gamed.difference.value), lowered_text(factor, *less)});
    if (more)
      raised.push_back(
          {more->gamed.difference.value,
           moved_text(factor, *more, std::ranges::count_if(factor.effects, &Effect::raises))});
    const bool has_pairs = std::ranges::any_of(
        factor.effects, [](int n) { return n > 0; }, &Effect::pairs);
    if (!less && !more) (has_pairs ? still : unknown).push_back(factor.name);
  }
  const auto listed = [](std::vector<Part>& parts) {
    std::ranges::stable_sort(parts, std::greater<>(), &Part::size);
    std::vector<std::string> texts;
    for (const Part& part : parts) texts.push_back(part.text);
    return fmt::format("{}", fmt::join(texts, "; "));
  };
  std::string out = answer.complete() ? "Answer." : "So far.";
  if (!lowered.empty())
    out += fmt::format(" The share of runs that ended gaming was lowered by: {}.", listed(lowered));
  else if (!raised.empty() || !still.empty())
    out +=
        " Nothing that was varied can be said to have lowered the share of runs that ended "
        "gaming.";
  if (!raised.empty()) out += fmt::format(" It was raised by: {}.", listed(raised));
  if (!still.empty())
    out += fmt::format(" No contrast of {} can be told from no change.", fmt::join(still, ", "));
  if (!unknown.empty())
    out += fmt::format(" Nothing is known of {}: no pair is there.", fmt::join(unknown, ", "));
  return out;
}

std::string control_sentence(const StudyAnswer& answer) {
  const int runs = answer.control_runs, gamed = answer.control_gamed,
            competent = answer.control_competent;
  const std::string learnt =
      competent == 0      ? "None of them is competent: what was meant has not been learnt."
      : competent == runs ? "All are competent."
                          : fmt::format(
                                "{} of them {} competent: the others have not learnt what "
                                "was meant.",
                                competent, competent == 1 ? "is" : "are");
  return fmt::format(
      "Control. Paid for what was meant there is nothing to game, and {} of {} ended gaming ({} at "
      "most, 95 %): {}. {}",
      gamed, counted(runs, "run"), at_most(clopper_pearson(gamed, runs).high),
      gamed == 0 ? "that checks the measure" : "so often the measure errs", learnt);
}

}  // namespace

std::string counted(std::ptrdiff_t count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string points_text(const MantelHaenszel& of) {
  const auto& [value, interval] = of.difference;
  // With as many digits as it takes to tell it from 0, up to three.
  const auto text = [](double share) {
    const double points = 100 * share;
    int digits = 0;
    while (digits < 3 && points != 0 && std::abs(points) <= .5 * std::pow(10, -digits)) digits++;
    return fmt::format("{:+.{}f}", points + 0., digits);
  };
  return fmt::format("{} [{}, {}]", text(value), text(interval.low), text(interval.high));
}

std::vector<std::string> in_sentences(const StudyAnswer& answer) {
  std::vector<std::string> out;
  if (!answer.complete())
    out.push_back(fmt::format(
        "{} of {} trials are done: this is not the study's answer yet. "
        "The p values hold at its end; whoever stops when one of them is small finds too many.",
        answer.done, answer.planned));
  if (answer.errors > 0)
    out.push_back(fmt::format("{} ended in an error: the pairs they would have made are left out.",
                              counted(answer.errors, "trial")));
  if (answer.builds > 1)
    out.push_back(fmt::format(
        "Results of {} builds are mixed: what differs between them may differ between runs.",
        answer.builds));
  for (const FactorAnswer& factor : answer.factors)
    out.push_back(factor_sentences(factor, answer.grid_worlds));
  if (answer.control_runs > 0) out.push_back(control_sentence(answer));
  out.push_back(verdict(answer));
  return out;
}

}  // namespace pump::harness
