#include "harness/report/files.hpp"

#include <string>

#include "engine/error.hpp"
#include "harness/report/curves.hpp"
#include "harness/report/matrix.hpp"
#include "tests/harness/report_trials.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace pump::harness {
namespace {

using test::contains;
using test::count;

const std::string kHostile = "</script><script>alert(1)</script>\"'|`*\u2028&,\n";

std::vector<TrialResult> hostile_sweep() {
  std::vector<TrialResult> trials = made_up_sweep(2);
  for (TrialResult& t : trials) {
    t.wish_text = kHostile;
    t.overrides["clone.recordings"] = t.seed == 0 ? kHostile : "b";
    t.parameters["map"] = kHostile;
    if (t.wish != "true") t.wish = kHostile;
    t.outcome_labels.back() = kHostile;
  }
  trials.front().status = TrialStatus::diverged;
  trials.front().message = kHostile;
  return trials;
}

// The cells of each line, quotes read.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] == '"' && inside && i + 1 < text.size() && text[i + 1] == '"')
      lines.back().back() += text[++i];
    else if (text[i] == '"')
      inside = !inside;
    else if (!inside && text[i] == ',')
      lines.back().emplace_back();
    else if (!inside && text[i] == '\n')
      lines.push_back({""});
    else if (inside || text[i] != '\r')
      lines.back().back() += text[i];
  }
  lines.pop_back();
  return lines;
}

CATCH_TEST_CASE("the CSV has a row an arm of a setting, and every cell stays in its column") {
  for (const auto& trials : {made_up_sweep(2), hostile_sweep()}) {
    const Report report = build_report(trials, kHostile, kHostile);
    std::size_t rows = 1;
    for (const Study& study : report.studies)
      for (const Setting& setting : study.settings) rows += setting.rows.size();
    const auto lines = read_csv(to_csv(report));
    CATCH_REQUIRE(lines.size() == rows);
    for (const auto& line : lines) CATCH_CHECK(line.size() == lines[0].size());
    CATCH_CHECK(lines[1][1] == report.studies[0].wish);
  }
}

CATCH_TEST_CASE("Markdown has a table a setting, and texts stay in their cells") {
  const Report report = build_report(hostile_sweep(), kHostile, kHostile);
  const std::string text = to_markdown(report);
  CATCH_CHECK(count(text, "| objective |") == 7);
  CATCH_CHECK(count(text, "<script") == count(text, "\\<script\\>"));
  CATCH_CHECK(count(text, "<script") > 0);
  CATCH_CHECK(contains(text, "P(gamed \\| competent)"));
}

CATCH_TEST_CASE("charts are files that any reader of SVG can draw") {
  const auto files = to_svg_files(build_report(hostile_sweep(), "x", "x"));
  CATCH_CHECK(files.size() > 12);
  for (const auto& [name, svg] : files) {
    CATCH_INFO(name);
    CATCH_CHECK(name.find_first_of("/\\<> \"'") == std::string::npos);
    CATCH_CHECK(svg.starts_with("<svg xmlns="));
    CATCH_CHECK_FALSE(contains(svg, "var("));
    CATCH_CHECK_FALSE(contains(svg, "<script"));
    CATCH_CHECK(count(svg, "<g ") == count(svg, "</g>"));
  }
}

CATCH_TEST_CASE("the page takes no text for its own") {
  const std::string page = to_html(build_report(hostile_sweep(), kHostile, kHostile));
  CATCH_CHECK_FALSE(contains(page, "alert(1)</script>"));
  CATCH_CHECK(contains(page, "&lt;script&gt;alert(1)"));
  CATCH_CHECK(contains(page, "default-src 'none'"));
  const std::string json = inline_json({{"text", kHostile}});
  CATCH_CHECK(json.find_first_of("<>&") == std::string::npos);
  CATCH_CHECK_FALSE(contains(json, "\u2028"));
  CATCH_CHECK(nlohmann::json::parse(json)["text"] == kHostile);
  CATCH_CHECK_NOTHROW(inline_json({{"text", "not \xff UTF-8"}}));
}

