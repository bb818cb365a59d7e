#include "agents/advantages.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;
using Floats = std::vector<float>;
using Links = std::vector<std::int32_t>;

// Two worlds side by side: A decides at 0, 2, 4 and ends there; B decides at 1, 3 and is cut off,
// with tail 5.
const Links kNext = {2, 3, 4, 5, -1};
const Floats kRewards = {1, 10, 2, 20, 3};
const Floats kValues = {.5f, 4, 1, 5, 2, 6};

CATCH_TEST_CASE("advantages are those worked out by hand") {
  const Floats a = generalised_advantages(kRewards, kValues, kNext, .9, .5);
  // A: delta = 1 + .9 * 1 - .5, 2 + .9 * 2 - 1, 3 - 2;  B: 10 + .9 * 5 - 4, 20 + .9 * 6 - 5.
  CATCH_CHECK(a[4] == Approx(1));
  CATCH_CHECK(a[2] == Approx(2.8 + .45 * 1));
  CATCH_CHECK(a[0] == Approx(1.4 + .45 * 3.25));
  CATCH_CHECK(a[3] == Approx(20.4));
  CATCH_CHECK(a[1] == Approx(10.5 + .45 * 20.4));
}

CATCH_TEST_CASE("lambda 0 is the TD error, lambda 1 the return minus the value") {
  const Floats td = generalised_advantages(kRewards, kValues, kNext, .9, 0);
  CATCH_CHECK(td[0] == Approx(1 + .9 * 1 - .5));
  CATCH_CHECK(td[3] == Approx(20 + .9 * 6 - 5));
  const Floats full = generalised_advantages(kRewards, kValues, kNext, .9, 1);
  CATCH_CHECK(full[0] == Approx(1 + .9 * 2 + .81 * 3 - .5));
  CATCH_CHECK(full[1] == Approx(10 + .9 * 20 + .81 * 6 - 4));
}

CATCH_TEST_CASE("returns are discounted sums to the end of the episode") {
  const Floats returns = discounted_returns(kRewards, kNext, .5);
  CATCH_CHECK(returns[0] == Approx(1 + 1 + .75));
  CATCH_CHECK(returns[4] == Approx(3));
  CATCH_CHECK(returns[1] == Approx(20));
}

// Four whole episodes in two groups: worlds 0, 1 (returns 1 + 1 = 2 and 4), worlds 2, 3 (5 and 5).
const Links kWhole = {4, -1, -1, -1, -1};
const Floats kPaid = {1, 4, 5, 5, 1};

CATCH_TEST_CASE("decisions of whole episodes are told apart by their links") {
  CATCH_CHECK(episodes_of(kWhole) == Links{0, 1, 2, 3, 0});
}

CATCH_TEST_CASE("a group's advantages are its returns, centred and scaled, and sum to zero") {
  const Floats scaled = group_advantages(kPaid, kWhole, 2, 1, true);
  // Mean 3, standard deviation (n - 1) sqrt 2; equal returns earn nothing.
  const float unit = static_cast<float>(1 / std::sqrt(2.));
  CATCH_CHECK(scaled[0] == Approx(-unit));
  CATCH_CHECK(scaled[4] == Approx(-unit));
  CATCH_CHECK(scaled[1] == Approx(unit));
  CATCH_CHECK((scaled[2] == 0 && scaled[3] == 0));
  CATCH_CHECK(group_advantages(kPaid, kWhole, 2, 1, false) == Floats{-1, 1, 0, 0, -1});
  const Floats all = group_advantages(kPaid, kWhole, 4, .5, true);  // returns 1.5, 4, 5, 5
  CATCH_CHECK(all[0] + all[1] + all[2] + all[3] == Approx(0).margin(1e-6));
}

}  // namespace
}  // namespace pump::agents
