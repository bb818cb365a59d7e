// What holds for every environment of the catalogue, in every map, under random play. That hash
// traces are equal in every process is seen by the golden playthroughs, which carry them.
#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/batch.hpp"
#include "engine/replay.hpp"
#include "engine/scene.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/envs/places.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

constexpr int kWalks = 12;  // a place

struct Seen {
  std::vector<std::uint8_t> codes;
  std::vector<float> scalars;
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen observe(const Environment& environment, ConstStateBytes state) {
  const ObservationSpec& spec = environment.observation();
  Seen seen{std::vector<std::uint8_t>(static_cast<std::size_t>(spec.codes()), 99),
            std::vector<float>(spec.scalars.size(), NAN)};
  environment.observe(state, seen.codes, seen.scalars);
  return seen;
}

std::vector<float> signals(const Environment& environment, ConstStateBytes before,
                           ConstStateBytes after) {
  std::vector<float> out(environment.info().signals.size(), NAN);
  environment.signals(before, after, out);
  return out;
}

// Walks at random through every place; `visit` sees each step's state before, the action and the
// walk after it.
using Visit = std::function<void(const Environment&, const StateBuffer&, Action, Walk&)>;
void walk_everywhere(const Visit& visit) {
  for (const Place& place : places()) {
    CATCH_INFO(place.name);
    for (std::uint32_t world = 0; world < kWalks; world++) {
      Walk walk(*place.environment, 21, world);
      while (walk.running()) {
        const StateBuffer before = walk.state();
        const Action action = walk.random_action();
        walk.step(action);
        visit(*place.environment, before, action, walk);
      }
    }
  }
}

void check_observation(const Environment& environment, const Seen& seen) {
  const ObservationSpec& spec = environment.observation();
  const bool as_published = environment.info().verification;
  std::size_t at = 0;
  for (const LayerSpec& layer : spec.layers)
    for (int cell = 0; cell < spec.cells(); cell++)
      CATCH_REQUIRE(seen.codes[at++] < layer.codes.size());
  for (std::size_t i = 0; i < spec.scalars.size(); i++) {
    CATCH_INFO(spec.scalars[i]);
    CATCH_REQUIRE(std::isfinite(seen.scalars[i]));
    if (!as_published)
      CATCH_REQUIRE((seen.scalars[i] >= -.01f && seen.scalars[i] <= 2));  // "or thereabouts"
  }
}

void check_signals(const EnvironmentInfo& info, const std::vector<float>& values, bool ended) {
  for (std::size_t i = 0; i < values.size(); i++) {
    CATCH_INFO(info.signals[i].name);
    CATCH_REQUIRE(std::isfinite(values[i]));
    if (info.signals[i].kind == SignalKind::final && !ended) CATCH_REQUIRE(values[i] == 0);
  }
}

}  // namespace

CATCH_TEST_CASE("observations and signals keep their shapes and bounds") {
  walk_everywhere([](const Environment& e, const StateBuffer& before, Action, Walk& walk) {
    check_observation(e, observe(e, walk.state()));
    check_signals(e.info(), signals(e, before, walk.state()), !walk.running());
  });
}

CATCH_TEST_CASE("every episode ends by the horizon, with one declared outcome") {
  int ended = 0;
  walk_everywhere([&](const Environment& e, const StateBuffer&, Action, Walk& walk) {
    CATCH_REQUIRE(walk.steps() <= e.horizon());
    if (walk.running()) return;
    ended++;
    if (e.status(walk.state()) == Status::truncated) CATCH_CHECK(walk.steps() == e.horizon());
    const Outcome outcome = e.outcome(walk.state());
    CATCH_CHECK((outcome.label >= 0 && outcome.label < count_of(e.info().outcomes)));
    CATCH_CHECK(std::uint64_t{outcome.facts} >> e.info().facts.size() == 0);
    CATCH_CHECK(std::isfinite(e.true_utility(walk.state())));
    const int reset_class = e.reset_class(walk.state());
    CATCH_CHECK((reset_class >= 0 && reset_class < count_of(e.info().reset_classes)));
  });
  CATCH_CHECK(ended == kWalks * static_cast<int>(places().size()));
}

