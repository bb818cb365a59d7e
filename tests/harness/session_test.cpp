#include "harness/session.hpp"

#include "envs/catalogue.hpp"
#include "harness/files.hpp"
#include "harness/open_session.hpp"
#include "harness/recordings.hpp"
#include "harness/replay_text.hpp"
#include "harness/showing.hpp"
#include "harness/trial_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::engine::Command;
using pump::engine::Inspection;
using pump::engine::Replay;
using pump::test::complaint;
using pump::test::contains;
using pump::test::Scratch;

namespace {

std::unique_ptr<Session> scripted(const std::string& demonstration, std::uint64_t seed = 1,
                                  const std::string& environment = "burning_building") {
  return open_session({environment,
                       "demo:" + demonstration,
                       environment == "burning_building" ? "distance" : "",
                       {},
                       seed});
}

Showing showing_of(std::unique_ptr<Session> session) {
  std::vector<std::unique_ptr<Session>> sessions;
  sessions.push_back(std::move(session));
  return Showing(std::move(sessions));
}

Inspection inspection(const Showing& showing, std::size_t panel = 0) {
  return showing.snapshots()[panel].inspection;
}

// The states of the episode of a batch, as anything else in pump would have played it.
Replay played(const std::string& demonstration, std::uint64_t seed = 1) {
  const auto environment = make_environment("burning_building", {});
  return record_policy(*environment, "demo:" + demonstration, seed);
}

void press(Showing& showing, std::initializer_list<Command::Kind> keys) {
  for (const Command::Kind key : keys) showing.apply({key, 0});
}

int action_of(const Showing& showing, const std::string& name) {
  return *pump::engine::index_of(inspection(showing).actions, name);
}

}  // namespace

CATCH_TEST_CASE("a session passes through the states of the episode, forwards and backwards") {
  for (const std::string demonstration : {"intended", "explosion", "window"}) {
    const Replay replay = played(demonstration);
    Showing showing = showing_of(scripted(demonstration));
    for (const std::uint64_t hash : replay.hashes) {
      CATCH_CHECK(inspection(showing).state_hash == hash);
      press(showing, {Command::Kind::step_forward});
    }
    CATCH_CHECK(inspection(showing).step == static_cast<int>(replay.actions.size()));
    CATCH_CHECK(inspection(showing).ended);
    for (std::size_t i = replay.hashes.size() - 1; i-- > 0;) {
      press(showing, {Command::Kind::step_back});
      CATCH_CHECK(inspection(showing).state_hash == replay.hashes[i]);
    }
    for (const int step : {5, 2, 9, 0}) {
      showing.apply({Command::Kind::seek, step});
      CATCH_CHECK(inspection(showing).state_hash == replay.hashes[static_cast<std::size_t>(step)]);
    }
  }
}

CATCH_TEST_CASE("what is told of the end of an episode is what eval says of it") {
  Showing showing = showing_of(scripted("explosion"));
  press(showing, {Command::Kind::next_outcome});
  const Inspection end = inspection(showing);
  CATCH_CHECK(end.outcome == "thrown_by_explosion");
  CATCH_CHECK(end.kind == pump::engine::Kind::gaming);
  CATCH_CHECK(end.proxy_return.size() == static_cast<std::size_t>(end.last_step) + 1);
  CATCH_CHECK(end.proxy_return.front() == 0);
  CATCH_CHECK(end.proxy_return.back() > 6);
  CATCH_CHECK(end.true_utility.back() < end.true_utility.front());
  CATCH_CHECK_FALSE(end.facts.empty());
  CATCH_CHECK(end.next == std::nullopt);
}

CATCH_TEST_CASE("time that passes while playing moves a step a quarter of a second, and no state") {
  Showing showing = showing_of(scripted("intended"));
  showing.advance(10);
  CATCH_CHECK(inspection(showing).step == 0);  // it does not play
  press(showing, {Command::Kind::toggle_play});
  showing.advance(.1);
  CATCH_CHECK(inspection(showing).step == 0);
  CATCH_CHECK(showing.snapshots()[0].fraction == Catch::Approx(.4));
  showing.advance(.15);
  CATCH_CHECK(inspection(showing).step == 1);
  press(showing, {Command::Kind::slower, Command::Kind::slower});
  CATCH_CHECK(showing.snapshots()[0].speed == .25);
  showing.advance(1);
  CATCH_CHECK(inspection(showing).step == 2);
  for (int i = 0; i < 20; i++) press(showing, {Command::Kind::faster});
  CATCH_CHECK(showing.snapshots()[0].speed == 0);  // as fast as it goes
  showing.advance(.01);
  CATCH_CHECK(inspection(showing).step > 2);
  CATCH_CHECK(inspection(showing).state_hash ==
              played("intended").hashes[static_cast<std::size_t>(inspection(showing).step)]);
}

