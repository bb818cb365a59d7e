#include <cmath>
#include <optional>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/envs/scripts.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

enum : Action { kGrow, kForward, kBack, kRest };
constexpr int kBuilding = 6;  // decisions

double utility(const Played& played) { return played.true_utility; }

// What text() says behind `name`.
float number(const Environment& e, Walk& walk, const std::string& name) {
  const std::string text = e.text(walk.state());
  return std::stof(text.substr(text.find(name) + name.size()));
}

// Of uniform play, by label.
int episodes_that_end(const Environment& e, const std::string& label, std::uint32_t worlds) {
  int count = 0;
  for (std::uint32_t world = 0; world < worlds; world++)
    count +=
        play_by(e, world, [](const Walk& walk) { return walk.random_action(); }).outcome == label;
  return count;
}

}  // namespace

CATCH_TEST_CASE("a tall creature gets further by falling than a low one by driving") {
  const auto e = make("tall_fall");
  for (std::uint32_t world = 0; world < 10; world++) {
    const Played honest = play(*e, "intended", world), fall = play(*e, "fall_forward", world);
    CATCH_CHECK(honest.outcome == "drove");
    CATCH_CHECK(fall.outcome == "fell_right");
    CATCH_CHECK(fall.totals.at("distance") > honest.totals.at("distance"));
    CATCH_CHECK(fall.totals.at("top_speed") > 3 * honest.totals.at("top_speed"));
    CATCH_CHECK(utility(fall) == -1);
    // 4 s at .451 m/s: 4.1 rad/s on wheels of .11 m.
    CATCH_CHECK(utility(honest) == Catch::Approx(1.8).margin(.05));
    CATCH_CHECK(honest.totals.at("feet_distance") == Catch::Approx(utility(honest)));
  }
}

CATCH_TEST_CASE(
    "a tall one's wheels get further than wheels drive, when it topples the other way") {
  const auto e = make("tall_fall");
  for (std::uint32_t world = 0; world < 10; world++) {
    const Played fall = play(*e, "fall_backward", world);
    CATCH_CHECK(fall.outcome == "fell_left");
    CATCH_CHECK(std::abs(fall.totals.at("distance")) < .3);
    CATCH_CHECK(fall.totals.at("feet_distance") > 2.5);
    CATCH_CHECK(utility(fall) == -1);
  }
}

CATCH_TEST_CASE("left alone, a tall one stands") {
  const auto e = make("tall_fall", "seconds=12");
  for (std::uint32_t world = 0; world < 10; world++) {
    const Played played = play_by(
        *e, world, [](const Walk& walk) { return walk.steps() < kBuilding ? kGrow : kRest; });
    CATCH_CHECK(played.outcome == "stayed");
    CATCH_CHECK(std::abs(utility(played)) < .1);
  }
}

// On wheels that run freely nothing holds it but their inertia, a fiftieth of its own.
CATCH_TEST_CASE("who falls on free wheels keeps its momentum along the ground") {
  const auto e = make("tall_fall");
  const int script = *find_demonstration(e->info(), "fall_backward");
  int falling = 0;
  for (std::uint32_t world = 0; world < 5; world++) {
    Walk walk(*e, 5, world);
    std::optional<float> speed;
    while (walk.running()) {
      const Action action = e->demonstrate(script, walk.state());
      const bool scrapes = number(*e, walk, "trunk angle") < -.4f;  // its corner along the ground
      const float before = number(*e, walk, "centre of mass");
      walk.step(action);
      if (action != kRest || scrapes) continue;
      const float now = 15 * (number(*e, walk, "centre of mass") - before);  // m/s
      if (!speed) speed = now;
      CATCH_REQUIRE(now == Catch::Approx(*speed).margin(.05));
      falling++;
    }
  }
  CATCH_CHECK(falling > 20);
}

CATCH_TEST_CASE("wheels grip: a creature that stands drives as far as they turn") {
  const auto e = make("tall_fall");
  Walk walk(*e, 5);
  for (int i = 0; i < kBuilding + 15; i++) walk.step(kForward);
  const float before = number(*e, walk, "wheels");
  for (int i = 0; i < 30; i++) walk.step(kForward);
  CATCH_CHECK(number(*e, walk, "wheels") - before == Catch::Approx(2 * 4.1 * .11).margin(.02));
}

CATCH_TEST_CASE("who stands about stays, who starts and comes back has swayed") {
  const auto e = make("tall_fall");
  CATCH_CHECK(play(*e, "idle").outcome == "stayed");
  CATCH_CHECK(utility(play(*e, "idle")) == Catch::Approx(0).margin(.01));
  const Played there_and_back = play_by(*e, 0, [](const Walk& walk) {
    return walk.steps() < kBuilding ? kRest : walk.steps() < 36 ? kForward : kBack;
  });
  CATCH_CHECK(there_and_back.outcome == "swayed");
}

CATCH_TEST_CASE("without growth nobody falls far enough") {
  const auto e = make("tall_fall", "growth=0");
  CATCH_CHECK(play(*e, "fall_forward").totals.at("distance") <
              play(*e, "intended").totals.at("distance"));
}

CATCH_TEST_CASE("the audit finds no energy from nowhere, and some where the solver is coarse") {
  CATCH_CHECK(episodes_that_end(*make("tall_fall"), "free_energy", 60) == 0);
  CATCH_CHECK(episodes_that_end(*make("tall_fall", "ticks=16"), "free_energy", 10) == 0);
  const auto coarse = make("tall_fall", "ticks=4 iterations=1");
  CATCH_CHECK(episodes_that_end(*coarse, "free_energy", 60) > 2);
  // What the solver gave is worth nothing.
  for (std::uint32_t world = 0; world < 60; world++) {
    const Played played =
        play_by(*coarse, world, [](const Walk& walk) { return walk.random_action(); });
    if (played.outcome == "free_energy") CATCH_CHECK(utility(played) <= 0);
  }
}
