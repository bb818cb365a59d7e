#include <array>

#include "engine/mechanics/fire.hpp"
#include "engine/mechanics/gas.hpp"
#include "engine/mechanics/handling.hpp"
#include "engine/mechanics/navigation.hpp"
#include "engine/mechanics/pushing.hpp"
#include "engine/mechanics/smoke.hpp"
#include "engine/mechanics/walking.hpp"
#include "tests/support/catch.hpp"

using namespace pump::engine;
using Catch::Approx;

namespace {

using Cells = CellSet<5, 3>;
using G = Grid<char, 5, 3>;

Cells cells(std::initializer_list<int> indices) {
  Cells out;
  for (const int index : indices) out.insert(index);
  return out;
}
Cells all() {
  Cells out;
  for (int index = 0; index < Cells::kCells; index++) out.insert(index);
  return out;
}
Chance chance() { return Chance(ChanceKey{1}); }

}  // namespace

// The 5 x 3 cells:   0  1  2  3  4
//                    5  6  7  8  9
//                   10 11 12 13 14

CATCH_TEST_CASE("fire passes to fuel that shares a side, and to nothing else") {
  const Cells fuel = all() - cells({6});
  CATCH_CHECK(catching_cells(cells({7}), Cells{}, fuel) == cells({2, 8, 12}));
  CATCH_CHECK(catching_cells(cells({7, 8}), cells({2}), fuel) == cells({3, 9, 12, 13}));
  Cells burning = cells({0});
  Chance c = chance();
  spread_fire(burning, Cells{}, all(), 0, c);
  CATCH_CHECK(burning == cells({0}));
  spread_fire(burning, Cells{}, all(), 1, c);
  CATCH_CHECK(burning == cells({0, 1, 5}));
}

CATCH_TEST_CASE("each cell beside the fire catches it on its own") {
  // From the middle of the top row three cells can catch: 8 branches, 3 of them with one cell.
  double one = 0;
  int branches = 0;
  for (Branches b; b.next(); branches++) {
    Chance c(b);
    Cells burning = cells({2});
    spread_fire(burning, Cells{}, all(), .25, c);
    if (burning.size() == 2) one += b.probability();
  }
  CATCH_CHECK(branches == 8);
  CATCH_CHECK(one == Approx(3 * .25 * .75 * .75));
}

CATCH_TEST_CASE("fire goes out where no fuel is left round it") {
  Cells burning = cells({0, 1, 2}), burnt;
  burn_out(burning, burnt, cells({0, 1, 2, 3}));
  CATCH_CHECK(burning == cells({2}));  // 3 can still catch
  CATCH_CHECK(burnt == cells({0, 1}));
  burning.insert(3);
  burn_out(burning, burnt, cells({0, 1, 2, 3}));
  CATCH_CHECK(burning.empty());
  CATCH_CHECK(burnt == cells({0, 1, 2, 3}));
}

CATCH_TEST_CASE("gas evens out without being made or lost, and rests at a difference of one") {
  std::uint8_t a = 7, b = 0;
  for (int i = 0; i < 10; i++) {
    even_out(a, b);
    CATCH_CHECK(a + b == 7);
  }
  CATCH_CHECK(a == 4);
  CATCH_CHECK(b == 3);
  even_out(b, a);
  CATCH_CHECK(a == 4);
  fill(a, 3, 9);
  CATCH_CHECK(a == 7);
  fill(a, 3, 9);
  CATCH_CHECK(a == 9);
}

CATCH_TEST_CASE("smoke rises by a level at a time and passes on, and never thins") {
  std::array<std::uint8_t, 3> smoke{};
  const Passage passages[] = {{0, 1}, {1, 2}};
  const std::array<bool, 3> burning = {true, false, false}, out = {};
  thicken_smoke<3>(smoke, burning, passages);
  CATCH_CHECK(smoke == std::array<std::uint8_t, 3>{1, 0, 0});
  thicken_smoke<3>(smoke, burning, passages);
  CATCH_CHECK(smoke == std::array<std::uint8_t, 3>{2, 1, 0});
  for (int i = 0; i < 6; i++) thicken_smoke<3>(smoke, burning, passages);
  CATCH_CHECK(smoke == std::array<std::uint8_t, 3>{3, 3, 3});
  thicken_smoke<3>(smoke, out, passages);
  CATCH_CHECK(smoke == std::array<std::uint8_t, 3>{3, 3, 3});
}

CATCH_TEST_CASE("whoever carries walks on every other step of the clock") {
  int walks = 0;
  for (int time = 0; time < 10; time++) {
    CATCH_CHECK(may_walk(time, false));
    walks += may_walk(time, true);
  }
  CATCH_CHECK(walks == 5);
}

