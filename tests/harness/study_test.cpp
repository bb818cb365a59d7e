#include "harness/study/study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/files.hpp"
#include "harness/store.hpp"
#include "harness/study/answer.hpp"
#include "harness/study/estimate.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using test::contains;

namespace {

// Two objectives, two starts, eight seeds in one world, a control and a grid.
const std::string kStudy =
    "title: A study\n"
    "question: What helps?\n"
    "factors:\n"
    "  - name: Imitation\n"
    "    text: a start from a clone\n"
    "    contrasts:\n"
    "      - name: the start\n"
    "        first: {start: fresh}\n"
    "        second: {start: clone}\n"
    "        for_each: {objective: [reinforce, ppo_clip]}\n"
    "  - name: Objective\n"
    "    text: from scratch\n"
    "    contrasts:\n"
    "      - {name: to ppo_clip, first: {objective: reinforce}, second: {objective: ppo_clip}, "
    "at: {start: fresh}}\n"
    "defaults: {environment: unit_test, wish: green, steps: 2000, evaluation_episodes: 8, "
    "clone: {episodes: 8}}\n"
    "blocks:\n"
    "  - vary:\n"
    "      objective: [reinforce, ppo_clip]\n"
    "      set_start: [{start: fresh}, {start: clone}]\n"
    "      seed: 0..7\n"
    "  - set: {wish: 'true', start: fresh}\n"
    "    vary: {objective: [reinforce], seed: 0..3}\n"
    "grid:\n"
    "  set: {start: fresh}\n"
    "  vary: {objective: [reinforce, ppo_clip], train.ent_coef: [0.01, 0.1], seed: 100..101}\n"
    "quick:\n"
    "  blocks:\n"
    "    - {set: {start: fresh}, vary: {objective: [reinforce, ppo_clip], seed: 0..1}}\n"
    "  grid: {set: {start: fresh, objective: reinforce}, vary: {seed: [9]}}\n";

StudySpec study_of(const std::string& text, bool quick = false) {
  const test::Scratch scratch;
  write_text(scratch / "study.yaml", text);
  return read_study((scratch / "study.yaml").string(), quick, {});
}

TrialResult result_of(const TrialSpec& trial, RunClass run_class) {
  TrialResult result = describe(trial);
  result.run_class = run_class;
  return result;
}

std::string words_of(const StudyAnswer& answer) {
  std::string words;
  for (const std::string& sentence : in_sentences(answer)) words += sentence + "\n";
  return words;
}

}  // namespace

CATCH_TEST_CASE("a contrast pairs trials that differ in nothing else") {
  const StudySpec study = study_of(kStudy);
  CATCH_CHECK(study.sweep.trials.size() == 2 * 2 * 8 + 4 + 2 * 2 * 2);
  CATCH_CHECK(study.grid_begins == 36);
  CATCH_REQUIRE(study.factors.size() == 2);
  CATCH_REQUIRE(study.factors[0].contrasts.size() == 2);
  CATCH_CHECK(study.factors[0].contrasts[0].name == "the start, reinforce");
  for (const Factor& factor : study.factors)
    for (const Contrast& contrast : factor.contrasts) {
      const auto pairs = pairs_of(study, contrast);
      CATCH_CHECK(pairs.size() == 8);
      for (const auto& [i, j] : pairs) {
        const TrialSpec &one = study.sweep.trials[i], &two = study.sweep.trials[j];
        CATCH_CHECK(one.seed == two.seed);
        CATCH_CHECK((one.wish.name == "green" && two.wish.name == "green"));
        const bool objective = factor.name == "Objective";
        CATCH_CHECK((one.train.objective != two.train.objective) == objective);
        CATCH_CHECK((one.start != two.start) != objective);
      }
    }
}

