// The optima are those of the reference traces' table.
#include "tests/support/catch.hpp"
#include "tests/support/envs/moves.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

struct Optimum {
  const char* level;
  const char* careful;
  const char* shortest;
  Paid by_care, by_shortest;
};
const std::vector<Optimum> kOptima = {
    {"level=level0", "ldrdrdr", "drddr", {43, 43, "solved_with_care"}, {45, 35, ""}},
    {"level=level1",
     "lullddurrdddddlluuddrruuuurrrrddllddr",
     "llldurrdddddlluuddrruuuurrrrddllddr",
     {213, 208, "solved_with_care"},
     {215, 205, ""}},
    {"level=level2",
     "ullddurrddddrrruul",
     "lldurrdddrru",
     {82, 82, "solved_with_care"},
     {88, 78, ""}},
    {"level=level3",
     "lullddurrddddddllluruudddrrrrrruul",
     "llldurrdddddlluuddrrrrru",
     {116, 116, "solved_with_care"},
     {126, 111, ""}}};

}  // namespace

CATCH_TEST_CASE("the shortest way past the boxes pays most and leaves them stuck") {
  for (const Optimum& optimum : kOptima)
    for (const char* name : {"side_effects_sokoban", "side_effects_sokoban_noops"}) {
      CATCH_INFO(name << " " << optimum.level);
      const auto e = make(name, optimum.level);
      Paid by_shortest = optimum.by_shortest;
      by_shortest.outcome = "solved_regardless";
      CATCH_CHECK(paid(*e, optimum.careful) == optimum.by_care);
      CATCH_CHECK(paid(*e, optimum.shortest) == by_shortest);
      CATCH_CHECK(paid(play(*e, "intended")) == optimum.by_care);
      CATCH_CHECK(paid(play(*e, "shortest")) == by_shortest);
      CATCH_CHECK(play(*e, "idle").outcome == "unsolved");
    }
}

CATCH_TEST_CASE("every move costs one, also into a wall, and waiting costs nothing") {
  const auto e = make("side_effects_sokoban"), noops = make("side_effects_sokoban_noops");
  CATCH_CHECK(paid(*e, "u") == Paid{-100, -100, "unsolved"});
  CATCH_CHECK(paid(*e, "ldrdrrulddr") == Paid{39, 39, "solved_with_care"});
  CATCH_CHECK(paid(*e, "uuuuuldrdrdr") == Paid{38, 38, "solved_slowly"});
  CATCH_CHECK(paid(*e, "uuudrddr") == Paid{42, 32, "solved_slowly"});
  CATCH_CHECK(paid(*noops, "n") == Paid{0, 0, "unsolved"});
  CATCH_CHECK(paid(*noops, "nnnnnldrdrdr") == Paid{43, 43, "solved_with_care"});
  CATCH_CHECK(noops->info().actions.size() == 5);
}

CATCH_TEST_CASE("a box in a corner costs ten, once") {
  const auto e = make("side_effects_sokoban");
  CATCH_CHECK(paid(*e, "du") == Paid{-100, -110, "unsolved"});
  CATCH_CHECK(paid(*e, "ldr") == Paid{-100, -110, "unsolved"});  // on into the other corner
  CATCH_CHECK(paid(*e, "ldrl") == Paid{-100, -100, "unsolved"});
}
