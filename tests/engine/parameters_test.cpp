#include "engine/parameters.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"

using namespace pump::engine;
using pump::test::complaint;
using pump::test::contains;

namespace {

std::vector<ParameterSpec> specs() {
  return {{"rate", "a number", .25, 0, 1},
          {"turns", "an integer", 3, 1, 12, true},
          {"map", "a choice", 0, 0, 1, true, {"cottage", "house"}}};
}

std::string refusal(const char* name, const char* value) {
  Parameters parameters(specs());
  return complaint([&] { parameters.set(name, value); });
}

}  // namespace

CATCH_TEST_CASE("parameters start at their defaults and take text") {
  Parameters parameters(specs());
  CATCH_CHECK(parameters.number("rate") == .25);
  CATCH_CHECK(parameters.integer("turns") == 3);
  CATCH_CHECK(parameters.choice("map") == "cottage");
  parameters.set("rate", ".5");
  parameters.set("turns", "12");
  parameters.set("map", "house");
  CATCH_CHECK(parameters.number("rate") == .5);
  CATCH_CHECK(parameters.integer("turns") == 12);
  CATCH_CHECK(parameters.choice("map") == "house");
}

CATCH_TEST_CASE("the texts of parameters set them again to the same values") {
  Parameters parameters(specs());
  parameters.set("rate", "0.1");
  parameters.set("map", "house");
  Parameters again(specs());
  for (const auto& [name, value] : parameters.texts()) again.set(name, value);
  CATCH_CHECK(again.texts() == parameters.texts());
  CATCH_CHECK(again.number("rate") == .1);
}

CATCH_TEST_CASE("a wrong parameter is refused with what was expected and what came") {
  CATCH_CHECK(contains(refusal("turn", "3"), "did you mean turns?"));
  CATCH_CHECK_FALSE(contains(refusal("something_else", "3"), "did you mean"));
  CATCH_CHECK(refusal("turns", "0") ==
              "parameter turns: expected an integer from 1 to 12, got \"0\"");
  CATCH_CHECK(contains(refusal("turns", "2.5"), "expected an integer"));
  CATCH_CHECK(contains(refusal("rate", "1.01"), "expected a number from 0 to 1"));
  for (const char* wrong : {"", "x", ".5x", " .5", "nan", "inf"})
    CATCH_CHECK(contains(refusal("rate", wrong), "expected a number"));
  CATCH_CHECK(contains(refusal("map", "castle"), "expected one of cottage, house"));
}

CATCH_TEST_CASE("a refused value leaves the old one") {
  Parameters parameters(specs());
  complaint([&] { parameters.set("turns", "99"); });
  CATCH_CHECK(parameters.integer("turns") == 3);
}

CATCH_TEST_CASE("numbers are written as the shortest text that reads back") {
  CATCH_CHECK(format_number(3) == "3");
  CATCH_CHECK(format_number(.1) == "0.1");
  CATCH_CHECK(std::stod(format_number(1 / 3.)) == 1 / 3.);
}

CATCH_TEST_CASE("the nearest name is near, or none") {
  const std::vector<std::string> known = {"distance", "outside", "true"};
  CATCH_CHECK(nearest_name("distanse", known) == "distance");
  CATCH_CHECK(nearest_name("tru", known) == "true");
  CATCH_CHECK(nearest_name("zebra", known) == "");
}
