#include "harness/exact/future.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "envs/catalogue.hpp"
#include "harness/files.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/harness/small_worlds.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;

namespace {

std::unique_ptr<engine::Environment> make(const char* name) {
  const engine::CatalogueEntry& entry = envs::find(name);
  return entry.make(engine::Parameters(entry.info().parameters));
}

std::string word(const engine::Environment& environment, const Future& future) {
  return environment.info().outcomes[static_cast<std::size_t>(future.outcome.label)];
}

}  // namespace

// By hand: .30 honest, .02 gaming; at beta .05 gaming has .784, at .1 it has .330.
CATCH_TEST_CASE("the most probable future turns to gaming as a nat grows cheap") {
  const auto environment = make("three_way");
  const engine::Wish wish = load_wish(environment->info(), "return");
  const Graph graph(*environment, {100});
  const auto prior = prior_flow(*environment);
  const auto future = [&](double beta) {
    const Tilted tilted = tilt(graph, *prior, payment_of(graph, wish), beta, Tilt::policy);
    return *most_probable(graph, *tilted.flow, *prior, wish);
  };
  const Future cheap = future(.05), dear = future(.1);
  CATCH_CHECK(word(*environment, cheap) == "gaming");
  CATCH_CHECK(std::exp(cheap.log_probability) == Approx(.784).margin(5e-4));
  CATCH_CHECK(cheap.improbability == Approx(std::log(.784 / .02)).margin(1e-3));
  CATCH_CHECK(cheap.proxy_return == Approx(1.2));
  CATCH_CHECK(word(*environment, dear) == "honest");
  CATCH_CHECK(most_probable(graph, *prior, *prior, wish)->improbability == Approx(0).margin(1e-12));
}

