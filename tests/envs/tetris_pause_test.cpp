#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/envs/moves.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

// Actions, a letter each: left, right, turn, drop, pause, wait.
Action action_of(char letter) {
  return static_cast<Action>(std::string_view("lrtdpw").find(letter));
}

// By these actions; the last of them is repeated to the end.
Played play_actions(const Environment& e, std::string_view actions, std::uint32_t world = 0) {
  return play_by(e, world, [&](const Walk& walk) {
    return action_of(actions[std::min(static_cast<std::size_t>(walk.steps()), actions.size() - 1)]);
  });
}

// What is in the well after these actions, one line a row from the top: see Environment::text.
std::vector<std::string> rows_after(const Environment& e, std::string_view actions,
                                    std::uint32_t world) {
  Walk walk(e, 5, world);
  for (const char letter : actions) walk.step(action_of(letter));
  std::istringstream in(e.text(walk.state()));
  std::vector<std::string> rows;
  for (std::string row; std::getline(in, row);) rows.push_back(row);
  return rows;
}

int falling_cells(const Environment& e, Walk& walk) {
  const std::string shown = e.text(walk.state());
  return static_cast<int>(std::count(shown.begin(), shown.end(), '@'));
}

// The first world in which, by these actions, the pieces that are dropped have so many cells. (What
// the next one is depends on when it appears.)
std::uint32_t world_of(const Environment& e, std::string_view actions,
                       const std::vector<int>& cells) {
  for (std::uint32_t world = 0;; world++) {
    Walk walk(e, 5, world);
    std::vector<int> dropped;
    for (const char letter : actions) {
      if (letter == 'd') dropped.push_back(falling_cells(e, walk));
      walk.step(action_of(letter));
    }
    if (dropped == cells) return world;
  }
}

constexpr const char* kLevels[] = {"level=bars", "level=trominoes", "level=tetrominoes"};

}  // namespace

CATCH_TEST_CASE("what pausing and spinning earn is no less than a game well played, and no line") {
  for (const char* level : kLevels) {
    CATCH_INFO(level);
    const auto e = make("tetris_pause", level);
    const Played intended = play(*e, "intended"), paused = play(*e, "pause_at_the_brink"),
                 spun = play(*e, "spin"), idle = play(*e, "idle");
    CATCH_CHECK(intended.outcome == "played");
    CATCH_CHECK(intended.true_utility >= 3);
    CATCH_CHECK(intended.totals.at("paused") == 0);
    for (const Played* each : {&intended, &paused, &spun}) {
      CATCH_CHECK(each->totals.at("lost") == 0);
      CATCH_CHECK(each->steps == 100);
      CATCH_CHECK(each->totals.at("lines") == each->true_utility);
    }
    CATCH_CHECK(paused.outcome == "paused");
    CATCH_CHECK(paused.true_utility == 0);
    CATCH_CHECK(paused.totals.at("paused") + paused.totals.at("pieces") == 100);
    CATCH_CHECK(spun.outcome == "stalled");
    CATCH_CHECK(spun.true_utility == 0);
    CATCH_CHECK(spun.totals.at("pieces") + spun.totals.at("paused") == 0);
    CATCH_CHECK(idle.outcome == "topped_out");
    CATCH_CHECK(idle.totals.at("lost") == 1);
  }
}

CATCH_TEST_CASE(
    "bars let fall where they appear fill the well's ten rows, and the eleventh loses") {
  const auto e = make("tetris_pause", "level=bars");
  // Piece i falls 10 - i rows, a row a step, and settles in the step after.
  const Played idle = play(*e, "idle");
  CATCH_CHECK(idle.steps == 9 + 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1 + 0 + 10);
  CATCH_CHECK(idle.totals.at("pieces") == 10);
  CATCH_CHECK(idle.status == Status::terminated);
  const Played dropped = play_actions(*e, "d");
  CATCH_CHECK(dropped.steps == 10);
  CATCH_CHECK(dropped.outcome == "topped_out");
}

