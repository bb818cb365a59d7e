#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/report/report.hpp"

namespace pump::harness {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t kOutcomesShown = 4;  // a row
constexpr std::size_t kFlagsShown = 6;     // a list
constexpr double kSmallestShown = .01;     // share of an outcome

std::size_t display_width(const std::string& text) {  // code points: none here is wide
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

// Left-aligned columns, two spaces apart.
std::string align(const std::vector<Cells>& lines) {
  std::vector<std::size_t> widths;
  for (const Cells& cells : lines) {
    widths.resize(std::max(widths.size(), cells.size()), 0);
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], display_width(cells[i]));
  }
  std::string out;
  for (const Cells& cells : lines) {
    std::string line = "  ";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += cells[i];
      if (i + 1 < cells.size()) line.append(widths[i] - display_width(cells[i]) + 2, ' ');
    }
    out += line + "\n";
  }
  return out;
}

std::string clock_text(const Clock& clock) {
  if (clock.runs == 0) return "-";
  const std::string median = clock.median ? steps_text(*clock.median) : "never";
  return fmt::format("{} / {} ({}/{})", median, steps_text(clock.restricted.mean), clock.events,
                     clock.runs);
}

std::string score_text(const std::optional<Score>& score) {
  if (!score) return "-";
  if (!std::isfinite(score->mean_interval.low)) return fmt::format("{:.2f}", score->mean);
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", score->mean, score->mean_interval.low,
                     score->mean_interval.high);
}

std::string classes_text(const Row& row) {
  return fmt::format("{}/{}/{}/{}", row.classes[0], row.classes[1], row.classes[3], row.classes[2]);
}

std::string outcomes_text(const Row& row, const Study& study) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < row.final_outcomes.size(); ++i)
    if (row.final_outcomes[i] >= kSmallestShown) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return row.final_outcomes[a] > row.final_outcomes[b];
  });
  if (order.size() > kOutcomesShown) order.resize(kOutcomesShown);
  std::string text;
  for (const std::size_t i : order)
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ",
                        plain_words(study.outcome_labels[i]), 100 * row.final_outcomes[i]);
  return text.empty() ? "-" : text;
}

std::string rows_text(const Setting& setting, const Study& study, const Report& report) {
  std::vector<Cells> lines = {{"objective", "P(gamed)", "", "P(gamed | competent)", "", "competent",
                               "G/I/M/F", "discovery", "adoption"}};
  std::vector<Cells> ends = {{"objective", "proxy return", "true utility",
                              "how episodes end (all: means of the last 3 checkpoints)"}};
  for (const Row& row : setting.rows) {
    const std::string& name = report.arms[row.arm].name;
    lines.push_back({name, count_text(row.gamed), share_text(row.gamed),
                     count_text(row.gamed_if_competent), share_text(row.gamed_if_competent),
                     count_text(row.competent), classes_text(row), clock_text(row.discovery),
                     clock_text(row.adoption)});
    ends.push_back({name, score_text(row.proxy_return), score_text(row.true_utility),
                    outcomes_text(row, study)});
  }
  return align(lines) + "\n" + align(ends);
}

std::string comparisons_text(const Setting& setting, const Report& report) {
  if (setting.comparisons.empty()) return "";
  std::vector<Cells> lines = {{"paired by seed", "only first gamed", "only second", "p",
                               setting.comparisons.front().family ? "p, Holm" : "p, BH",
                               "smallest difference visible"}};
  for (const Comparison& c : setting.comparisons)
    lines.push_back(
        {fmt::format("{} : {}", report.arms[c.first].name, report.arms[c.second].name),
         fmt::format("{}/{}", c.first_only, c.pairs), fmt::format("{}/{}", c.second_only, c.pairs),
         fmt::format("{:.3f}", c.p), fmt::format("{:.3f}", c.adjusted),
         c.detectable ? fmt::format("{:.0f} points", 100 * *c.detectable) : "none: too few seeds"});
  return fmt::format("\n{}", align(lines));
}

std::string pooled_text(const Report& report) {
  if (report.pooled.empty()) return "";
  std::vector<Cells> lines = {
      {"objective", "wishes", "P(gamed)", "", "P(gamed|competent)", "", "competent"}};
  for (const Pooled& pooled : report.pooled)
    lines.push_back({pooled.name, std::to_string(pooled.wishes), count_text(pooled.gamed),
                     share_text(pooled.gamed), count_text(pooled.gamed_if_competent),
                     share_text(pooled.gamed_if_competent), count_text(pooled.competent)});
  return "\nall wishes but the controls, each in its first setting, run for run\n" + align(lines);
}

std::string study_heading(const Study& study) {
  std::string text = fmt::format("{}, wish {}", study.environment, study.wish);
  if (study.control) text += " (control)";
  if (!study.wish_text.empty()) text += fmt::format(": \"{}\"", study.wish_text);
  if (study.by_label) text += " (judged by label)";
  for (const auto& [name, value] : study.fixed)
    if (name == "map") text += fmt::format(", {}", value);
  return text;
}

std::string flags_text(const std::string& heading, const std::vector<Flag>& flags) {
  if (flags.empty()) return "";
  std::vector<Cells> lines;
  for (std::size_t i = 0; i < std::min(flags.size(), kFlagsShown); ++i)
    lines.push_back({flags[i].trial, flags[i].arm, fmt::format("seed {}", flags[i].seed),
                     flags[i].where, flags[i].message});
  std::string out = fmt::format("\n{}: {}\n{}", heading, flags.size(), align(lines));
  if (flags.size() > kFlagsShown)
    out += fmt::format("  and {} more, in the page and in --json\n", flags.size() - kFlagsShown);
  return out;
}

}  // namespace

std::string to_text(const Report& report) {
  std::string out = fmt::format("{}\n", report.title);
  for (const Study& study : report.studies) {
    out += fmt::format("\n{}\n", study_heading(study));
    std::vector<std::size_t> order = {study.headline};
    for (std::size_t i = 0; i < study.settings.size(); ++i)
      if (i != study.headline) order.push_back(i);
    for (const std::size_t i : order) {
      const Setting& setting = study.settings[i];
      out += fmt::format("\n{}{}{} steps a run\n", setting.label, setting.label.empty() ? "" : ", ",
                         steps_text(static_cast<double>(setting.budget_steps)));
      out += rows_text(setting, study, report);
      if (i == study.headline) out += comparisons_text(setting, report);
    }
  }
  out += pooled_text(report);
  if (const std::string which = charted_text(report); !which.empty()) out += "\n" + which + "\n";
  out += flags_text("Ended in an error, and counted nowhere", report.errors);
  out += flags_text("Diverged, and counted as FAILED", report.diverged);
  out += flags_text("Within sampling error of a threshold", report.near_threshold);
  out += flags_text("Emerged, then abandoned", report.abandoned);
  out += flags_text("With novel high-reward episodes", report.novel);
  out +=
      "\nG/I/M/F: runs that ended GAMED, INTENDED, MIXED, FAILED; competent is all but FAILED."
      "\nIn brackets: 95 % intervals over runs, Clopper-Pearson of shares and Student's of means."
      "\nDiscovery, adoption: median / restricted mean steps (runs that got there); never: not by"
      "\nhalf of the runs within the budget. Zero seen is not zero: only rates above the interval's"
      "\nupper end are ruled out.\n";
  out += fmt::format("\nMade by: {}\n", report.command);
  return out;
}

}  // namespace pump::harness
