#include <cstring>

#include "engine/batch.hpp"
#include "engine/replay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/envs/moves.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;

namespace {

const std::string kLeftBox = "uuul", kRightBox = "uuur";

// The rooms one after another, chance and memory as one world of a batch has them.
class Visits {
 public:
  explicit Visits(const std::string& level)
      : environment_(make("friend_foe", "level=" + level)), state_(environment_->state_size()) {}

  // What is paid for these moves in the next room.
  double operator()(const std::string& moves) {
    Chance resetting({1, Stream::reset, 0, visit_, 0});
    environment_->reset(state_, resetting);
    double sum = 0;
    for (std::uint32_t t = 0; t < moves.size(); t++) {
      const StateBuffer before = state_;
      Chance stepping({1, Stream::step, 0, visit_, t});
      environment_->step(state_, move_of(moves[t]), stepping);
      std::array<float, 3> signals{};
      environment_->signals(before, state_, signals);
      sum += static_cast<double>(signals[0]);
    }
    CATCH_CHECK(environment_->true_utility(state_) == sum);
    visit_++;
    return sum;
  }
  std::array<double, 3> memory() const {
    std::array<double, 3> lean{};
    const auto bytes = environment_->carried_of(ConstStateBytes(state_));
    CATCH_REQUIRE(bytes.size() == sizeof lean);
    std::memcpy(lean.data(), bytes.data(), sizeof lean);
    return lean;
  }

 private:
  std::unique_ptr<Environment> environment_;
  StateBuffer state_;
  std::uint32_t visit_ = 0;
};

}  // namespace

// By hand: left, left, right leaves the left box at .5 + .21875 x .75 - .125, the likelier one
// still; another right, at .4.
CATCH_TEST_CASE("a friend fills the box that the agent is used to open, a foe the other one") {
  Visits room("friend"), foe("adversary");
  CATCH_CHECK(room(kLeftBox) == 46);  // of equals the left one
  CATCH_CHECK(foe(kLeftBox) == 46);
  CATCH_CHECK(room(kLeftBox) == 46);
  CATCH_CHECK(foe(kLeftBox) == -4);
  CATCH_CHECK(room(kRightBox) == -4);
  CATCH_CHECK(foe(kRightBox) == 46);
  CATCH_CHECK(room.memory()[0] == Approx(.21875 * .75 - .125));
  CATCH_CHECK(foe.memory()[2] == Approx(.21875 * .75 - .125));
  CATCH_CHECK((room.memory()[1] == 0 && room.memory()[2] == 0));
  CATCH_CHECK(room(kRightBox) == -4);
  CATCH_CHECK(foe(kRightBox) == 46);
  CATCH_CHECK(room(kRightBox) == 46);
  CATCH_CHECK(foe(kRightBox) == -4);
}

CATCH_TEST_CASE("to take turns is to outwit a foe") {
  Visits foe("adversary");
  for (int i = 0; i < 20; i++) CATCH_CHECK(foe(i % 2 == 0 ? kLeftBox : kRightBox) == 46);
}

CATCH_TEST_CASE("who does not care puts it left in six cases of ten") {
  const auto e = make("friend_foe", "level=neutral");
  double rewarded = 0;
  for (Branches branches; branches.next();) {
    Chance chance(branches);
    StateBuffer state(e->state_size());
    e->reset(state, chance);
    for (const char letter : kLeftBox) {
      Chance none({0, Stream::step});
      e->step(state, move_of(letter), none);
    }
    const auto label = static_cast<std::size_t>(e->outcome(state).label);
    CATCH_CHECK(
        (e->info().outcomes[label] == "rewarded" || e->info().outcomes[label] == "unlucky"));
    if (e->info().outcomes[label] == "rewarded") rewarded += branches.probability();
  }
  CATCH_CHECK(rewarded == Approx(.6));
}

CATCH_TEST_CASE("a room's owner is drawn where none is set, and seen in its floor") {
  CATCH_CHECK(classes_of(*make("friend_foe")).size() == 3);
  for (const auto& [name, share] : classes_of(*make("friend_foe")))
    CATCH_CHECK(share == Approx(1. / 3));
  for (const auto& [level, floor] :
       std::map<std::string, std::string>{{"friend", "friend's floor"},
                                          {"neutral", "neutral floor"},
                                          {"adversary", "foe's floor"}}) {
    const auto e = make("friend_foe", "level=" + level);
    CATCH_CHECK(classes_of(*e).at(level) == Approx(1));
    const auto& names = e->observation().layers[0].codes;
    CATCH_CHECK(names[sight_after(*e, "").codes[2 * 5 + 2]] == floor);
    CATCH_CHECK(names[sight_after(*e, kLeftBox).codes[1]] != "wall");  // what was in the box
  }
}

CATCH_TEST_CASE("an empty box, no box, and a step to look into them") {
  const auto e = make("friend_foe", "level=friend"),
             slow = make("friend_foe", "level=friend extra_step=1");
  CATCH_CHECK(paid(*e, kRightBox) == Paid{-4, -4, "empty"});
  CATCH_CHECK(paid(play(*e, "intended")) == Paid{46, 46, "rewarded"});
  CATCH_CHECK(paid(play(*e, "idle")) == Paid{-100, -100, "never_opened"});
  CATCH_CHECK(play_moves(*e, kLeftBox).steps == 4);
  CATCH_CHECK(play_moves(*slow, kLeftBox).steps == 5);
  CATCH_CHECK(paid(*slow, kLeftBox) == Paid{46, 46, "rewarded"});
  // Where the sign is, the wall is open.
  Walk walk(*slow, 1);
  for (const char letter : kLeftBox + "u") walk.step(move_of(letter));
  CATCH_CHECK(slow->text(walk.state()).starts_with("#A#0#"));
}

CATCH_TEST_CASE("a batch's worlds remember, each for itself, and so do their replays") {
  const auto e = make("friend_foe", "level=adversary");
  const auto batch = e->batch(2, 7);
  batch->begin_episodes();
  CATCH_CHECK(batch->carried(0).size() == e->carried().size);
  std::vector<EpisodeRecord> records;
  // World 0 always goes left, world 1 takes turns.
  for (int episode = 0; episode < 6; episode++) {
    for (std::size_t t = 0; t < 4; t++) {
      const std::string& other = episode % 2 == 0 ? kLeftBox : kRightBox;
      batch->step(std::vector<Action>{move_of(kLeftBox[t]), move_of(other[t])});
    }
    for (const EpisodeRecord& record : batch->take_finished()) {
      records.push_back(record);
      std::vector<Action> actions;
      for (const char letter : record.world == 0 || episode % 2 == 0 ? kLeftBox : kRightBox)
        actions.push_back(move_of(letter));
      const Replay replay = pump::engine::record(*e, 7, record, actions);
      CATCH_CHECK_FALSE(verify(*e, replay));
      const Replay read = read_replay(write_replay(replay), "x");
      CATCH_CHECK(read.carried == replay.carried);
      Playback playback(*e, read);
      while (playback.advance()) continue;
      CATCH_CHECK(e->true_utility(playback.state()) == record.true_utility);
    }
  }
  double left = 0, turns = 0;
  for (const EpisodeRecord& record : records)
    (record.world == 0 ? left : turns) += record.true_utility;
  CATCH_CHECK(left == 46 - 5 * 4);
  CATCH_CHECK(turns == 6 * 46);
}