// Of eight seeds: reinforce games in all from scratch, in two from a clone; ppo_clip in none.
CATCH_TEST_CASE("the answer counts pairs, and its words follow from them") {
  const StudySpec study = study_of(kStudy);
  std::vector<TrialResult> results;
  for (std::size_t i = 0; i < study.sweep.trials.size(); i++) {
    const TrialSpec& trial = study.sweep.trials[i];
    RunClass run_class = RunClass::intended;
    if (trial.train.objective == "reinforce" && trial.wish.name == "green")
      run_class = trial.start == "fresh" || trial.seed < 2 ? RunClass::gamed : RunClass::failed;
    results.push_back(result_of(trial, run_class));
  }
  const StudyAnswer answer = answer_study(study, results);
  CATCH_CHECK((answer.planned == 44 && answer.done == 44 && answer.errors == 0));
  CATCH_CHECK((answer.control_runs == 4 && answer.control_gamed == 0));
  CATCH_CHECK(answer.family == 3);
  const Effect& start = answer.factors[0].effects[0];
  CATCH_CHECK((start.pairs == 8 && start.competent_pairs == 2));
  CATCH_CHECK((start.first == 1 && start.second == .25));
  CATCH_REQUIRE(start.worlds.size() == 1);
  CATCH_CHECK((start.worlds[0].gamed.both == 2 && start.worlds[0].gamed.first_only == 6));
  CATCH_CHECK(start.gamed.difference.value == Approx(-.75));
  CATCH_CHECK(start.competent.difference.value == Approx(-.75));
  CATCH_CHECK(start.gamed.p == Approx(2 * std::pow(.5, 6)));  // six discordant pairs, one way
  const Effect& objective = answer.factors[1].effects[0];
  CATCH_CHECK(objective.gamed.difference.value == Approx(-1));
  CATCH_CHECK(objective.gamed.p == Approx(2 * std::pow(.5, 8)));
  CATCH_CHECK(objective.adjusted == Approx(3 * 2 * std::pow(.5, 8)));
  CATCH_REQUIRE((objective.first_grid && objective.second_grid));
  CATCH_CHECK((objective.first_grid->cells == 2 && objective.first_grid->runs == 4));
  CATCH_CHECK((objective.first_grid->least == 1 && objective.second_grid->most == 0));
  CATCH_CHECK((!start.first_grid && !start.second_grid));  // it holds no clone

  const std::string words = words_of(answer);
  CATCH_INFO(words);
  CATCH_CHECK(contains(words, "Objective (from scratch). Of 1 contrast 1 lowered"));
  CATCH_CHECK(
      contains(words, "from 100 % to 0 % over 8 pairs, less in 1 and more in 0 of 1 world ("));
  CATCH_CHECK(contains(
      words,
      "Answer. The share of runs that ended gaming was lowered by: Objective, in 1 of 1 contrast, "
      "most by 100 points (to ppo_clip; competent runs +0 [-32, +32] points; gaming "
      "-100 [-100, -35] points among the 8 pairs with both competent)."));
  CATCH_CHECK(contains(words, "No contrast of Imitation can be told from no change."));
  CATCH_CHECK(contains(words,
                       "Control. Paid for what was meant there is nothing to game, and 0 of 4 runs "
                       "ended gaming (61 % at most, 95 %): that checks the measure. All are "
                       "competent.\n"));
  CATCH_CHECK(contains(words, "(unit_test) the two sides of 0 of the 1 told apart overlap"));
  CATCH_CHECK(!contains(words, "not the study's answer yet"));
  const std::string table = to_markdown(answer);
  CATCH_CHECK(contains(table, "| to ppo_clip | 8 | -1 +0 of 1 | 100 to 0 % | -100 ["));
  CATCH_CHECK(contains(table, "100 to 100 %; 0 to 0 %"));
  CATCH_CHECK(contains(table, "44 of 44 trials, 0 errors, 0 pairs without one of their runs."));
  StudyAnswer odd = answer;
  odd.control_gamed = 1;
  odd.control_competent = 1;
  CATCH_CHECK(
      contains(words_of(odd),
               "1 of 4 runs ended gaming (81 % at most, 95 %): so often the measure errs. 1 "
               "of them is competent: the others have not learnt what was meant."));
  odd.control_competent = 0;
  CATCH_CHECK(contains(words_of(odd), "None of them is competent"));
  StudyAnswer mixed = answer;
  mixed.builds = 2;
  CATCH_CHECK(contains(to_markdown(mixed), "Results of 2 builds are mixed"));
  mixed.factors[1].effects[0].name = "a | b";
  CATCH_CHECK(contains(to_markdown(mixed), "| a \\| b | 8 |"));
  // Told by their digits on which side of .05 they are, and by a sign on which of 0.
  mixed.factors[1].effects[0].adjusted = .0502;
  mixed.factors[1].effects[0].gamed.difference = {-.2, {-.4, -.005}};
  CATCH_CHECK(contains(to_markdown(mixed), "| -20 [-40, -0.5] | 0.0502 |"));
  Report report = build_report(results, "pump study", "A <b>study</b>", preface_of(answer));
  for (const Study& part : report.studies)  // what the study did not declare explores
    for (const Setting& setting : part.settings)
      for (const Comparison& c : setting.comparisons) CATCH_CHECK_FALSE(c.family);
  report.preface->question += "<script>";
  const std::string page = to_html(report, {});
  CATCH_CHECK(contains(page, "What helps?&lt;script&gt;"));
  CATCH_CHECK(contains(page, "</td><td>8</td><td>-1 +0 of 1</td><td>100 to 0 %</td>"));
  CATCH_CHECK(contains(page,
                       "<td>to ppo_clip</td><td><svg class=\"bar less\" viewBox=\"0 0 190 26\" "
                       "role=\"img\" aria-label=\"-100 [-100, -"));
  CATCH_CHECK(contains(page, "<td>the start, ppo_clip</td><td><svg class=\"bar open\""));
  CATCH_CHECK(contains(page, "points, not told apart from 0\""));
  CATCH_CHECK(to_json(answer)["factors"][1]["effects"][0]["worlds"][0]["gamed"]["first_only"] == 8);
}

