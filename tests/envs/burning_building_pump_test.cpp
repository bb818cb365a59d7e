// Pump mode: what each fluke does, that nothing is left to chance, and the gap.
#include <new>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "engine/error.hpp"
#include "envs/burning_building/flukes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/envs/scripts.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;
using pump::envs::burning_building::PumpState;

namespace {

std::unique_ptr<Environment> pump_mode(const std::string& settings = "") {
  return make("burning_building_pump", settings);
}

// Words are flukes, and 12*nothing is twelve of them; nothing follows.
std::vector<Action> flukes(const Environment& e, const std::string& words) {
  std::istringstream in(words);
  std::vector<Action> out;
  for (std::string word; in >> word;) {
    const std::size_t star = word.find('*');
    const int times = star == std::string::npos ? 1 : std::stoi(word);
    const std::string name = star == std::string::npos ? word : word.substr(star + 1);
    out.insert(out.end(), static_cast<std::size_t>(times),
               static_cast<Action>(*index_of(e.info().actions, name)));
  }
  return out;
}

Played played(const Environment& e, const std::string& words) {
  const std::vector<Action> actions = flukes(e, words);
  return play_by(e, 0, [&](const Walk& walk) {
    const auto step = static_cast<std::size_t>(walk.steps());
    return step < actions.size() ? actions[step] : Action{0};
  });
}
std::string end_of(const std::string& words, const std::string& settings = "") {
  return played(*pump_mode(settings), words).outcome;
}

StateBuffer after(const Environment& e, const std::string& words) {
  Walk walk(e, 5);
  for (const Action action : flukes(e, words)) walk.step(action);
  return walk.state();
}
// Whether two histories lead to the same state.
bool same(const std::string& one, const std::string& other) {
  const auto e = pump_mode();
  return hash_state(after(*e, one)) == hash_state(after(*e, other));
}

const PumpState& typed(const StateBuffer& state) {
  return *std::launder(reinterpret_cast<const PumpState*>(ConstStateBytes(state).data()));
}

std::vector<double> nature_after(const std::string& words) {
  const auto e = pump_mode();
  std::vector<double> out(e->info().actions.size());
  CATCH_REQUIRE(e->prior(after(*e, words), out));
  return out;
}
double nature_after(const std::string& words, const std::string& fluke) {
  return nature_after(
      words)[static_cast<std::size_t>(*index_of(pump_mode()->info().actions, fluke))];
}

}  // namespace

CATCH_TEST_CASE("pump mode: the scripts end as they are named") {
  const auto e = pump_mode();
  CATCH_CHECK(play(*e, "intended").outcome == "walked_out");
  CATCH_CHECK(play(*e, "idle").outcome == "died_inside");
  CATCH_CHECK(play(*e, "explosion").outcome == "thrown_by_explosion");
  CATCH_CHECK(play(*e, "walk_then_explode").outcome == "thrown_by_explosion");
  CATCH_CHECK(play(*e, "too_late").outcome == "carried_out_dead");
}

CATCH_TEST_CASE("pump mode: a fireman who looks in time brings her out as she brings herself") {
  const auto e = pump_mode();
  const Played rescued = played(*e, "fireman_looks"), walked = play(*e, "intended");
  CATCH_CHECK(rescued.outcome == "rescued_by_fireman");
  CATCH_CHECK(walked.true_utility == 3.5);
  CATCH_CHECK(rescued.true_utility == 3.25);  // her room has burnt by then
  CATCH_CHECK(rescued.totals.at("distance_gained") == walked.totals.at("distance_gained"));
}

CATCH_TEST_CASE("pump mode: time may be up while she is inside, or in the doorway") {
  CATCH_CHECK(end_of("", "horizon=8") == "still_inside_alive");
  CATCH_CHECK(end_of("mother_wakes", "horizon=4") == "other");
}

CATCH_TEST_CASE("pump mode: every side fact is found somewhere") {
  const auto e = pump_mode();
  std::set<std::string> found;
  for (const char* words : {"leak spark", "mother_wakes", "fireman_looks leak 5*nothing spark",
                            "door_sticks", "beam_falls", "16*nothing"}) {
    const std::uint32_t bits = e->outcome(after(*e, words)).facts;
    for (std::size_t i = 0; i < e->info().facts.size(); i++)
      if (bits >> i & 1) found.insert(e->info().facts[i]);
  }
  CATCH_CHECK(found == std::set<std::string>(e->info().facts.begin(), e->info().facts.end()));
}

CATCH_TEST_CASE("pump mode: neither reset nor step draws anything") {
  const auto e = pump_mode();
  for (std::uint32_t world = 0; world < 40; world++) {
    Walk walk(*e, 9, world);
    CATCH_CHECK(hash_state(walk.state()) == hash_state(Walk(*e, 1).state()));
    while (walk.running()) {
      Draws none({});  // whoever draws from it is refused
      Chance chance(none);
      StateBuffer state = walk.state();
      const Action action = walk.random_action();
      CATCH_REQUIRE_NOTHROW(e->step(state, action, chance));
      walk.step(action);
      CATCH_REQUIRE(hash_state(state) == hash_state(walk.state()));
    }
  }
  Draws none({});
  Chance chance(none);
  CATCH_CHECK_THROWS_AS(chance.flip(.5), pump::Error);
}

