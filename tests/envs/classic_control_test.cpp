// CartPole-v1 and Acrobot-v1: exact dynamics, limits, ends and pay.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <numbers>

#include "tests/support/catch.hpp"
#include "tests/support/envs/classic_control.hpp"
#include "tests/support/envs/scripts.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;

namespace {

const double kSteepest = 12 * std::numbers::pi / 180;  // rad

Action action_of(const Environment& e, const std::string& name) {
  return static_cast<Action>(*index_of(e.info().actions, name));
}

// The states of both classic problems begin with their four numbers.
Four numbers(ConstStateBytes state) {
  Four out;
  std::memcpy(out.data(), state.data(), sizeof out);
  return out;
}
void set_numbers(StateBytes state, const Four& numbers) {
  std::memcpy(state.data(), numbers.data(), sizeof numbers);
}

double apart(const Four& a, const Four& b) {
  double out = 0;
  for (std::size_t i = 0; i < 4; i++) out = std::max(out, std::abs(a[i] - b[i]));
  return out;
}

// One step from a state given by its numbers, in an episode under way.
struct Stepped {
  Four numbers;
  Status status;
};
Stepped step_from(const Environment& e, const Four& from, const std::string& action) {
  Walk walk(e, 1);
  set_numbers(walk.state(), from);
  walk.step(action_of(e, action));
  return {numbers(walk.state()), e.status(walk.state())};
}

}  // namespace

CATCH_TEST_CASE("cartpole and acrobot move as their equations say") {
  for (const Trajectory& t : trajectories()) {
    CATCH_INFO(t.what);
    const auto e = make(t.environment);
    Walk walk(*e, 1);
    for (std::size_t step = 0; step < t.actions.size(); step++) {
      // Unstable motion doubles an error of the last bit in some steps: every segment starts anew.
      if (step % kSegment == 0) set_numbers(walk.state(), t.states[step / kSegment]);
      CATCH_REQUIRE(walk.running());
      walk.step(static_cast<Action>(t.actions[step] - '0'));
      if ((step + 1) % kSegment != 0 && step + 1 != t.actions.size()) continue;
      CATCH_INFO("after step " << step + 1);
      CATCH_CHECK(apart(numbers(walk.state()), t.states[step / kSegment + 1]) < 1e-12);
    }
    CATCH_CHECK(e->status(walk.state()) == t.end);
  }
}

CATCH_TEST_CASE("a pole is pushed as Gymnasium's documentation shows") {
  // CartPole-v1 after reset(seed=42), then step(1); printed there to 8 digits.
  const Four before = {.0273956, -.00611216, .03585979, .0197368};
  const Four after = {.02727336, .18847767, .03625453, -.26141977};
  CATCH_CHECK(apart(step_from(*make("cartpole"), before, "right").numbers, after) < 2e-8);
}

CATCH_TEST_CASE("a pole and its cart end beyond their limits, not on them") {
  const auto e = make("cartpole");
  const auto status = [&](const Four& from) { return step_from(*e, from, "left").status; };
  const double beyond = std::nextafter(2.4, 3), steeper = kSteepest + 1e-12;
  CATCH_CHECK(status({2.4, 0, 0, 0}) == Status::running);
  CATCH_CHECK(status({-2.4, 0, 0, 0}) == Status::running);
  CATCH_CHECK(status({beyond, 0, 0, 0}) == Status::terminated);
  CATCH_CHECK(status({-beyond, 0, 0, 0}) == Status::terminated);
  CATCH_CHECK(status({0, 0, kSteepest - 1e-12, 0}) == Status::running);
  CATCH_CHECK(status({0, 0, steeper, 0}) == Status::terminated);
  CATCH_CHECK(status({0, 0, -steeper, 0}) == Status::terminated);
  CATCH_CHECK(status({2.39, .6, 0, 0}) == Status::terminated);  // 2.39 + .02 * .6
}

CATCH_TEST_CASE("a pole that falls and one that stands are paid for every step") {
  const auto e = make("cartpole");
  const Played stands = play(*e, "intended"), falls = play(*e, "idle");
  CATCH_CHECK(stands.totals.at("time") == 500);
  CATCH_CHECK(stands.status == Status::truncated);
  CATCH_CHECK(stands.outcome == "balanced");
  CATCH_CHECK(falls.status == Status::terminated);
  CATCH_CHECK(falls.outcome == "fell");
  CATCH_CHECK(falls.totals.at("time") == falls.steps);
  CATCH_CHECK(falls.steps < 15);
  for (const Played& played : {stands, falls})
    CATCH_CHECK(played.true_utility == played.totals.at("time"));
  Walk rolling(*e, 1);
  set_numbers(rolling.state(), {2.39, 1, 0, 0});
  rolling.step(action_of(*e, "right"));
  CATCH_CHECK(e->info().outcomes[static_cast<std::size_t>(e->outcome(rolling.state()).label)] ==
              "off_track");
}

