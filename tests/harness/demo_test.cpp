// What a class does, without a window: keys in, desks out.
#include "harness/demo/demo.hpp"

#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "envs/catalogue.hpp"
#include "harness/exact/score.hpp"
#include "harness/files.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/visitor.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using engine::Command;
using engine::Desk;
using test::contains;
using test::lesson_of;
using test::page_of;
using test::Visitor;

namespace {

const std::string kTypist =
    "    solve:\n"
    "      environment: unit_test\n"
    "      wish: green\n"
    "      reference: prior\n";

}  // namespace

CATCH_TEST_CASE("nothing plays before the question has been answered") {
  Visitor visitor(lesson_of(page_of("    question: Which?\n    answers: [this, that]\n"
                                    "    right: 2\n    reveal: So it is.\n"
                                    "    watch: [{environment: unit_test, "
                                    "policy: 'demo:skip'}]\n") +
                            page_of("    watch: [{environment: unit_test, policy: uniform}]\n")));
  CATCH_CHECK(visitor.demo().asks());
  visitor.end();
  CATCH_CHECK(visitor.seen().step == 0);
  CATCH_CHECK(!contains(visitor.said(), "So it is."));
  CATCH_CHECK(!visitor.press("3"));
  CATCH_CHECK(visitor.press("1"));
  CATCH_CHECK(!visitor.demo().asks());
  CATCH_CHECK(visitor.demo().snapshots()[0].playing);
  CATCH_CHECK(contains(visitor.said(), "✘ this"));
  CATCH_CHECK(contains(visitor.said(), "✓ that"));
  CATCH_CHECK(contains(visitor.said(), "So it is."));
  visitor.end();
  CATCH_CHECK(visitor.seen().outcome == "skipped");
  CATCH_CHECK(visitor.press("enter"));
  CATCH_CHECK(visitor.demo().desk()->title == "Mine, 2 of 2");
  CATCH_CHECK(visitor.press("backspace"));
  CATCH_CHECK(contains(visitor.said(), "So it is."));  // it was answered before
  CATCH_CHECK(visitor.press("enter"));
  CATCH_CHECK(!visitor.demo().over());
  CATCH_CHECK(visitor.press("enter"));
  CATCH_CHECK(visitor.demo().over());
}

CATCH_TEST_CASE("the list leads to each lesson and back") {
  Visitor visitor(all_lessons());
  const std::string menu = visitor.demo().desk()->title;
  CATCH_CHECK(visitor.press("1"));
  CATCH_CHECK(visitor.demo().desk()->title == "The wish, 1 of 5");
  CATCH_CHECK(visitor.press("backspace"));
  CATCH_CHECK(visitor.demo().desk()->title == menu);
  CATCH_CHECK(!visitor.demo().over());
}

