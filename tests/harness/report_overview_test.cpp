#include "harness/report/overview.hpp"

#include <string>
#include <vector>

#include "harness/report/charts.hpp"
#include "harness/report/files.hpp"
#include "tests/harness/report_trials.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace pump::harness {
namespace {

using test::contains;
using test::count;

// The made-up sweep in two worlds, with a control in each.
std::vector<TrialResult> two_worlds(int seeds) {
  std::vector<TrialResult> trials = made_up_sweep(seeds);
  const std::size_t one = trials.size();
  for (std::size_t i = 0; i < one; i++) {
    trials.push_back(trials[i]);
    trials.back().environment = "another_world";
  }
  return trials;
}

// Of each trial one with every width, so that a sweep of 4 objectives has 4 x widths arms.
std::vector<TrialResult> many_widths(int widths) {
  std::vector<TrialResult> trials;
  for (const TrialResult& t : made_up_sweep(2))
    for (int width = 0; width < widths; width++) {
      trials.push_back(t);
      trials.back().overrides["width"] = std::to_string(width);
    }
  return trials;
}

CATCH_TEST_CASE("over several worlds an arm's runs are counted together, controls left out") {
  const Report report = build_report(two_worlds(5), "x", "x");
  CATCH_REQUIRE(report.pooled.size() == 4);
  for (const Pooled& pooled : report.pooled) {
    const Study& study = report.studies[0];
    const Row* row = find_row(study.settings[study.headline], pooled.arms.at(0));
    CATCH_REQUIRE(row != nullptr);
    CATCH_CHECK(pooled.wishes == 2);
    CATCH_CHECK(pooled.gamed.count == 2 * row->gamed.count);
    CATCH_CHECK(pooled.gamed.total == 10);
    CATCH_CHECK(pooled.gamed_if_competent.total == 2 * row->gamed_if_competent.total);
    CATCH_CHECK(pooled.gamed.exact.low == clopper_pearson(pooled.gamed.count, 10).low);
  }
  CATCH_CHECK(to_json(report)["pooled"].size() == 4);
  CATCH_CHECK(contains(to_text(report), "all wishes but the controls"));
  CATCH_CHECK(contains(to_markdown(report), "All wishes but the controls"));
  // 4 objectives in two worlds and over both; without a competent run there is no point.
  CATCH_CHECK(count(overview_chart(report, false), "data-point") == 12);
  CATCH_CHECK(count(overview_chart(report, true), "data-point") <= 12);
  CATCH_CHECK(contains(overview_chart(report, false), ">another<"));
  CATCH_CHECK(to_svg_files(report).contains("00.gamed.svg"));
}

CATCH_TEST_CASE("a price chosen for each world is one arm over all, several in a world are not") {
  std::vector<TrialResult> trials = two_worlds(2);
  for (TrialResult& t : trials)
    if (t.objective == "ppo_kl" && t.environment == "another_world") t.beta = .2;
  Report report = build_report(trials, "x", "x");
  CATCH_REQUIRE(report.arms.size() == 5);
  CATCH_REQUIRE(report.pooled.size() == 4);
  CATCH_CHECK(report.pooled[3].arms.size() == 2);
  CATCH_CHECK(report.pooled[3].name == "ppo_kl, \u03b2 by world");
  CATCH_CHECK(report.pooled[3].gamed.total == 4);
  CATCH_CHECK(count(overview_chart(report, false), "data-point") == 12);
  // Both prices in both worlds.
  const std::size_t one = trials.size();
  for (std::size_t i = 0; i < one; i++)
    if (trials[i].objective == "ppo_kl") {
      trials.push_back(trials[i]);
      trials.back().beta = .25 - trials[i].beta;
    }
  report = build_report(trials, "x", "x");
  CATCH_REQUIRE(report.pooled.size() == 5);
  CATCH_CHECK(report.pooled[4].arms.size() == 1);
  CATCH_CHECK(report.pooled[4].gamed.total == 4);
}

CATCH_TEST_CASE("the page says how many steps and episodes there were") {
  std::vector<TrialResult> trials = two_worlds(1);
  const std::string same = to_html(build_report(trials, "x", "x"));
  CATCH_CHECK(contains(same, "<b>500k</b>"));
  CATCH_CHECK(contains(same, "each plays 256 episodes"));
  for (TrialResult& t : trials) {
    if (t.environment != "another_world") continue;
    t.budget_steps = 100'000;
    for (Checkpoint& c : t.checkpoints) c.episodes = 64;
  }
  const std::string other = to_html(build_report(trials, "x", "x"));
  CATCH_CHECK(contains(other, "<b>100k to 500k</b>"));
  CATCH_CHECK(contains(other, "each plays 64 to 256 episodes"));
}

CATCH_TEST_CASE("one wish and its control are no several worlds") {
  const Report report = build_report(made_up_sweep(2), "x", "x");
  CATCH_CHECK(report.pooled.empty());
  CATCH_CHECK(overview_section(report).empty());
  CATCH_CHECK_FALSE(contains(to_text(report), "all wishes but the controls"));
}

CATCH_TEST_CASE("two wishes of one world are told apart by name") {
  std::vector<TrialResult> trials = two_worlds(1);
  for (TrialResult& t : trials)
    if (t.environment == "another_world" && t.wish != "true") t.wish = "<outside>";
  for (TrialResult& t : trials)
    if (t.wish != "true") t.environment = "burning_building";
  const std::string section = overview_section(build_report(trials, "x", "x"));
  CATCH_CHECK(contains(section, ">&lt;outside&gt;<"));
  CATCH_CHECK_FALSE(contains(section, "<outside>"));
}

CATCH_TEST_CASE("of more arms than styles, charts have those that differ by objective alone") {
  const Report report = build_report(many_widths(5), "x", "x");
  CATCH_REQUIRE(report.arms.size() == 20);
  for (std::size_t arm = 0; arm < report.arms.size(); arm++) {
    CATCH_CHECK(report.arms[arm].charted == (arm < 3));  // ppo_kl has another start
    CATCH_CHECK(report.arms[arm].charted == (report.arms[arm].overrides.at("width") == "0" &&
                                             report.arms[arm].objective != "ppo_kl"));
  }
  const Study& study = report.studies[0];
  const Setting& setting = study.settings[study.headline];
  CATCH_CHECK(setting.rows.size() == 20);  // tables have all
  CATCH_CHECK(setting.comparisons.size() == 3);
  CATCH_CHECK(count(clock_chart(setting, report, true), "<polyline class=\"line ") == 3);
  CATCH_CHECK(contains(to_html(report), "Of 20 ways to train"));
  CATCH_CHECK(contains(to_text(report), "pairs have 3: those that differ"));
  CATCH_CHECK_FALSE(contains(to_html(build_report(many_widths(4), "x", "x")), "ways to train"));
}

CATCH_TEST_CASE("without an objective to compare, charts have the first arms") {
  std::vector<TrialResult> trials;
  for (const TrialResult& t : many_widths(20))
    if (t.objective == "a2c") trials.push_back(t);
  const Report report = build_report(trials, "x", "x");
  CATCH_REQUIRE(report.arms.size() == 20);
  for (std::size_t arm = 0; arm < report.arms.size(); arm++)
    CATCH_CHECK(report.arms[arm].charted == (arm < 16));
  CATCH_CHECK(contains(to_text(report), "pairs have 16: the first ones"));
}

}  // namespace
CATCH_TEST_CASE("runs that differ in their length alone are of several arms") {
  std::vector<TrialResult> trials = made_up_sweep(3), longer = trials;
  for (TrialResult& t : longer) t.budget_steps *= 2;
  trials.insert(trials.end(), longer.begin(), longer.end());
  const Report report = build_report(trials, "x", "x");
  CATCH_CHECK(report.arms.size() == 8);
  const std::string steps = std::to_string(trials.back().budget_steps);
  CATCH_CHECK(contains(report.arms.back().name, ", steps " + steps));
  CATCH_CHECK_FALSE(contains(build_report(made_up_sweep(3), "x", "x").arms[0].name, "steps"));
}

}  // namespace pump::harness