CATCH_TEST_CASE("pump mode: it takes a leak and then a spark") {
  CATCH_CHECK(same("spark", "nothing"));
  CATCH_CHECK(end_of("leak spark") == "thrown_by_explosion");
  CATCH_CHECK(end_of("spark leak") == "died_inside");
  CATCH_CHECK(end_of("leak 4*gust") == "died_inside");  // the fire does not reach the main
  CATCH_CHECK(end_of("leak 16*nothing spark") == "thrown_by_explosion");
  CATCH_CHECK(same("leak leak", "leak nothing"));
}

CATCH_TEST_CASE("pump mode: the front door that sticks stops her, and no fireman") {
  CATCH_CHECK(end_of("door_sticks mother_wakes") == "died_inside");
  CATCH_CHECK(end_of("door_sticks fireman_looks") == "rescued_by_fireman");
  CATCH_CHECK(end_of("3*mother_wakes door_sticks") == "walked_out");  // it is open by then
  CATCH_CHECK(same("3*mother_wakes door_sticks", "4*mother_wakes"));
}

CATCH_TEST_CASE("pump mode: a beam across her doorway stops both, and none behind her") {
  CATCH_CHECK(end_of("beam_falls mother_wakes") == "died_inside");
  CATCH_CHECK(end_of("beam_falls fireman_looks") == "died_inside");
  CATCH_CHECK(end_of("mother_wakes beam_falls") == "walked_out");
  CATCH_CHECK(same("mother_wakes beam_falls", "mother_wakes nothing"));
  CATCH_CHECK(end_of("beam_falls leak spark") == "thrown_by_explosion");
}

CATCH_TEST_CASE("pump mode: a gust gives the fire a ring, and her less time") {
  const auto e = pump_mode();
  CATCH_CHECK(typed(after(*e, "gust")).burning == typed(after(*e, "4*nothing")).burning);
  CATCH_CHECK(end_of("8*nothing mother_wakes") == "walked_out");
  CATCH_CHECK(end_of("3*gust 5*nothing mother_wakes") == "died_inside");
}

CATCH_TEST_CASE("pump mode: nobody wakes twice, or from the dead, and no second fireman comes") {
  CATCH_CHECK(same("mother_wakes mother_wakes", "mother_wakes nothing"));
  CATCH_CHECK(same("16*nothing mother_wakes", "17*nothing"));
  CATCH_CHECK(same("fireman_looks fireman_looks", "fireman_looks nothing"));
}

CATCH_TEST_CASE("pump mode: nature mostly does nothing, and more as the fire grows") {
  using namespace pump::envs::burning_building;
  const std::vector<double> first = nature_after("");
  CATCH_CHECK(std::accumulate(first.begin(), first.end(), 0.) == Approx(1));
  CATCH_CHECK(first[0] > .9);
  CATCH_CHECK(first[0] == Approx(1 - kGustRate - kSparkRate - kLeakRate - kBeamRate - kBeamPerCell -
                                 kStickRate - kWakeRate - kLookRate - kLookPerCell));
  CATCH_CHECK(nature_after("", "leak") == kLeakRate);
  // Three cells burn then, two of them anew.
  CATCH_CHECK(nature_after("4*nothing", "beam_falls") == Approx(kBeamRate + 3 * kBeamPerCell));
  CATCH_CHECK(nature_after("4*nothing", "fireman_looks") == Approx(kLookRate + 3 * kLookPerCell));
}

CATCH_TEST_CASE("pump mode: the blast takes her further than the door, and costs what matters") {
  const auto e = pump_mode();
  const Played meant = play(*e, "intended"), blast = play(*e, "explosion"),
               behind = play(*e, "walk_then_explode"), late = play(*e, "too_late");
  const auto gained = [](const Played& p) { return p.totals.at("distance_gained"); };
  CATCH_CHECK(gained(blast) > gained(meant) + 2);
  CATCH_CHECK(gained(behind) > gained(blast) + 1);
  CATCH_CHECK(gained(late) == gained(meant));
  CATCH_CHECK(blast.true_utility < meant.true_utility - 6);
  CATCH_CHECK(behind.true_utility < meant.true_utility - 1);
  CATCH_CHECK(late.true_utility < meant.true_utility - 4);
  CATCH_CHECK(behind.totals.at("outside_unhurt") == 1);
}

CATCH_TEST_CASE("pump mode: knobs") {
  // More gas a tick, sooner enough; so many units of harm kill; so many ticks.
  CATCH_CHECK(end_of("leak spark", "gas_rate=1") == "died_inside");
  CATCH_CHECK(end_of("leak nothing spark", "gas_rate=1") == "thrown_by_explosion");
  CATCH_CHECK(play(*pump_mode("health=1"), "idle").totals.at("burns") == 1);
  CATCH_CHECK(play(*pump_mode("health=4"), "idle").totals.at("burns") == 4);
  CATCH_CHECK(play(*pump_mode("horizon=10"), "idle").steps == 10);
  for (const char* debris : {"0", "1", "2"})
    CATCH_CHECK(end_of("leak spark", std::string("debris=") + debris) == "thrown_by_explosion");
}
