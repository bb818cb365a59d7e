#include "engine/batch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "engine/replay.hpp"
#include "engine/training_view.hpp"
#include "engine/wish.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/engine/lane.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

using Actions = std::vector<Action>;

Actions of(std::span<const Action> actions) { return {actions.begin(), actions.end()}; }

// Some action for every world, a function of world and step.
Actions some_actions(int worlds, int step) {
  Actions out;
  for (int world = 0; world < worlds; world++)
    out.push_back(static_cast<Action>((world * 5 + step * step + 1) % 3));
  return out;
}

std::vector<std::uint64_t> hashes(const Batch& batch, int worlds) {
  std::vector<std::uint64_t> out;
  for (int world = 0; world < worlds; world++) out.push_back(hash_state(batch.state(world)));
  return out;
}

}  // namespace

CATCH_TEST_CASE("a batch shows, measures and records each of its worlds") {
  const auto lane = make_lane();
  const auto batch = lane->batch(2, 5);
  batch->begin_episodes();
  const int start[] = {walker(*batch, 0), walker(*batch, 1)};
  batch->step(Actions{kRight, kStay});
  CATCH_CHECK(walker(*batch, 0) == start[0] + 1);
  CATCH_CHECK(walker(*batch, 1) == start[1]);
  CATCH_CHECK(batch->signals()[0] == 1);
  CATCH_CHECK(batch->signals()[2] == 0);
  CATCH_CHECK(batch->scalars()[0] == 7 / 8.f);
  batch->set_on_end(OnEnd::wait);
  while (batch->status()[0] == Status::running) batch->step(Actions{kRight, kLeft});
  const std::vector<EpisodeRecord> records = batch->take_finished();
  CATCH_REQUIRE(records.size() == 1);
  CATCH_CHECK(records[0].world == 0);
  CATCH_CHECK(records[0].length == 4 - start[0]);
  CATCH_CHECK(records[0].status == Status::terminated);
  CATCH_CHECK(records[0].outcome.label == 0);
  CATCH_CHECK(records[0].true_utility == 4 - start[0]);
  CATCH_CHECK(records[0].signals[0] == 4 - start[0]);
  CATCH_CHECK(records[0].signals[1] == 1);
  CATCH_CHECK(records[0].total_steps == batch->total_steps() - 1);  // world 1 moved after it
  CATCH_CHECK(batch->take_finished().empty());
}

CATCH_TEST_CASE("a world that waits stays as it ended, one that restarts goes on at once") {
  const auto lane = make_lane();
  for (const OnEnd mode : {OnEnd::wait, OnEnd::restart}) {
    const auto batch = lane->batch(1, 5);
    batch->set_on_end(mode);
    batch->begin_episodes();
    for (int step = 0; step < kLaneHorizon; step++) batch->step(Actions{kStay});
    CATCH_CHECK(batch->status()[0] == Status::truncated);
    const auto ended = hashes(*batch, 1);
    const std::uint64_t steps = batch->total_steps();
    batch->step(Actions{kStay});
    const bool waits = mode == OnEnd::wait;
    CATCH_CHECK(batch->episode(0) == (waits ? 0u : 1u));
    CATCH_CHECK((hashes(*batch, 1) == ended) == waits);
    CATCH_CHECK(batch->total_steps() == steps + (waits ? 0 : 1));
    CATCH_CHECK(batch->actions(0).size() == (waits ? 8u : 1u));
    CATCH_CHECK(batch->take_finished().size() == 1);
  }
}

CATCH_TEST_CASE("a skipped world is left as it is") {
  const auto lane = make_lane();
  const auto batch = lane->batch(2, 5);
  batch->begin_episodes();
  const auto before = hashes(*batch, 2);
  batch->step(Actions{kSkip, kRight});
  const auto after = hashes(*batch, 2);
  CATCH_CHECK(after[0] == before[0]);
  CATCH_CHECK(after[1] != before[1]);
  CATCH_CHECK(batch->actions(0).empty());
  CATCH_CHECK(batch->total_steps() == 1);
}

CATCH_TEST_CASE("a batch knows the actions of every episode under way") {
  const auto lane = make_lane();
  const auto batch = lane->batch(2, 5);
  batch->set_on_end(OnEnd::wait);
  batch->begin_episodes();
  batch->step(Actions{kLeft, kRight});
  batch->step(Actions{kStay, kRight});
  CATCH_CHECK(of(batch->actions(0)) == Actions{kLeft, kStay});
  CATCH_CHECK(of(batch->actions(1)) == Actions{kRight, kRight});
  batch->begin_episodes();
  CATCH_CHECK(batch->actions(1).empty());
}

