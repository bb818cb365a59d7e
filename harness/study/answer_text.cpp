#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/study/answer.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

// With as many digits as it takes to lie on its own side of .05.
std::string p_text(double p) {
  if (p < .001) return "< .001";
  std::string text;
  for (int digits = 3; digits < 10; digits++) {
    text = fmt::format("{:.{}f}", p, digits);
    if ((std::stod(text) <= .05) == (p <= .05)) break;
  }
  return text;
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
      row = {e.name, "no pair"};
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
      "{} of {} trials, {}, {} without one of their runs. "
      "Differences are the second's share of runs GAMED less the first's, in percentage points, "
      "on the same seeds, over all pairs of these worlds together (Mantel-Haenszel): "
      "they speak of these worlds and no others. "
      "Worlds: in how many the second games less (-) and more (+). "
      "Intervals: 95 %, for one contrast alone; p: exact, adjusted by Holm over all {} contrasts, "
      "declared before any run. If both competent: of how many pairs in brackets; "
      "chosen by what training made of them, it describes. "
      "Visible: the smallest difference with a chance of 80 % to be told apart, "
      "with as many pairs going the other way as did; none where no difference had it.",
      answer.done, answer.planned, counted(answer.errors, "error"), counted(lost, "pair"),
      answer.family);
}

void add_markdown(std::string& out, const Preface::Table& table) {
  out += fmt::format("\n## {}\n\n{}\n\n| {} |\n|", table.title, table.text,
                     fmt::join(table.header, " | "));
  for (std::size_t i = 0; i < table.header.size(); i++) out += "---|";
  for (const auto& row : table.rows) {
    std::vector<std::string> cells = row;
    for (std::string& cell : cells)  // a name of a stranger's may hold what parts cells
      for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2)
        cell.insert(at, 1, '\\');
    out += fmt::format("\n| {} |", fmt::join(cells, " | "));
  }
  out += "\n";
}

}  // namespace

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

Json json_of(const MantelHaenszel& of, int pairs) {
  if (pairs == 0) return nullptr;
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
          {"first", e.pairs > 0 ? Json(e.first) : Json()},
          {"second", e.pairs > 0 ? Json(e.second) : Json()},
          {"gamed", json_of(e.gamed, e.pairs)},
          {"gamed_if_competent", json_of(e.gamed_if_competent, e.competent_pairs)},
          {"competent", json_of(e.competent, e.pairs)},
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
          {"builds", answer.builds},
          {"family", answer.family},
          {"control",
           {{"runs", answer.control_runs},
            {"competent", answer.control_competent},
            {"gamed", answer.control_gamed}}},
          {"sentences", in_sentences(answer)},
          {"factors", factors}};
}

}  // namespace pump::harness