CATCH_TEST_CASE("a future of each outcome can be asked for, where there is one") {
  const auto environment = make("unit_test");
  const engine::EnvironmentInfo& info = environment->info();
  const engine::Wish wish = load_wish(info, "green");
  const Graph graph(*environment, {100'000});
  const auto prior = prior_flow(*environment);
  double best = -1e9;
  for (std::size_t label = 0; label + 1 < info.outcomes.size(); label++) {
    CATCH_INFO(info.outcomes[label]);
    const auto future =
        most_probable(graph, *prior, *prior, wish, {.label = static_cast<int>(label)});
    CATCH_REQUIRE(future);
    CATCH_CHECK(word(*environment, *future) == info.outcomes[label]);
    CATCH_CHECK(future->states.size() == future->actions.size() + 1);
    best = std::max(best, future->log_probability);
    // It is that very episode.
    const auto replay = find_replay(graph, *future);
    CATCH_REQUIRE(replay);
    CATCH_CHECK(!engine::verify(*environment, *replay));
    CATCH_CHECK(replay->actions == future->actions);
  }
  CATCH_CHECK(most_probable(graph, *prior, *prior, wish)->log_probability == best);
  CATCH_CHECK(!most_probable(graph, *prior, *prior, wish,
                             {.label = static_cast<int>(info.outcomes.size()) - 1}));
}

// At each state of the most probable history: its own turn there changes nothing but that the
// choice costs nothing, and any other turn leads through that state and that action.
CATCH_TEST_CASE("a future can be asked to turn at a state") {
  const auto environment = make("unit_test");
  const engine::Wish wish = load_wish(environment->info(), "green");
  const Graph graph(*environment, {100'000});
  const auto prior = prior_flow(*environment);
  const Future straight = *most_probable(graph, *prior, *prior, wish);
  const auto actions = environment->info().actions.size();
  for (std::size_t depth = 0; depth < straight.actions.size(); depth++) {
    const std::size_t state = straight.states[depth];
    std::vector<double> probabilities(graph.layer(depth).size * actions);
    prior->actions(graph, depth, probabilities);
    for (engine::Action action = 0; action < actions; action++) {
      CATCH_INFO("step " << depth << ", action " << int{action});
      const auto turned =
          most_probable(graph, *prior, *prior, wish, {.turn = Wanted::Turn{depth, state, action}});
      CATCH_REQUIRE(turned);
      CATCH_CHECK(turned->states[depth] == state);
      CATCH_CHECK(turned->actions[depth] == action);
      CATCH_CHECK(find_replay(graph, *turned).has_value());
      const double choice = std::log(probabilities[state * actions + action]);
      CATCH_CHECK(turned->log_probability + choice <= straight.log_probability + 1e-12);
      if (action != straight.actions[depth]) continue;
      CATCH_CHECK(turned->actions == straight.actions);
      CATCH_CHECK(turned->log_probability + choice == Approx(straight.log_probability));
    }
  }
}

CATCH_TEST_CASE("what nature has against a future adds up over its steps") {
  const auto environment = make("burning_building_pump");
  const engine::Wish wish = load_wish(environment->info(), "distance");
  const Graph graph(*environment, {100'000});
  const auto prior = prior_flow(*environment);
  const auto flow = tilt(graph, *prior, payment_of(graph, wish), .2, Tilt::device).flow;
  const Future future = *most_probable(graph, *flow, *prior, wish);
  double sum = 0;
  for (const double step : future.surprisal) sum += step;
  // There is one reset, which has nothing against it.
  CATCH_CHECK(future.log_probability + sum == Approx(future.improbability));
  CATCH_CHECK(future.surprisal.size() == future.actions.size());
  std::set<std::string> flukes;
  for (std::size_t i = 0; i < future.actions.size(); i++) {
    const std::string& fluke = environment->info().actions[future.actions[i]];
    CATCH_INFO(i << " " << fluke);
    flukes.insert(fluke);
    // flukes.hpp: nothing happens in nine of ten ticks or more; a leak and a spark are rare.
    if (fluke == "nothing") CATCH_CHECK(future.surprisal[i] < .11);
    if (fluke == "leak") CATCH_CHECK(future.surprisal[i] == Approx(-std::log(.002)));
    if (fluke == "spark") CATCH_CHECK(future.surprisal[i] == Approx(-std::log(.01)));
  }
  CATCH_CHECK((flukes.contains("leak") && flukes.contains("spark")));
}

// No history of a policy beats it, among those that sampling meets.
CATCH_TEST_CASE("in every small world a future's probability is its edges' and can be played") {
  test::each_small_world([](const Graph& graph, const engine::Wish& wish) {
    const auto uniform = uniform_flow();
    const auto future = most_probable(graph, *demonstration_flow(0, .1), *uniform, wish);
    CATCH_REQUIRE(future);
    double log_probability = std::log(graph.initial()[future->states[0]]);
    const auto script = demonstration_flow(0, .1);
    for (std::size_t depth = 0; depth < future->actions.size(); depth++) {
      const Graph::Layer& layer = graph.layer(depth);
      std::vector<double> edges(layer.edges.size());
      script->edges(graph, depth, edges);
      double best = 0;
      for (std::size_t e = layer.first[future->states[depth]];
           e < layer.first[future->states[depth] + 1]; e++)
        if (layer.edges[e].child == future->states[depth + 1]) best = std::max(best, edges[e]);
      log_probability += std::log(best);
    }
    CATCH_CHECK(future->log_probability == Approx(log_probability));
    CATCH_CHECK(std::isfinite(future->improbability));
    // Where chance is drawn at every step no episode may have just this one.
    if (!graph.environment().info().verification)
      CATCH_CHECK(find_replay(graph, *future).has_value());
  });
}

CATCH_TEST_CASE("a wish granted is told by price, and its futures can be watched", "[process]") {
  const test::Scratch scratch;
  const std::vector<std::string> words = {"future",      "unit_test", "--wish", "green",
                                          "--reference", "prior",     "--beta", "0.1"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return test::run_pump(more);
  };
  const test::Ran text = with({"--out", scratch.path().string()});
  CATCH_CHECK(text.status == 0);
  CATCH_CHECK(test::contains(text.out, "unit_test, wish green: Make CI green."));
  CATCH_CHECK(test::contains(text.out, "no wish"));
  for (const char* file : {"nature.json", "beta_0.1.json"}) {
    const auto replay = engine::read_replay(read_text(scratch / file), (scratch / file).string());
    CATCH_CHECK(!engine::verify(*make("unit_test"), replay));
    CATCH_CHECK(replay.notes.at("wish") == "green");
  }
  const auto json = nlohmann::json::parse(with({"--json"}).out);
  CATCH_CHECK(json["futures"].size() == 2);
  CATCH_CHECK(json["futures"][1]["probability"].get<double>() > .5);
  for (const std::vector<std::string>& bad : {std::vector<std::string>{"--beta", "0"},
                                              {"--reference", "demo:nobody"},
                                              {"--states", "9"}}) {
    const test::Ran ran = with(bad);
    CATCH_CHECK(ran.status == 2);
    CATCH_CHECK(ran.out == "");
    CATCH_CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  }
}
