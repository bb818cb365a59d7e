#include "harness/demo/lesson.hpp"

#include <set>

#include "engine/replay.hpp"
#include "envs/catalogue.hpp"
#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump;
using namespace pump::harness;
using test::contains;

namespace {

const std::string kHead = "title: A\nabout: b\npages:\n";
const std::string kPage =
    "  - title: One\n"
    "    text: Look.\n";
const std::string kWatch = "    watch: [{environment: unit_test, policy: 'demo:intended'}]\n";
const std::string kSolve =
    "    solve:\n"
    "      environment: unit_test\n"
    "      wish: green\n";

const std::string kLeash = "      leash: [0, 1, 2]\n";

std::string complaint_about(const std::string& text) {
  const test::Scratch scratch;
  write_text(scratch / "mine.yaml", text);
  return test::complaint([&] { load_lesson((scratch / "mine.yaml").string()); });
}

}  // namespace

CATCH_TEST_CASE(
    "five lessons in order, and panels to try things with, as the repository has them") {
  const std::vector<Lesson> lessons = all_lessons();
  std::vector<std::string> names;
  std::set<std::string> others;
  for (const Lesson& lesson : lessons) {
    CATCH_INFO(lesson.name);
    if (lesson.order > 0) {
      names.push_back(lesson.name);
      CATCH_CHECK((lesson.minutes > 0 && lesson.minutes <= 5));
      CATCH_CHECK(lesson.pages.size() > 1);
    } else {
      others.insert(lesson.name);
    }
    // A question before each reveal, and an answer to it.
    for (const Page& page : lesson.pages)
      CATCH_CHECK((page.question.empty() || page.answers.size() > 1));
  }
  CATCH_CHECK(names == std::vector<std::string>{"the_wish", "patching", "two_objectives",
                                                "leash_or_luck", "one_token"});
  CATCH_CHECK(others == std::set<std::string>{"wish", "leash", "pivots"});
}

CATCH_TEST_CASE("a lesson is read as it was written") {
  const test::Scratch scratch;
  write_text(scratch / "mine.yaml",
             "title: Mine\nabout: all of it\norder: 6\nminutes: 3\npages:\n" + kPage +
                 "    question: Which?\n    answers: [this, that]\n    right: 2\n"
                 "    reveal: That.\n" +
                 kSolve +
                 "      reference: prior\n      leash: [0, .5, 2]\n      beta: .5\n"
                 "      pivots: 2\n      spending: true\n      loophole: true\n"
                 "      trained: {betas: [.5], steps: 1000, seed: 3}\n" +
                 kPage +
                 "    exhibits:\n"
                 "      - name: a\n"
                 "        watch: [{environment: unit_test, policy: uniform, seed: 4, title: t}]\n"
                 "      - name: b\n"
                 "        train:\n"
                 "          environment: unit_test\n"
                 "          parameters: {length: 12}\n"
                 "          wishes: [green, unskipped]\n"
                 "          weights: true\n"
                 "          trials:\n"
                 "            - {name: x, objective: ppo_clip, steps: 500}\n"
                 "            - {objective: ppo_kl, steps: 500}\n");
  const Lesson lesson = load_lesson((scratch / "mine.yaml").string());
  CATCH_CHECK((lesson.name == "mine" && lesson.title == "Mine" && lesson.about == "all of it"));
  CATCH_CHECK((lesson.order == 6 && lesson.minutes == 3));
  CATCH_REQUIRE(lesson.pages.size() == 2);
  const Page& first = lesson.pages[0];
  CATCH_CHECK((first.question == "Which?" && first.answers.size() == 2 && first.right == 2));
  const auto& solve = std::get<SolveSpec>(first.exhibits.at(0).what);
  CATCH_CHECK((solve.environment == "unit_test" && solve.reference == "prior"));
  CATCH_CHECK(solve.leash == std::vector<double>{0, .5, 2});
  CATCH_CHECK((solve.beta == .5 && solve.pivots == 2 && solve.spending && solve.loophole));
  CATCH_REQUIRE(solve.trained.size() == 1);
  CATCH_CHECK((solve.trained[0].leash == "prior" && solve.trained[0].start == "prior"));
  CATCH_CHECK((solve.trained[0].train.kl_coef == .5 && solve.trained[0].seed == 3));
  const auto& exhibits = lesson.pages[1].exhibits;
  CATCH_REQUIRE(exhibits.size() == 2);
  const WatchRequest& panel = std::get<WatchSpec>(exhibits[0].what).panels.at(0);
  CATCH_CHECK((panel.policy == "uniform" && panel.seed == 4 && panel.title == "t"));
  const auto& train = std::get<TrainSpec>(exhibits[1].what);
  CATCH_CHECK(train.names == std::vector<std::string>{"x", "ppo_kl"});
  CATCH_CHECK((train.wish.wishes.size() == 2 && train.wish.weights));
  CATCH_CHECK(contains(train.wish.remarks[0], "Leaves open"));
  CATCH_CHECK(train.trials[1].parameters.at("length") == "12");
  CATCH_CHECK(train.trials[1].leash == "clone");
}

CATCH_TEST_CASE("a recording is sought beside the lesson's file") {
  const test::Scratch scratch;
  const auto& entry = envs::find("unit_test");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  make_directory(scratch / "here");
  write_text(scratch / "here/mine.json",
             engine::write_replay(engine::record(*environment, 0, 0, 0, {0, 1, 2})));
  write_text(scratch / "here/mine.yaml",
             kHead + kPage + "    watch: [{file: mine.json, wish: green, title: t}]\n");
  const Lesson lesson = load_lesson((scratch / "here/mine.yaml").string());
  const WatchRequest& panel = std::get<WatchSpec>(lesson.pages[0].exhibits[0].what).panels.at(0);
  CATCH_CHECK(panel.title == "t");
  const engine::Snapshot seen = open_session(panel)->snapshot();
  CATCH_CHECK(seen.title == "t");
  CATCH_CHECK(seen.inspection.wish == "Make CI green.");
}