CATCH_TEST_CASE("an acrobot arrives a link above its pivot; the last step costs nothing") {
  const auto e = make("acrobot");
  const Played arrives = play(*e, "intended"), hangs = play(*e, "idle");
  CATCH_CHECK(arrives.status == Status::terminated);
  CATCH_CHECK(arrives.outcome == "arrived");
  CATCH_CHECK(arrives.totals.at("time") == arrives.steps);
  CATCH_CHECK(arrives.totals.at("arrived") == 1);
  CATCH_CHECK(arrives.true_utility == 1 - arrives.steps);
  CATCH_CHECK(hangs.status == Status::truncated);
  CATCH_CHECK(hangs.outcome == "still_below");
  CATCH_CHECK(hangs.totals.at("arrived") == 0);
  CATCH_CHECK(hangs.true_utility == -500);
  // Before the step the end is 1.59 and -.23 m above the pivot: -cos(2.2) - cos(2.2 + .9), ...
  CATCH_CHECK(step_from(*e, {2.2, .9, 0, 0}, "none").status == Status::terminated);
  CATCH_CHECK(step_from(*e, {1.2, .5, 0, 0}, "none").status == Status::running);
}

CATCH_TEST_CASE("an acrobot's angles wrap and its rates are bounded") {
  const double pi = std::numbers::pi;
  const auto e = make("acrobot");
  const Four turned = step_from(*e, {3.1, -3.1, 2, -2}, "none").numbers;
  CATCH_CHECK((turned[0] < -2 && turned[0] >= -pi));  // past the top
  CATCH_CHECK((turned[1] > 2 && turned[1] <= pi));
  const Four fast = step_from(*e, {0, 0, 12.5, 28}, "forth").numbers;
  CATCH_CHECK(std::abs(fast[2]) <= 4 * pi);
  CATCH_CHECK(std::abs(fast[3]) <= 9 * pi);
  const Four still = step_from(*e, {0, 0, 40, 0}, "none").numbers;
  CATCH_CHECK(std::abs(still[2]) == 4 * pi);
}

CATCH_TEST_CASE("classic problems begin evenly within their bounds, and show their floats") {
  constexpr std::uint32_t kResets = 2000;
  for (const auto& [name, bound] :
       std::map<std::string, double>{{"cartpole", .05}, {"acrobot", .1}}) {
    CATCH_INFO(name);
    const auto e = make(name);
    Four mean{}, square{}, most{};
    for (std::uint32_t world = 0; world < kResets; world++) {
      Walk walk(*e, 3, world);
      const Four at = numbers(walk.state());
      for (std::size_t i = 0; i < 4; i++) {
        mean[i] += at[i] / kResets;
        square[i] += at[i] * at[i] / kResets;
        most[i] = std::max(most[i], std::abs(at[i]));
      }
    }
    for (std::size_t i = 0; i < 4; i++) {
      CATCH_CHECK(mean[i] == Approx(0).margin(.06 * bound));  // 5 standard errors
      CATCH_CHECK(square[i] == Approx(bound * bound / 3).epsilon(.1));
      CATCH_CHECK((most[i] <= bound && most[i] > .99 * bound));
    }
  }
  const auto seen = [](const std::string& name, const Four& at) {
    const auto e = make(name);
    Walk walk(*e, 1);
    set_numbers(walk.state(), at);
    std::vector<float> out(e->observation().scalars.size());
    e->observe(walk.state(), {}, out);
    return out;
  };
  CATCH_CHECK(seen("cartpole", {1.5, -2, .125, 3}) == std::vector<float>{1.5f, -2, .125f, 3});
  const auto acrobot = seen("acrobot", {.5, -1.25, 6, -7});
  const double expected[] = {
      .877582561890373, .479425538604203, .315322362395269, -.948984619355586, 6, -7};
  CATCH_REQUIRE(acrobot.size() == 6);
  for (std::size_t i = 0; i < 6; i++) CATCH_CHECK(acrobot[i] == Approx(expected[i]).epsilon(1e-6));
}
