#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/study/answer.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

std::string points(double difference) { return fmt::format("{:+.0f}", 100 * difference); }

std::string points_text(const MantelHaenszel& of) {
  return fmt::format("{} [{}, {}]", points(of.difference.value), points(of.difference.interval.low),
                     points(of.difference.interval.high));
}

std::string p_text(double p) { return p < .001 ? "< .001" : fmt::format("{:.3f}", p); }

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
  const std::string among =
      effect.competent_pairs > 0
          ? fmt::format("{} among the {} pairs in which both are",
                        points_text(effect.gamed_if_competent), effect.competent_pairs)
          : "no pair in which both are";
  return fmt::format("competent {}; {}", points_text(effect.competent), among);
}

std::string largest_sentence(const Effect& effect) {
  return fmt::format(
      " The largest change: {}, {} points, from {} to {} over {} pairs, less in {} and more in {} "
      "of "
      "{} worlds ({}).",
      effect.name, points_text(effect.gamed), percent(effect.first), percent(effect.second),
      effect.pairs, effect.fewer, effect.more, effect.worlds.size(), beside(effect));
}

// The worst of what could have been seen, of those that were not told apart.
std::string unseen_sentence(const FactorAnswer& factor) {
  double worst = 0;
  int apart = 0, blind = 0;
  for (const Effect& effect : factor.effects) {
    if (effect.told_apart() || effect.pairs == 0) continue;
    apart++;
    blind += !effect.detectable;
    worst = std::max(worst, effect.detectable.value_or(0));
  }
  if (apart == 0) return "";
  if (blind > 0)
    return fmt::format(
        " In {} of those not told apart no difference could have been told, with so few pairs.",
        blind);
  return fmt::format(
      " In each of those not told apart a difference of {:.0f} points had a chance of 80 % to be "
      "told.",
      100 * worst);
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
      "{} ({}). Of {} contrasts {} lowered the share of runs that ended gaming, {} raised it, and "
      "{} could not be told from no change (Holm, .05).",
      factor.name, factor.text, all, down, up, all - down - up - none);
  if (none > 0) out += fmt::format(" {} have no pair yet.", none);
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

// What one factor lowered most and, where that cost competence, most without that.
std::string lowered_text(const FactorAnswer& factor, const Effect& most) {
  std::string out = fmt::format("{} {}", factor.name, by_points(most));
  if (!most.costs_competence()) return out;
  const Effect* kept = largest(
      factor, [](const Effect& effect) { return effect.lowers() && !effect.costs_competence(); });
  return out + (kept ? ", and without a loss of competence that can be told " + by_points(*kept)
                     : ", in no contrast without a loss of competence");
}

// Factors by the largest change that could be told, the greatest first.
std::string verdict(const StudyAnswer& answer) {
  struct Part {
    double size;
    std::string text;
  };
  std::vector<Part> lowered, raised;
  std::vector<std::string> still;
  for (const FactorAnswer& factor : answer.factors) {
    if (factor.effects.empty()) continue;
    const Effect *less = largest(factor, &Effect::lowers), *more = largest(factor, &Effect::raises);
    if (less)
      lowered.push_back({std::abs(less->gamed.difference.value), lowered_text(factor, *less)});
    if (more)
      raised.push_back(
          {more->gamed.difference.value, fmt::format("{} {}", factor.name, by_points(*more))});
    if (!less && !more) still.push_back(factor.name);
  }
  const auto listed = [](std::vector<Part>& parts) {
    std::ranges::stable_sort(parts, std::greater<>(), &Part::size);
    std::vector<std::string> texts;
    for (const Part& part : parts) texts.push_back(part.text);
    return fmt::format("{}", fmt::join(texts, "; "));
  };
  std::string out = answer.complete() ? "Answer." : "So far.";
  if (lowered.empty() && raised.empty())
    return out + fmt::format(
                     " Nothing that was varied ({}) can be said to change how often they "
                     "emerge.",
                     fmt::join(still, ", "));
  out += lowered.empty() ? " Nothing that was varied can be said to have lowered it."
                         : fmt::format(" What lowered it here: {}.", listed(lowered));
  if (!raised.empty()) out += fmt::format(" What raised it: {}.", listed(raised));
  if (!still.empty())
    out += fmt::format(" No contrast of {} can be told from no change.", fmt::join(still, ", "));
  return out;
}

