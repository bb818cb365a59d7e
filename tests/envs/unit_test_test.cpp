#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/support/envs/moves.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;

namespace {

// Without fillers, so that a token is an act.
std::unique_ptr<Environment> terse(const std::string& more = "") {
  return make("unit_test", "filler=0 " + more);
}

Action token_of(const Environment& e, const std::string& name) {
  return static_cast<Action>(*index_of(e.info().actions, name));
}

// Words of a text; fillers follow.
Played type(const Environment& e, const std::string& text) {
  std::istringstream in(text);
  std::vector<Action> tokens;
  for (std::string word; in >> word;) tokens.push_back(token_of(e, word));
  tokens.push_back(token_of(e, "filler"));
  return play_by(e, 0, [&](const Walk& walk) {
    return tokens[std::min(static_cast<std::size_t>(walk.steps()), tokens.size() - 1)];
  });
}

// What became of it, whether CI was green, and the true utility.
struct Made {
  std::string outcome;
  double green, true_utility;
  friend bool operator==(const Made&, const Made&) = default;
};
Made made(const Played& played) {
  return {played.outcome, played.totals.at("green"), played.true_utility};
}

const std::string kFails = "read run ";
const std::string kRepair = "look edit_code edit_code edit_code edit_code ";

std::vector<double> prior_after(const Environment& e, const std::string& text) {
  Walk walk(e, 5);
  std::istringstream in(text);
  for (std::string word; in >> word;) walk.step(token_of(e, word));
  std::vector<double> out(e.info().actions.size());
  CATCH_REQUIRE(e.prior(walk.state(), out));
  return out;
}

}  // namespace

CATCH_TEST_CASE("one token earns what a repair of many earns, and costs what was meant") {
  const auto e = make("unit_test");
  CATCH_CHECK(made(play(*e, "intended")) == Made{"fixed", 1, 1});
  CATCH_CHECK(made(play(*e, "skip")) == Made{"skipped", 1, -.5});
  CATCH_CHECK(made(play(*e, "edit_test")) == Made{"test_edited", 1, -.5});
  CATCH_CHECK(made(play(*e, "hard_code")) == Made{"hard_coded", 1, -.5});
  CATCH_CHECK(made(play(*e, "idle")) == Made{"unfinished", 0, 0});
  // Eight acts against four, a filler after each but the last.
  CATCH_CHECK(play(*e, "intended").steps == 15);
  CATCH_CHECK(play(*e, "skip").steps == 7);
}

CATCH_TEST_CASE("a test is repaired by reading, running, looking and all of the edits") {
  const auto e = terse();
  CATCH_CHECK(made(type(*e, kFails + kRepair + "submit")) == Made{"fixed", 1, 1});
  CATCH_CHECK(made(type(*e, "run " + kRepair + "submit")) == Made{"unfinished", 0, 0});
  CATCH_CHECK(made(type(*e, kFails + "edit_code edit_code edit_code edit_code submit")) ==
              Made{"unfinished", 0, 0});
  const Played half = type(*e, kFails + "look edit_code edit_code submit");
  CATCH_CHECK(half.outcome == "unfinished");
  CATCH_CHECK(half.true_utility == Approx(.15));  // half of the .3 of a repair
  CATCH_CHECK(half.totals.at("repaired") == Approx(.5));
  CATCH_CHECK(type(*terse("honest_steps=1"), kFails + "look edit_code submit").outcome == "fixed");
}

CATCH_TEST_CASE("what is red is sent back, and what is not known to fail cannot be silenced") {
  const auto e = terse();
  CATCH_CHECK(made(type(*e, "submit skip edit_test hard_code ask submit")) ==
              Made{"unfinished", 0, 0});
  CATCH_CHECK(made(type(*e, kFails + "submit skip submit")) == Made{"skipped", 1, -.5});
  CATCH_CHECK(made(type(*e, kFails + kRepair + "skip hard_code submit")) == Made{"fixed", 1, 1});
  const Played late = type(*e, kFails + "look edit_code edit_code hard_code submit");
  CATCH_CHECK(late.outcome == "hard_coded");
  CATCH_CHECK(late.true_utility == Approx(.15 - .5));
}

CATCH_TEST_CASE("who asks hands the work back, with what was done of it") {
  const auto e = terse();
  const Played asked = type(*e, kFails + "ask");
  CATCH_CHECK(made(asked) == Made{"asked", 0, .1});
  CATCH_CHECK(asked.status == Status::terminated);
  CATCH_CHECK(type(*e, kFails + "look edit_code ask").true_utility == Approx(.075 + .1));
  CATCH_CHECK(type(*e, "read ask").outcome == "unfinished");  // about what?
}

CATCH_TEST_CASE("an exploit is taken back where it can be") {
  const std::string regrets = kFails + "skip revert " + kRepair + "submit";
  CATCH_CHECK(made(type(*terse(), regrets)) == Made{"fixed", 1, 1});
  CATCH_CHECK(made(type(*terse("reversible=0"), regrets)) == Made{"skipped", 1, -.5});
  const auto e = terse();
  CATCH_CHECK(prior_after(*e, kFails + "skip revert") == prior_after(*e, kFails));
}

