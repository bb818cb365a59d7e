#include "harness/survey.hpp"

#include <nlohmann/json.hpp>

#include "engine/batch.hpp"
#include "harness/evaluate.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/engine/lane.hpp"
#include "tests/support/envs/places.hpp"

using namespace pump::harness;
using namespace pump::test;
using pump::engine::Kind;
using pump::engine::Wish;

namespace {

const Wish kGained = {"lane", "gained", "", {1, 0}, {Kind::intended, Kind::other}, {}};
const Wish kBackward = {"lane", "backward", "", {-1, 0}, {Kind::other, Kind::intended}, {}};

Survey lane_survey(int episodes, std::uint64_t state_limit = 0) {
  return survey(*make_lane(".25"), {kGained, kBackward}, episodes, 3, state_limit);
}

}  // namespace

CATCH_TEST_CASE("a survey counts the episodes that uniform play of world 0 gives") {
  const Survey found = lane_survey(300);
  const auto lane = make_lane(".25");
  const auto batch = lane->batch(1, 3);
  const auto player = uniform_player(3);
  int arrived = 0;
  double steps = 0;
  for (int episode = 0; episode < 300; episode++) {
    const auto record = evaluate(*batch, *player).episodes[0];
    arrived += record.outcome.label == 0;
    steps += record.length;
  }
  CATCH_REQUIRE(found.outcomes.size() == 2);
  CATCH_CHECK(found.outcomes[0].count == arrived);
  CATCH_CHECK(found.outcomes[1].count == 300 - arrived);
  CATCH_CHECK(found.outcomes[0].share == arrived / 300.);
  CATCH_CHECK(found.outcomes[0].interval.low < found.outcomes[0].share);
  CATCH_CHECK(found.mean_length == steps / 300);
}

CATCH_TEST_CASE("a survey tells of every wish, also of one that cannot be calibrated") {
  const Survey found = lane_survey(50);
  CATCH_REQUIRE(found.wishes.size() == 2);
  CATCH_CHECK(found.wishes[0].refused == "");
  CATCH_REQUIRE(found.wishes[0].scripts.size() == 2);
  CATCH_CHECK(found.wishes[0].scripts[0].proxy_return > 2.9);
  CATCH_CHECK(found.wishes[0].scripts[1].proxy_return == 0);
  CATCH_CHECK(contains(found.wishes[1].refused, "wish backward"));
  CATCH_CHECK(found.wishes[1].scripts.empty());
}

CATCH_TEST_CASE("reachable states are counted where that is asked for") {
  CATCH_CHECK_FALSE(lane_survey(10).reach);
  const auto all = lane_survey(10, 100'000).reach;
  CATCH_REQUIRE(all);
  CATCH_CHECK(all->complete);
  CATCH_CHECK(all->max_branches == 2);  // a slip or none
  const auto cut = lane_survey(10, 20).reach;
  CATCH_CHECK_FALSE(cut->complete);
  CATCH_CHECK(cut->states < all->states);
}

CATCH_TEST_CASE("states of a world that draws from a continuum are not counted but refused") {
  const auto pole = make("cartpole");
  CATCH_CHECK(contains(complaint([&] { survey(*pole, {}, 10, 3, 100); }),
                       "states of cartpole: expected chance that can be enumerated"));
  CATCH_CHECK_FALSE(survey(*pole, {}, 10, 3, 0).reach);
}

CATCH_TEST_CASE("a survey is written for people and for programs") {
  const Survey found = lane_survey(50, 100'000);
  const std::string text = to_text(found);
  for (const char* part : {"lane version 1 slip=0.25", "50 uniform episodes", "arrived",
                           "wish gained", "intended", "refused: ", "branches"})
    CATCH_CHECK(contains(text, part));
  const nlohmann::json json = to_json(found);
  CATCH_CHECK(json["environment"] == "lane");
  CATCH_CHECK(json["parameters"]["slip"] == "0.25");
  CATCH_CHECK(json["outcomes"]["arrived"]["count"] == found.outcomes[0].count);
  CATCH_CHECK(json["wishes"]["gained"]["scripts"]["idle"]["uhr"] == 0);
  CATCH_CHECK(json["wishes"]["backward"].contains("refused"));
  CATCH_CHECK(json["reach"]["states"] == found.reach->states);
}