CATCH_TEST_CASE("a bad lesson is refused with its line") {
  struct Case {
    std::string text;
    int line;
    std::vector<std::string> words;
  };
  const std::string ask = "    question: Which?\n";
  const std::vector<Case> cases = {
      {"title: A\n", 1, {"about"}},
      {"title: A\nabout: b\npages: []\n", 3, {"pages", "at least one"}},
      {kHead + kPage, 4, {"watch, solve, train", "none"}},
      {kHead + kPage + kWatch + kSolve, 4, {"several"}},
      {kHead + kPage + kWatch + "    qestion: x\n", 7, {"qestion", "question"}},
      {kHead + kPage + kWatch + ask, 7, {"question"}},
      {kHead + kPage + kWatch + ask + "    answers: [a, b]\n    right: 3\n", 9, {"right", "2"}},
      {kHead + kPage + "    watch: [{environment: unit_tset, policy: uniform}]\n",
       6,
       {"unit_tset", "unit_test"}},
      {kHead + kPage + "    watch: [{environment: unit_test, policy: 'demo:skp'}]\n",
       6,
       {"skp", "skip"}},
      {kHead + kPage + "    watch: [{environment: unit_test}]\n", 6, {"policy"}},
      {kHead + kPage + "    watch: []\n", 6, {"1 to 4"}},
      {kHead + kPage + kSolve + "      refrence: prior\n", 9, {"refrence", "reference"}},
      {kHead + kPage + kSolve + "      reference: nobody\n", 9, {"nobody"}},
      {kHead + kPage + kSolve + "      reference: clone\n", 9, {"clone"}},
      {kHead + kPage + kSolve + "      noise: .1\n", 9, {"demo:NAME"}},
      {kHead + kPage + kSolve + "      leash: [1, .5]\n", 9, {"ascend"}},
      {kHead + kPage + kSolve + "      leash: [1, x]\n", 9, {"numbers", "x"}},
      {kHead + kPage + kSolve + "      leash: [0, 1]\n      beta: .5\n", 10, {"0, 1"}},
      {kHead + kPage + kSolve + "      beta: -1\n", 9, {"beta", "-1"}},
      {kHead + kPage + kSolve + "      trained: {betas: [1]}\n", 9, {"leash of at least 3"}},
      {kHead + kPage + kSolve + kLeash + "      trained: {steps: 5}\n", 10, {"betas"}},
      {kHead + kPage + kSolve + kLeash + "      trained: {betas: [1], stepz: 5}\n",
       10,
       {"stepz", "steps"}},
      {kHead + kPage + kSolve + kLeash + "      trained: {betas: [1], parameters: {length: 9}}\n",
       10,
       {"parameters", "exhibit's"}},
      {kHead + kPage + kSolve + kLeash + "      trained: {betas: [1], leash: clone}\n",
       10,
       {"leash", "exhibit's"}},
      {kHead + kPage + kSolve + kLeash + "      trained: {betas: [1], objective: ppo_outcome}\n",
       10,
       {"charges for choices"}},
      {kHead + kPage + kSolve + kLeash +
           "      reference: demo:skip\n      trained: {betas: [1]}\n",
       11,
       {"script"}},
      {kHead + kPage + "    watch: [{file: gone.json}]\n", 6, {"gone.json"}},
      {kHead + kPage +
           "    train:\n      environment: unit_test\n      wish: green\n"
           "      trials: [{objective: best_of_n}]\n",
       9,
       {"objective", "one that trains"}},
      {kHead + kPage +
           "    train:\n      environment: friend_foe\n      wish: observed\n"
           "      trials: [{objective: a2c}]\n",
       7,
       {"environment", "forgets"}},
      {kHead + kPage + "    watch: [{file: mine.yaml}]\n", 6, {"mine.yaml"}},
      {kHead + kPage + "    solve: {environment: unit_test, wish: gren}\n", 6, {"gren", "green"}},
      {kHead + kPage + "    solve: {environment: friend_foe, wish: 'true'}\n", 6, {"forgets"}},
      {kHead + kPage + "    solve: {environment: unit_test, wishes: []}\n", 6, {"at least one"}},
      {kHead + kPage + "    train: {environment: unit_test, wish: green, trials: []}\n",
       6,
       {"1 to 4"}},
      {kHead + kPage +
           "    train:\n      environment: unit_test\n      wish: green\n"
           "      trials:\n        - {objective: ppo_clip, wish: 'true'}\n",
       10,
       {"wish", "exhibit's"}},
      {kHead + kPage +
           "    train:\n      environment: unit_test\n      wish: green\n"
           "      trials:\n        - {objective: ppo_clp}\n",
       10,
       {"ppo_clp", "ppo_clip"}},
      {kHead + kPage + "    exhibits: []\n", 6, {"1 to 5"}},
  };
  for (const Case& bad : cases) {
    const std::string complaint = complaint_about(bad.text);
    CATCH_INFO(bad.text << "\n" << complaint);
    CATCH_CHECK(contains(complaint, "mine.yaml:" + std::to_string(bad.line) + ":"));
    CATCH_CHECK(std::count(complaint.begin(), complaint.end(), '\n') == 0);
    for (const std::string& word : bad.words) CATCH_CHECK(contains(complaint, word));
  }
  CATCH_CHECK(contains(test::complaint([] { load_lesson("the_whish"); }), "the_wish"));
  CATCH_CHECK(contains(test::complaint([] { load_lesson("/nowhere/a.yaml"); }), "/nowhere/a.yaml"));
}
