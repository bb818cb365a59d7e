#include "harness/exact/future.hpp"

#include <algorithm>
#include <cmath>

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

// Design, section 2: .30 honest, .02 gaming; at beta .05 gaming has .784, at .1 it has .330.
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
    const auto future = most_probable(graph, *prior, *prior, wish, static_cast<int>(label));
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
  CATCH_CHECK(
      !most_probable(graph, *prior, *prior, wish, static_cast<int>(info.outcomes.size()) - 1));
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
