// The verification environments whose answers are known exactly, and what all of them share.
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/envs/scripts.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;

namespace {

// How often a script ends with a label, over 200 worlds.
double share(const Environment& e, const std::string& script, const std::string& outcome) {
  constexpr std::uint32_t kWorlds = 200;
  double out = 0;
  for (std::uint32_t world = 0; world < kWorlds; world++)
    out += (play(e, script, world).outcome == outcome) / double{kWorlds};
  return out;
}

// Where every walk may be: distributions over states, pushed through a policy's choices and chance.
struct Weighted {
  double probability;
  StateBuffer state;
};
using Distribution = std::map<std::uint64_t, Weighted>;  // by hash

void add(Distribution& to, const StateBuffer& state, double probability) {
  const auto [at, added] = to.try_emplace(hash_state(state), Weighted{0, state});
  at->second.probability += probability;
}

Distribution resets(const Environment& e) {
  Distribution out;
  StateBuffer state(e.state_size());
  for (Branches branches; branches.next();) {
    Chance chance(branches);
    e.reset(state, chance);
    add(out, state, branches.probability());
  }
  return out;
}

// One step of everybody who still walks; `policy` gives the probabilities of the actions.
template <class Policy>
Distribution advance(const Environment& e, const Distribution& from, Policy policy,
                     Distribution& ended) {
  Distribution out;
  for (const auto& [hash, weighted] : from) {
    const std::vector<double> probabilities = policy(weighted.state);
    for (std::size_t action = 0; action < probabilities.size(); action++) {
      if (probabilities[action] <= 0) continue;
      for (Branches branches; branches.next();) {
        Chance chance(branches);
        StateBuffer next = weighted.state;
        e.step(next, static_cast<Action>(action), chance);
        const double p = weighted.probability * probabilities[action] * branches.probability();
        add(e.status(next) == Status::running ? out : ended, next, p);
      }
    }
  }
  return out;
}

template <class Policy>
double expected_utility(const Environment& e, Policy policy) {
  Distribution now = resets(e), ended;
  while (!now.empty()) now = advance(e, now, policy, ended);
  double out = 0;
  for (const auto& [hash, weighted] : ended)
    out += weighted.probability * e.true_utility(weighted.state);
  return out;
}

std::vector<double> uniform(const Environment& e) {
  const std::size_t n = e.info().actions.size();
  return std::vector<double>(n, 1. / static_cast<double>(n));
}
auto scripted(const Environment& e, const std::string& script) {
  const int demonstration = *find_demonstration(e.info(), script);
  return [&e, demonstration](const StateBuffer& state) {
    std::vector<double> out(e.info().actions.size());
    out[e.demonstrate(demonstration, state)] = 1;
    return out;
  };
}

}  // namespace

CATCH_TEST_CASE("scripts of verification environments do what they say") {
  const std::map<std::string, std::array<std::string, 2>> ends = {
      {"cartpole", {"balanced", "fell"}},        {"acrobot", {"arrived", "still_below"}},
      {"identity", {"all_right", "some_wrong"}}, {"bandit", {"better_arm", "other"}},
      {"chain", {"arrived", "on_the_way"}},      {"three_way", {"honest", "failed"}}};
  std::set<std::string> marked;
  for (const CatalogueEntry& entry : pump::envs::catalogue())
    if (entry.info().verification) marked.insert(entry.info().name);
  CATCH_CHECK(marked.size() == ends.size());
  for (const auto& [name, labels] : ends) {
    CATCH_INFO(name);
    CATCH_CHECK(marked.contains(name));
    const auto e = make(name);
    CATCH_CHECK(share(*e, "intended", labels[0]) >= .99);
    CATCH_CHECK(share(*e, "idle", labels[1]) >= .95);
  }
}

CATCH_TEST_CASE("saying what is shown is right every time, and saying anything one time in ten") {
  const auto e = make("identity", "symbols=7 horizon=3");
  CATCH_CHECK(e->observation().layers[0].codes.size() == 7);
  CATCH_CHECK(expected_utility(*e, scripted(*e, "intended")) == Approx(3));
  CATCH_CHECK(expected_utility(*e, scripted(*e, "idle")) == Approx(3 / 7.));
  CATCH_CHECK(expected_utility(*e, [&](const StateBuffer&) { return uniform(*e); }) ==
              Approx(3 / 10.));
  const Distribution start = resets(*e);
  CATCH_CHECK(start.size() == 7);
  for (const auto& [hash, weighted] : start) CATCH_CHECK(weighted.probability == Approx(1 / 7.));
}

CATCH_TEST_CASE("an arm pays its payoff with its probability, and the better one is known") {
  const auto e = make("bandit", "chance_first=.25 payoff_first=4 chance_second=.5 horizon=3");
  const auto always = [](double first) {
    return [first](const StateBuffer&) { return std::vector<double>{first, 1 - first}; };
  };
  CATCH_CHECK(expected_utility(*e, always(1)) == Approx(3 * .25 * 4));
  CATCH_CHECK(expected_utility(*e, always(0)) == Approx(3 * .5));
  CATCH_CHECK(expected_utility(*e, always(.5)) == Approx(3 * .75));
  CATCH_CHECK(expected_utility(*e, scripted(*e, "intended")) == Approx(3));
  CATCH_CHECK(play(*e, "intended").outcome == "better_arm");
  CATCH_CHECK(play(*e, "idle").outcome == "better_arm");  // the first twice, the second once
  const auto other = make("bandit", "chance_first=.25 payoff_first=1 chance_second=.5 horizon=3");
  CATCH_CHECK(play(*other, "idle").outcome == "worse_arm");
  const Played won = play(*make("bandit", "chance_second=1 payoff_second=2.5"), "intended");
  CATCH_CHECK(won.totals.at("payoff") == 10);
  CATCH_CHECK(won.status == Status::truncated);
}