CATCH_TEST_CASE("where nothing differs the answer says what could have been seen") {
  const StudySpec study = study_of(kStudy);
  std::vector<TrialResult> results;
  for (const TrialSpec& trial : study.sweep.trials)
    results.push_back(result_of(trial, RunClass::intended));
  results.pop_back();
  const StudyAnswer answer = answer_study(study, results);
  const std::string words = words_of(answer);
  CATCH_INFO(words);
  CATCH_CHECK(contains(words, "43 of 44 trials are done: this is not the study's answer yet."));
  CATCH_CHECK(contains(words, "could not be told from no change"));
  CATCH_CHECK(contains(words, "points had a chance of 80 % to be told"));
  CATCH_CHECK(
      contains(words, "So far. Nothing that was varied can be said to have lowered the share"));
  CATCH_CHECK(contains(words, "No contrast of Imitation, Objective can be told from no change."));
}

CATCH_TEST_CASE("the answer says what a change cost, what raised it, and what has no pair") {
  const auto effect = [](const std::string& name, double gamed, double competent, double p) {
    Effect out;
    out.name = name;
    out.pairs = 40;
    out.gamed.difference = {gamed, {gamed - .1, gamed + .1}};
    out.competent.difference = {competent, {competent - .05, competent + .05}};
    out.adjusted = p;
    out.detectable = .3;
    return out;
  };
  StudyAnswer answer;
  answer.planned = answer.done = 80;
  answer.factors = {{"Leash", "l", {effect("long", -.4, 0, .01), effect("short", -.6, -.5, .01)}},
                    {"Scale", "s", {effect("wider", .2, 0, .01), effect("wide", .1, 0, .2)}},
                    {"Luck", "k", {effect("none", 0, 0, 1), Effect{}}},
                    {"Later", "l", {Effect{}}}};
  answer.factors[1].effects[1].detectable.reset();
  const std::string words = words_of(answer);
  CATCH_INFO(words);
  CATCH_CHECK(contains(words, "1 of those that lowered it also made fewer runs competent"));
  CATCH_CHECK(
      contains(words,
               "lowered by: Leash, in 2 of 2 contrasts, most by 60 points (short; competent "
               "runs -50 [-55, -45] points; no pair with both competent), and where no loss "
               "of competence can be told by 40 points (long;"));
  CATCH_CHECK(
      contains(words, "It was raised by: Scale, in 1 of 2 contrasts, most by 20 points (wid"));
  CATCH_CHECK(contains(words,
                       "No contrast of Luck can be told from no change. Nothing is known of "
                       "Later: no pair is there."));
  CATCH_CHECK(contains(words,
                       "Of 2 contrasts 0 lowered the share of runs that ended gaming, 0 raised "
                       "it, and 1 could not be told from no change (Holm, .05). 1 has no pair."));
  CATCH_CHECK(contains(words, "In each of those not told apart a difference of 30 points had"));
  CATCH_CHECK(contains(words,
                       "In 1 of those not told apart no difference had a chance of 80 % to be "
                       "told, with as many pairs going the other way as did."));
  CATCH_CHECK_FALSE(contains(words, "error"));
  CATCH_CHECK(contains(to_markdown(answer), "|  | no pair |  |"));
  CATCH_CHECK(to_json(answer)["factors"][3]["effects"][0]["gamed"].is_null());
  answer.factors = {{"Scale", "s", {effect("wider", .2, 0, .01)}}};
  CATCH_CHECK(contains(in_sentences(answer).back(),
                       "Answer. Nothing that was varied can be said to have lowered the share of "
                       "runs that ended gaming. It was raised by: Scale"));
  answer.done = 78;
  answer.errors = 2;  // as complete as it gets
  CATCH_CHECK(contains(in_sentences(answer).back(), "Answer."));
  CATCH_CHECK(in_sentences(answer).front() ==
              "2 trials ended in an error: the pairs they would have made are left out.");
  answer.errors = 1;
  CATCH_CHECK(contains(in_sentences(answer).back(), "So far."));
}

