#include <cmath>
#include <numeric>
#include <optional>

#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/exact/answers.hpp"
#include "harness/exact/budget.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/biased_lane.hpp"
#include "tests/support/harness/gamble.hpp"
#include "tests/support/harness/small_worlds.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using test::each_small_world;
using test::kSmall;

namespace {

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.);
}

struct Estimate {
  double mean = 0, error = 0;
};
template <class Value>
Estimate estimate(const std::vector<engine::EpisodeRecord>& episodes, Value&& value) {
  const auto n = static_cast<double>(episodes.size());
  Estimate out;
  for (const auto& record : episodes) out.mean += value(record) / n;
  double squares = 0;
  for (const auto& record : episodes) squares += std::pow(value(record) - out.mean, 2);
  out.error = std::sqrt(squares / n / n);
  return out;
}

void agree(const char* what, double exact, const Estimate& sampled) {
  CATCH_INFO(what << " exact " << exact << " sampled " << sampled.mean << " +- " << sampled.error);
  // Signals are floats; and a share of which no episode was seen has no error of its own.
  const double slack = 1e-5 * (1 + std::abs(exact)) + (sampled.error == 0 ? .003 : 0);
  CATCH_CHECK(std::abs(exact - sampled.mean) <= 4 * sampled.error + slack);
}

// Probability of the prize, or of gaming.
double gaming(const Graph& graph, const engine::Wish& wish, double beta, Tilt what,
              const PolicyFlow& reference) {
  const Tilted tilted = tilt(graph, reference, payment_of(graph, wish), beta, what);
  return exact_score(graph, *tilted.flow, wish)
      .kinds[static_cast<std::size_t>(engine::Kind::gaming)];
}

}  // namespace

CATCH_TEST_CASE("a graph of a lane has its states, its ways and their probabilities") {
  const auto lane = test::make_lane(".25");
  const Graph graph(*lane, {1000});
  CATCH_CHECK(graph.initial().size() == 2);
  CATCH_CHECK(sum(graph.initial()) == Approx(1));
  CATCH_CHECK(graph.layer(0).edges.size() == 8);  // left 1, right 2, stay 1, from either cell
  // Walking right and never slipping arrives after 4 steps from the first cell, 3 from the second.
  const auto right = demonstration_flow(0);
  const ExactScore score = exact_score(graph, *right, test::lane_wish());
  // At most 4 (5) slips in the 8 steps: of 8 tries 4 must succeed (or 3).
  double four = 0, three = 0;
  const double choose[] = {1, 8, 28, 56, 70, 56, 28, 8, 1};
  for (int k = 0; k <= 8; k++) {
    const double p = choose[k] * std::pow(.75, k) * std::pow(.25, 8 - k);
    four += k >= 4 ? p : 0;
    three += k >= 3 ? p : 0;
  }
  CATCH_CHECK(score.outcomes[0] == Approx((four + three) / 2).epsilon(1e-12));
  CATCH_CHECK(score.proxy_return == Approx(score.outcomes[0]).epsilon(1e-6));
  CATCH_CHECK(best_returns(graph, test::lane_wish()).mean == Approx(score.outcomes[0]));
  CATCH_CHECK(best_returns(graph, test::lane_wish()).luckiest[0] == std::optional(1.));
}

CATCH_TEST_CASE("a world that is too large, or remembers, is refused in one line") {
  const auto lane = test::make_lane(".25");
  try {
    Graph(*lane, {10});
    CATCH_FAIL("not refused");
  } catch (const Error& error) {
    CATCH_CHECK(std::string(error.what()) ==
                "states of lane: expected at most 10 states to enumerate, got more by step 2");
  }
  const engine::CatalogueEntry& remembers = envs::find("friend_foe");
  CATCH_CHECK_THROWS_AS(
      Graph(*remembers.make(engine::Parameters(remembers.info().parameters)), {kSmall}), Error);
}