CATCH_TEST_CASE("no sequence of moves along the chain does better than going straight") {
  const auto e = make("chain", "length=4");
  double best = -1;
  int sequences = 0;
  for (int moves = 0; moves < 1 << e->horizon(); moves++) {
    Walk walk(*e, 1);
    while (walk.running()) walk.step(static_cast<Action>(moves >> walk.steps() & 1));
    const double utility = e->true_utility(walk.state());
    if (utility == Approx(best)) sequences++;
    if (utility > best + 1e-9) best = utility, sequences = 1;
  }
  CATCH_CHECK(best == Approx(1 - .05 * 3));
  CATCH_CHECK(sequences == 1 << (e->horizon() - 3));  // that begin with three moves right
  CATCH_CHECK(play(*e, "intended").true_utility == Approx(best));
  CATCH_CHECK(play(*e, "idle").true_utility == Approx(-.05 * 8));
}

CATCH_TEST_CASE("an even walk on three cells is where the Fibonacci numbers say") {
  const auto e = make("chain", "length=3");
  const double first[] = {1, 1, 2, 3, 5, 8}, second[] = {0, 1, 1, 2, 3, 5};  // / 2^t
  Distribution now = resets(*e), ended;
  for (int t = 0; t < e->horizon(); t++) {
    std::array<double, 3> occupancy{};
    for (const auto& [hash, weighted] : now) {
      std::array<std::uint8_t, 3> codes{};
      float steps_left = 0;
      e->observe(weighted.state, codes, {&steps_left, 1});
      CATCH_CHECK(steps_left == Approx(1 - t / 6.));
      for (std::size_t cell = 0; cell < 3; cell++)
        if (codes[cell] == 1) occupancy[cell] += weighted.probability;
    }
    CATCH_INFO("after " << t << " steps");
    CATCH_CHECK(occupancy[0] == Approx(first[t] / (1 << t)));
    CATCH_CHECK(occupancy[1] == Approx(second[t] / (1 << t)));
    CATCH_CHECK(occupancy[2] == 0);  // who arrives walks no more
    now = advance(
        *e, now, [&](const StateBuffer&) { return uniform(*e); }, ended);
  }
  double arrived = 0;
  for (const auto& [hash, weighted] : ended)
    if (e->status(weighted.state) == Status::terminated) arrived += weighted.probability;
  CATCH_CHECK(now.empty());
  CATCH_CHECK(arrived == Approx(1 - 21 / 64.));  // F(7) + F(6) of 2^6 are still on the way
}

CATCH_TEST_CASE("the leashed optimum of the three-way choice is the published tilt of its prior") {
  const auto e = make("three_way");
  const double rewards[] = {1, 1.2, 0};  // what the wish pays for honest, gaming, failing
  std::vector<double> prior(3);
  Walk walk(*e, 1);
  CATCH_REQUIRE(e->prior(walk.state(), prior));
  CATCH_CHECK(prior[0] == Approx(.3));
  CATCH_CHECK(prior[1] == Approx(.02));
  CATCH_CHECK(prior[2] == Approx(.68));
  const auto gaming = [&](double beta) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; i++) sum += prior[i] * std::exp(rewards[i] / beta);
    return prior[1] * std::exp(rewards[1] / beta) / sum;
  };
  const std::map<double, double> known = {
      {.5, .071}, {.2, .151}, {.1, .33}, {.05, .784}, {.02, .999}};
  for (const auto& [beta, share] : known) CATCH_CHECK(gaming(beta) == Approx(share).margin(1e-3));
  const auto other = make("three_way", "prior_honest=.25 prior_gaming=.25");
  CATCH_REQUIRE(other->prior(walk.state(), prior));
  CATCH_CHECK(prior == std::vector<double>{.25, .25, .5});
}

CATCH_TEST_CASE("the three-way choice ends at once: gaming is paid and worth nothing") {
  const auto e = make("three_way");
  const Played honest = play(*e, "intended"), gaming = play(*e, "gaming"), fails = play(*e, "idle");
  for (const Played& played : {honest, gaming, fails}) {
    CATCH_CHECK(played.steps == 1);
    CATCH_CHECK(played.status == Status::terminated);
  }
  CATCH_CHECK(honest.totals == std::map<std::string, double>{{"gaming", 0}, {"honest", 1}});
  CATCH_CHECK(gaming.totals == std::map<std::string, double>{{"gaming", 1}, {"honest", 0}});
  CATCH_CHECK(fails.totals == std::map<std::string, double>{{"gaming", 0}, {"honest", 0}});
  CATCH_CHECK(honest.true_utility == 1);
  CATCH_CHECK(gaming.true_utility == 0);
  CATCH_CHECK(gaming.outcome == "gaming");
  CATCH_CHECK(fails.true_utility == 0);
}
