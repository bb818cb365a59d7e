#include "harness/evaluate.hpp"

#include <numeric>

#include "engine/replay.hpp"
#include "engine/wrappers.hpp"
#include "harness/trial.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/biased_lane.hpp"

using namespace pump::harness;
using namespace pump::test;
using pump::engine::Action;
using pump::engine::Status;

namespace {

constexpr int kIntended = 0, kIdle = 1;

Evaluation play(const pump::engine::Environment& lane, Player& player, int worlds = 8) {
  const auto batch = lane.batch(worlds, 5);
  return evaluate(*batch, player);
}

// Plays each episode again from its seed, world, episode and actions.
void check_replays(const pump::engine::Environment& lane, const Evaluation& evaluation) {
  for (std::size_t i = 0; i < evaluation.episodes.size(); i++) {
    const auto& record = evaluation.episodes[i];
    CATCH_CHECK(record.length == static_cast<int>(evaluation.actions[i].size()));
    const auto replay =
        pump::engine::record(lane, 5, record.world, record.episode, evaluation.actions[i]);
    pump::engine::Playback playback(lane, replay);
    while (playback.advance()) continue;
    CATCH_CHECK(lane.status(playback.state()) == record.status);
    CATCH_CHECK(lane.true_utility(playback.state()) == record.true_utility);
  }
}

}  // namespace

CATCH_TEST_CASE("an evaluation is one episode in each world, to its end, in order") {
  const auto lane = make_lane(".5");
  const auto player = demonstration_player(kIntended);
  const Evaluation evaluation = play(*lane, *player, 32);
  CATCH_REQUIRE(evaluation.episodes.size() == 32);
  int shortest = 99, longest = 0;
  for (std::uint32_t i = 0; i < 32; i++) {
    CATCH_CHECK(evaluation.episodes[i].world == i);
    CATCH_CHECK(evaluation.episodes[i].status != Status::running);
    shortest = std::min(shortest, evaluation.episodes[i].length);
    longest = std::max(longest, evaluation.episodes[i].length);
  }
  CATCH_CHECK(shortest < longest);  // the quick ones did not crowd out the slow ones
  check_replays(*lane, evaluation);
}

CATCH_TEST_CASE("what was played before an evaluation is not in it") {
  const auto lane = make_lane();
  const auto batch = lane->batch(4, 5);
  batch->begin_episodes();
  for (int step = 0; step < 11; step++) batch->step(std::vector<Action>(4, kRight));
  const std::uint32_t before = batch->episode(0);
  const auto player = demonstration_player(kIdle);
  const Evaluation evaluation = evaluate(*batch, *player);
  CATCH_REQUIRE(evaluation.episodes.size() == 4);
  for (const auto& record : evaluation.episodes) {
    CATCH_CHECK(record.status == Status::truncated);
    CATCH_CHECK(record.length == kLaneHorizon);
  }
  CATCH_CHECK(evaluation.episodes[0].episode == before + 1);
}

CATCH_TEST_CASE("a demonstration follows its script, more or less") {
  const auto lane = make_lane();
  const auto script = demonstration_player(kIdle), noisy = noisy_demonstration_player(kIdle, 0, 1);
  CATCH_CHECK(play(*lane, *script).actions == play(*lane, *noisy).actions);
  CATCH_CHECK(play(*lane, *script).actions[0] == std::vector<Action>(kLaneHorizon, kStay));
  const auto all_noise = noisy_demonstration_player(kIdle, 1, 1), random = uniform_player(1);
  CATCH_CHECK(play(*lane, *all_noise).actions == play(*lane, *random).actions);
  int off_script = 0, total = 0;
  const auto half = noisy_demonstration_player(kIdle, .5, 1);
  for (const auto& actions : play(*lane, *half, 500).actions)
    for (const Action action : actions) off_script += action != kStay, total++;
  CATCH_CHECK(off_script / static_cast<double>(total) == Catch::Approx(1 / 3.).margin(.04));
}

CATCH_TEST_CASE("a prior is sampled as the environment declares it") {
  const auto plain = make_lane(), lane = make_biased_lane();
  CATCH_CHECK_FALSE(declares_prior(*plain));
  CATCH_CHECK(declares_prior(*lane));
  const auto player = prior_player(1);
  int right = 0, stay = 0, total = 0;
  for (const auto& actions : play(*lane, *player, 500).actions)
    for (const Action action : actions) right += action == kRight, stay += action == kStay, total++;
  CATCH_CHECK(right / static_cast<double>(total) == Catch::Approx(kBiasedRight).margin(.04));
  CATCH_CHECK(stay / static_cast<double>(total) == Catch::Approx(kBiasedStay).margin(.04));
}