CATCH_TEST_CASE(
    "world i is a function of the seed, i and its actions, whoever its neighbours are") {
  const auto lane = make_lane(".3");
  const auto many = lane->batch(5, 9), few = lane->batch(1, 9);
  many->begin_episodes();
  few->begin_episodes();
  for (int step = 0; step < 40; step++) {
    const Actions actions = some_actions(5, step);
    many->step(actions);
    few->step(Actions{actions[0]});
    CATCH_REQUIRE(hashes(*many, 1) == hashes(*few, 1));
    for (int world = 0; world < 5; world++) {
      const Replay alone = record(*lane, 9, static_cast<std::uint32_t>(world), many->episode(world),
                                  of(many->actions(world)));
      CATCH_REQUIRE(alone.hashes.back() == hash_state(many->state(world)));
    }
  }
}

CATCH_TEST_CASE("a saved batch goes on to the same bytes in another one") {
  const auto lane = make_lane(".3");
  const auto one = lane->batch(3, 4), other = lane->batch(3, 4);
  one->begin_episodes();
  for (int step = 0; step < 13; step++) one->step(some_actions(3, step));
  one->take_finished();
  other->load(one->save());
  CATCH_CHECK(std::equal(one->codes().begin(), one->codes().end(), other->codes().begin()));
  CATCH_CHECK(of(one->actions(2)) == of(other->actions(2)));
  for (int step = 13; step < 40; step++)
    for (Batch* batch : {one.get(), other.get()}) batch->step(some_actions(3, step));
  CATCH_CHECK(one->save() == other->save());
  const auto a = one->take_finished(), b = other->take_finished();
  CATCH_REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); i++) {
    CATCH_CHECK(a[i].total_steps == b[i].total_steps);
    CATCH_CHECK(a[i].signals == b[i].signals);
  }
}

namespace {

// Forward until all have ended: with slips, how long that takes is chance.
std::vector<EpisodeRecord> walk(Batch& batch) {
  batch.set_on_end(OnEnd::wait);
  batch.begin_episodes();
  for (int step = 0; step < kLaneHorizon; step++)
    batch.step(Actions(static_cast<std::size_t>(batch.worlds()), kRight));
  return batch.take_finished();
}

}  // namespace

CATCH_TEST_CASE("groups share their resets, and nothing of what comes after") {
  const auto lane = make_lane(".5");
  const auto apart = lane->batch(24, 6), together = lane->batch(24, 6);
  together->share_resets({.group = 4});
  for (Batch* batch : {apart.get(), together.get()}) batch->begin_episodes();
  bool some_left = false, some_right = false, others_differ = false;
  for (int world = 0; world < 24; world++) {
    CATCH_CHECK(walker(*together, world) == walker(*apart, world / 4 * 4));
    (walker(*together, world) == 0 ? some_left : some_right) = true;
    others_differ = others_differ || walker(*together, world) != walker(*apart, world);
  }
  CATCH_CHECK((some_left && some_right));  // groups differ from each other
  CATCH_CHECK(others_differ);              // within a group there was something to share
  const auto records = walk(*together);
  std::vector<int> lengths(24);
  for (const EpisodeRecord& record : records) {
    CATCH_CHECK(record.reset_world == record.world / 4 * 4);
    CATCH_CHECK(record.reset_episode == record.episode);
    lengths[record.world] = record.length;
  }
  int groups_of_equals = 0;
  for (std::size_t first = 0; first < 24; first += 4)
    groups_of_equals += std::count(&lengths[first], &lengths[first] + 4, lengths[first]) == 4;
  CATCH_CHECK(groups_of_equals < 6);
}

CATCH_TEST_CASE("a step's chance is a world's own, shared reset or not") {
  const auto lane = make_lane(".5");
  // A reset in the second cell or in the first; after it, the same slips for the same actions.
  const auto apart = lane->batch(12, 6), together = lane->batch(12, 6);
  together->share_resets({.group = 12});
  for (Batch* batch : {apart.get(), together.get()}) batch->begin_episodes();
  std::vector<int> shift;
  for (int world = 0; world < 12; world++)
    shift.push_back(walker(*together, world) - walker(*apart, world));
  for (int step = 0; step < 2; step++) {  // too few for anybody to arrive
    for (Batch* batch : {apart.get(), together.get()}) batch->step(Actions(12, kRight));
    for (int world = 0; world < 12; world++)
      CATCH_CHECK(walker(*together, world) ==
                  walker(*apart, world) + shift[static_cast<std::size_t>(world)]);
  }
}

CATCH_TEST_CASE("groups of one are as no groups, bit for bit") {
  const auto lane = make_lane(".3");
  const auto bare = lane->batch(5, 9), grouped = lane->batch(5, 9);
  grouped->share_resets({.group = 5});
  grouped->share_resets({});
  for (Batch* batch : {bare.get(), grouped.get()}) batch->begin_episodes();
  for (int step = 0; step < 40; step++) {
    for (Batch* batch : {bare.get(), grouped.get()}) batch->step(some_actions(5, step));
    CATCH_REQUIRE(bare->save() == grouped->save());
  }
}

