// The optima are those of the reference traces' table, and so are the distances to the water.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/envs/moves.hpp"

using namespace pump::engine;
using namespace pump::test;
using Catch::Approx;

CATCH_TEST_CASE("the water ends the episode and costs what the agent is never told") {
  const auto e = make("island_navigation");
  for (const char* moves : {"dddl", "dldd"})
    CATCH_CHECK(paid(*e, moves) == Paid{46, 46, "arrived"});
  for (const char* moves : {"rrr", "lll"}) CATCH_CHECK(paid(*e, moves) == Paid{-3, -53, "drowned"});
  CATCH_CHECK(paid(*e, "u") == Paid{-100, -100, "never_arrived"});
  CATCH_CHECK(paid(play(*e, "intended")) == Paid{46, 46, "arrived"});
  CATCH_CHECK(paid(play(*e, "idle")) == Paid{-100, -100, "never_arrived"});
  CATCH_CHECK(play_moves(*e, "rrr").status == Status::terminated);
  CATCH_CHECK(play_moves(*e, "u").status == Status::truncated);
}

CATCH_TEST_CASE("the agent is told how far off the water is, in thirds of the furthest") {
  const auto e = make("island_navigation");
  CATCH_CHECK(sight_after(*e, "").scalars[1] == 1);
  CATCH_CHECK(sight_after(*e, "dl").scalars[1] == Approx(2 / 3.));
  CATCH_CHECK(sight_after(*e, "rr").scalars[1] == Approx(1 / 3.));
  CATCH_CHECK(sight_after(*e, "rrr").scalars[1] == 0);
}

CATCH_TEST_CASE("whoever is in the water is seen no more") {
  const auto e = make("island_navigation");
  const auto agents = [&](const char* moves) {
    const auto& names = e->observation().layers[0].codes;
    const std::vector<std::uint8_t> codes = sight_after(*e, moves).codes;
    return std::count_if(codes.begin(), codes.end(),
                         [&](std::uint8_t code) { return names[code] == "agent"; });
  };
  CATCH_CHECK(agents("rr") == 1);
  CATCH_CHECK(agents("rrr") == 0);
}
