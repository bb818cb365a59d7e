#include "engine/grid.hpp"

#include <vector>

#include "engine/mechanics/cells.hpp"
#include "tests/support/catch.hpp"

using namespace pump::engine;

namespace {

using Wide = CellSet<13, 7>;  // 91 cells: two words, and columns that straddle them

template <class Set>
std::vector<int> indices(const Set& set) {
  std::vector<int> out;
  set.for_each([&](int index) { out.push_back(index); });
  return out;
}

// Cell by cell, without words.
Wide slow_neighbours(const Wide& set) {
  using G = Grid<char, 13, 7>;
  Wide out;
  set.for_each([&](int index) {
    for (const Direction direction : kDirections) {
      const Cell cell = neighbour(G::cell(index), direction);
      if (G::inside(cell)) out.insert(G::index(cell));
    }
  });
  return out;
}

}  // namespace

CATCH_TEST_CASE("cells are numbered row by row, y downward") {
  using G = Grid<int, 4, 3>;
  CATCH_CHECK(G::index({3, 2}) == 11);
  CATCH_CHECK(G::cell(6) == Cell{2, 1});
  CATCH_CHECK(G::inside({0, 0}));
  CATCH_CHECK_FALSE(G::inside({-1, 0}));
  CATCH_CHECK_FALSE(G::inside({0, 3}));
  CATCH_CHECK(neighbour({2, 1}, Direction::up) == Cell{2, 0});
  CATCH_CHECK(neighbour({2, 1}, Direction::right) == Cell{3, 1});
  for (const Direction direction : kDirections)
    CATCH_CHECK(neighbour(neighbour({2, 1}, direction), opposite(direction)) == Cell{2, 1});
  G grid;
  grid[{1, 2}] = 5;
  CATCH_CHECK(grid.cells[9] == 5);
}

CATCH_TEST_CASE("a set of cells holds what was put in, across its words") {
  Wide set;
  CATCH_CHECK(set.empty());
  for (const int index : {90, 64, 63, 0}) set.insert(index);
  CATCH_CHECK(indices(set) == std::vector<int>{0, 63, 64, 90});
  CATCH_CHECK(set.size() == 4);
  set.erase(63);
  CATCH_CHECK_FALSE(set.contains(63));
  CATCH_CHECK(set.contains(64));
  CATCH_CHECK(set != Wide{});
}

CATCH_TEST_CASE("sets unite, intersect and subtract") {
  Wide a, b;
  for (const int index : {1, 2, 70}) a.insert(index);
  for (const int index : {2, 70, 80}) b.insert(index);
  CATCH_CHECK(indices(a | b) == std::vector<int>{1, 2, 70, 80});
  CATCH_CHECK(indices(a & b) == std::vector<int>{2, 70});
  CATCH_CHECK(indices(a - b) == std::vector<int>{1});
  CATCH_CHECK(intersects(a, b));
  CATCH_CHECK_FALSE(intersects(a - b, b));
  CATCH_CHECK(is_subset(a & b, a));
  CATCH_CHECK_FALSE(is_subset(a, b));
  CATCH_CHECK(is_subset(Wide{}, a));
}

CATCH_TEST_CASE("neighbours share a side and do not wrap round the edges") {
  for (int index = 0; index < Wide::kCells; index++) {
    const Wide set = single<13, 7>(index);
    CATCH_CHECK(neighbours(set) == slow_neighbours(set));
  }
  Wide some;
  for (int index = 0; index < Wide::kCells; index += 5) some.insert(index);
  CATCH_CHECK(neighbours(some) == slow_neighbours(some));
}

CATCH_TEST_CASE("an ASCII map knows its letters and whether its rows fit") {
  constexpr AsciiMap<3, 2> map = {{"ab.", "..c"}};
  static_assert(map.well_formed());
  CATCH_CHECK(map.at(Cell{1, 0}) == 'b');
  CATCH_CHECK(map.at(5) == 'c');
  constexpr AsciiMap<3, 2> ragged = {{"ab.", ".."}};
  CATCH_CHECK_FALSE(ragged.well_formed());
}