CATCH_TEST_CASE("a flight is seen picture by picture within its step") {
  Showing showing = showing_of(scripted("explosion"));
  press(showing, {Command::Kind::last});
  press(showing, {Command::Kind::step_back});
  CATCH_CHECK(showing.snapshots()[0].scene->bodies.empty());
  press(showing, {Command::Kind::toggle_play});
  showing.advance(.4);
  const auto flying = showing.snapshots()[0];
  CATCH_CHECK_FALSE(flying.scene->bodies.empty());
  CATCH_CHECK_FALSE(flying.inspection.step == flying.inspection.last_step);
}

CATCH_TEST_CASE("after an outcome was read the next episode begins; a recording stays at its end") {
  Showing showing = showing_of(scripted("intended"));
  press(showing, {Command::Kind::last, Command::Kind::toggle_play});
  showing.advance(1);
  CATCH_CHECK(inspection(showing).episode == 0);
  showing.advance(1);
  CATCH_CHECK(inspection(showing).episode == 1);
  CATCH_CHECK(inspection(showing).step == 0);
  press(showing, {Command::Kind::previous_episode});
  CATCH_CHECK(inspection(showing).episode == 0);
  CATCH_CHECK(inspection(showing).state_hash == played("intended").hashes[0]);

  const Scratch scratch;
  write_text(scratch / "a.json", pump::engine::write_replay(played("intended")));
  Showing recorded = showing_of(open_session({(scratch / "a.json").string(), "", "", {}, {}}));
  press(recorded, {Command::Kind::last, Command::Kind::toggle_play});
  recorded.advance(60);  // once more to its end
  recorded.advance(60);
  CATCH_CHECK(inspection(recorded).episode == 0);
  CATCH_CHECK_FALSE(recorded.playing());
  press(recorded, {Command::Kind::toggle_play});  // again from the start
  CATCH_CHECK(inspection(recorded).step == 0);
}

CATCH_TEST_CASE("side by side, all do what is wanted and wait for one another") {
  std::vector<std::unique_ptr<Session>> sessions;
  sessions.push_back(scripted("intended"));
  sessions.push_back(scripted("explosion"));
  Showing showing(std::move(sessions));
  CATCH_CHECK(inspection(showing, 0).state_hash == inspection(showing, 1).state_hash);  // one reset
  press(showing, {Command::Kind::step_forward, Command::Kind::step_forward});
  CATCH_CHECK((inspection(showing, 0).step == 2 && inspection(showing, 1).step == 2));
  press(showing, {Command::Kind::toggle_play});
  while (!inspection(showing, 0).ended ||
         inspection(showing, 0).step < inspection(showing).last_step)
    showing.advance(.05);
  CATCH_CHECK(inspection(showing, 1).step < inspection(showing, 1).last_step);
  showing.advance(1.6);  // the first waits
  CATCH_CHECK((inspection(showing, 0).episode == 0 && inspection(showing, 1).episode == 0));
  for (int i = 0; i < 400 && inspection(showing, 0).episode == 0; i++) showing.advance(.05);
  CATCH_CHECK((inspection(showing, 0).episode == 1 && inspection(showing, 1).episode == 1));
}

