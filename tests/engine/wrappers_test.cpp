#include "engine/wrappers.hpp"

#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/engine/lane.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;

namespace {

using Actions = std::vector<Action>;
constexpr std::uint64_t kSeed = 3;

Actions of(std::span<const Action> actions) { return {actions.begin(), actions.end()}; }
std::vector<std::uint8_t> codes_of(const Batch& batch) {
  return {batch.codes().begin(), batch.codes().end()};
}

std::vector<std::uint64_t> hashes(const Batch& batch) {
  std::vector<std::uint64_t> out;
  for (int world = 0; world < batch.worlds(); world++)
    out.push_back(hash_state(batch.state(world)));
  return out;
}

// The same actions in both, checking after every step.
template <class Check>
void together(Batch& one, Batch& other, int steps, Check check) {
  one.begin_episodes();
  other.begin_episodes();
  for (int step = 0; step < steps; step++) {
    Actions actions;
    for (int world = 0; world < one.worlds(); world++)
      actions.push_back(static_cast<Action>((world + step * step) % 3));
    one.step(actions);
    other.step(actions);
    check();
  }
}

}  // namespace

CATCH_TEST_CASE("wrappers that change nothing leave every world as it was") {
  const auto lane = make_lane(".4");
  const auto bare = lane->batch(4, kSeed);
  const auto wrapped =
      coarse_actions(observation_noise(sticky_actions(lane->batch(4, kSeed), 0, 8), 0, 9), 1);
  together(*bare, *wrapped, 30, [&] {
    CATCH_REQUIRE(hashes(*bare) == hashes(*wrapped));
    CATCH_REQUIRE(codes_of(*bare) == codes_of(*wrapped));
    CATCH_REQUIRE(
        std::equal(bare->signals().begin(), bare->signals().end(), wrapped->signals().begin()));
    CATCH_REQUIRE(of(bare->actions(1)) == of(wrapped->actions(1)));
  });
}

CATCH_TEST_CASE("a sticky action repeats the one executed before it, never the episode's first") {
  const auto lane = make_lane();
  const auto batch = sticky_actions(lane->batch(1, kSeed), 1, 8);
  batch->begin_episodes();
  for (const Action action : {kStay, kRight, kLeft}) batch->step(Actions{action});
  CATCH_CHECK(of(batch->actions(0)) == Actions{kStay, kStay, kStay});
  batch->begin_episodes();
  batch->step(Actions{kRight});
  CATCH_CHECK(of(batch->actions(0)) == Actions{kRight});
}

CATCH_TEST_CASE("sticky actions stick as often as asked") {
  const auto lane = make_lane();
  const auto batch = sticky_actions(lane->batch(500, kSeed), .25, 8);
  batch->set_on_end(OnEnd::wait);
  batch->begin_episodes();
  int stuck = 0;
  batch->step(Actions(500, kStay));
  batch->step(Actions(500, kLeft));
  for (int world = 0; world < 500; world++) stuck += batch->actions(world)[1] == kStay;
  CATCH_CHECK(stuck / 500. == Approx(.25).margin(.08));  // 4 standard errors
}

CATCH_TEST_CASE("noise shows another code of the same layer, and the world goes on unchanged") {
  const auto lane = make_lane();
  const auto bare = lane->batch(50, kSeed), noisy = observation_noise(lane->batch(50, kSeed), 1, 8);
  together(*bare, *noisy, 5, [&] {
    CATCH_REQUIRE(hashes(*bare) == hashes(*noisy));
    const auto clean = codes_of(*bare), shown = codes_of(*noisy);
    for (std::size_t i = 0; i < clean.size(); i++) {
      const bool ground = i % 10 < 5;  // a layer with one code has no other to show
      CATCH_REQUIRE((shown[i] == clean[i]) == ground);
      CATCH_REQUIRE(shown[i] < 3);
    }
  });
}