CATCH_TEST_CASE("an objective at several betas has its curve, over the exact one") {
  std::vector<TrialResult> trials;
  for (const TrialResult& t : made_up_sweep(2))
    for (const double beta : {.05, .2}) {
      if (t.objective != "ppo_kl" && beta != .05) continue;
      trials.push_back(t);
      if (t.objective == "ppo_kl") trials.back().beta = beta;
    }
  Report report = build_report(trials, "x", "x");
  const Study& study = report.studies[0];
  CATCH_CHECK(count(beta_chart(study, report, BetaChart::runs), "data-point") == 2);
  CATCH_CHECK(
      contains(beta_chart(study, report, BetaChart::runs_if_competent), " competent runs "));
  CATCH_CHECK(count(beta_chart(study, report, BetaChart::episodes), "class=\"whisker\"") == 2);
  const std::string page = to_html(report);
  CATCH_CHECK(count(page, "<h4>P(gamed)</h4>") == count(page, "<h4>P(gamed | competent)</h4>"));
  CATCH_CHECK(contains(page, "pump report --exact draws it"));
  std::size_t alone = 0, competent = 0;
  for (const auto& [name, svg] : to_svg_files(report)) {
    alone += contains(name, "beta_runs.svg");
    competent += contains(name, "beta_runs_if_competent.svg");
  }
  CATCH_CHECK((alone > 0 && alone == competent));
  // A price at which nobody is competent has no share of those who are.
  std::vector<TrialResult> failed = trials;
  for (TrialResult& t : failed) t.run_class = t.beta == .2 ? RunClass::failed : RunClass::gamed;
  const Report incompetent = build_report(failed, "x", "x");
  CATCH_CHECK(count(beta_chart(incompetent.studies[0], incompetent, BetaChart::runs_if_competent),
                    "data-point") == 1);
  for (TrialResult& t : failed) t.run_class = RunClass::failed;
  CATCH_CHECK(contains(to_html(build_report(failed, "x", "x")),
                       "<h4>P(gamed | competent)</h4><p class=\"caption\">No run is competent"));
  CATCH_CHECK_FALSE(contains(beta_chart(study, report, BetaChart::episodes), "class=\"exact\""));
  const auto solved = [](const std::string& turns) {
    return read_exact_curve(
        R"({"environment": "burning_building", "wish": "distance", "parameters": )"
        R"({"map": "cottage", "horizon": "80", "valve_turns": ")" +
            turns +
            R"("}, "soft_optimal": [)"
            R"({"beta": 0.2, "score": {"uhr": 0.1}}, {"beta": 0.05, "score": {"uhr": 0.9}}]})",
        "x");
  };
  report.exact.push_back(solved("4"));  // no headline setting's
  CATCH_CHECK_FALSE(contains(beta_chart(study, report, BetaChart::episodes), "class=\"exact\""));
  report.exact = {solved("3")};
  CATCH_CHECK(report.exact[0].points.front().first == .05);
  CATCH_CHECK(contains(beta_chart(study, report, BetaChart::episodes), "class=\"exact\""));
  CATCH_CHECK(
      beta_chart(build_report(made_up_sweep(2), "x", "x").studies[0], report, BetaChart::runs)
          .empty());
  CATCH_CHECK_THROWS_AS(read_exact_curve("{}", "x"), Error);
}

CATCH_TEST_CASE("a leash's gaming stands over its nats, under the frontier") {
  std::vector<TrialResult> trials;
  for (const TrialResult& t : made_up_sweep(2))
    for (const double beta : {.05, .2})
      if (t.objective == "ppo_kl" && t.wish != "true") {
        trials.push_back(t);
        trials.back().beta = beta;
      }
  const auto chart = [&] {
    Report report = build_report(trials, "x", "x");
    report.exact.push_back(read_exact_curve(
        R"({"environment": "burning_building", "wish": "distance", "parameters": )"
        R"({"map": "cottage", "horizon": "80", "valve_turns": "3"}, "soft_optimal": [], )"
        R"("frontier": {"most_gaming": [{"budget": 1, "gaming": 0.5}, )"
        R"({"budget": 10, "gaming": 1}]}})",
        "x"));
    return beta_chart(report.studies[0], report, BetaChart::nats);
  };
  // A reference, but no nats were counted from it.
  CATCH_CHECK(chart().empty());
  for (TrialResult& t : trials)
    for (Checkpoint& c : t.checkpoints) {
      c.kl_to_reference = .1 / t.beta;  // nats a step: .5 and 2
      c.length = 4;
    }
  for (TrialResult& t : trials) {  // of the last three the mean counts
    t.checkpoints[kCheckpoints - 1].length += 1;
    t.checkpoints[kCheckpoints - 3].length -= 1;
  }
  const std::string drawn = chart();
  CATCH_CHECK(count(drawn, "data-point") == 2);
  CATCH_CHECK(contains(drawn, "2 nats an episode"));
  CATCH_CHECK(contains(drawn, "8 nats an episode"));
  CATCH_CHECK(contains(drawn, "class=\"exact\""));
}

CATCH_TEST_CASE("a row's dominant outcome is its largest share, its runs those with most of it") {
  const Report report = build_report(made_up_sweep(5), "x", "x");
  for (const Study& study : report.studies)
    for (const Row& row : study.settings[study.headline].rows) {
      CATCH_REQUIRE(row.dominant);
      for (const double share : row.final_outcomes)
        CATCH_CHECK(share <= row.final_outcomes[*row.dominant]);
      for (std::size_t i = 1; i < row.dominant_runs.size(); i++)
        CATCH_CHECK(row.dominant_runs[i - 1].share >= row.dominant_runs[i].share);
    }
}

}  // namespace
}  // namespace pump::harness