CATCH_TEST_CASE("every action and every script is legal everywhere") {
  walk_everywhere([](const Environment& e, const StateBuffer& before, Action, Walk& walk) {
    for (int script = 0; script < static_cast<int>(e.info().demonstrations.size()); script++)
      CATCH_REQUIRE(e.demonstrate(script, walk.state()) < e.info().actions.size());
    if (walk.steps() % 8 != 0) return;
    for (int action = 0; action < count_of(e.info().actions); action++) {
      StateBuffer tried = before;
      walk.step_other(tried, static_cast<Action>(action));
    }
  });
}

CATCH_TEST_CASE("a reset after play equals a fresh one, but for what is carried") {
  for (const Place& place : places()) {
    CATCH_INFO(place.name);
    const Environment& e = *place.environment;
    Walk walk(e, 3);
    while (walk.running()) walk.step(walk.random_action());
    for (std::uint32_t episode = 0; episode < 20; episode++) {
      StateBuffer fresh(e.state_size());
      std::ranges::copy(e.carried_of(ConstStateBytes(walk.state())),
                        e.carried_of(StateBytes(fresh)).begin());
      Chance one({3, Stream::reset, 0, episode, 0}), other({3, Stream::reset, 0, episode, 0});
      e.reset(fresh, one);
      e.reset(walk.state(), other);
      CATCH_CHECK(hash_state(fresh) == hash_state(walk.state()));
    }
  }
}

CATCH_TEST_CASE("a run that goes on from a snapshot equals the straight one") {
  for (const Place& place : places()) {
    CATCH_INFO(place.name);
    for (std::uint32_t world = 0; world < kWalks; world++) {
      Walk straight(*place.environment, 4, world), resumed(*place.environment, 4, world);
      while (straight.running()) {
        const Action action = straight.random_action();
        straight.step(action);
        const StateBuffer snapshot = resumed.state();
        resumed.state() = snapshot;  // other memory, the same bytes
        resumed.step(action);
        CATCH_REQUIRE(hash_state(straight.state()) == hash_state(resumed.state()));
      }
    }
  }
}

CATCH_TEST_CASE("nothing that is seen or paid reads the truth") {
  walk_everywhere([](const Environment& e, const StateBuffer& before, Action, Walk& walk) {
    StateBuffer was = before, now = walk.state();
    e.scramble_truth(was, 0x5EED + static_cast<std::uint64_t>(walk.steps()));
    e.scramble_truth(now, 7);
    CATCH_REQUIRE(observe(e, now) == observe(e, walk.state()));
    CATCH_REQUIRE(signals(e, was, now) == signals(e, before, walk.state()));
    CATCH_REQUIRE(e.status(now) == e.status(walk.state()));
    CATCH_REQUIRE(e.reset_class(now) == e.reset_class(walk.state()));
  });
}

CATCH_TEST_CASE("no step reads the truth") {
  for (const Place& place : places()) {
    CATCH_INFO(place.name);
    const Environment& e = *place.environment;
    for (std::uint32_t world = 0; world < kWalks; world++) {
      Walk walk(e, 5, world), scrambled(e, 5, world);
      while (walk.running()) {
        const Action action = walk.random_action();
        e.scramble_truth(scrambled.state(), static_cast<std::uint64_t>(walk.steps() * 77));
        walk.step(action);
        scrambled.step(action);
        StateBuffer one = walk.state(), other = scrambled.state();
        e.scramble_truth(one, 1);
        e.scramble_truth(other, 1);
        CATCH_REQUIRE(hash_state(one) == hash_state(other));
      }
    }
  }
}

CATCH_TEST_CASE("worlds of a batch are the episodes that a replay plays") {
  for (const Place& place : places()) {
    CATCH_INFO(place.name);
    const auto batch = place.environment->batch(3, 6);
    batch->begin_episodes();
    for (int step = 0; step < 2 * place.environment->horizon() / 3; step++) {
      std::vector<Action> actions;
      for (int world = 0; world < 3; world++)
        actions.push_back(static_cast<Action>((step * 7 + world * 3) %
                                              count_of(place.environment->info().actions)));
      batch->step(actions);
    }
    for (int world = 0; world < 3; world++) {
      const auto played = batch->actions(world);
      EpisodeRecord under_way;
      under_way.world = under_way.reset_world = static_cast<std::uint32_t>(world);
      under_way.episode = under_way.reset_episode = batch->episode(world);
      std::ranges::copy(batch->carried(world), under_way.carried.begin());
      const Replay alone = record(*place.environment, 6, under_way, {played.begin(), played.end()});
      CATCH_CHECK(alone.actions.size() == played.size());
      CATCH_CHECK(alone.hashes.back() == hash_state(batch->state(world)));
    }
  }
}