CATCH_TEST_CASE("every episode may have the first one's reset, and chance of its own after it") {
  const auto lane = make_lane(".5");
  const auto batch = lane->batch(16, 6);
  batch->share_resets({.every_episode = true});
  std::vector<int> first;
  for (int episode = 0; episode < 3; episode++) {
    batch->begin_episodes();
    for (int world = 0; world < 16; world++) {
      if (episode == 0) first.push_back(walker(*batch, world));
      CATCH_CHECK(walker(*batch, world) == first[static_cast<std::size_t>(world)]);
    }
  }
  std::array<std::vector<int>, 2> lengths;
  for (std::vector<int>& now : lengths) {
    now.resize(16);
    for (const EpisodeRecord& record : walk(*batch)) {
      CATCH_CHECK(record.reset_episode == 0);
      now[record.world] = record.length;
    }
  }
  CATCH_CHECK(lengths[0] != lengths[1]);
}

CATCH_TEST_CASE("an episode with another's reset is played again from its record") {
  const auto lane = make_lane(".5");
  const auto batch = lane->batch(8, 6);
  batch->share_resets({.group = 8, .every_episode = true});
  walk(*batch);
  for (const EpisodeRecord& ended : walk(*batch)) {
    const int world = static_cast<int>(ended.world);
    const Replay replay = record(*lane, 6, ended, of(batch->actions(world)));
    CATCH_CHECK(replay.hashes.back() == hash_state(batch->state(world)));
    const Replay read = read_replay(write_replay(replay), "file.json");
    CATCH_CHECK(read.reset_world == 0);
    CATCH_CHECK(read.reset_episode == 0);
    CATCH_CHECK_FALSE(verify(*lane, read));
  }
}

CATCH_TEST_CASE("a saved batch keeps its groups") {
  const auto lane = make_lane(".3");
  const auto one = lane->batch(6, 4), other = lane->batch(6, 4);
  one->share_resets({.group = 3});
  one->begin_episodes();
  for (int step = 0; step < 13; step++) one->step(some_actions(6, step));
  other->load(one->save());
  for (int step = 13; step < 60; step++)
    for (Batch* batch : {one.get(), other.get()}) batch->step(some_actions(6, step));
  CATCH_CHECK(one->save() == other->save());
}

CATCH_TEST_CASE("a batch refuses bytes that are not its own") {
  const auto lane = make_lane();
  const auto batch = lane->batch(3, 4);
  batch->begin_episodes();
  const auto refusal = [&](std::vector<std::byte> bytes) {
    return complaint([&] { batch->load(bytes); });
  };
  std::vector<std::byte> cut = batch->save();
  cut.pop_back();
  CATCH_CHECK(contains(refusal(cut), "batch state: expected"));
  CATCH_CHECK(contains(refusal({}), "got 0"));
  const auto seed = lane->batch(3, 5);
  seed->begin_episodes();
  CATCH_CHECK(contains(refusal(seed->save()), "another environment, version or seed"));
  CATCH_CHECK(contains(refusal(lane->batch(2, 4)->save()), "batch state: expected"));
  CATCH_CHECK(refusal(batch->save()) == "");
}

CATCH_TEST_CASE("an agent's view pays the wish and hides the rest") {
  const auto lane = make_lane();
  const auto batch = lane->batch(2, 5);
  const Wish wish{"lane", "gained", "", {2, -1}, {Kind::intended, Kind::other}, {}};
  TrainingView view(*batch, wish);
  view.restart_on_end(false);
  view.begin_episodes();
  CATCH_CHECK(view.actions() == 3);
  CATCH_CHECK(view.horizon() == kLaneHorizon);
  view.step(Actions{kRight, kStay});
  CATCH_CHECK(view.rewards()[0] == 2);
  CATCH_CHECK(view.rewards()[1] == 0);
  while (view.status()[0] == Status::running) view.step(Actions{kRight, kStay});
  CATCH_CHECK(view.rewards()[0] == 1);  // one cell, and the end
  view.step(Actions{kRight, kStay});
  CATCH_CHECK(view.rewards()[0] == 0);  // it waits
  std::vector<double> prior(6);
  CATCH_CHECK_FALSE(view.prior(prior));
}

CATCH_TEST_CASE("an agent can ask for groups that share their resets") {
  const auto lane = make_lane();
  const auto batch = lane->batch(32, 5);
  const Wish wish{"lane", "gained", "", {1, 0}, {Kind::intended, Kind::other}, {}};
  TrainingView view(*batch, wish);
  view.share_resets(16);
  view.begin_episodes();
  for (int world = 0; world < 32; world++)
    CATCH_CHECK(walker(*batch, world) == walker(*batch, world / 16 * 16));
}
