#include <algorithm>
#include <cmath>

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

bool lowers(const Effect& effect) {
  return effect.told_apart() && effect.gamed.difference.value < 0;
}
bool raises(const Effect& effect) {
  return effect.told_apart() && effect.gamed.difference.value > 0;
}
// The interval of the difference in competence lies below 0.
bool costs_competence(const Effect& effect) {
  return effect.competent.difference.interval.high < 0;
}

// Of those that can be told apart, the one that changes most; null: none can.
const Effect* largest(const FactorAnswer& factor) {
  const Effect* most = nullptr;
  for (const Effect& effect : factor.effects)
    if (effect.told_apart() &&
        (!most || std::abs(effect.gamed.difference.value) > std::abs(most->gamed.difference.value)))
      most = &effect;
  return most;
}

// The worst of what could have been seen, of those that were not told apart.
std::string unseen_text(const FactorAnswer& factor) {
  double worst = 0;
  bool none = false;
  for (const Effect& effect : factor.effects) {
    if (effect.told_apart()) continue;
    none = none || !effect.detectable;
    worst = std::max(worst, effect.detectable.value_or(0));
  }
  if (none) return "for some of these there are too few pairs to see any difference";
  return fmt::format("differences of {:.0f} points would have been seen in each of these",
                     100 * worst);
}

// Where the ranges over the grid overlap, hyper-parameters change as much as the objective does.
std::string grid_sentence(const FactorAnswer& factor) {
  int apart = 0, overlap = 0;
  for (const Effect& effect : factor.effects) {
    if (!effect.told_apart() || !effect.first_grid || !effect.second_grid) continue;
    const bool disjoint = effect.first_grid->most < effect.second_grid->least ||
                          effect.second_grid->most < effect.first_grid->least;
    (disjoint ? apart : overlap)++;
  }
  if (apart + overlap == 0) return "";
  return fmt::format(
      " Over the grid of hyper-parameters the two sides of {} of these {} overlap: there the "
      "difference may be one of settings.",
      overlap, apart + overlap);
}

std::string factor_sentences(const FactorAnswer& factor) {
  const auto& effects = factor.effects;
  if (effects.empty()) return fmt::format("{} was not varied.", factor.name);
  const auto down = std::ranges::count_if(effects, lowers);
  const auto up = std::ranges::count_if(effects, raises);
  const auto all = static_cast<std::ptrdiff_t>(effects.size());
  std::string out = fmt::format(
      "{} ({}). Of {} contrasts {} lowered the share of runs that ended gaming, {} raised it, and "
      "{} could not be told from no change (Holm, .05).",
      factor.name, factor.text, all, down, up, all - down - up);
  if (const Effect* most = largest(factor))
    out += fmt::format(" The largest change: {}, {} points, from {} to {} over {} pairs.",
                       most->name, points_text(most->gamed), percent(most->first),
                       percent(most->second), most->pairs);
  const auto costly = std::ranges::count_if(
      effects, [](const Effect& effect) { return lowers(effect) && costs_competence(effect); });
  if (down > 0)
    out += costly == 0
               ? " None of those that lowered it made fewer runs competent, as far as can be told."
               : fmt::format(
                     " {} of those that lowered it also made fewer runs competent: who "
                     "learns nothing games nothing.",
                     costly);
  if (all - down - up > 0) out += fmt::format(" Not told apart: {}.", unseen_text(factor));
  return out + grid_sentence(factor);
}

// Factors by the largest change that could be told, the greatest first.
std::string verdict(const StudyAnswer& answer) {
  struct Ranked {
    double size;
    std::string name;
    const Effect* effect;
  };
  std::vector<Ranked> moved;
  std::vector<std::string> still;
  for (const FactorAnswer& factor : answer.factors) {
    if (factor.effects.empty()) continue;
    const Effect* least = nullptr;
    for (const Effect& effect : factor.effects)
      if (lowers(effect) &&
          (!least || effect.gamed.difference.value < least->gamed.difference.value))
        least = &effect;
    if (least)
      moved.push_back({-least->gamed.difference.value, factor.name, least});
    else
      still.push_back(factor.name);
  }
  std::ranges::stable_sort(moved, std::greater<>(), &Ranked::size);
  if (moved.empty())
    return fmt::format(
        "Answer. Nothing that was varied ({}) can be said to keep them from emerging.",
        fmt::join(still, ", "));
  std::vector<std::string> parts;
  for (const Ranked& one : moved)
    parts.push_back(
        fmt::format("{} by up to {:.0f} points ({}{})", one.name, 100 * one.size, one.effect->name,
                    costs_competence(*one.effect) ? "; which also made fewer runs competent" : ""));
  std::string out = fmt::format("Answer. What lowered it here: {}.", fmt::join(parts, "; "));
  if (!still.empty())
    out +=
        fmt::format(" No contrast of {} can be said to have lowered it.", fmt::join(still, ", "));
  return out;
}

std::string grid_text(const std::optional<GridRange>& range) {
  if (!range) return "";
  return fmt::format("{:.0f} to {:.0f} %", 100 * range->least, 100 * range->most);
}

Preface::Table table_of(const FactorAnswer& factor) {
  const bool grid = std::ranges::any_of(
      factor.effects, [](const Effect& effect) { return effect.first_grid && effect.second_grid; });
  Preface::Table table{factor.name, factor.text + ".", {}, {}, {}};
  table.header = {"contrast",          "pairs",     "GAMED",  "difference", "p, Holm",
                  "if both competent", "competent", "visible"};
  if (grid) table.header.emplace_back("over the grid");
  for (const Effect& e : factor.effects) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {e.name,
           std::to_string(e.pairs),
           fmt::format("{} to {}", percent(e.first), percent(e.second)),
           points_text(e.gamed),
           p_text(e.adjusted),
           e.competent_pairs > 0
               ? fmt::format("{} ({})", points_text(e.gamed_if_competent), e.competent_pairs)
               : "no pair",
           points_text(e.competent),
           e.detectable ? fmt::format("{:.0f}", 100 * *e.detectable) : "none"};
    table.drawn.push_back({e.gamed.difference, e.told_apart()});
    if (grid)
      row.push_back(fmt::format("{}; {}", grid_text(e.first_grid), grid_text(e.second_grid)));
  }
  return table;
}

std::string method_text(const StudyAnswer& answer) {
  return fmt::format(
      "{} of {} trials, {} errors. Differences are the second's share of runs GAMED less the "
      "first's, in percentage points, on the same seeds: Mantel-Haenszel over worlds with 95 % "
      "intervals; p adjusted by Holm over all {} contrasts, declared before any run. Visible: the "
      "smallest difference that so many pairs would have shown; none where they are too few for "
      "any.",
      answer.done, answer.planned, answer.errors, answer.family);
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
  if (answer.done < answer.planned)
    out.push_back(fmt::format("{} of {} trials are done: this is not the study's answer yet.",
                              answer.done, answer.planned));
  for (const FactorAnswer& factor : answer.factors) out.push_back(factor_sentences(factor));
  if (answer.control_runs > 0)
    out.push_back(fmt::format(
        "Control. Paid for what was meant, {} of {} runs ended gaming, {} at most (95 %).",
        answer.control_gamed, answer.control_runs,
        percent(clopper_pearson(answer.control_gamed, answer.control_runs).high)));
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
          {"control", {{"runs", answer.control_runs}, {"gamed", answer.control_gamed}}},
          {"sentences", in_sentences(answer)},
          {"factors", factors}};
}

}  // namespace pump::harness
