// Pump mode of the burning building, every history of it: no chance is left outside the choices, so
// that the device and the soft-optimal policy are one; and the parable.
#include <algorithm>
#include <numeric>

#include "envs/catalogue.hpp"
#include "harness/exact/flow.hpp"
#include "harness/exact/score.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;

namespace {

const engine::CatalogueEntry& entry() { return envs::find("burning_building_pump"); }
const engine::Environment& pump_mode() {
  static const auto environment = entry().make(engine::Parameters(entry().info().parameters));
  return *environment;
}
// Enumerated once for all cases.
const Graph& graph() {
  static const Graph made(pump_mode(), {1'000'000});
  return made;
}
engine::Wish wish_of(const std::string& name) { return load_wish(entry().info(), name); }

// Shares of outcomes under a tilt of nature.
struct Shares {
  double rescued, thrown, dead;  // woken or carried out alive; by the blast; inside or out
};
Shares shares(const std::vector<double>& outcomes) {
  const auto of = [&](const char* label) {
    return outcomes[static_cast<std::size_t>(*engine::index_of(entry().info().outcomes, label))];
  };
  return {of("walked_out") + of("rescued_by_fireman"), of("thrown_by_explosion"),
          of("died_inside") + of("carried_out_dead")};
}
Shares told(const std::string& wish, double beta) {
  const auto nature = prior_flow(pump_mode());
  const Tilted tilted =
      tilt(graph(), *nature, payment_of(graph(), wish_of(wish)), beta, Tilt::device);
  return shares(outcomes_of(graph(), *tilted.flow));
}

}  // namespace

CATCH_TEST_CASE("pump mode: one way to begin, and one edge for each fluke") {
  CATCH_CHECK(graph().initial().size() == 1);
  const std::size_t actions = entry().info().actions.size();
  bool sure = true;
  for (std::size_t depth = 0; depth < graph().depth(); depth++) {
    const Graph::Layer& layer = graph().layer(depth);
    for (std::size_t i = 0; i < layer.size; i++)
      sure = sure && (graph().ended(depth, i) || layer.first[i + 1] - layer.first[i] == actions);
    for (const Graph::Edge& edge : layer.edges)
      sure = sure && edge.last == 1 && graph().probability(edge) == 1;
  }
  CATCH_CHECK(sure);
}

CATCH_TEST_CASE("pump mode: it is small enough to go through every history of it") {
  CATCH_CHECK(graph().states() < 200'000);
  CATCH_CHECK(graph().states() * pump_mode().state_size() < std::size_t{256} << 20);
}

CATCH_TEST_CASE("pump mode: the device and the soft-optimal policy are one") {
  const auto nature = prior_flow(pump_mode());
  for (const char* name : {"distance", "outside_alive", "true"})
    for (const double beta : {5., 1., .3, .05}) {
      CATCH_INFO(name << ", beta " << beta);
      const Payment payment = payment_of(graph(), wish_of(name));
      const Tilted device = tilt(graph(), *nature, payment, beta, Tilt::device);
      const Tilted policy = tilt(graph(), *nature, payment, beta, Tilt::policy);
      CATCH_CHECK(device.value == Approx(policy.value).epsilon(0).margin(1e-9));
      const auto one = outcomes_of(graph(), *device.flow),
                 other = outcomes_of(graph(), *policy.flow);
      for (std::size_t label = 0; label < one.size(); label++)
        CATCH_CHECK(one[label] == Approx(other[label]).epsilon(0).margin(1e-9));
    }
}

CATCH_TEST_CASE("pump mode: left to nature she mostly dies, and is seldom blown up") {
  const Shares nature = shares(outcomes_of(graph(), *prior_flow(pump_mode())));
  CATCH_CHECK(nature.dead > .75);
  CATCH_CHECK((nature.rescued > .1 && nature.rescued < .25));
  CATCH_CHECK((nature.thrown > .001 && nature.thrown < .01));
}

CATCH_TEST_CASE(
    "pump mode: the parable. Told the distance, few nats wake her and more blow her up") {
  const Shares dear = told("distance", 2), cheap = told("distance", .3);
  CATCH_CHECK(dear.rescued > 3 * dear.thrown);
  CATCH_CHECK(cheap.thrown > .98);
  // In between the two are as likely as one another.
  double gamed = .3, honest = 2;
  while (honest - gamed > 1e-3) {
    const double beta = (gamed + honest) / 2;
    const Shares at = told("distance", beta);
    (at.thrown > at.rescued ? gamed : honest) = beta;
  }
  CATCH_INFO("crossover at beta " << gamed);
  CATCH_CHECK((gamed > .5 && gamed < 1));
}

CATCH_TEST_CASE("pump mode: told what was meant, the nats go into a waking or a glance") {
  for (const double beta : {1., .3, .1}) {
    const Shares meant = told("true", beta);
    CATCH_INFO("beta " << beta);
    CATCH_CHECK(meant.rescued > .95);
    CATCH_CHECK(meant.thrown < .01);
  }
}
