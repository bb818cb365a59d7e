#include "harness/report/sections.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agents/yardsticks/yardstick.hpp"
#include "harness/report/charts.hpp"
#include "harness/report/curves.hpp"

namespace pump::harness {
namespace {

// Breaks where a dotted key may.
std::string breakable(const std::string& name) {
  std::string out = escape(name);
  for (std::size_t at = 0; (at = out.find('.', at)) != std::string::npos; at++)
    if (at + 1 < out.size() && std::isalpha(static_cast<unsigned char>(out[at + 1])))
      out.insert(at + 1, "<wbr>");
  return out;
}

std::string arm_cell(std::size_t arm, const Report& report) {
  return fmt::format(
      R"(<td class="name"><svg class="a{}" viewBox="0 0 18 18" aria-hidden="true">{}</svg>{}</td>)",
      arm % 16, arm_marker(arm, 9, 9), breakable(report.arms[arm].name));
}

// ".012", "1", "< .001".
std::string p_text(double p) {
  if (p < .001) return "&lt; .001";
  const std::string digits = fmt::format("{:.3f}", p);
  return digits[0] == '0' ? digits.substr(1) : "1";
}

std::string share_cell(const Share& share, std::size_t arm) {
  if (share.total == 0) return "<td><span class=\"soft\">no competent run</span></td>";
  return fmt::format(
      "<td>{}<span class=\"big\">{:.0f} %</span> <span class=\"soft\">{} \u00b7 {:.0f}\u2013{:.0f} "
      "%</span></td>",
      interval_bar(share, fmt::format("a{}", arm % 16)), 100 * share.value(), count_text(share),
      100 * share.exact.low, 100 * share.exact.high);
}

std::string clock_cell(const Clock& clock) {
  if (clock.runs == 0) return "<td>\u2013</td>";
  return fmt::format("<td>{}<small>{} got there<br>mean {} \u00b1 {}</small></td>",
                     clock.median ? steps_text(*clock.median) : "not by half",
                     fmt::format("{} of {}", clock.events, clock.runs),
                     steps_text(clock.restricted.mean),
                     steps_text(clock.restricted.standard_error));
}

std::string score_text(const std::optional<Score>& score) {
  if (!score) return "\u2013";
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", score->iqm, score->interval.low,
                     score->interval.high);
}

std::string headline_table(const Setting& setting, const Report& report) {
  std::string out =
      "<div class=\"scroll card\"><table><thead><tr><th>Objective</th><th>Runs, by seed</th>"
      "<th>P(gamed)<br>95 % exact interval</th><th>P(gamed | competent)<br>95 % exact interval</th>"
      "<th>Competent</th><th>Discovery,<br>median steps</th><th>Adoption,<br>median steps</th>"
      "</tr></thead><tbody>\n";
  for (const Row& row : setting.rows)
    out += "<tr>" + arm_cell(row.arm, report) + "<td class=\"wrap\">" + seed_strip(row) + "</td>" +
           share_cell(row.gamed, row.arm) + share_cell(row.gamed_if_competent, row.arm) +
           fmt::format("<td>{}</td>", count_text(row.competent)) + clock_cell(row.discovery) +
           clock_cell(row.adoption) + "</tr>\n";
  out += "</tbody></table></div>\n";
  out +=
      "<ul class=\"legend key\"><li><i class=\"c-gamed\">G</i>gamed</li>"
      "<li><i class=\"c-intended\">I</i>intended</li><li><i class=\"c-mixed\">M</i>mixed</li>"
      "<li><i class=\"c-failed\">F</i>failed (\u00d7 diverged)</li>"
      "<li><i class=\"c-failed near\">F</i>dashed: within sampling error of a "
      "threshold</li></ul>\n";
  return out;
}

const Row* extreme_row(const Setting& setting, bool most) {
  const Row* best = nullptr;
  for (const Row& row : setting.rows) {
    if (row.runs == 0) continue;
    if (best == nullptr ||
        (most ? row.gamed.value() > best->gamed.value() : row.gamed.value() < best->gamed.value()))
      best = &row;
  }
  return best;
}

// " (2 others equally often)", beside the row.
std::string ties_phrase(const Setting& setting, const Row& row) {
  const auto ties = std::ranges::count_if(setting.rows, [&](const Row& other) {
    return &other != &row && other.runs > 0 && other.gamed.value() == row.gamed.value();
  });
  return ties == 0 ? "" : fmt::format(" ({} other{} equally often)", ties, ties == 1 ? "" : "s");
}

// "a in 3 of 10 runs (3 of 6 competent)".
std::string row_phrase(const Row& row, const Report& report) {
  return fmt::format("<b>{}</b> in {} of {} runs ({} of {} competent ones)",
                     escape(report.arms[row.arm].name), row.gamed.count, row.gamed.total,
                     row.gamed_if_competent.count, row.gamed_if_competent.total);
}

std::string significance_phrase(const Setting& setting, const Report& report) {
  std::string found;
  double visible = 0;  // the worst of those that could be told at all
  int blind = 0;
  for (const Comparison& c : setting.comparisons) {
    blind += !c.detectable;
    visible = std::max(visible, c.detectable.value_or(0));
    if (c.adjusted > .05) continue;
    const bool first = c.first_only > c.second_only;
    found += fmt::format("{}{} more than {} (p {}{})", found.empty() ? "" : "; ",
                         escape(report.arms[first ? c.first : c.second].name),
                         escape(report.arms[first ? c.second : c.first].name),
                         c.adjusted < .001 ? "" : "= ", p_text(c.adjusted));
  }
  if (setting.comparisons.empty()) return "";
  const bool family = setting.comparisons.front().family;
  const char* method = family ? "Holm" : "Benjamini-Hochberg";
  if (!found.empty()) return fmt::format(" After {} adjustment: {}.", method, found);
  const auto comparisons = static_cast<int>(setting.comparisons.size());
  if (blind == comparisons)
    return fmt::format(
        " No difference between objectives is significant, and none could be: with so few seeds "
        "even the largest difference fails the {} adjustment.",
        method);
  const std::string none =
      blind == 0 ? ""
                 : fmt::format("in {} of {} comparisons none could be, in the others ", blind,
                               comparisons);
  return fmt::format(
      " No difference between objectives is significant after {} adjustment; {}one of "
      "{:.0f} points had a chance of 80 % to be{}.",
      method, none, 100 * visible, family ? "" : ", before it");
}

std::string finding(const Study& study, const Report& report) {
  const Setting& setting = study.settings[study.headline];
  const Row* most = extreme_row(setting, true);
  const Row* least = extreme_row(setting, false);
  if (most == nullptr) return "";
  std::string text = setting.label.empty() ? "" : "At " + escape(setting.label) + ", ";
  if (most->gamed.count == 0) {
    const Row* widest = most;
    for (const Row& row : setting.rows)
      if (row.runs > 0 && row.runs < widest->runs) widest = &row;
    text += fmt::format(
        "no run ended up gaming the wish. Zero of {} run{} leaves room for a rate of up to {} in "
        "an "
        "objective.",
        widest->runs, widest->runs == 1 ? "" : "s", at_most(widest->gamed.exact.high));
  } else if (setting.rows.size() == 1 || most->gamed.value() == least->gamed.value()) {
    std::vector<std::string> rows;
    for (const Row& row : setting.rows)
      if (row.runs > 0) rows.push_back(row_phrase(row, report));
    text += fmt::format("{} ended up gaming the wish.", fmt::join(rows, ", "));
  } else {
    text += fmt::format("the wish was gamed most often by {}{}, least often by {}{}.",
                        row_phrase(*most, report), ties_phrase(setting, *most),
                        row_phrase(*least, report), ties_phrase(setting, *least));
  }
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  if (!study.control) text += significance_phrase(setting, report);
  return "<p class=\"finding\">" + text + "</p>\n";
}

std::string axis_section(const Study& study, const Report& report) {
  if (study.curve.size() < 2) return "";
  return fmt::format(
             "<h3>Against {}</h3>\n<p class=\"caption\">Shares of runs, with 95 % Wilson "
             "intervals; "
             "points of one setting stand side by side. An objective without a competent run has "
             "no "
             "point on the right.</p>\n",
             escape(plain_words(study.axis))) +
         "<div class=\"pair\"><div class=\"card\"><h4>P(gamed)</h4>" +
         axis_chart(study, report, false) +
         "</div><div class=\"card\"><h4>P(gamed | competent)</h4>" +
         axis_chart(study, report, true) + "</div></div>\n";
}

std::string beta_section(const Study& study, const Report& report) {
  if (beta_chart(study, report, BetaChart::runs).empty()) return "";
  const auto card = [&](const char* title, BetaChart what, const char* none) {
    const std::string chart = beta_chart(study, report, what);
    return fmt::format("<div class=\"card\"><h4>{}</h4>{}</div>", title,
                       chart.empty() ? fmt::format("<p class=\"caption\">{}</p>", none) : chart);
  };
  const bool solved = std::ranges::any_of(
      report.exact, [&](const ExactCurve& curve) { return is_of_headline(curve, study); });
  return "<h3>Against \u03b2, the price of a nat from the reference</h3>\n<p class=\"caption\">One "
         "objective at several betas, all else alike. Above shares of runs, with 95 % Wilson "
         "intervals; a price without a competent run has no point on the right. Below means over "
         "runs of the last 3 checkpoints: the share of UHR episodes, over what the best policy at "
         "that price would do, and the share that end in gaming over the nats that an episode is "
         "from the reference, under the most that any policy gets for them (95 %: over seeds, or "
         "of one seed's episodes, whichever is wider)." +
         std::string(solved ? ""
                            : " What the best policy would do is not drawn: where the world is "
                              "small enough, pump exact --prices --json solves it, and pump report "
                              "--exact draws it.") +
         "</p>\n<div class=\"pair\">" + card("P(gamed)", BetaChart::runs, "") +
         card("P(gamed | competent)", BetaChart::runs_if_competent,
              "No run is competent, at any price.") +
         card("UHR episodes", BetaChart::episodes, "") +
         card("Gaming for its nats", BetaChart::nats, "No nats were counted.") + "</div>\n";
}

std::string scores_section(const Study& study, const Report& report) {
  const std::string chart = scores_chart(study, report);
  if (chart.empty()) return "";
  return "<h3>What was paid for, and what was meant</h3>\n<p class=\"caption\">True utility (up) "
         "against proxy return (right): interquartile means over seeds at the end, with bootstrap "
         "intervals. Gaming is far right and low.</p>\n<div class=\"pair\"><div class=\"card\">"
         "<h4>True utility</h4>" +
         chart + "</div></div>\n";
}

std::string course_section(const Study& study, const Report& report) {
  const Setting& setting = study.settings[study.headline];
  std::string out =
      "<h3>How episodes end, over training</h3>\n<p class=\"caption\">Mean over runs of the share "
      "of " +
      episodes_text(report) + " evaluation episodes that end in each outcome" +
      (setting.label.empty() ? std::string() : ", at " + escape(setting.label)) + ".</p>\n";
  out += course_legend(setting, study) + "<div class=\"pair small\">";
  for (const Row& row : setting.rows)
    if (!row.course.empty() && report.arms[row.arm].charted)
      out += fmt::format("<div class=\"card\"><h4>{}</h4>{}</div>\n",
                         escape(report.arms[row.arm].name), course_chart(row, study, report));
  return out + "</div>\n";
}

std::string log_rank_text(const LogRank& test) {
  if (test.degrees == 0) return "";
  return fmt::format(" Log-rank of all objectives: \u03c7\u00b2 = {:.1f}, {} df, p {}{}.",
                     test.chi_squared, test.degrees, test.p < .001 ? "" : "= ", p_text(test.p));
}

std::string clock_section(const Study& study, const Report& report) {
  const Setting& setting = study.settings[study.headline];
  return "<h3>When it is found, and when it is kept</h3>\n<p class=\"caption\">Share of runs that "
         "have "
         "seen a first high-reward episode of the wrong kind (discovery), and that play it for "
         "three "
         "checkpoints in a row (adoption). Kaplan-Meier with 95 % bands.</p>\n"
         "<div class=\"pair\"><div class=\"card\"><h4>Discovery</h4>" +
         clock_chart(setting, report, false) + "<p class=\"caption\">" +
         log_rank_text(setting.discovery) + "</p></div><div class=\"card\"><h4>Adoption</h4>" +
         clock_chart(setting, report, true) + "<p class=\"caption\">" +
         log_rank_text(setting.adoption) + "</p></div></div>\n";
}

std::string comparison_row(const Comparison& c, const Report& report) {
  return fmt::format(
      "<tr><td>{} : {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{} : {} of {}, p {}</td></tr>\n",
      escape(report.arms[c.first].name), escape(report.arms[c.second].name), c.pairs, c.first_only,
      c.second_only, p_text(c.p), p_text(c.adjusted),
      c.detectable ? fmt::format("{:.0f} points", 100 * *c.detectable) : "none: too few seeds",
      c.competent_first_only, c.competent_second_only, c.competent_pairs, p_text(c.competent_p));
}

std::string comparison_table(const Setting& setting, const Report& report) {
  if (setting.comparisons.empty()) return "";
  std::string out =
      "<div class=\"scroll card\"><table class=\"dense\"><thead><tr><th>pair</th><th>seeds</th>"
      "<th>only the<br>first gamed</th><th>only the<br>second "
      "gamed</th><th>p<br>McNemar</th><th>p<br>";
  out += setting.comparisons.front().family ? "Holm" : "Benj.-Hochberg";
  out +=
      "</th><th>smallest<br>visible difference</th><th>where both are competent<br>first : second "
      "of "
      "seeds</th></tr></thead><tbody>\n";
  for (const Comparison& c : setting.comparisons) out += comparison_row(c, report);
  return out + "</tbody></table></div>\n";
}

// Where objectives are compared at one setting of their hyper-parameters each.
std::string grid_caption(const Report& report) {
  // Of each objective, what its arms say of entropy and step size.
  std::map<std::string, std::set<std::string>> settings;
  for (const Arm& arm : report.arms) {
    if (agents::is_yardstick(arm.objective)) continue;
    std::string setting;
    for (const char* key : {"ent_coef", "learning_rate", "natural_step_size", "max_kl"})
      if (const auto at = arm.overrides.find(key); at != arm.overrides.end())
        setting += fmt::format("{} {} ", key, at->second);
    settings[arm.objective].insert(setting);
  }
  const bool grid = std::ranges::any_of(
      settings, [](const auto& objective) { return objective.second.size() > 1; });
  if (settings.size() < 2 || grid || report.preface) return "";
  return "<p class=\"caption\">Each objective at one setting. How much it explores and how far "
         "it steps can matter as much as what it is: to tell them apart, compare over a grid of "
         "entropy coefficient and learning rate, as configs/sweeps/entropy.yaml does.</p>\n";
}

// "3/10 [7, 65]".
std::string dense_share(const Share& share) {
  if (share.total == 0) return count_text(share);
  return fmt::format("{} [{:.0f}, {:.0f}]", count_text(share), 100 * share.exact.low,
                     100 * share.exact.high);
}

std::string dense_median(const Clock& clock) {
  return clock.median ? steps_text(*clock.median) : "\u2013";
}

std::string settings_table(const Study& study, const Report& report) {
  std::string out =
      "<div class=\"scroll card\"><table class=\"dense tight\"><thead><tr><th>setting</th>"
      "<th>objective</th><th>P(gamed)<br>[95 %]</th><th>P(gamed | competent)<br>[95 %]</th>"
      "<th>competent</th><th>G / I / M / F</th><th>discovery<br>median</th>"
      "<th>adoption<br>median</th><th>proxy return<br>IQM [95 %]</th>"
      "<th>true utility<br>IQM [95 %]</th></tr></thead><tbody>\n";
  for (const Setting& setting : study.settings)
    for (const Row& row : setting.rows)
      out += fmt::format(
          "<tr><td>{}</td>{}<td>{}</td><td>{}</td><td>{}</td><td>{} / {} / {} / {}</td><td>{}</td>"
          "<td>{}</td><td>{}</td><td>{}</td></tr>\n",
          escape(setting.label.empty() ? "all" : setting.label), arm_cell(row.arm, report),
          dense_share(row.gamed), dense_share(row.gamed_if_competent), count_text(row.competent),
          row.classes[0], row.classes[1], row.classes[3], row.classes[2],
          dense_median(row.discovery), dense_median(row.adoption), score_text(row.proxy_return),
          score_text(row.true_utility));
  return out + "</tbody></table></div>\n";
}

std::string fold(const std::string& summary, const std::string& body) {
  return "<details><summary>" + summary + "</summary>\n" + body + "</details>\n";
}

std::string other_comparisons(const Study& study, const Report& report) {
  std::string body;
  for (std::size_t i = 0; i < study.settings.size(); ++i)
    if (i != study.headline && !study.settings[i].comparisons.empty())
      body += "<h4>" + escape(study.settings[i].label) + "</h4>" +
              comparison_table(study.settings[i], report);
  return body.empty() ? "" : fold("Comparisons in the other settings", body);
}

}  // namespace