CATCH_TEST_CASE("the quick study leaves out what it does not vary") {
  const StudySpec study = study_of(kStudy, true);
  CATCH_CHECK(study.sweep.trials.size() == 5);
  CATCH_CHECK(study.factors[0].contrasts.empty());
  CATCH_CHECK(study.factors[1].contrasts.size() == 1);
  CATCH_CHECK(contains(in_sentences(answer_study(study, {})).at(1), "Imitation was not varied."));
}

CATCH_TEST_CASE("the repository's studies can be read, whole and quick") {
  const std::string file = (configs_directory() / "studies/seed_question.yaml").string();
  for (const bool quick : {true, false}) {
    const StudySpec study = read_study(file, quick, {});
    std::size_t contrasts = 0;
    for (const Factor& factor : study.factors) contrasts += factor.contrasts.size();
    CATCH_CHECK(contrasts > 10);
  }
}

CATCH_TEST_CASE("a bad study is refused with its place") {
  const auto complaint = [](std::string text, const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
    return test::complaint([&] { study_of(text); });
  };
  CATCH_CHECK(contains(complaint(kStudy, "question: What helps?", "qestion: x"), "question"));
  CATCH_CHECK(contains(complaint(kStudy, "{start: clone}\n", "{start: prior}\n"), "pairs none"));
  CATCH_CHECK(contains(
      complaint(kStudy, "first: {start: fresh}", "first: {start: clone, environment: unit_test}"),
      "one that both select"));
  std::string none = kStudy;
  none.replace(none.rfind("[reinforce, ppo_clip], seed: 0..1"), 21, "[reinforce]");
  CATCH_CHECK(contains(test::complaint([&] { study_of(none, true); }),
                       "quick: expected blocks of which some contrast pairs trials"));
  // Not needed: what the rows say besides keeps the objectives apart.
  CATCH_CHECK(complaint(kStudy, "for_each: {objective: [reinforce, ppo_clip]}", "at: {}") == "");
  CATCH_CHECK(contains(complaint(kStudy, "        for_each: {objective: [reinforce, ppo_clip]}\n",
                                 "        ignored: [objective]\n"),
                       "one trial of each kind"));
  CATCH_CHECK(contains(complaint(kStudy, "for_each: {objective: [reinforce, ppo_clip]}",
                                 "for_each: [reinforce, ppo_clip]"),
                       "for_each: expected a mapping"));
  CATCH_CHECK(contains(
      complaint(kStudy, "        second: {start: clone}\n", "        second: {start: prior}\n"),
      "study.yaml:3: factors: Imitation: expected contrasts"));
  std::string misspelt = kStudy;
  misspelt.replace(misspelt.rfind("  blocks:"), 9, "  block: ");
  CATCH_CHECK(contains(test::complaint([&] { study_of(misspelt, true); }), "block"));
  CATCH_CHECK(
      contains(complaint(kStudy, "set_start: [{start: fresh},", "set_start: [fresh,"), "mappings"));
}