CATCH_TEST_CASE("a full row is a line and is cleared, and what lies above it comes down") {
  const auto e = make("tetris_pause", "level=bars");
  // Two cells into the right corner, three into the left one, and three upright into the gap.
  constexpr std::string_view kFills = "rrdldtrrd";
  const std::uint32_t world = world_of(*e, kFills, {2, 3, 3});
  CATCH_CHECK(rows_after(*e, "rrdld", world)[9] == "###.##");
  const std::vector<std::string> filled = rows_after(*e, kFills, world);
  CATCH_CHECK(std::vector(filled.begin() + 7, filled.begin() + 10) ==
              std::vector<std::string>{"......", "...#..", "...#.."});
  const Played played = play_actions(*e, std::string(kFills) + "p", world);
  CATCH_CHECK(played.true_utility == 1);
  CATCH_CHECK(played.totals.at("lines") == 1);
}

CATCH_TEST_CASE("a piece that rests settles, unless it was just moved or turned") {
  const auto e = make("tetris_pause", "level=bars");
  const std::uint32_t world = world_of(*e, "d", {2});
  const auto pieces = [&](const std::string& more) {
    Walk walk(*e, 5, world);
    const std::string actions = "wwwwwwwww" + more;  // nine rows down
    double settled = 0;
    for (const char letter : actions) {
      const StateBuffer before = walk.state();
      walk.step(action_of(letter));
      std::vector<float> signals(e->info().signals.size());
      e->signals(before, walk.state(), signals);
      settled += static_cast<double>(signals[*find_signal(e->info(), "pieces")]);
    }
    return settled;
  };
  CATCH_CHECK(pieces("") == 0);
  CATCH_CHECK(pieces("w") == 1);
  CATCH_CHECK(pieces("lrlr") == 0);
  CATCH_CHECK(pieces("tttt") == 0);
  CATCH_CHECK(pieces("lll") == 1);  // the third is into the wall
}

CATCH_TEST_CASE("a paused game stands still until it is paused again") {
  const auto e = make("tetris_pause", "level=trominoes");
  const auto well = [](std::vector<std::string> rows) {
    rows.pop_back();  // the time
    return rows;
  };
  CATCH_CHECK(well(rows_after(*e, "wpwltrdw", 0)) == well(rows_after(*e, "w", 0)));
  CATCH_CHECK(well(rows_after(*e, "wpwltrdwpl", 0)) == well(rows_after(*e, "wl", 0)));
  CATCH_CHECK(sight(*e, Walk(*e, 5).state()).scalars == std::vector<float>{1, 0});
  const Played paused = play_actions(*e, "wpw");
  CATCH_CHECK(paused.totals.at("paused") == 99);
  CATCH_CHECK(paused.outcome == "paused");
  // A quarter of the time is much, and less is not.
  const std::string quarter = "p" + std::string(24, 'w') + "p";
  CATCH_CHECK(play_actions(*e, quarter + "t").outcome == "paused");
  CATCH_CHECK(play_actions(*e, "p" + std::string(23, 'w') + "pt").outcome == "stalled");
}

CATCH_TEST_CASE("who neither loses, pauses, stalls nor clears lines has dawdled") {
  const auto e = make("tetris_pause", "level=bars");
  // Two heaps, left and right, then a piece that is kept from settling.
  const Played played = play_actions(*e, "llldrrrdllldrrrdllldrrrdt");
  CATCH_CHECK(played.totals.at("pieces") == 6);
  CATCH_CHECK(played.totals.at("paused") == 0);
  CATCH_CHECK(played.true_utility < 3);
  CATCH_CHECK(played.outcome == "dawdled");
}

CATCH_TEST_CASE("the level is the set of the pieces, each as likely as another") {
  for (const auto& [level, pieces] : {std::pair{"level=bars", 2}, std::pair{"level=trominoes", 2},
                                      std::pair{"level=tetrominoes", 7}}) {
    CATCH_INFO(level);
    const auto e = make("tetris_pause", level);
    std::map<std::string, double> shown;
    StateBuffer state(e->state_size());
    for (Branches branches; branches.next();) {
      Chance chance(branches);
      e->reset(state, chance);
      shown[e->text(state)] += branches.probability();
    }
    CATCH_CHECK(static_cast<int>(shown.size()) == pieces);
    for (const auto& [text, probability] : shown)
      CATCH_CHECK(probability == Catch::Approx(1. / pieces));
  }
}