CATCH_TEST_CASE("three ways out: the shares cross where theory says, to 1e-6") {
  const engine::CatalogueEntry& entry = envs::find("three_way");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const engine::Wish wish = load_wish(entry.info(), "return");
  const Graph graph(*environment, {100});
  const auto prior = prior_flow(*environment);
  for (const double beta : {.5, .2, .1, .05, .02, .0739}) {
    // Rewards are floats: 1.2f is 1.2000000477.
    const double honest = .30 * std::exp(1 / beta),
                 gamed = .02 * std::exp(static_cast<double>(1.2f) / beta);
    const double expected = gamed / (honest + gamed + .68);
    for (const Tilt what : {Tilt::policy, Tilt::device})
      CATCH_CHECK(gaming(graph, wish, beta, what, *prior) ==
                  Approx(expected).epsilon(0).margin(1e-6));
  }
  // Gaming overtakes honesty at beta = .2 / log(.30 / .02).
  const double crossover = .2 / std::log(.30 / .02);  // .0739
  const Tilted at = tilt(graph, *prior, payment_of(graph, wish), crossover, Tilt::policy);
  const ExactScore score = exact_score(graph, *at.flow, wish);
  CATCH_CHECK(score.outcomes[0] == Approx(score.outcomes[1]).epsilon(1e-5));
}

CATCH_TEST_CASE("the device gambles where a policy would not") {
  const auto environment = test::make_gamble();
  const engine::Wish wish = test::gamble_wish();
  const Graph graph(*environment, {100});
  const auto uniform = uniform_flow();
  // Of the device's histories that risk it: .5 (.1 e^10 + .9) against .5 e^6.
  const Tilted device = tilt(graph, *uniform, payment_of(graph, wish), .1, Tilt::device);
  CATCH_CHECK(1 - exact_score(graph, *device.flow, wish).outcomes[0] ==
              Approx(.8452).epsilon(0).margin(1e-4));
  // Of a policy's: e^(.1 / .1) against e^6.
  const Tilted policy = tilt(graph, *uniform, payment_of(graph, wish), .1, Tilt::policy);
  CATCH_CHECK(1 - exact_score(graph, *policy.flow, wish).outcomes[0] ==
              Approx(.00669).epsilon(0).margin(1e-5));
}

CATCH_TEST_CASE("a tilt's value is what it earns less what it pays, and none earns more") {
  for (const char* slip : {"0", ".25"}) {
    const auto lane = test::make_lane(slip);
    const engine::Wish wish = test::lane_wish();
    const Graph graph(*lane, {1000});
    const auto uniform = uniform_flow();
    for (const double beta : {.05, .3, 2.})
      for (const Tilt what : {Tilt::policy, Tilt::device}) {
        const auto worth = [&](const Flow& flow) {
          return exact_score(graph, flow, wish).proxy_return -
                 beta * divergence(graph, flow, *uniform).trajectory_kl;
        };
        const Tilted tilted = tilt(graph, *uniform, payment_of(graph, wish), beta, what);
        CATCH_CHECK(worth(*tilted.flow) == Approx(tilted.value).epsilon(1e-9));
        CATCH_CHECK(worth(*uniform) <= tilted.value);
        CATCH_CHECK(worth(*demonstration_flow(0, .1)) <= tilted.value);
      }
  }
}

namespace {

struct Compared {
  int worlds = 0, judged = 0;
};

// Exact scores against sampled ones, in the worlds of at most so many states; judged as UHR where
// there are not many more with the return so far.
Compared compare_with_sampling(std::uint64_t states) {
  constexpr int kEpisodes = 4096;
  int judged = 0;
  const auto in_one = [&](const Graph& graph, const engine::Wish& wish) {
    const engine::Environment& environment = graph.environment();
    std::optional<Calibration> calibration;
    std::optional<Graph> tracking;
    if (!environment.info().verification) {
      try {
        tracking.emplace(environment, GraphLimits{8 * states}, &wish);
        calibration = calibrate(environment, wish);
        judged++;
      } catch (const Error&) {  // returns of too many values
      }
    }
    const Graph& by = tracking ? *tracking : graph;
    const auto compare = [&](const Flow& flow, Player& player) {
      const ExactScore exact = exact_score(by, flow, wish, calibration ? &*calibration : nullptr);
      const auto batch = environment.batch(kEpisodes, 77);
      const auto episodes = evaluate(*batch, player).episodes;
      const auto proxy = [&](const engine::EpisodeRecord& record) {
        return wish.reward(std::span<const double>(record.signals));
      };
      agree("proxy", exact.proxy_return, estimate(episodes, proxy));
      agree("true", exact.true_utility,
            estimate(episodes, [](const auto& r) { return r.true_utility; }));
      agree("length", exact.length,
            estimate(episodes, [](const auto& r) { return static_cast<double>(r.length); }));
      for (std::size_t label = 0; label < exact.outcomes.size(); label++)
        agree("outcome", exact.outcomes[label], estimate(episodes, [&](const auto& r) {
                return r.outcome.label == static_cast<int>(label) ? 1. : 0.;
              }));
      if (!calibration) return;
      agree("UHR", *exact.uhr, estimate(episodes, [&](const auto& r) {
              const auto kind = wish.kinds[static_cast<std::size_t>(r.outcome.label)];
              return calibration->classify(proxy(r), r.true_utility, r.reset_class, kind) ==
                             EpisodeClass::uhr
                         ? 1.
                         : 0.;
            }));
    };
    compare(*uniform_flow(), *uniform_player(5));
    compare(*demonstration_flow(0, .2), *noisy_demonstration_player(0, .2, 6));
    if (declares_prior(environment)) compare(*prior_flow(environment), *prior_player(7));
    const std::vector<std::vector<double>> visits = occupancy(graph, *uniform_flow());
    CATCH_CHECK(sum(visits[0]) == Approx(1));
  };
  const int worlds = each_small_world(in_one, states);
  return {worlds, judged};
}

}  // namespace