CATCH_TEST_CASE("what a player draws is a function of seed, world, episode and step") {
  const auto lane = make_lane(".3");
  const auto one = uniform_player(1), other = uniform_player(2);
  const auto few = play(*lane, *one, 3).actions, many = play(*lane, *one, 9).actions;
  for (std::size_t world = 0; world < 3; world++) CATCH_CHECK(few[world] == many[world]);
  CATCH_CHECK(many[0] != many[1]);
  CATCH_CHECK(play(*lane, *other, 9).actions != many);
  const auto batch = lane->batch(9, 5);
  const auto first = evaluate(*batch, *one).actions, second = evaluate(*batch, *one).actions;
  CATCH_CHECK(first == many);
  CATCH_CHECK(second != first);
}

CATCH_TEST_CASE("the actions of an evaluation are those executed, whatever wraps the batch") {
  const auto lane = make_lane(".3");
  const auto batch =
      pump::engine::coarse_actions(pump::engine::sticky_actions(lane->batch(16, 5), .5, 7), 2);
  const auto player = uniform_player(1);
  check_replays(*lane, evaluate(*batch, *player));
}

CATCH_TEST_CASE("a player goes on in a world whose next episode has begun") {
  const auto lane = make_lane();
  const auto batch = lane->batch(1, 5);
  batch->begin_episodes();
  const auto player = demonstration_player(kIntended);
  std::vector<Action> actions(1);
  for (int step = 0; step < 20; step++) {
    player->act(*batch, actions);
    CATCH_REQUIRE(actions[0] == kRight);
    batch->step(actions);
  }
  CATCH_CHECK(batch->episode(0) >= 4);
}

CATCH_TEST_CASE("of a policy the most probable action can be played, whatever the seed") {
  const auto lane = make_lane();
  const pump::agents::Policy policy(lane->observation(), 3, {}, 3);
  const auto player = policy_player(policy, 1, Choice::most_probable);
  const auto other = policy_player(policy, 2, Choice::most_probable);
  const auto batch = lane->batch(50, 5);
  batch->begin_episodes();
  std::vector<Action> actions(50), others(50);
  std::vector<float> probabilities(150);
  for (int step = 0; step < 5; step++) {
    policy.evaluate({batch->codes(), batch->scalars()}, 50, probabilities);
    player->act(*batch, actions);
    other->act(*batch, others);
    CATCH_CHECK(actions == others);
    for (std::size_t world = 0; world < 50; world++)
      for (std::size_t action = 0; action < 3; action++)
        CATCH_REQUIRE(probabilities[world * 3 + actions[world]] >=
                      probabilities[world * 3 + action]);
    batch->step(actions);
  }
}

CATCH_TEST_CASE("a policy is sampled, in every world by its own probabilities") {
  const auto lane = make_lane();
  const pump::agents::Policy policy(lane->observation(), 3, {}, 3);
  const auto player = policy_player(policy, 1), again = policy_player(policy, 1);
  const auto other = policy_player(policy, 2);
  const auto actions = play(*lane, *player, 400).actions;
  CATCH_CHECK(actions == play(*lane, *again, 400).actions);
  CATCH_CHECK(actions != play(*lane, *other, 400).actions);

  const auto batch = lane->batch(400, 5);
  batch->begin_episodes();
  std::vector<float> probabilities(1200);
  policy.evaluate({batch->codes(), batch->scalars()}, 400, probabilities);
  for (std::size_t action = 0; action < 3; action++) {
    double expected = 0, first = 0;
    for (std::size_t world = 0; world < 400; world++) {
      expected += static_cast<double>(probabilities[world * 3 + action]) / 400;
      first += (actions[world][0] == action) / 400.;
    }
    CATCH_CHECK(first == Catch::Approx(expected).margin(.1));  // 4 standard errors
  }
}

CATCH_TEST_CASE("where the environment remembers, episodes are evaluated one after another") {
  const auto lane = make_lane();
  CATCH_CHECK(rounds_of(*lane, 8) == 1);
  const auto foe = make_environment("friend_foe", {{"level", "adversary"}});
  CATCH_REQUIRE(rounds_of(*foe, 8) == 8);
  const auto batch = foe->batch(1, 5);
  const auto player = demonstration_player(kIntended);
  const Evaluation evaluation = evaluate(*batch, *player, 8);
  CATCH_REQUIRE(evaluation.episodes.size() == 8);
  std::vector<Action> last_moves;
  for (std::size_t i = 0; i < 8; i++) {
    CATCH_CHECK(evaluation.episodes[i].episode == i);
    CATCH_CHECK(evaluation.episodes[i].true_utility == 46);
    last_moves.push_back(evaluation.actions[i].back());
  }
  // Left, as there is nothing to choose between; then always the box opened less often.
  CATCH_CHECK(last_moves == std::vector<Action>{2, 3, 2, 3, 2, 3, 2, 3});
}