CATCH_TEST_CASE("a person plays, takes steps back, and is recorded as a clone can learn it") {
  const Scratch scratch;
  Showing showing = showing_of(open_play({"burning_building", "", "distance", {}, 1}));
  showing.record_into(scratch / "me");
  const auto act = [&](const std::string& name) {
    showing.apply({Command::Kind::act, action_of(showing, name)});
    for (int i = 0; i < 10; i++) showing.advance(.05);
  };
  const auto environment = make_environment("burning_building", {});
  const Replay honest = played("intended");
  act("wait");
  act("wait");
  CATCH_CHECK(inspection(showing).step == 2);
  press(showing, {Command::Kind::step_back, Command::Kind::step_back});
  CATCH_CHECK(inspection(showing).step == 0);
  for (const auto action : honest.actions) act(environment->info().actions[action]);
  CATCH_CHECK(inspection(showing).ended);
  CATCH_CHECK(inspection(showing).state_hash == honest.hashes.back());
  const Recordings recordings = read_recordings(scratch / "me", *environment);
  CATCH_REQUIRE(recordings.replays.size() == 1);
  CATCH_CHECK(recordings.replays[0].actions == honest.actions);
  CATCH_CHECK(recordings.replays[0].notes.at("outcome") == "carried_out_alive");
  CATCH_CHECK(contains(showing.snapshots()[0].message, "0000.json"));

  act("wait");  // an ended episode takes no more actions
  CATCH_CHECK(inspection(showing).state_hash == honest.hashes.back());
  press(showing, {Command::Kind::next_episode});
  for (int i = 0; i < 80; i++) act("wait");
  CATCH_CHECK(inspection(showing).ended);
  CATCH_CHECK(read_recordings(scratch / "me", *environment).replays.size() == 2);

  Showing later = showing_of(open_play({"burning_building", "", "distance", {}, 1}));
  later.record_into(scratch / "me");  // never over what is there
  for (int i = 0; i < 80; i++) {
    later.apply({Command::Kind::act, action_of(later, "wait")});
    later.advance(.3);
  }
  CATCH_CHECK(read_recordings(scratch / "me", *environment).replays.size() == 3);
}

CATCH_TEST_CASE("two presses before the window draws are two steps") {
  Showing showing = showing_of(open_play({"burning_building", "", "distance", {}, 1}));
  for (const char* name : {"up", "up", "wait"})
    showing.apply({Command::Kind::act, action_of(showing, name)});
  CATCH_CHECK(inspection(showing).last_step == 3);
  press(showing, {Command::Kind::last});
  CATCH_CHECK(inspection(showing).taken == action_of(showing, "wait"));
}

CATCH_TEST_CASE("an episode is recorded before its end is seen, and over no other recording") {
  const Scratch scratch;
  const auto environment = make_environment("burning_building", {});
  const Replay honest = played("intended");
  write_text(scratch / "0001.json", "a gap before it, and not ours to touch");
  Showing showing = showing_of(open_play({"burning_building", "", "distance", {}, 1}));
  showing.record_into(scratch.path());
  for (const auto action : honest.actions) showing.apply({Command::Kind::act, action});
  CATCH_CHECK(pump::engine::read_replay(read_text(scratch / "0002.json"), "a").actions ==
              honest.actions);
  press(showing, {Command::Kind::previous_episode});  // the same episode from its start
  for (const auto action : honest.actions) showing.apply({Command::Kind::act, action});
  CATCH_CHECK(std::filesystem::exists(scratch / "0003.json"));
  CATCH_CHECK(contains(read_text(scratch / "0001.json"), "not ours"));
}

CATCH_TEST_CASE("where a recording cannot be written the window says so and play goes on") {
  const Scratch scratch;
  Showing showing = showing_of(open_play({"burning_building", "", "distance", {}, 1}));
  showing.record_into(scratch / "gone");
  std::filesystem::remove_all(scratch / "gone");
  for (const auto action : played("intended").actions) showing.apply({Command::Kind::act, action});
  CATCH_CHECK(contains(showing.snapshots()[0].message, "not recorded"));
}

CATCH_TEST_CASE("one episode at a time, the same again") {
  Showing showing = showing_of(scripted("intended"));
  showing.play_one();
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 100 && showing.playing(); i++) showing.advance(1);
    CATCH_CHECK_FALSE(showing.playing());
    CATCH_CHECK(inspection(showing).ended);
    CATCH_CHECK(inspection(showing).episode == 0);
    press(showing, {Command::Kind::toggle_play});
    CATCH_CHECK(showing.playing());
    CATCH_CHECK(inspection(showing).step == 0);
    press(showing, {Command::Kind::last});  // its end is looked at at once
  }
}

CATCH_TEST_CASE("a trial's replay is judged by the trial's wish; one that nobody knows is named") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch / "replays");
  Replay replay = played("intended");
  replay.notes["wish"] = "mine";
  write_text(scratch / "replays/a.json", pump::engine::write_replay(replay));
  const auto seen = [&] {
    return open_session({(scratch / "replays/a.json").string(), "", "", {}, {}});
  };
  CATCH_CHECK_FALSE(seen()->wish());
  CATCH_CHECK(contains(seen()->snapshot().inspection.remark, "its wish \"mine\" is not known"));
  TrialSpec spec = read_trial(ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nobjective: a2c\n", "t.yaml"));
  spec.wish.name = "mine";
  spec.wish.weights[0] = 7;
  write_text(scratch / "config.yaml", write_trial(spec));
  CATCH_REQUIRE(seen()->wish());
  CATCH_CHECK(seen()->wish()->weights == spec.wish.weights);
  CATCH_CHECK(seen()->snapshot().inspection.remark.empty());
}

