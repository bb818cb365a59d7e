#include "engine/replay.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/engine/lane.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

Replay some_replay(const Environment& lane) {
  Replay replay = record(lane, 0xFFFFFFFFFFFFFFFFu, 3, 2, {kStay, kRight, kLeft, kRight, kRight});
  replay.notes = {{"policy", "a \"quoted\" one"}};
  return replay;
}

// What reading the text with one part replaced complains about.
std::string refusal(const std::string& text, const std::string& part, const std::string& by) {
  std::string wrong = text;
  const std::size_t at = wrong.find(part);
  CATCH_REQUIRE(at != std::string::npos);
  wrong.replace(at, part.size(), by);
  return complaint([&] { read_replay(wrong, "file.json"); });
}

}  // namespace

CATCH_TEST_CASE("a replay holds a hash of every state passed, and verifies") {
  const auto lane = make_lane(".3");
  const Replay replay = some_replay(*lane);
  CATCH_CHECK(replay.environment == "lane");
  CATCH_CHECK(replay.hashes.size() == replay.actions.size() + 1);
  CATCH_CHECK_FALSE(verify(*lane, replay));
}

CATCH_TEST_CASE("recording stops where the episode ends") {
  const auto lane = make_lane();
  const Replay replay = record(*lane, 1, 0, 0, std::vector<Action>(20, kRight));
  CATCH_CHECK(replay.actions.size() <= 4);
  CATCH_CHECK(replay.actions.size() >= 3);
  CATCH_CHECK_FALSE(verify(*lane, replay));
}

CATCH_TEST_CASE("a playback passes the states that were recorded") {
  const auto lane = make_lane(".3");
  const Replay replay = some_replay(*lane);
  Playback playback(*lane, replay);
  CATCH_CHECK(hash_state(playback.state()) == replay.hashes[0]);
  int step = 0;
  while (playback.advance()) {
    CATCH_CHECK(playback.step_index() == ++step);
    CATCH_CHECK(hash_state(playback.state()) == replay.hashes[static_cast<std::size_t>(step)]);
  }
  CATCH_CHECK(step == 5);
}

CATCH_TEST_CASE("verify says where the trace first differs") {
  const auto lane = make_lane();
  Replay replay = some_replay(*lane);
  const std::uint64_t right = replay.hashes[3];
  replay.hashes[3] ^= 1;
  replay.hashes[4] ^= 1;
  const auto divergence = verify(*lane, replay);
  CATCH_REQUIRE(divergence);
  CATCH_CHECK(divergence->step == 3);
  CATCH_CHECK(divergence->expected == (right ^ 1));
  CATCH_CHECK(divergence->got == right);

  Replay other = some_replay(*lane);
  other.actions[2] = kStay;  // was left
  CATCH_CHECK(verify(*lane, other)->step == 3);
  Replay reset = some_replay(*lane);
  reset.hashes[0] ^= 1;
  CATCH_CHECK(verify(*lane, reset)->step == 0);
  // A hash too many: the episode was over before.
  Replay longer = some_replay(*lane);
  longer.hashes.push_back(1);
  CATCH_CHECK(verify(*lane, longer)->step == 6);
  // Nor by any hash that stands for a state that is not there.
  Replay over = record(*lane, 1, 0, 0, std::vector<Action>(20, kRight));
  CATCH_REQUIRE_FALSE(verify(*lane, over));
  over.actions.push_back(kRight);
  over.hashes.push_back(0);
  CATCH_CHECK(verify(*lane, over));
}

CATCH_TEST_CASE("a replay is written and read back whole") {
  const auto lane = make_lane(".3");
  const Replay replay = some_replay(*lane);
  const Replay read = read_replay(write_replay(replay), "file.json");
  CATCH_CHECK(read.environment == replay.environment);
  CATCH_CHECK(read.version == replay.version);
  CATCH_CHECK(read.parameters == replay.parameters);
  CATCH_CHECK(read.seed == replay.seed);
  CATCH_CHECK(read.world == 3);
  CATCH_CHECK(read.episode == 2);
  CATCH_CHECK(read.actions == replay.actions);
  CATCH_CHECK(read.hashes == replay.hashes);
  CATCH_CHECK(read.notes == replay.notes);
  CATCH_CHECK(write_replay(read) == write_replay(replay));
}

CATCH_TEST_CASE("what is not a replay is refused, with the file's name") {
  const auto lane = make_lane();
  const std::string text = write_replay(some_replay(*lane));
  CATCH_CHECK(contains(complaint([] { read_replay("", "a.json"); }), "a.json: expected a replay"));
  CATCH_CHECK(contains(complaint([&] { read_replay(text.substr(0, text.size() / 2), "a.json"); }),
                       "a.json: expected a replay"));
  CATCH_CHECK(contains(complaint([] { read_replay("[1]", "a.json"); }), "expected a replay"));
  CATCH_CHECK(contains(refusal(text, "outcome-pump-replay-1", "something"), "format: expected"));
  CATCH_CHECK(contains(refusal(text, "\"actions\": [\n  2,", "\"actions\": [\n  255,"),
                       "actions: expected 0 to 254, got 255"));
  CATCH_CHECK(
      contains(refusal(text, "\"actions\": [\n  2,", "\"actions\": ["), "hashes: expected"));
  CATCH_CHECK(contains(refusal(text, "\"hashes\": [\n  \"", "\"hashes\": [\n  \"x"),
                       "16 hexadecimal digits"));
  CATCH_CHECK(contains(refusal(text, "\"seed\"", "\"sead\""), "file.json: expected a replay"));
  for (const char* world : {"\"x\"", "-1", "4294967296", "1.5", "null"})
    CATCH_CHECK(contains(refusal(text, "\"world\": 3", std::string("\"world\": ") + world),
                         "file.json: world: expected a whole number from 0 to 4294967295, got "));
  CATCH_CHECK(contains(refusal(text, "\"seed\": 1", "\"seed\": -1"), "seed: expected a whole"));
  CATCH_CHECK(contains(refusal(text, "\"actions\": [\n  2,", "\"actions\": [\n  1.5,"),
                       "actions: expected 0 to 254, got 1.5"));
}

CATCH_TEST_CASE("what a world carried is a part of its replay's text") {
  const auto lane = make_lane();
  Replay replay = some_replay(*lane);
  CATCH_CHECK(write_replay(replay).find("carried") == std::string::npos);
  replay.carried = {std::byte{0x0f}, std::byte{0xa0}};
  const std::string text = write_replay(replay);
  CATCH_CHECK(read_replay(text, "x").carried == replay.carried);
  CATCH_CHECK(contains(refusal(text, "0fa0", "0fa"), "file.json: carried: expected"));
  CATCH_CHECK(contains(refusal(text, "0fa0", "0fg0"), "hexadecimal"));
}