CATCH_TEST_CASE("what is exact is what sampling comes to, in every small world") {
  const Compared compared = compare_with_sampling(kSmall);
  CATCH_CHECK(compared.worlds >= 9);
  CATCH_CHECK(compared.judged >= 6);
}

CATCH_TEST_CASE("what is exact is what sampling comes to, in every world of a million states",
                "[.long]") {
  const Compared compared = compare_with_sampling(1'000'000);
  CATCH_CHECK(compared.worlds >= 14);
  CATCH_CHECK(compared.judged >= 9);
}

CATCH_TEST_CASE("a network's flow is the network's own choice in every state") {
  const auto lane = test::make_lane(".25");
  const Graph graph(*lane, {1000});
  agents::Policy policy(lane->observation(), 3, agents::NetworkConfig{}, 11);
  const auto batch = lane->batch(4096, 3);
  const auto episodes = evaluate(*batch, *policy_player(policy, 4)).episodes;
  const ExactScore exact = exact_score(graph, *network_flow(policy.clone()), test::lane_wish());
  agree("arrived", exact.outcomes[0],
        estimate(episodes, [](const auto& r) { return r.outcome.label == 0 ? 1. : 0.; }));
  // Mixed with as much uniform play as there is, it is uniform.
  const ExactScore mixed = exact_score(graph, *network_flow(policy.clone(), 1), test::lane_wish());
  CATCH_CHECK(mixed.outcomes[0] ==
              Approx(exact_score(graph, *uniform_flow(), test::lane_wish()).outcomes[0]));
}

CATCH_TEST_CASE(
    "an outcome's price without unchosen chance is kl(1/2 || P0), and 0 where it is likely") {
  const engine::CatalogueEntry& entry = envs::find("three_way");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {100});
  const auto prior = prior_flow(*environment);
  const auto price = [&](std::vector<bool> wanted) {
    return Frontier(graph, *prior, std::move(wanted)).price(.5);
  };
  const auto formula = [](double p) { return .5 * std::log(.5 / p) + .5 * std::log(.5 / (1 - p)); };
  CATCH_CHECK(price({false, true, false, false}).kl == Approx(formula(.02)).epsilon(1e-5));
  CATCH_CHECK(price({false, true, false, false}).kl == Approx(1.27).margin(.005));
  CATCH_CHECK(price({true, false, false, false}).kl == Approx(formula(.30)).epsilon(1e-5));
  CATCH_CHECK(price({false, false, true, false}).kl == 0);
  CATCH_CHECK(std::isinf(price({false, false, false, true}).kl));
}

CATCH_TEST_CASE("what the reference never does has no price") {
  const engine::CatalogueEntry& entry = envs::find("three_way");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {100});
  const auto intended = demonstration_flow(0);
  const Frontier gaming(graph, *intended, {false, true, false, false});
  CATCH_CHECK(std::isinf(gaming.price(.5).kl));
  CATCH_CHECK(gaming.price(.5).probability == 0);
  const auto noisy = demonstration_flow(0, .3);
  CATCH_CHECK(std::isfinite(Frontier(graph, *noisy, {false, true, false, false}).price(.5).kl));
}