std::string control_sentence(const StudyAnswer& answer) {
  const auto at_most = [&](int runs) {
    return percent(clopper_pearson(answer.control_gamed, runs).high);
  };
  std::string out =
      fmt::format("Control. Paid for what was meant, {} of {} runs ended gaming, {} at most (95 %)",
                  answer.control_gamed, answer.control_runs, at_most(answer.control_runs));
  return out + fmt::format("; of competent ones {} of {}, {} at most.", answer.control_gamed,
                           answer.control_competent, at_most(answer.control_competent));
}

std::string grid_text(const std::optional<GridRange>& range) {
  if (!range) return "";
  return fmt::format("{:.0f} to {:.0f} %", 100 * range->least, 100 * range->most);
}

Preface::Table table_of(const FactorAnswer& factor) {
  const bool grid = std::ranges::any_of(
      factor.effects, [](const Effect& effect) { return effect.first_grid && effect.second_grid; });
  Preface::Table table{factor.name, factor.text + ".", {}, {}, {}};
  table.header = {"contrast",          "pairs",     "worlds", "GAMED", "difference", "p, Holm",
                  "if both competent", "competent", "visible"};
  if (grid) table.header.emplace_back("over the grid");
  for (const Effect& e : factor.effects) {
    std::vector<std::string>& row = table.rows.emplace_back();
    if (e.pairs == 0) {
      row = {e.name, "no pair yet"};
      row.resize(table.header.size());
      table.drawn.push_back({});
      continue;
    }
    row = {e.name,
           std::to_string(e.pairs),
           fmt::format("-{} +{} of {}", e.fewer, e.more, e.worlds.size()),
           fmt::format("{:.0f} to {:.0f} %", 100 * e.first, 100 * e.second),
           points_text(e.gamed),
           p_text(e.adjusted),
           e.competent_pairs > 0
               ? fmt::format("{} ({})", points_text(e.gamed_if_competent), e.competent_pairs)
               : "no pair",
           points_text(e.competent),
           e.detectable ? fmt::format("{:.0f}", 100 * *e.detectable) : "none"};
    table.drawn.push_back(Preface::Change{e.gamed.difference, e.told_apart()});
    if (grid)
      row.push_back(fmt::format("{}; {}", grid_text(e.first_grid), grid_text(e.second_grid)));
  }
  return table;
}

std::string method_text(const StudyAnswer& answer) {
  int lost = 0;
  for (const FactorAnswer& factor : answer.factors)
    for (const Effect& effect : factor.effects) lost += effect.lost;
  return fmt::format(
      "{} of {} trials, {} errors, {} pairs without one of their runs. Differences are the "
      "second's "
      "share of runs GAMED less the first's, in percentage points, on the same seeds, over all "
      "pairs "
      "of these worlds together (Mantel-Haenszel): they speak of these worlds and no others. "
      "Worlds: in how many the second games less (-) and more (+). Intervals: 95 %, for one "
      "contrast "
      "alone; p: exact, adjusted by Holm over all {} contrasts, declared before any run. If both "
      "competent: of how many pairs in brackets; chosen by what training made of them, it "
      "describes. "
      "Visible: the smallest difference with a chance of 80 % to be told apart, with as many pairs "
      "going the other way as did; none where they are too few for any.",
      answer.done, answer.planned, answer.errors, lost, answer.family);
}

void add_markdown(std::string& out, const Preface::Table& table) {
  out += fmt::format("\n## {}\n\n{}\n\n| {} |\n|", table.title, table.text,
                     fmt::join(table.header, " | "));
  for (std::size_t i = 0; i < table.header.size(); i++) out += "---|";
  for (const auto& row : table.rows) out += fmt::format("\n| {} |", fmt::join(row, " | "));
  out += "\n";
}

}  // namespace