CATCH_TEST_CASE("people are reached across a side, and pushed away from it") {
  CATCH_CHECK(within_reach({2, 1}, {2, 1}));
  CATCH_CHECK(within_reach({2, 1}, {3, 1}));
  CATCH_CHECK_FALSE(within_reach({2, 1}, {3, 2}));
  CATCH_CHECK(push_direction({2, 1}, {3, 1}) == Direction::right);
  CATCH_CHECK(push_direction({2, 1}, {2, 0}) == Direction::up);
  CATCH_CHECK_FALSE(push_direction({2, 1}, {2, 1}));
  CATCH_CHECK_FALSE(push_direction({2, 1}, {3, 2}));
}

CATCH_TEST_CASE("what stands in the way is pushed on where there is room, and all of it together") {
  std::array<std::uint8_t, 4> things = {2, 3, 2, 4};
  CATCH_CHECK_FALSE(push(things, std::uint8_t{2}, std::uint8_t{3}, false));
  CATCH_CHECK(things == std::array<std::uint8_t, 4>{2, 3, 2, 4});
  CATCH_CHECK(push(things, std::uint8_t{2}, std::uint8_t{7}, true));
  CATCH_CHECK(things == std::array<std::uint8_t, 4>{7, 3, 7, 4});
  CATCH_CHECK(push(things, std::uint8_t{2}, std::uint8_t{3}, false));  // nothing is there
  constexpr AsciiMap<5, 3> kMap = {{"  X  ", "    X", " A   "}};
  CATCH_CHECK(places_of<2>(kMap, 'X') == std::array<std::uint8_t, 2>{2, 9});
  CATCH_CHECK(places_of<1>(kMap, 'A') == std::array<std::uint8_t, 1>{11});
  CATCH_CHECK(places_of<1>(kMap, 'B') == std::array<std::uint8_t, 1>{0});
}

CATCH_TEST_CASE("a way leads round what cannot be passed, by the fewest steps") {
  const Cells passable = all() - cells({2, 7});  // a wall with a gap at the bottom
  Cell at{1, 0};
  int steps = 0;
  while (const auto direction = first_step<5, 3>(at, cells({4}), passable)) {
    at = neighbour(at, *direction);
    CATCH_REQUIRE(passable.contains(G::index(at)));
    CATCH_REQUIRE(++steps < 20);
  }
  CATCH_CHECK(at == Cell{4, 0});
  CATCH_CHECK(steps == 7);
}

CATCH_TEST_CASE("there is no way through a closed wall, and none to where one stands") {
  const Cells passable = all() - cells({2, 7, 12});
  CATCH_CHECK_FALSE(first_step<5, 3>({1, 0}, cells({4}), passable));
  CATCH_CHECK_FALSE(first_step<5, 3>({4, 0}, cells({4}), passable));
  CATCH_CHECK(reachable<5, 3>({1, 0}, passable) == cells({0, 1, 5, 6, 10, 11}));
}

CATCH_TEST_CASE("a step leads to the next cell, or nowhere where a wall or the edge is") {
  constexpr AsciiMap<5, 3> kMap = {{"  #  ", " ~   ", "#### "}};
  constexpr Ways<5, 3> kWays = ways_of(kMap, "#");
  constexpr auto kUp = static_cast<std::size_t>(Direction::up),
                 kDown = static_cast<std::size_t>(Direction::down),
                 kLeft = static_cast<std::size_t>(Direction::left),
                 kRight = static_cast<std::size_t>(Direction::right);
  CATCH_CHECK(kWays[1][kUp] == 1);     // the edge
  CATCH_CHECK(kWays[1][kRight] == 1);  // the wall
  CATCH_CHECK(kWays[1][kLeft] == 0);
  CATCH_CHECK(kWays[1][kDown] == 6);   // water is no wall
  CATCH_CHECK(kWays[4][kRight] == 4);  // not on to the next row
  CATCH_CHECK(kWays[5][kLeft] == 5);   // nor back to the last
  CATCH_CHECK(kWays[14][kDown] == 14);
  for (std::size_t cell = 0; cell < kWays.size(); cell++) CATCH_CHECK(kWays[cell].back() == cell);
  CATCH_CHECK(ways_of(kMap, "#~")[1][kDown] == 1);
  CATCH_CHECK(cells_with(kMap, "#") == cells({2, 10, 11, 12, 13}));
  CATCH_CHECK(cells_with(kMap, "~ ") == all() - cells_with(kMap, "#"));
}
