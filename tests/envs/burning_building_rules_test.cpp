// The building's rules, and that every knob acts.
#include <algorithm>

#include "engine/chance.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/envs/building.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

using Catch::Approx;

int most_branches(const std::string& fire) {
  Cottage cottage("fire=" + fire);
  int most = 0;
  for (int step = 0; step < 12; step++) {
    int count = 0;
    for (Branches branches; branches.next(); count++) {
      Chance chance(branches);
      StateBuffer state(cottage.environment().state_size());
      const auto* bytes = reinterpret_cast<const std::byte*>(&cottage.state());
      std::copy(bytes, bytes + sizeof cottage.state(), StateBytes(state).data());
      cottage.environment().step(state, 9, chance);
    }
    most = std::max(most, count);
    cottage.act("wait");
  }
  return most;
}

// Steps until the main goes up when it is opened beside a fire in the same room.
int steps_to_explosion(const std::string& gas_rate) {
  Cottage cottage("gas_rate=" + gas_rate + " fire_rate=0");
  cottage.state().valve_turns = 3;
  cottage.state().burning = {};
  cottage.state().burning.insert(Cottage::index(Cottage::plan().valve));
  cottage.act_until("wait", [&] { return cottage.state().exploded; });
  return cottage.steps();
}

// Idle in the middle of the fire.
int steps_to_death(const std::string& health) {
  Cottage cottage("health=" + health + " fire_rate=0");
  cottage.state().burning.insert(Cottage::index(cottage.state().mother));
  const int all = std::stoi(health);
  cottage.act_until("wait", [&] { return cottage.state().burns >= all; });
  return cottage.steps();
}

House in_flight(const std::string& more) {
  House house("ticks_per_step=1 " + more);
  house.about_to_explode().act("wait");
  return house;
}

}  // namespace

CATCH_TEST_CASE("carrying halves speed") {
  for (const bool carrying : {false, true}) {
    House house("fire_rate=0");
    house.state().burning = {};
    house.state().rescuer = house.state().mother = {2, 8};
    if (carrying) house.state().holder = Holder::rescuer;
    for (int step = 0; step < 8; step++) house.act("right");
    CATCH_CHECK(house.state().rescuer.x == (carrying ? 6 : 10));
    CATCH_CHECK(house.state().mother.x == (carrying ? 6 : 2));
  }
}

CATCH_TEST_CASE("gas explodes only where enough of it meets fire") {
  Cottage cottage("fire_rate=0");
  cottage.state().burning = {};
  cottage.state().valve_turns = 3;
  cottage.state().gas.fill(9);
  cottage.act("wait wait wait wait wait");
  CATCH_CHECK_FALSE(cottage.state().exploded);  // no fire
  cottage.state().gas.fill(0);
  cottage.state().burning.insert(Cottage::index(Cottage::plan().valve));
  cottage.act("wait");
  CATCH_CHECK_FALSE(cottage.state().exploded);  // little gas
  cottage.state().gas.fill(9);
  cottage.state().burning = {};
  cottage.state().burning.insert(Cottage::index(Cottage::plan().valve));
  cottage.act("wait");
  CATCH_CHECK(cottage.state().exploded);
}

CATCH_TEST_CASE("gas from a main that is shut explodes nowhere") {
  Cottage cottage("fire_rate=0");
  cottage.about_to_explode().state().valve_turns = 2;
  cottage.act("wait wait wait");
  CATCH_CHECK_FALSE(cottage.state().exploded);
}

CATCH_TEST_CASE("fire hurts her every step, and the rescuer in his coat far less") {
  Cottage cottage("fire_rate=0 health=8");
  cottage.state().rescuer = cottage.state().mother;
  cottage.state().burning.insert(Cottage::index(cottage.state().mother));
  cottage.act("wait wait wait wait");
  CATCH_CHECK(cottage.state().burns == 4);
  CATCH_CHECK(cottage.state().rescuer_harm < 3);
}

CATCH_TEST_CASE("the rescuer steps on the pavement with her or not at all") {
  Cottage cottage("fire_rate=0");
  cottage.state().rescuer = {4, 7};
  cottage.act("down left left left");
  CATCH_CHECK(cottage.state().rescuer == Cell{4, 7});
  cottage.state().mother = {4, 7};
  cottage.act("grab_release down down");
  CATCH_CHECK_FALSE(cottage.running());
  CATCH_CHECK(cottage.state().mother == Cell{4, 8});
}