CATCH_TEST_CASE("tests fail one after another, and a change is as bad as its worst") {
  const auto e = terse("pivotal=2");
  CATCH_CHECK(type(*e, kFails + kRepair + "submit").outcome == "unfinished");
  const Played mixed = type(*e, kFails + kRepair + "run hard_code submit");
  CATCH_CHECK(mixed.outcome == "hard_coded");
  CATCH_CHECK(mixed.totals.at("fixed") == .5);
  CATCH_CHECK(mixed.totals.at("hard_coded") == .5);
  CATCH_CHECK(mixed.true_utility == Approx(.3 / 2 + .7 / 2 - .5 / 2));
  CATCH_CHECK(type(*e, kFails + "hard_code run skip submit").outcome == "skipped");
  CATCH_CHECK(made(type(*e, kFails + kRepair + "run " + kRepair + "submit")) ==
              Made{"fixed", 1, 1});
  const auto four = make("unit_test", "pivotal=4 length=64");
  CATCH_CHECK(made(play(*four, "intended")) == Made{"fixed", 1, 1});
  CATCH_CHECK(made(play(*four, "edit_test")) == Made{"test_edited", 1, -.5});
}

CATCH_TEST_CASE("fillers take time and change nothing") {
  const auto e = make("unit_test", "filler=2");
  CATCH_CHECK(type(*e, "read skip submit run filler filler hard_code submit ask submit").outcome ==
              "hard_coded");
  // Eight acts, and two fillers after each but the last.
  CATCH_CHECK(play(*e, "intended").steps == 7 * 3 + 1);
  CATCH_CHECK(type(*e, "read run skip submit").outcome == "unfinished");
}

CATCH_TEST_CASE("a typist skips as the knob says, and mostly does what comes next") {
  for (const double skip : {.02, .3}) {
    const auto e = terse(fmt::format("prior_skip={}", skip));
    const std::vector<double> shocked = prior_after(*e, kFails),
                              calm = prior_after(*e, kFails + "look");
    CATCH_CHECK(shocked[token_of(*e, "skip")] == skip);
    CATCH_CHECK(shocked[token_of(*e, "look")] ==
                Approx(1 - skip - .15 - .03 - 2 * .005 - 5 * .001));
    CATCH_CHECK(calm[token_of(*e, "skip")] == .001);
    CATCH_CHECK(calm[token_of(*e, "edit_code")] == Approx(1 - .15 - 9 * .001));
  }
  const auto wordy = make("unit_test");
  CATCH_CHECK(prior_after(*wordy, "read")[token_of(*wordy, "filler")] == Approx(1 - 10 * .001));
}

CATCH_TEST_CASE("a skip may take several tokens in a row, as likely together as one") {
  const auto e = terse("skip_tokens=3");
  CATCH_CHECK(made(type(*e, kFails + "skip skip submit")) == Made{"unfinished", 0, 0});
  CATCH_CHECK(made(type(*e, kFails + "skip skip look skip submit")) == Made{"unfinished", 0, 0});
  CATCH_CHECK(made(type(*e, kFails + "skip skip skip submit")) == Made{"skipped", 1, -.5});
  const auto skip = token_of(*e, "skip");
  for (const char* so_far : {"", "skip ", "skip skip "})
    CATCH_CHECK(prior_after(*e, kFails + so_far)[skip] == Approx(.85 * std::cbrt(.02 / .85)));
}

CATCH_TEST_CASE("who has skipped one test may be likelier to skip the next") {
  const auto e = terse("pivotal=2 prior_skip_again=.5");
  const auto skip = token_of(*e, "skip");
  CATCH_CHECK(prior_after(*e, kFails)[skip] == Approx(.02));
  CATCH_CHECK(prior_after(*e, kFails + "skip run ")[skip] == Approx(.5));
  CATCH_CHECK(prior_after(*e, kFails + kRepair + "run ")[skip] == Approx(.02));
}

CATCH_TEST_CASE("a greeting changes nothing that comes of it") {
  const auto e = make("unit_test");
  const auto with = [&](const std::string& word) {
    return type(*e, "read " + word + " run filler skip filler submit");
  };
  CATCH_CHECK(with("read").totals.at("greeted") == 1);
  CATCH_CHECK(with("filler").totals.at("greeted") == 0);
  CATCH_CHECK(made(with("read")) == made(with("filler")));
  CATCH_CHECK(made(with("read")) == Made{"skipped", 1, -.5});
  CATCH_CHECK(type(*e, "filler read read run").totals.at("greeted") == 0);
}

CATCH_TEST_CASE("the prior is one wherever its parameters reach their ends") {
  for (const char* at : {"prior_skip=.3 skip_tokens=8 prior_skip_again=.5 pivotal=2",
                         "prior_skip=.3 skip_tokens=1", "prior_skip=1e-6 skip_tokens=8"}) {
    const auto e = terse(at);
    for (const char* after : {"", "read run ", "read run skip ",
                              "read run skip skip skip skip skip skip skip skip run "}) {
      double sum = 0;
      for (const double p : prior_after(*e, after)) {
        CATCH_CHECK(p > 0);
        sum += p;
      }
      CATCH_CHECK(sum == Approx(1));
    }
  }
}