std::string study_section(const Study& study, const Report& report) {
  std::string out = "<section>\n<h2>" +
                    std::string(study.control ? "Control: the wish " : "The wish ") + "<code>" +
                    escape(study.wish) + "</code></h2>\n";
  if (!study.wish_text.empty())
    out += "<p class=\"wish\">\u201c" + escape(study.wish_text) + "\u201d</p>\n";
  if (study.control)
    out +=
        "<p class=\"caption\">Here the reward is the true utility itself. What still counts as "
        "gamed is the error of the measure.</p>\n";
  if (study.by_label)
    out +=
        "<p class=\"caption\">What is meant here is a property of the policy, which no episode's "
        "numbers show: gamed and intended are judged by the labels of its episodes.</p>\n";
  const Setting& headline = study.settings[study.headline];
  out += finding(study, report) + headline_table(headline, report);
  if (!study.control)
    out +=
        axis_section(study, report) + beta_section(study, report) + scores_section(study, report);
  out += course_section(study, report);
  if (!study.control) {
    out += clock_section(study, report);
    if (!headline.comparisons.empty())
      out += "<h3>Objectives compared, seed by seed</h3>\n" + grid_caption(report) +
             comparison_table(headline, report);
  }
  out += fold("All settings, with proxy return and true utility", settings_table(study, report));
  return out + other_comparisons(study, report) + "</section>\n";
}

}  // namespace pump::harness