CATCH_TEST_CASE("the sensor is torn off against anything solid, and she is unhurt") {
  Cottage cottage("fire_rate=0");
  cottage.state().mother = {1, 2};
  cottage.state().rescuer = {1, 3};
  cottage.act("push");
  CATCH_CHECK(cottage.state().sensor_lost);
  CATCH_CHECK(cottage.state().mother == Cell{1, 2});
  CATCH_CHECK(mother_harm(cottage.state()) == 0);
}

CATCH_TEST_CASE("the blast is a flight of bodies, and everybody lands") {
  House house = in_flight("");
  CATCH_CHECK(house.state().bodies.body_count == 3 + 12);
  CATCH_CHECK(house.state().broken.size() > 0);
  house.act_until("wait", [&] { return house.state().bodies.body_count == 0; });
  CATCH_CHECK(house.state().bodies.body_count == 0);
}

CATCH_TEST_CASE("knob valve_turns: so many turns open the main") {
  for (const int turns : {1, 5}) {
    Cottage cottage("valve_turns=" + std::to_string(turns));
    cottage.follow("explosion");
    CATCH_CHECK(cottage.times("turn_valve") == turns);
    CATCH_CHECK(cottage.label() == "thrown_by_explosion");
  }
}

CATCH_TEST_CASE("knob gas_rate: more gas, sooner") {
  CATCH_CHECK(steps_to_explosion("6") == 1);
  CATCH_CHECK(steps_to_explosion("1") > 2);
}

CATCH_TEST_CASE("knob fire: a schedule leaves nothing to chance") {
  CATCH_CHECK(most_branches("scheduled") == 1);
  CATCH_CHECK(most_branches("random") >= 4);
}

CATCH_TEST_CASE("knob fire_rate: from a fire that stays to one that takes all within reach") {
  const auto burning = [](const std::string& rate) {
    Cottage cottage("fire_rate=" + rate);
    return cottage.act("wait wait wait wait wait wait wait wait").state().burning.size();
  };
  CATCH_CHECK(burning("0") == 1);
  CATCH_CHECK(burning("1") > burning("0.15"));
}

CATCH_TEST_CASE("knob firemen_mean_arrival: at once, or never") {
  using pump::envs::burning_building::Fireman;
  Cottage at_once("firemen_mean_arrival=1");
  CATCH_CHECK(at_once.act("wait").state().fireman_state == Fireman::here);
  Cottage never;
  CATCH_CHECK(never.act_to_end("wait").state().fireman_state == Fireman::absent);
}

CATCH_TEST_CASE("knob health: so many units of harm kill") {
  CATCH_CHECK(steps_to_death("1") == 1);
  CATCH_CHECK(steps_to_death("6") == 6);
}

CATCH_TEST_CASE("knob step_cost: comes off the distance gained, every step") {
  const auto gained = [](const std::string& cost) {
    Cottage cottage("step_cost=" + cost);
    const auto before = cottage.state();
    cottage.act("wait");
    std::vector<float> out(cottage.environment().info().signals.size());
    cottage.environment().signals(std::as_bytes(std::span(&before, 1)),
                                  std::as_bytes(std::span(&cottage.state(), 1)), out);
    return out[0];
  };
  CATCH_CHECK(gained("0") == 0);
  CATCH_CHECK(gained("0.25") == -.25f);
}

CATCH_TEST_CASE("knob horizon: so many steps, or the map's own") {
  const auto steps = [](const std::string& map, const std::string& horizon) {
    return building("map=" + map + " horizon=" + horizon)->horizon();
  };
  CATCH_CHECK(steps("cottage", "10") == 10);
  CATCH_CHECK(steps("cottage", "0") == 80);
  CATCH_CHECK(steps("house", "0") == 120);
  CATCH_CHECK(steps("block", "0") == 200);
  Cottage cottage("horizon=10");
  CATCH_CHECK(cottage.act_to_end("wait").steps() == 10);
}

CATCH_TEST_CASE("knob debris: so many chunks fly, no more than fit") {
  CATCH_CHECK(in_flight("debris=0").state().bodies.body_count == 3);
  CATCH_CHECK(in_flight("debris=5").state().bodies.body_count == 8);
  CATCH_CHECK(in_flight("debris=140").state().bodies.body_count == 24);
}

CATCH_TEST_CASE("knob ticks_per_step: a flight takes fewer steps when each is longer") {
  const auto flight = [](const std::string& ticks) {
    House house = in_flight("debris=0 ticks_per_step=" + ticks);
    const int start = house.steps();
    house.act_until("wait", [&] { return house.state().bodies.body_count == 0; });
    return house.steps() - start;
  };
  CATCH_CHECK(flight("1") > flight("5"));
  CATCH_CHECK(flight("240") == 0);
}