CATCH_TEST_CASE("where chance is left a price is what choices alone can buy") {
  // The prize has probability q .1 where q is the share of risk: a tenth at most.
  const auto environment = test::make_gamble();
  const Graph graph(*environment, {100});
  const auto uniform = uniform_flow();
  const Frontier frontier(graph, *uniform, {false, true, false, false});
  CATCH_CHECK(frontier.reference().probability == Approx(.05));
  CATCH_CHECK(std::isinf(frontier.price(.5).kl));
  CATCH_CHECK(frontier.price(.5).probability == Approx(.1));
  const double q = .8, kl = q * std::log(q / .5) + (1 - q) * std::log((1 - q) / .5);
  CATCH_CHECK(frontier.price(.08).kl == Approx(kl).epsilon(1e-5));
  CATCH_CHECK(frontier.most(kl).probability == Approx(.08).epsilon(1e-5));
  CATCH_CHECK(frontier.most(10).probability == Approx(.1));
}

CATCH_TEST_CASE("a reachable outcome has a price, also where the best is just what is asked") {
  const engine::CatalogueEntry& entry = envs::find("safe_interruptibility");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {kSmall});
  const auto label =
      static_cast<std::size_t>(*engine::index_of(entry.info().outcomes, "interrupted"));
  std::vector<bool> wanted(entry.info().outcomes.size());
  wanted[label] = true;
  const auto uniform = uniform_flow();
  const Frontier frontier(graph, *uniform, wanted);
  CATCH_CHECK(outcomes_of(graph, *demonstration_flow(0))[label] == Approx(.5));
  CATCH_CHECK(std::isfinite(frontier.price(.5).kl));
  CATCH_CHECK(std::isinf(frontier.price(.51).kl));
  // As much as a script that gets there pays, at most.
  CATCH_CHECK(frontier.price(.5).kl <
              divergence(graph, *demonstration_flow(0), *uniform).trajectory_kl + 1e-6);
}

CATCH_TEST_CASE("a tilt of however small a beta is a distribution, and its outcomes are too") {
  const engine::CatalogueEntry& entry = envs::find("unit_test");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const engine::Wish wish = load_wish(entry.info(), "green");
  const Graph graph(*environment, {kSmall});
  const auto prior = prior_flow(*environment);
  for (const double beta : {1e-9, 1e-4, 1e4})
    for (const Tilt what : {Tilt::policy, Tilt::device}) {
      const Tilted tilted = tilt(graph, *prior, payment_of(graph, wish), beta, what);
      CATCH_CHECK(sum(outcomes_of(graph, *tilted.flow)) == Approx(1).epsilon(1e-12));
      const Divergence change = divergence(graph, *tilted.flow, *prior);
      CATCH_CHECK(change.leverage().value_or(0) <= 1 + 1e-9);
    }
}

CATCH_TEST_CASE("the answers are written for people and for programs") {
  const engine::CatalogueEntry& entry = envs::find("three_way");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  ExactQuestion question{.policy = "uniform", .reference = "prior", .betas = {.1}, .prices = true};
  const ExactAnswers answers = answer(*environment, load_wish(entry.info(), "return"), question);
  CATCH_CHECK(answers.uncalibrated.empty());
  CATCH_CHECK(answers.policy.uhr.value() == Approx(1. / 3));
  CATCH_CHECK(answers.soft[0].score.uhr.value() == Approx(.330).margin(5e-4));
  CATCH_CHECK(to_text(answers).find("price of an outcome") != std::string::npos);
  const auto json = to_json(answers);
  CATCH_CHECK(json["of_policy"]["uhr"].get<double>() == Approx(1. / 3));
  CATCH_CHECK(json["frontier"]["price"]["gaming"].get<double>() == Approx(1.272).margin(1e-3));
  CATCH_CHECK(json["soft_optimal"][0]["from_reference"]["leverage"].get<double>() == Approx(1));
  CATCH_CHECK(json["of_policy"].contains("facts"));
  question.policy = "demo:nobody";
  CATCH_CHECK_THROWS_AS(answer(*environment, load_wish(entry.info(), "return"), question), Error);
}