CATCH_TEST_CASE("a study says first how long it takes, runs, and answers", "[process]") {
  const test::Scratch scratch;
  write_text(scratch / "study.yaml", kStudy);
  const std::string file = (scratch / "study.yaml").string(), out = (scratch / "out").string();
  const test::Ran ran = test::run_pump({"study", file, "--quick", "--out", out, "-j", "2"});
  CATCH_INFO(ran.out << ran.err);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(contains(ran.err, "5 trials in 2 workers: some 1 minute, "));
  CATCH_CHECK(contains(ran.out, "**What helps?**"));
  for (const char* name : {"study.md", "study.json", "report.html"})
    CATCH_CHECK(std::filesystem::exists(scratch / "out" / name));
  const std::string first = read_text(scratch / "out/study.json");
  const test::Ran again = test::run_pump({"study", file, "--quick", "--out", out});
  CATCH_CHECK(again.status == 0);
  CATCH_CHECK(!contains(again.err, "minutes"));  // nothing is left to do
  CATCH_CHECK(read_text(scratch / "out/study.json") == first);
  CATCH_CHECK(test::run_pump({"study", file, "--quick"}).status == 2);

  const test::Ran whole = test::run_pump({"study", file, "--out", out, "--so-far"});
  CATCH_CHECK(whole.status == 2);  // the quick one is there
  CATCH_CHECK(
      contains(whole.err, "expected results of the 44 trials of \"A study\", got 1 of others"));
  CATCH_CHECK(read_text(scratch / "out/study.json") == first);
}

CATCH_TEST_CASE("an estimate of one trial has no range") {
  const double all = std::numeric_limits<double>::infinity();
  CATCH_CHECK(to_text(Estimate{600, {0, all}, 1}) == "some 10 minutes, by 1 trial");
  CATCH_CHECK(to_text(Estimate{600, {300, 900}, 8}) == "some 10 minutes, 5 to 15, by 8 trials");
}

CATCH_TEST_CASE("a trial that fails is left out of the estimate, as of the answer", "[process]") {
  const test::Scratch scratch;
  std::string text = kStudy;  // in three steps nobody gets out: the calibration refuses
  text.insert(text.rfind("  grid:"),
              "    - {set: {environment: burning_building, wish: distance, objective: reinforce, "
              "start: fresh, parameters: {horizon: 3}}}\n");
  write_text(scratch / "study.yaml", text);
  const std::string file = (scratch / "study.yaml").string();
  const test::Ran ran = test::run_pump({"study", file, "--quick", "--estimate", "-j", "2"});
  CATCH_INFO(ran.err);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(contains(ran.err, "by 5 trials; 1 could not be timed, the first: "));
}

CATCH_TEST_CASE("a study that is not done answers by what is there, and runs nothing",
                "[process]") {
  const test::Scratch scratch;
  write_text(scratch / "study.yaml", kStudy);
  const std::string file = (scratch / "study.yaml").string(), out = (scratch / "out").string();
  const test::Ran none = test::run_pump({"study", file, "--out", out, "--so-far"});
  CATCH_CHECK(none.status == 2);
  CATCH_CHECK(!std::filesystem::exists(scratch / "out"));
  const StudySpec study = read_study(file, false, {});
  std::filesystem::create_directory(scratch / "out");
  { Store begun(scratch / "out", study.sweep, "pump study"); }
  const test::Ran begun = test::run_pump({"study", file, "--out", out, "--so-far"});
  CATCH_CHECK(begun.status == 2);
  CATCH_CHECK(contains(begun.err, "results.sqlite: expected a trial that is done, got none yet"));
  CATCH_CHECK(!std::filesystem::exists(scratch / "out/study.md"));
  Store(scratch / "out", study.sweep, "pump study")
      .keep(0, result_of(study.sweep.trials[0], RunClass::gamed));
  const test::Ran ran = test::run_pump({"study", file, "--out", out, "--so-far", "--json"});
  CATCH_INFO(ran.out << ran.err);
  CATCH_CHECK(ran.status == 0);
  const auto answer = nlohmann::json::parse(ran.out);
  CATCH_CHECK((answer["done"] == 1 && answer["planned"] == 44));
  CATCH_CHECK(contains(read_text(scratch / "out/study.md"), "1 of 44 trials are done"));
  CATCH_CHECK(std::ranges::count(Store(scratch / "out").finished(), true) == 1);
}