CATCH_TEST_CASE("a recording that does not play as it was recorded is said to be none") {
  const Scratch scratch;
  Replay replay = played("intended");
  const auto remark = [&] {
    write_text(scratch / "a.json", pump::engine::write_replay(replay));
    return open_session({(scratch / "a.json").string(), "", "", {}, {}})
        ->snapshot()
        .inspection.remark;
  };
  CATCH_CHECK(remark().empty());
  replay.hashes[3]++;
  CATCH_CHECK(contains(remark(), "from step 3 on"));
}

CATCH_TEST_CASE("a footprint says where episodes went and what was done there") {
  Showing showing = showing_of(scripted("intended"));
  CATCH_CHECK_FALSE(showing.snapshots()[0].footprint);
  press(showing, {Command::Kind::footprint});
  const auto footprint = showing.snapshots()[0].footprint;
  CATCH_REQUIRE(footprint);
  CATCH_CHECK(footprint->episodes == 64);
  CATCH_REQUIRE(footprint->overlays.size() == 1);  // a script expects nothing
  const auto& visits = footprint->overlays[0].values;
  CATCH_CHECK(*std::max_element(visits.begin(), visits.end()) == 1);
  CATCH_CHECK(*std::min_element(visits.begin(), visits.end()) == 0);
  CATCH_CHECK_FALSE(footprint->arrows.empty());
  for (const auto& arrow : footprint->arrows) CATCH_CHECK(std::abs(arrow.dx + arrow.dy) <= 1);
  CATCH_CHECK(showing.snapshots()[0].message.empty());
  Showing person = showing_of(open_play({"burning_building", "", "distance", {}, 1}));
  press(person, {Command::Kind::footprint});
  CATCH_CHECK(contains(person.snapshots()[0].message, "a policy's"));
}

CATCH_TEST_CASE("what cannot be watched is said in one line") {
  const Scratch scratch;
  const auto fails = [](const WatchRequest& request) {
    return complaint([&] { open_session(request); });
  };
  CATCH_CHECK(contains(fails({"burning_bulding", "uniform", "", {}, 0}), "burning_building"));
  CATCH_CHECK(contains(fails({"burning_building", "", "", {}, 0}), "--policy"));
  CATCH_CHECK(contains(fails({"burning_building", "demo:intend", "", {}, 0}), "intended"));
  CATCH_CHECK(contains(fails({scratch.path().string(), "", "", {}, 0}), "config.yaml"));
  CATCH_CHECK(contains(fails({(scratch / "none.json").string(), "", "", {}, {}}), "none.json"));
  write_text(scratch / "a.json", pump::engine::write_replay(played("intended")));
  CATCH_CHECK(contains(fails({(scratch / "a.json").string(), "uniform", "", {}, {}}), "--policy"));
  CATCH_CHECK(contains(fails({(scratch / "a.json").string(), "", "", {}, 3}), "--seed"));
  write_text(scratch / "bad.txt", "nothing\n");
  CATCH_CHECK(contains(fails({(scratch / "bad.txt").string(), "", "", {}, {}}), "bad.txt:1"));
}

CATCH_TEST_CASE("every golden playthrough can be watched to its end") {
  for (const auto& file : std::filesystem::directory_iterator(PUMP_SOURCE_DIR "/tests/golden")) {
    CATCH_INFO(file.path().string());
    const auto session = open_session({file.path().string(), "", "", {}, {}});
    session->to_end();
    const Inspection end = session->snapshot().inspection;
    CATCH_CHECK(end.ended);
    CATCH_CHECK(contains(read_text(file.path()), "outcome: " + end.outcome + "\n"));
  }
}

CATCH_TEST_CASE("a world that remembers is watched as it was played, also when turned back to") {
  const auto hidden = [](const std::string& policy, std::initializer_list<Command::Kind> keys) {
    Showing showing = showing_of(open_session({"friend_foe", policy, "", {"level=adversary"}, 1}));
    press(showing, keys);
    press(showing, {Command::Kind::last});
    return std::pair(inspection(showing).outcome, inspection(showing).state_hash);
  };
  using Kind = Command::Kind;
  const auto second = hidden("uniform", {Kind::next_episode});
  CATCH_CHECK(hidden("uniform", {}) != second);
  CATCH_CHECK(hidden("uniform", {Kind::next_episode, Kind::next_episode, Kind::previous_episode}) ==
              second);
}
