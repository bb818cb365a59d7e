#include "engine/chance.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "tests/support/catch.hpp"

using namespace pump::engine;
using Catch::Approx;

namespace {

constexpr int kDraws = 20'000;
constexpr double kTolerance = .015;  // 4 standard errors of a share of kDraws

// Draws of a key and the words that its neighbours give.
std::vector<int> draws(const ChanceKey& key) {
  Chance chance(key);
  std::vector<int> out;
  for (int i = 0; i < 20; i++) out.push_back(chance.below(1000));
  return out;
}

// What a piece of code gives, with the probability of each result.
template <class Code>
std::map<int, double> enumerate(Code code) {
  std::map<int, double> out;
  for (Branches branches; branches.next();) {
    Chance chance(branches);
    const int result = code(chance);
    out[result] += branches.probability();
  }
  return out;
}

// Chance that depends on chance: 0 (1/2), 1 and 2 (1/8 each), 3 (1/4).
int nested(Chance& chance) {
  if (chance.flip(.5)) return 0;
  if (chance.flip(.5)) return 1 + chance.below(2);
  return 3;
}

}  // namespace

CATCH_TEST_CASE("a sampled chance is a function of every part of its key") {
  const ChanceKey key{7, Stream::step, 3, 2, 1};
  CATCH_CHECK(draws(key) == draws(key));
  std::set<std::vector<int>> all = {draws(key)};
  all.insert(draws({8, Stream::step, 3, 2, 1}));
  all.insert(draws({7 + (std::uint64_t{1} << 32), Stream::step, 3, 2, 1}));
  all.insert(draws({7, Stream::reset, 3, 2, 1}));
  all.insert(draws({7, Stream::step, 4, 2, 1}));
  all.insert(draws({7, Stream::step, 3, 3, 1}));
  all.insert(draws({7, Stream::step, 3, 2, 2}));
  CATCH_CHECK(all.size() == 7);
}

CATCH_TEST_CASE("many draws of one step do not run into the next step's") {
  Chance long_step({1, Stream::step, 0, 0, 0});
  std::vector<int> tail;
  for (int i = 0; i < 4000; i++) tail.push_back(long_step.below(1 << 30));
  Chance next({1, Stream::step, 0, 0, 1});
  const int first = next.below(1 << 30);
  CATCH_CHECK(std::find(tail.begin(), tail.end(), first) == tail.end());
}

CATCH_TEST_CASE("certain flips draw nothing") {
  Chance one({5}), other({5});
  CATCH_CHECK(!one.flip(0));
  CATCH_CHECK(one.flip(1));
  CATCH_CHECK(one.below(1) == 0);
  CATCH_CHECK(one.below(1 << 30) == other.below(1 << 30));
}

CATCH_TEST_CASE("sampled flips, picks and numbers come as often as asked") {
  int heads = 0;
  std::array<int, 3> below{};
  std::array<int, 4> picked{};
  double sum = 0;
  const double probabilities[] = {.1, 0, .6, .3};
  for (std::uint32_t i = 0; i < kDraws; i++) {
    Chance chance({11, Stream::step, 0, i, 0});
    heads += chance.flip(.2);
    below[static_cast<std::size_t>(chance.below(3))]++;
    picked[static_cast<std::size_t>(chance.pick(probabilities))]++;
    const double u = chance.uniform();
    CATCH_REQUIRE((u >= 0 && u < 1));
    sum += u;
  }
  const auto share = [](int count) { return Approx(static_cast<double>(count) / kDraws); };
  CATCH_CHECK(.2 == share(heads).margin(kTolerance));
  for (const int count : below) CATCH_CHECK(1 / 3. == share(count).margin(kTolerance));
  CATCH_CHECK(.1 == share(picked[0]).margin(kTolerance));
  CATCH_CHECK(picked[1] == 0);
  CATCH_CHECK(.6 == share(picked[2]).margin(kTolerance));
  CATCH_CHECK(.3 == share(picked[3]).margin(kTolerance));
  CATCH_CHECK(sum / kDraws == Approx(.5).margin(kTolerance));
}

CATCH_TEST_CASE("enumeration visits every branch once with its exact probability") {
  const std::map<int, double> expected = {{0, .5}, {1, .125}, {2, .125}, {3, .25}};
  CATCH_CHECK(enumerate(nested) == expected);
  int branches = 0;
  for (Branches b; b.next(); branches++) {
    Chance chance(b);
    nested(chance);
  }
  CATCH_CHECK(branches == 4);
}

CATCH_TEST_CASE("what sums to nearly one is divided by its sum, enumerated as when sampled") {
  // Far enough from 1 to be told from rounding.
  const std::array<double, 3> nearly = {.5, .25, .25 - 8e-7};
  const auto found = enumerate([&](Chance& chance) { return chance.pick(nearly); });
  const double sum = nearly[0] + nearly[1] + nearly[2];
  double total = 0;
  for (const auto& [index, probability] : found) {
    CATCH_CHECK(probability ==
                Approx(nearly[static_cast<std::size_t>(index)] / sum).epsilon(1e-12));
    total += probability;
  }
  CATCH_CHECK(total == Approx(1).epsilon(1e-12));
}

CATCH_TEST_CASE("code without chance has one branch of probability 1") {
  CATCH_CHECK(enumerate([](Chance&) { return 5; }) == std::map<int, double>{{5, 1}});
}

CATCH_TEST_CASE("branches of probability 0 are not visited") {
  const double probabilities[] = {0, .25, 0, .75, 0};
  const std::map<int, double> expected = {{1, .25}, {3, .75}};
  CATCH_CHECK(enumerate([&](Chance& c) { return c.pick(probabilities); }) == expected);
  CATCH_CHECK(enumerate([](Chance& c) { return c.flip(0) + 2 * c.flip(1); }) ==
              std::map<int, double>{{2, 1}});
}

CATCH_TEST_CASE("probabilities of a deep tree sum to one") {
  double sum = 0;
  int branches = 0;
  for (Branches b; b.next(); branches++) {
    Chance chance(b);
    for (int i = 0; i < 8; i++) chance.flip(.15);
    chance.below(3);
    sum += b.probability();
  }
  CATCH_CHECK(branches == 256 * 3);
  CATCH_CHECK(sum == Approx(1).epsilon(1e-12));
}

CATCH_TEST_CASE("the same code sampled comes as often as enumerated") {
  std::map<int, double> sampled;
  for (std::uint32_t i = 0; i < kDraws; i++) {
    Chance chance({2, Stream::step, 0, i, 0});
    sampled[nested(chance)] += 1. / kDraws;
  }
  for (const auto& [result, probability] : enumerate(nested))
    CATCH_CHECK(sampled[result] == Approx(probability).margin(kTolerance));
}
