#include "harness/report/report.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/error.hpp"
#include "tests/harness/report_trials.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace pump::harness {
namespace {

using test::contains;
using test::count;

using Catch::Approx;

// One trial a class, all of one arm and setting.
std::vector<TrialResult> one_of_each_class() {
  std::vector<TrialResult> trials(4, made_up_sweep(1).front());
  for (std::size_t i = 0; i < 4; ++i) {
    trials[i].seed = i;
    trials[i].status = TrialStatus::ok;
    trials[i].run_class = static_cast<RunClass>(i);
    trials[i].discovery_steps.reset();
    trials[i].adoption_steps.reset();
  }
  trials[0].adoption_steps = 100'000;
  return trials;
}

CATCH_TEST_CASE("trials fall into studies, settings and rows, controls last") {
  std::vector<TrialResult> trials = made_up_sweep(3);
  const Report report = report_of(trials);
  CATCH_CHECK(report.trials == 4 * 3 * 7);
  CATCH_REQUIRE(report.arms.size() == 4);
  CATCH_CHECK(report.arms[2].name == "ppo_clip");
  CATCH_REQUIRE(report.studies.size() == 2);
  CATCH_CHECK(report.studies[0].wish == "distance");
  CATCH_CHECK(report.studies[1].control);

  const Study& study = report.studies[0];
  CATCH_CHECK(study.axis == "valve_turns");
  CATCH_REQUIRE(study.settings.size() == 6);
  CATCH_CHECK(study.curve.size() == 6);
  for (int k = 1; k <= 6; ++k)
    CATCH_CHECK(study.settings[k - 1].label == "valve_turns = " + std::to_string(k));
  CATCH_CHECK(study.headline == 2);  // the sweep begins with 3
  CATCH_CHECK(study.fixed.at("map") == "cottage");
  for (const Setting& setting : study.settings) {
    CATCH_CHECK(setting.rows.size() == 4);
    CATCH_CHECK(setting.comparisons.size() == 6);
    for (const Row& row : setting.rows) CATCH_CHECK(row.runs == 3);
  }
}

CATCH_TEST_CASE("settings are in the order of their numbers, not of their letters") {
  std::vector<TrialResult> trials = made_up_sweep(1);
  for (TrialResult& t : trials)
    if (t.parameters["valve_turns"] == "6") t.parameters["valve_turns"] = "10";
  CATCH_CHECK(report_of(trials).studies[0].settings.back().label == "valve_turns = 10");
}

CATCH_TEST_CASE("competent is all but failed, and the condition is its own denominator") {
  const Report report = report_of(one_of_each_class());
  const Row& row = report.studies[0].settings[0].rows[0];
  CATCH_CHECK(row.gamed.count == 1);
  CATCH_CHECK(row.gamed.total == 4);
  CATCH_CHECK(row.gamed_if_competent.count == 1);
  CATCH_CHECK(row.gamed_if_competent.total == 3);
  CATCH_CHECK(row.competent.count == 3);
  CATCH_CHECK(row.adoption.events == 1);
  CATCH_CHECK_FALSE(row.adoption.median.has_value());
  CATCH_CHECK(row.adoption.restricted.mean == Approx((100'000 + 3 * 500'000) / 4.0));
  CATCH_CHECK(row.discovery.events == 0);
}

CATCH_TEST_CASE("what draws and does not train has no clock, and leaves the others' test alone") {
  std::vector<TrialResult> trials = made_up_sweep(4);
  std::erase_if(trials, [](const TrialResult& t) {
    return t.objective != "a2c" && t.objective != "reinforce";
  });
  const LogRank alone = report_of(trials).studies[0].settings[0].adoption;
  std::vector<TrialResult> drawn = trials;
  for (TrialResult& t : drawn)
    if (t.objective == "a2c") {
      t.objective = "best_of_n";
      t.checkpoints.resize(1);
      assess(t);
      trials.push_back(t);
    }
  const Report report = report_of(trials);
  const Setting& setting = report.studies[0].settings[0];
  CATCH_REQUIRE(setting.rows.size() == 3);
  CATCH_REQUIRE(report.arms[setting.rows[2].arm].name == "best_of_n");
  CATCH_CHECK(setting.rows[2].runs == 4);
  CATCH_CHECK(setting.rows[2].discovery.runs == 0);
  CATCH_CHECK(setting.rows[2].adoption.runs == 0);
  CATCH_CHECK(setting.adoption.chi_squared == alone.chi_squared);
  CATCH_CHECK(setting.adoption.degrees == 1);
}

CATCH_TEST_CASE("an arm of which every trial ended in an error is a row without runs") {
  std::vector<TrialResult> trials = made_up_sweep(2);
  for (TrialResult& t : trials)
    if (t.objective == "a2c") t.status = TrialStatus::error;
  const Report report = report_of(trials);
  const Setting& setting = report.studies[0].settings[0];
  CATCH_REQUIRE(setting.rows.size() == 4);
  CATCH_CHECK(setting.rows[1].runs == 0);
  CATCH_CHECK(setting.rows[1].errors == 2);
  CATCH_CHECK(setting.rows[1].adoption.runs == 0);
}

CATCH_TEST_CASE("nats an episode are a decision's times its decisions, of several steps each") {
  std::vector<TrialResult> trials = one_of_each_class();
  for (TrialResult& t : trials) {
    t.overrides = {{"coarse_actions", "4"}};
    t.checkpoints.front().kl_to_reference = .1;
    t.checkpoints.front().length = 80;
  }
  CATCH_CHECK(report_of(trials).studies[0].settings[0].rows[0].course[0].kl == Approx(2));
}

// Whose updates are longer has fewer checkpoints, at other steps.
CATCH_TEST_CASE("a course joins runs by their steps, and ends with all of them") {
  std::vector<TrialResult> trials = one_of_each_class();
  trials.resize(2);
  for (TrialResult& t : trials)
    for (Checkpoint& c : t.checkpoints) {
      c.episodes = 100;
      c.uhr = static_cast<int>(100 * c.steps / t.budget_steps);  // rises evenly
    }
  auto& few = trials[1].checkpoints;  // every fourth
  for (std::size_t i = 0; i < 10; ++i) few[i] = few[4 * i + 3];
  few.resize(10);
  few.back().uhr = 80;
  const Report report = report_of(trials);
  const auto& course = report.studies[0].settings[0].rows[0].course;
  CATCH_REQUIRE(course.size() == kCheckpoints);
  CATCH_CHECK(course[19].steps == Approx(250'000));
  CATCH_CHECK(course[19].uhr == Approx(.5));
  for (std::size_t i = 1; i < course.size(); ++i) {
    CATCH_CHECK(course[i].runs == 2);
    CATCH_CHECK(course[i].steps > course[i - 1].steps);
  }
  CATCH_CHECK(course.back().uhr == Approx(.9));

  // An arm has its own length, what draws has that of what it drew.
  TrialResult longer = trials[0], drawn = trials[0];
  longer.objective = "ppo_clip";
  longer.budget_steps *= 3;
  for (Checkpoint& c : longer.checkpoints) c.steps *= 3;
  drawn.objective = "best_of_n";
  drawn.checkpoints.resize(1);
  drawn.checkpoints[0].steps = 777;
  const Report several = report_of({trials[0], longer, drawn});
  const auto& rows = several.studies[0].settings[0].rows;
  CATCH_REQUIRE(rows.size() == 3);
  CATCH_CHECK(rows[0].course.back().steps == 500'000);
  CATCH_CHECK(rows[1].course.back().steps == 1'500'000);
  CATCH_CHECK(rows[1].course[19].uhr == Approx(.5));
  CATCH_REQUIRE(rows[2].course.size() == 1);
  CATCH_CHECK(rows[2].course[0].steps == 777);
}

CATCH_TEST_CASE("an error is no run, and a divergence is a failed one") {
  std::vector<TrialResult> trials = one_of_each_class();
  trials[0].status = TrialStatus::error;
  trials[0].message = "no space left";
  trials[1].status = TrialStatus::diverged;
  trials[1].message = "policy_loss is NaN";
  assess(trials[1]);
  const Report report = report_of(trials);
  const Row& row = report.studies[0].settings[0].rows[0];
  CATCH_CHECK(row.runs == 3);
  CATCH_CHECK(row.errors == 1);
  CATCH_CHECK(row.diverged == 1);
  CATCH_CHECK(row.competent.count == 1);
  CATCH_REQUIRE(report.errors.size() == 1);
  CATCH_CHECK(report.errors[0].message == "no space left");
  CATCH_REQUIRE(report.diverged.size() == 1);
  CATCH_CHECK(contains(to_html(report), "policy_loss is NaN"));
  CATCH_CHECK(contains(to_html(report), "<b>3</b><span>training runs</span>"));
}

CATCH_TEST_CASE("objectives are compared on the seeds they share") {
  // Eight seeds: a2c games always, reinforce never; reinforce lacks the last seed.
  std::vector<TrialResult> trials = made_up_sweep(8);
  std::erase_if(trials, [](const TrialResult& t) {
    return t.parameters.at("valve_turns") != "3" || t.wish != "distance" ||
           (t.objective != "a2c" && t.objective != "reinforce") ||
           (t.objective == "reinforce" && t.seed == 7);
  });
  for (TrialResult& t : trials) {
    t.status = TrialStatus::ok;
    t.run_class = t.objective == "a2c" ? RunClass::gamed : RunClass::intended;
  }
  trials.front().run_class = RunClass::failed;
  const Report report = report_of(trials);
  CATCH_REQUIRE(report.studies[0].settings[0].comparisons.size() == 1);
  const Comparison& c = report.studies[0].settings[0].comparisons[0];
  CATCH_CHECK(c.pairs == 7);
  CATCH_CHECK(c.first_only == 0);
  CATCH_CHECK(c.second_only == 7);
  CATCH_CHECK(c.p == Approx(2.0 / 128));
  CATCH_CHECK(c.family);
  CATCH_CHECK(c.adjusted == Approx(c.p));  // a family of one
  CATCH_CHECK(c.competent_pairs == 6);
  CATCH_CHECK(c.competent_p == Approx(2.0 / 64));
  CATCH_CHECK(c.detectable.value() == Approx(smallest_detectable_paired(7).value()));
}

CATCH_TEST_CASE("only the headline's comparisons are the family") {
  const Report report = report_of(made_up_sweep(3));
  for (const Study& study : report.studies)
    for (std::size_t i = 0; i < study.settings.size(); ++i)
      for (const Comparison& c : study.settings[i].comparisons)
        CATCH_CHECK(c.family == (!study.control && i == study.headline));
}

CATCH_TEST_CASE("arms are named by what tells them apart") {
  std::vector<TrialResult> trials = made_up_sweep(1);
  std::vector<TrialResult> more = trials;
  for (TrialResult& t : more) {
    if (t.objective == "ppo_kl") t.beta = .2;
    if (t.objective == "a2c") t.overrides = {{"learning_rate", "0.003"}};
    if (t.objective == "ppo_kl" || t.objective == "a2c") trials.push_back(t);
  }
  const Report report = report_of(trials);
  CATCH_REQUIRE(report.arms.size() == 6);
  CATCH_CHECK(report.arms[1].name == "a2c, as configured");
  CATCH_CHECK(report.arms[4].name == "a2c, learning_rate 0.003");
  CATCH_CHECK(report.arms[0].name == "reinforce");
  CATCH_CHECK(report.arms[3].name == "ppo_kl, \u03b2 0.05");
  CATCH_CHECK(report.arms[5].name == "ppo_kl, \u03b2 0.2");
}

CATCH_TEST_CASE("what all arms of an objective override alike is not in their names") {
  std::vector<TrialResult> trials;
  for (const TrialResult& t : made_up_sweep(1))
    for (const char* gamma : {"", "0.9"}) {
      trials.push_back(t);
      trials.back().overrides = {{"ent_coef", "0"}};
      if (*gamma) trials.back().overrides["gamma"] = gamma;
    }
  const Report report = report_of(trials);
  CATCH_CHECK(report.arms[0].name == "reinforce, gamma as configured");
  CATCH_CHECK(report.arms[1].name == "reinforce, gamma 0.9");
}

CATCH_TEST_CASE("a run counts once: the same arm, setting and seed again is refused") {
  std::vector<TrialResult> trials = made_up_sweep(1);
  trials.push_back(trials.front());
  CATCH_CHECK_THROWS_AS(report_of(trials), Error);
  trials.back().overrides = {{"learning_rate", "0.003"}};
  CATCH_CHECK_NOTHROW(report_of(trials));
}

CATCH_TEST_CASE("reports of the same trials are the same bytes") {
  const Report one = report_of(made_up_sweep(3)), two = report_of(made_up_sweep(3));
  CATCH_CHECK(to_json(one).dump() == to_json(two).dump());
  CATCH_CHECK(to_html(one) == to_html(two));
  CATCH_CHECK(to_text(one) == to_text(two));
}

CATCH_TEST_CASE("JSON holds what the table shows") {
  const Report report = report_of(made_up_sweep(4));
  const nlohmann::json json = to_json(report);
  const nlohmann::json& row = json["studies"][0]["settings"][2]["rows"][1];
  const Row& expected = report.studies[0].settings[2].rows[1];
  CATCH_CHECK(row["arm"] == "a2c");
  CATCH_CHECK(row["gamed"]["count"] == expected.gamed.count);
  CATCH_CHECK(row["gamed"]["clopper_pearson_95"][1] == expected.gamed.exact.high);
  CATCH_CHECK(row["gamed_if_competent"]["total"] == expected.gamed_if_competent.total);
  CATCH_CHECK(row["course"].size() == kCheckpoints);
  double sum = 0;
  for (const auto& [label, share] : row["outcomes_at_the_end"].items()) sum += share.get<double>();
  CATCH_CHECK(sum == Approx(1));
}

CATCH_TEST_CASE("the command is printed exactly") {
  const std::string command = "pump sweep configs/sweeps/x.yaml --out <DIR>";
  const Report report = report_of(one_of_each_class());
  CATCH_CHECK(contains(to_text(report), command));
  CATCH_CHECK(to_json(report)["command"] == command);
}

CATCH_TEST_CASE("a report of almost nothing is still a report") {
  TrialResult lonely = made_up_sweep(1).front();
  lonely.checkpoints.clear();
  lonely.discovery_steps.reset();
  assess(lonely);
  const Report one = report_of({lonely});
  CATCH_CHECK(contains(to_text(one), "no such run"));
  CATCH_CHECK(contains(to_html(one), "no competent run"));
  lonely.status = TrialStatus::error;
  const Report failed = report_of({lonely});
  CATCH_CHECK(failed.studies[0].settings[0].rows[0].runs == 0);
  CATCH_CHECK_FALSE(to_html(failed).empty());
  CATCH_CHECK_FALSE(to_json(failed).dump().empty());
  CATCH_CHECK_THROWS_AS(report_of({}), Error);
}

CATCH_TEST_CASE("trials that do not belong together are refused") {
  std::vector<TrialResult> labels = one_of_each_class(), counts = labels;
  labels[2].outcome_labels[0] = "flown_out";
  CATCH_CHECK_THROWS_AS(report_of(labels), Error);
  counts[2].checkpoints[0].outcomes.pop_back();
  CATCH_CHECK_THROWS_AS(report_of(counts), Error);
  std::vector<TrialResult> parameters = one_of_each_class(), coarse = parameters;
  parameters[2].parameters.erase("horizon");
  CATCH_CHECK_THROWS_AS(report_of(parameters), Error);
  for (TrialResult& t : coarse) t.overrides["coarse_actions"] = "many";
  CATCH_CHECK_THROWS_AS(report_of(coarse), Error);
}

CATCH_TEST_CASE("steps are short to read") {
  CATCH_CHECK(steps_text(0) == "0");
  CATCH_CHECK(steps_text(950) == "950");
  CATCH_CHECK(steps_text(12'500) == "12.5k");
  CATCH_CHECK(steps_text(500'000) == "500k");
  CATCH_CHECK(steps_text(999'900) == "1M");
  CATCH_CHECK(steps_text(2'500'000) == "2.5M");
}

}  // namespace
}  // namespace pump::harness
