#include "harness/report/overview.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "harness/report/charts.hpp"
#include "harness/report/svg.hpp"

namespace pump::harness {
namespace {

constexpr double kWidth = 1180;        // px of a chart, unless its columns need more
constexpr double kColumn = 104;        // px, at least
constexpr double kEndLabelRoom = 175;  // px, right of it
constexpr std::size_t kLabelLetters = 18;
constexpr int kTints = 10;  // of a table's cells, by their share

// The wishes that are asked about, in the order of the page.
std::vector<const Study*> asked(const Report& report) {
  std::vector<const Study*> studies;
  for (const Study& study : report.studies)
    if (!study.control) studies.push_back(&study);
  return studies;
}

// A world by its name, and by its wish where another has the same name.
std::vector<std::string> column_words(const Study& study, const Report& report) {
  std::vector<std::string> words;
  std::istringstream name(plain_words(study.environment));
  for (std::string word; name >> word;) words.push_back(word);
  const std::vector<const Study*> all = asked(report);
  const auto same = [&](const Study* other) { return other->environment == study.environment; };
  if (std::count_if(all.begin(), all.end(), same) > 1) words.push_back(study.wish);
  return words;
}

std::string column_label(const Plot& plot, double at, const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += fmt::format(R"(<text class="tick" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
                       plot.x(at), plot.y(0) + 21 + 17 * static_cast<double>(i), escape(words[i]));
  return out;
}

const Share& share_of(const Row& row, bool if_competent) {
  return if_competent ? row.gamed_if_competent : row.gamed;
}

std::string table_cell(const Share& gamed, const Share& if_competent) {
  if (gamed.total == 0) return "<td class=\"soft\">no run</td>";
  return fmt::format("<td class=\"t{}\"><b>{:.0f} %</b><small>{}; {}</small></td>",
                     static_cast<int>(std::lround(kTints * gamed.value())), 100 * gamed.value(),
                     count_text(gamed), count_text(if_competent));
}

const Row* row_in(const Study& study, const Pooled& pooled) {
  for (const std::size_t arm : pooled.arms)
    if (const Row* row = find_row(study.settings[study.headline], arm)) return row;
  return nullptr;
}

std::string table(const Report& report) {
  const std::vector<const Study*> studies = asked(report);
  std::string out =
      "<div class=\"scroll card\"><table class=\"dense tight "
      "tinted\"><thead><tr><th>objective</th>"
      "<th>all,\nexact 95 %</th>";
  for (const Study* study : studies)
    out += fmt::format("<th>{}</th>",
                       escape(fmt::format("{}", fmt::join(column_words(*study, report), "\n"))));
  out += "</tr></thead><tbody>\n";
  for (const Pooled& pooled : report.pooled) {
    const std::string style = arm_class(pooled.arms[0]);
    out += fmt::format(
        R"(<tr><td class="name"><svg class="{}" viewBox="0 0 18 18" aria-hidden="true">{}</svg>{}</td>)"
        R"(<td>{}<small>{}<br>if competent {}</small></td>)",
        style, arm_marker(pooled.arms[0], 9, 9), escape(pooled.name),
        interval_bar(pooled.gamed, style), share_text(pooled.gamed),
        share_text(pooled.gamed_if_competent));
    for (const Study* study : studies) {
      const Row* row = row_in(*study, pooled);
      out += row == nullptr ? "<td class=\"soft\">not run</td>"
                            : table_cell(row->gamed, row->gamed_if_competent);
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string overview_chart(const Report& report, bool if_competent) {
  if (report.pooled.empty()) return "";
  const std::vector<const Study*> studies = asked(report);
  std::vector<std::vector<std::string>> words;
  std::size_t lines = 1;
  for (const Study* study : studies) words.push_back(column_words(*study, report));
  words.push_back({"all"});
  for (const auto& label : words) lines = std::max(lines, label.size());
  std::vector<const Pooled*> arms;
  for (const Pooled& pooled : report.pooled)
    if (report.arms[pooled.arms[0]].charted) arms.push_back(&pooled);
  const auto columns = static_cast<double>(words.size());
  Plot::Frame frame;
  frame.right = kEndLabelRoom;
  frame.width = std::max(kWidth, frame.left + frame.right + kColumn * columns);
  frame.bottom = 18 + 17 * static_cast<double>(lines);
  Plot plot(frame, -.5, columns - .5);
  plot.share_axis();
  for (std::size_t i = 0; i < words.size(); ++i)
    plot.add(column_label(plot, static_cast<double>(i), words[i]));
  plot.add(
      fmt::format(R"(<line class="axis" x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}"/>)",
                  plot.x(columns - 1.5), plot.y(0), plot.y(1)));
  std::vector<Plot::EndLabel> labels;
  for (std::size_t k = 0; k < arms.size(); ++k) {
    const Pooled& pooled = *arms[k];
    const double aside =
        .8 * ((static_cast<double>(k) + .5) / static_cast<double>(arms.size()) - .5);
    const auto add = [&](std::size_t column, const Share& share) {
      if (share.total == 0) return;
      std::string where;
      for (const std::string& word : words[column]) where += (where.empty() ? "" : " ") + word;
      plot.add(share_point(
          plot, pooled.arms[0], plot.x(static_cast<double>(column) + aside), share,
          fmt::format("{}, {}: {} of {}, Wilson {:.0f} to {:.0f} %", pooled.name, where,
                      share.count, share.total, 100 * share.plot.low, 100 * share.plot.high)));
    };
    for (std::size_t i = 0; i < studies.size(); ++i)
      if (const Row* row = row_in(*studies[i], pooled)) add(i, share_of(*row, if_competent));
    const Share& all = if_competent ? pooled.gamed_if_competent : pooled.gamed;
    add(studies.size(), all);
    if (all.total > 0)
      labels.push_back({plot.y(all.value()), chart_label(report, pooled.arms[0], kLabelLetters),
                        arm_class(pooled.arms[0])});
  }
  plot.end_labels(labels);
  return plot.svg(
      fmt::format("{} by world and objective", if_competent ? "P(gamed | competent)" : "P(gamed)"));
}

std::string overview_section(const Report& report) {
  if (report.pooled.empty()) return "";
  return fmt::format(
             "<section>\n<h2>Every world at once</h2>\n<p class=\"caption\">Shares of runs that "
             "ended gaming, by world and objective, with 95 % Wilson intervals; where parameters "
             "vary, in the first setting. On the right all {} together, run for run: their exact "
             "interval in the table is that of one share, which is at most too wide where worlds "
             "differ (Hoeffding 1956). Under a share in the table: of how many runs, and of how "
             "many competent ones.</p>\n<div class=\"card\"><h4>P(gamed)</h4>{}</div>\n"
             "<div class=\"card\"><h4>P(gamed | competent)</h4>{}</div>\n",
             asked(report).size(), overview_chart(report, false), overview_chart(report, true)) +
         table(report) + "</section>\n";
}

}  // namespace pump::harness