std::vector<std::string> in_sentences(const StudyAnswer& answer) {
  std::vector<std::string> out;
  if (!answer.complete())
    out.push_back(
        fmt::format("{} of {} trials are done: this is not the study's answer yet. The p values "
                    "hold at its end; "
                    "whoever stops when one of them is small finds too many.",
                    answer.done, answer.planned));
  for (const FactorAnswer& factor : answer.factors)
    out.push_back(factor_sentences(factor, answer.grid_worlds));
  if (answer.control_runs > 0) out.push_back(control_sentence(answer));
  out.push_back(verdict(answer));
  return out;
}

Preface preface_of(const StudyAnswer& answer) {
  Preface preface{answer.question, in_sentences(answer), {}};
  preface.sentences.push_back(method_text(answer));
  for (const FactorAnswer& factor : answer.factors)
    if (!factor.effects.empty()) preface.tables.push_back(table_of(factor));
  return preface;
}

std::string to_markdown(const StudyAnswer& answer) {
  const Preface preface = preface_of(answer);
  std::string out = fmt::format("# {}\n\n**{}**\n", answer.title, preface.question);
  for (const std::string& sentence : preface.sentences) out += "\n" + sentence + "\n";
  for (const Preface::Table& table : preface.tables) add_markdown(out, table);
  return out;
}

namespace {

Json json_of(const MantelHaenszel& of) {
  return {{"difference", of.difference.value},
          {"low", of.difference.interval.low},
          {"high", of.difference.interval.high},
          {"p", of.p},
          {"strata", of.strata}};
}

Json json_of(const Pairs& pairs) {
  return {{"both", pairs.both},
          {"first_only", pairs.first_only},
          {"second_only", pairs.second_only},
          {"neither", pairs.neither}};
}

Json json_of(const std::optional<GridRange>& range) {
  if (!range) return nullptr;
  return {{"cells", range->cells},
          {"runs", range->runs},
          {"least", range->least},
          {"most", range->most}};
}

Json json_of(const Effect& e) {
  Json worlds = Json::array();
  for (const WorldPairs& world : e.worlds)
    worlds.push_back({{"world", world.world},
                      {"gamed", json_of(world.gamed)},
                      {"gamed_if_competent", json_of(world.gamed_if_competent)},
                      {"competent", json_of(world.competent)}});
  return {{"contrast", e.name},
          {"pairs", e.pairs},
          {"competent_pairs", e.competent_pairs},
          {"lost_pairs", e.lost},
          {"first", e.first},
          {"second", e.second},
          {"gamed", json_of(e.gamed)},
          {"gamed_if_competent", json_of(e.gamed_if_competent)},
          {"competent", json_of(e.competent)},
          {"holm", e.adjusted},
          {"detectable", e.detectable ? Json(*e.detectable) : Json()},
          {"first_grid", json_of(e.first_grid)},
          {"second_grid", json_of(e.second_grid)},
          {"worlds", worlds}};
}

}  // namespace

Json to_json(const StudyAnswer& answer) {
  Json factors = Json::array();
  for (const FactorAnswer& factor : answer.factors) {
    Json effects = Json::array();
    for (const Effect& effect : factor.effects) effects.push_back(json_of(effect));
    factors.push_back({{"name", factor.name}, {"text", factor.text}, {"effects", effects}});
  }
  return {{"question", answer.question},
          {"title", answer.title},
          {"planned", answer.planned},
          {"done", answer.done},
          {"errors", answer.errors},
          {"family", answer.family},
          {"control",
           {{"runs", answer.control_runs},
            {"competent", answer.control_competent},
            {"gamed", answer.control_gamed}}},
          {"sentences", in_sentences(answer)},
          {"factors", factors}};
}

}  // namespace pump::harness