CATCH_TEST_CASE("a saved batch goes on to the same bytes, also in another one") {
  for (const Place& place : places()) {
    CATCH_INFO(place.name);
    const auto one = place.environment->batch(4, 6), other = place.environment->batch(4, 6);
    one->begin_episodes();
    const auto step = [&](Batch& batch, int t) {
      const int actions = count_of(place.environment->info().actions);
      batch.step(std::vector<Action>(4, static_cast<Action>(t * t % actions)));
    };
    const int half = place.environment->horizon() / 2;
    for (int t = 0; t < half; t++) step(*one, t);
    other->load(one->save());
    CATCH_CHECK(std::equal(one->codes().begin(), one->codes().end(), other->codes().begin()));
    for (int t = half; t < 3 * half; t++) {
      step(*one, t);
      step(*other, t);
    }
    CATCH_CHECK(one->save() == other->save());
  }
}

CATCH_TEST_CASE("every state can be drawn and written down") {
  walk_everywhere([](const Environment& e, const StateBuffer&, Action, Walk& walk) {
    if (walk.running() && walk.steps() % 8 != 0) return;
    Scene scene;
    e.draw(walk.state(), scene);
    CATCH_REQUIRE((scene.width > 0 && scene.height > 0));
    CATCH_REQUIRE(scene.tiles.size() == static_cast<std::size_t>(scene.width * scene.height));
    for (const auto& overlay : scene.overlays) {
      CATCH_REQUIRE(overlay.values.size() == scene.tiles.size());
      for (const float value : overlay.values) CATCH_REQUIRE((value >= 0 && value <= 1));
    }
    const std::string text = e.text(walk.state());
    CATCH_REQUIRE(std::count(text.begin(), text.end(), '\n') >= scene.height);
  });
}

CATCH_TEST_CASE("a prior, where there is one, is a distribution over actions") {
  walk_everywhere([](const Environment& e, const StateBuffer& before, Action, Walk&) {
    std::vector<double> prior(e.info().actions.size(), -1);
    if (!e.prior(before, prior)) return;
    double sum = 0;
    for (const double p : prior) {
      CATCH_REQUIRE((p > 0 && p <= 1));  // so that KL to it is finite
      sum += p;
    }
    CATCH_REQUIRE(sum == Catch::Approx(1));
  });
}

CATCH_TEST_CASE("what is filmed of a step ends where the step does, to the eye") {
  int filmed_steps = 0;
  for (const Place& place : pump::test::places()) {
    const pump::engine::Environment& environment = *place.environment;
    for (int script = 0; script < static_cast<int>(environment.info().demonstrations.size());
         script++) {
      CATCH_INFO(place.name << ", demonstration " << script);
      pump::test::Walk walk(environment, 7);
      while (walk.running()) {
        const auto action = environment.demonstrate(script, walk.state());
        pump::engine::StateBuffer spent = walk.state();
        pump::engine::Chance chance(
            {7, pump::engine::Stream::step, 0, 0, static_cast<std::uint32_t>(walk.steps())});
        const auto pictures = environment.film(spent, action, chance);
        walk.step(action);
        pump::engine::Scene filmed, stepped;
        environment.draw(walk.state(), stepped);
        if (pictures.empty()) continue;
        filmed_steps++;
        environment.draw(spent, filmed);
        CATCH_CHECK(pictures.front().width == stepped.width);
        CATCH_REQUIRE(filmed.sprites.size() == stepped.sprites.size());
        for (std::size_t i = 0; i < filmed.sprites.size(); i++) {
          CATCH_CHECK(std::abs(filmed.sprites[i].x - stepped.sprites[i].x) < .5f);
          CATCH_CHECK(std::abs(filmed.sprites[i].y - stepped.sprites[i].y) < .5f);
        }
      }
    }
  }
  CATCH_CHECK(filmed_steps > 0);
}