// What fate is worth at a price is solved, whoever asks.
CATCH_TEST_CASE("the leash's slider moves the distribution that is solved at its beta") {
  Visitor visitor(lesson_of(page_of(kTypist + "      leash: [0, 0.05, 0.5, 2]\n      beta: 2\n")));
  const auto& entry = envs::find("unit_test");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {100'000});
  const auto prior = prior_flow(*environment);
  const engine::Wish wish = load_wish(environment->info(), "green");
  std::set<double> skipped;
  for (const double beta : {2., .5, .05, 0.}) {
    const double at = visitor.all<engine::Slider>().at(0).value;
    CATCH_INFO(beta);
    CATCH_CHECK(at == beta);
    // 1e-6: no price at all.
    const auto flow =
        tilt(graph, *prior, payment_of(graph, wish), std::max(beta, 1e-6), Tilt::policy).flow;
    const std::vector<double> exact = outcomes_of(graph, *flow);
    for (const char* label : {"skipped", "fixed", "asked"}) {
      const auto index = std::ranges::find(environment->info().outcomes, label) -
                         environment->info().outcomes.begin();
      const double share = exact[static_cast<std::size_t>(index)];
      CATCH_CHECK(visitor.share(label) == Approx(share).margin(1e-12));
    }
    skipped.insert(visitor.share("skipped"));
    CATCH_CHECK(visitor.press("down"));
  }
  CATCH_CHECK(skipped.size() == 4);
  // The curve has all of them, and the eye where the slider is.
  const engine::Curves curves = visitor.all<engine::Curves>().at(0);
  CATCH_CHECK(curves.cursor == 0);
  CATCH_CHECK(curves.curves.at(0).x == std::vector<double>{0, .05, .5, 2});
}

CATCH_TEST_CASE("a leash's price adds up: its nats are those of the tilt") {
  Visitor visitor(lesson_of(page_of(kTypist + "      leash: [0, 0.05, 2]\n      beta: 0.05\n")));
  const auto& entry = envs::find("unit_test");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {100'000});
  const auto prior = prior_flow(*environment);
  const engine::Wish wish = load_wish(environment->info(), "green");
  const auto flow = tilt(graph, *prior, payment_of(graph, wish), .05, Tilt::policy).flow;
  const double kl = divergence(graph, *flow, *prior).trajectory_kl;
  CATCH_CHECK(contains(visitor.all<engine::Slider>().at(0).text, fmt::format("{:.2f} nats", kl)));
  CATCH_CHECK(visitor.press("down"));
  CATCH_CHECK(visitor.all<engine::Slider>().at(0).text == "beta 0, no leash");
}

CATCH_TEST_CASE("weights are slid, granted, and change what comes of it") {
  Visitor visitor(lesson_of(
      page_of("    solve:\n      environment: burning_building_pump\n      wish: distance\n"
              "      reference: prior\n      device: true\n      beta: 0.5\n      weights: true\n"
              "      spending: true\n")));
  CATCH_CHECK(contains(visitor.said(), "Most probably: thrown by explosion (gaming)"));
  // What nature has against it: a leak, -log .002, and a spark, -log .01.
  CATCH_CHECK(visitor.share("step 1: leak") == Approx(std::log(.002) / std::log(.002 * .01)));
  CATCH_CHECK(visitor.share("step 2: spark") == Approx(std::log(.01) / std::log(.002 * .01)));
  visitor.end();
  CATCH_CHECK(visitor.seen().outcome == "thrown_by_explosion");
  CATCH_CHECK(visitor.figure("pays") == fmt::format("{:.2f}", visitor.seen().proxy_return.back()));
  CATCH_CHECK(visitor.figure("is worth") ==
              fmt::format("{:.2f}", visitor.seen().true_utility.back()));

  CATCH_CHECK(visitor.press("w"));
  visitor.slide("exploded", -19.97);
  CATCH_CHECK(contains(visitor.said(), "Press Grant"));
  CATCH_CHECK(!contains(visitor.said(), "Most probably"));
  for (const auto& slider : visitor.all<engine::Slider>())
    if (slider.text == "exploded") CATCH_CHECK(slider.value == Approx(-20));  // two digits
  CATCH_CHECK(visitor.press("g"));
  CATCH_CHECK(contains(visitor.said(), "Most probably: walked out (intended)"));
  visitor.end();
  CATCH_CHECK(visitor.seen().outcome == "walked_out");
  // The same as the ready patch, which says so.
  const auto& entry = envs::find("burning_building_pump");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {100'000});
  const engine::Wish ready = load_wish(environment->info(), "no_explosion");
  const auto exact = outcomes_of(
      graph,
      *tilt(graph, *prior_flow(*environment), payment_of(graph, ready), .5, Tilt::device).flow);
  CATCH_CHECK(visitor.share("walked out") == Approx(*std::ranges::max_element(exact)));
}

CATCH_TEST_CASE("a wish of nothing is not granted") {
  Visitor visitor(lesson_of(page_of(kTypist + "      weights: true\n")));
  CATCH_CHECK(visitor.press("w"));
  visitor.slide("green", 0);
  CATCH_CHECK(visitor.press("g"));
  CATCH_CHECK(contains(visitor.said(), "Press Grant"));
}

CATCH_TEST_CASE("each click patches the wish, and a loophole that is left can be seen") {
  Visitor visitor(lesson_of(page_of(
      "    solve:\n      environment: burning_building_pump\n"
      "      wishes: [distance, no_explosion, outside, outside_alive, outside_unhurt, 'true']\n"
      "      reference: prior\n      device: true\n      beta: 0.2\n")));
  struct Rung {
    const char *most, *loophole;
  };
  const std::vector<Rung> ladder = {{"thrown_by_explosion", "carried_out_dead"},
                                    {"walked_out", "carried_out_dead"},
                                    {"walked_out", "carried_out_dead"},
                                    {"walked_out", "thrown_by_explosion"},
                                    {"walked_out", "thrown_by_explosion"}};
  for (std::size_t i = 0; i < ladder.size(); i++) {
    CATCH_INFO(i);
    if (i > 0) CATCH_CHECK(visitor.press("p"));
    visitor.end();
    CATCH_CHECK(visitor.seen().outcome == ladder[i].most);
    CATCH_CHECK(contains(visitor.said(), "Closes"));  // what its file says
    CATCH_CHECK(visitor.press("l"));
    visitor.end();
    CATCH_CHECK(visitor.seen().outcome == ladder[i].loophole);
    CATCH_CHECK(visitor.seen().kind == engine::Kind::gaming);
    CATCH_CHECK(contains(visitor.said(), "A loophole left"));
    CATCH_CHECK(visitor.press("l"));
  }
  CATCH_CHECK(visitor.press("p"));
  CATCH_CHECK(contains(visitor.said(), "Most probably: walked out"));
  CATCH_CHECK(!visitor.press("p"));  // nothing is left to patch
  CATCH_CHECK(!visitor.press("l"));  // and no loophole in what was meant
}

CATCH_TEST_CASE("at a pivot two futures go on from one state, by one action each") {
  Visitor visitor(lesson_of(page_of(kTypist + "      pivots: 2\n")));
  CATCH_CHECK(contains(visitor.said(), "Where one action decides"));
  CATCH_CHECK(visitor.press("a"));
  CATCH_REQUIRE(visitor.demo().snapshots().size() == 2);
  const auto one = visitor.seen(0), other = visitor.seen(1);
  CATCH_CHECK(one.step > 0);
  CATCH_CHECK(one.step == other.step);
  CATCH_CHECK(one.state_hash == other.state_hash);
  CATCH_CHECK(one.actions.at(*one.next) == "skip");
  CATCH_CHECK(one.next != other.next);
  CATCH_CHECK(contains(visitor.demo().snapshots()[0].title, "skip"));
  visitor.end();
  CATCH_CHECK(visitor.seen(0).outcome == "skipped");
  CATCH_CHECK(visitor.seen(1).outcome == "asked");
  const auto shares = visitor.all<engine::Shares>();
  CATCH_REQUIRE(shares.size() == 2);
  CATCH_CHECK(contains(shares[0].caption, "after skip, which is 0.020 probable here: 3.91 nats"));
  // Again: back to the future of the wish.
  CATCH_CHECK(visitor.press("a"));
  CATCH_CHECK(visitor.demo().snapshots().size() == 1);
}

CATCH_TEST_CASE("trained policies are laid beside what is solved") {
  Visitor visitor(lesson_of(
      page_of(kTypist + "      leash: [0, 1, 2]\n      beta: 1\n"
                        "      trained: {betas: [2, 1], steps: 4000, evaluation_episodes: 8, "
                        "clone: {episodes: 64}}\n")));
  const engine::Curves curves = visitor.all<engine::Curves>().at(0);
  CATCH_REQUIRE(curves.curves.size() == 4);
  for (const auto& curve : curves.curves) {
    CATCH_CHECK(curve.dots == curve.name.empty());
    if (curve.dots) CATCH_CHECK(curve.x == std::vector<double>{2, 1});
    for (const double y : curve.y) CATCH_CHECK((y >= 0 && y <= 1));
  }
  CATCH_CHECK(visitor.all<engine::Work>().empty());  // all is done
}

CATCH_TEST_CASE(
    "learners are trained there and then, and what most of their episodes come to plays") {
  Visitor visitor(lesson_of(page_of(
      "    train:\n      environment: unit_test\n      wishes: [green, unskipped]\n"
      "      trials:\n"
      "        - {name: first, objective: ppo_clip, steps: 4000, evaluation_episodes: 16}\n"
      "        - {name: second, objective: reinforce, steps: 4000, evaluation_episodes: 16}\n")));
  CATCH_REQUIRE(visitor.demo().snapshots().size() == 2);
  CATCH_CHECK(visitor.demo().snapshots()[0].title == "first");
  const auto shares = visitor.all<engine::Shares>();
  CATCH_REQUIRE(shares.size() == 2);
  for (const auto& of : shares) {
    double sum = 0, most = 0;
    for (const auto& row : of.rows) sum += row.share, most = std::max(most, row.share);
    CATCH_CHECK(sum == Approx(1).margin(.02));
    CATCH_CHECK(most > 0);
  }
  visitor.end();
  const engine::Inspection first = visitor.seen(0);
  double most = 0;
  for (const auto& row : shares[0].rows) most = std::max(most, row.share);
  for (const auto& row : shares[0].rows)
    if (row.text == first.outcome) CATCH_CHECK(row.share == most);
  CATCH_CHECK(visitor.press("p"));
  CATCH_CHECK(contains(visitor.said(), "skip no test"));
  CATCH_CHECK(visitor.all<engine::Shares>().size() == 2);
}

CATCH_TEST_CASE("what cannot be solved says so, and the lesson goes on") {
  Visitor visitor(lesson_of(page_of("    solve: {environment: cartpole, wish: return}\n") +
                            page_of("    watch: [{environment: unit_test, policy: uniform}]\n")));
  CATCH_CHECK(contains(visitor.said(), "expected chance that can be enumerated"));
  CATCH_CHECK(visitor.all<engine::Work>().empty());
  CATCH_CHECK(visitor.press("enter"));
  CATCH_CHECK(visitor.demo().desk()->title == "Mine, 2 of 2");
  CATCH_CHECK(!contains(visitor.said(), "expected"));
}

CATCH_TEST_CASE("a wish granted while somebody learns does not wait for that") {
  const std::string learner =
      "    train:\n      environment: unit_test\n      wish: green\n      trials:\n"
      "        - {objective: ppo_clip, steps: 100000000, evaluation_episodes: 16}\n";
  const Lesson lesson =
      lesson_of(page_of("    solve:\n      environment: unit_test\n"
                        "      wishes: [green, unskipped]\n      reference: prior\n") +
                page_of(learner));
  Demo demo(lesson, 0);
  const auto granted = [&] {
    const auto desk = demo.desk();
    for (const Desk::Part& part : desk->parts)
      if (std::holds_alternative<engine::Figures>(part)) return true;
    return false;
  };
  const auto until = [&](auto&& holds) {
    for (int i = 0; i < 20'000 && !holds(); i++) {
      demo.advance(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CATCH_CHECK(holds());
  };
  until(granted);
  // By now the next page's learner is under way, and goes on for hours.
  demo.apply(*engine::command_of(*demo.desk(), "p"));
  CATCH_CHECK(!granted());
  until(granted);
  CATCH_CHECK(demo.busy());
  // And leaving does not wait either.
}

CATCH_TEST_CASE("a learner that fails leaves what was solved") {
  // Without an exploit's or the intended return there is nothing to judge its episodes by.
  Visitor visitor(lesson_of(
      page_of("    solve:\n      environment: unit_test\n      parameters: {length: 8, filler: 4}\n"
              "      wish: green\n      reference: prior\n      leash: [0, 1, 2]\n"
              "      trained: {betas: [1], steps: 100, clone: {episodes: 8}}\n")));
  CATCH_CHECK(contains(visitor.said(), "Most probably"));
  CATCH_CHECK(contains(visitor.said(), "beta 1: calibration"));
}