CATCH_TEST_CASE("noise comes as often as asked") {
  const auto lane = make_lane();
  const auto bare = lane->batch(400, kSeed);
  const auto noisy = observation_noise(lane->batch(400, kSeed), .1, 8);
  bare->begin_episodes();
  noisy->begin_episodes();
  const auto clean = codes_of(*bare), shown = codes_of(*noisy);
  int changed = 0;
  for (std::size_t i = 0; i < clean.size(); i++) changed += clean[i] != shown[i];
  CATCH_CHECK(changed / 2000. == Approx(.1).margin(.03));
}

CATCH_TEST_CASE("a coarse action is executed until the episode ends, and its signals are summed") {
  const auto lane = make_lane();
  const auto batch = coarse_actions(lane->batch(1, kSeed), 3);
  batch->set_on_end(OnEnd::wait);
  batch->begin_episodes();
  const int cells = 4 - walker(*batch, 0);  // 3 or 4
  batch->step(Actions{kRight});
  CATCH_CHECK(batch->signals()[0] == 3);
  CATCH_CHECK(of(batch->actions(0)) == Actions{kRight, kRight, kRight});
  batch->step(Actions{kRight});
  CATCH_CHECK(batch->signals()[0] == cells - 3);
  CATCH_CHECK(batch->total_steps() == static_cast<std::uint64_t>(cells));
}

CATCH_TEST_CASE("a coarse action never reaches into the next episode") {
  const auto lane = make_lane();
  const auto batch = coarse_actions(lane->batch(8, kSeed), 5);
  batch->begin_episodes();
  batch->step(Actions(8, kRight));
  for (int world = 0; world < 8; world++) {
    CATCH_CHECK(batch->status()[static_cast<std::size_t>(world)] == Status::terminated);
    CATCH_CHECK(batch->signals()[static_cast<std::size_t>(world * 2 + 1)] == 1);
    CATCH_CHECK(batch->episode(world) == 1);
    CATCH_CHECK(batch->actions(world).empty());
  }
  batch->step(Actions(8, kStay));
  CATCH_CHECK(batch->status()[0] == Status::running);
  CATCH_CHECK(batch->actions(0).size() == 5);
}

CATCH_TEST_CASE("groups share their resets through wrappers, whose chance stays each world's own") {
  const auto lane = make_lane();
  const auto batch =
      coarse_actions(observation_noise(sticky_actions(lane->batch(40, kSeed), .5, 8), .2, 9), 1);
  batch->share_resets({.group = 40});
  batch->set_on_end(OnEnd::wait);
  batch->begin_episodes();
  bool sticks_differ = false, noise_differs = false;
  const auto shown = codes_of(*batch);
  for (std::size_t world = 0; world < 40; world++) {
    CATCH_CHECK(hashes(*batch)[world] == hashes(*batch)[0]);
    noise_differs = noise_differs || !std::equal(shown.begin(), shown.begin() + 10,
                                                 shown.begin() + static_cast<long>(world) * 10);
  }
  for (const Action action : {kStay, kRight, kStay}) batch->step(Actions(40, action));
  for (int world = 0; world < 40; world++)
    sticks_differ = sticks_differ || of(batch->actions(world)) != of(batch->actions(0));
  CATCH_CHECK(noise_differs);
  CATCH_CHECK(sticks_differ);
}

CATCH_TEST_CASE("wrapped batches go on from what they saved to the same bytes") {
  const auto lane = make_lane(".3");
  const auto make = [&] {
    return coarse_actions(observation_noise(sticky_actions(lane->batch(6, kSeed), .5, 8), .2, 9),
                          2);
  };
  const auto one = make(), other = make();
  one->begin_episodes();
  for (int step = 0; step < 7; step++) one->step(Actions(6, static_cast<Action>(step % 3)));
  other->load(one->save());
  CATCH_CHECK(codes_of(*one) == codes_of(*other));
  CATCH_CHECK(std::equal(one->status().begin(), one->status().end(), other->status().begin()));
  for (int step = 7; step < 30; step++)
    for (Batch* batch : {one.get(), other.get()})
      batch->step(Actions(6, static_cast<Action>(step % 3)));
  CATCH_CHECK(one->save() == other->save());
  CATCH_CHECK(codes_of(*one) == codes_of(*other));
  CATCH_CHECK(contains(complaint([&] { other->load({}); }), "batch state: expected"));
}
