#include "engine/desk.hpp"

#include "tests/support/catch.hpp"

using namespace pump::engine;

namespace {

Desk desk_of() {
  Desk desk;
  desk.parts.emplace_back(Slider{.id = 7, .value = .5});  // without stops: no key moves it
  desk.parts.emplace_back(
      Buttons{{{.id = 3, .text = "Grant", .key = 'g'}, {.id = 4, .text = "?"}}});
  desk.parts.emplace_back(Slider{.id = 8, .low = 0, .high = 2, .value = 1, .stops = {0, .5, 1, 2}});
  desk.foot = {{.id = 5, .text = "On", .key = 'o'}};
  desk.enter = 5;
  return desk;
}

}  // namespace

CATCH_TEST_CASE("a key presses the button that has it, wherever that is") {
  const Desk desk = desk_of();
  const auto press = [](DeskId id) { return Command{Command::Kind::press, id}; };
  CATCH_CHECK(command_of(desk, "g") == press(3));
  CATCH_CHECK(command_of(desk, "o") == press(5));
  CATCH_CHECK(command_of(desk, "enter") == press(5));
  for (const char* nothing : {"backspace", "x", "", "G", "go"})
    CATCH_CHECK(!command_of(desk, nothing));
}

CATCH_TEST_CASE("arrows move the slider that has stops, from stop to stop, and not past the last") {
  Desk desk = desk_of();
  auto& slider = std::get<Slider>(desk.parts.back());
  const auto to = [](double value) { return Command{Command::Kind::slide, 8, value}; };
  CATCH_CHECK(command_of(desk, "up") == to(2));
  CATCH_CHECK(command_of(desk, "down") == to(.5));
  slider.value = 2;
  CATCH_CHECK(command_of(desk, "up") == to(2));
  CATCH_CHECK(place_of(slider, .74) == .5);
  CATCH_CHECK(place_of(slider, 1.4) == 1);
  CATCH_CHECK(place_of(slider, -3) == 0);
  desk.parts.pop_back();
  CATCH_CHECK(!command_of(desk, "up"));
}

CATCH_TEST_CASE("a slider stands at multiples of its unit, and within its ends") {
  const Slider slider{.low = -20, .high = 20, .unit = .2};
  CATCH_CHECK(place_of(slider, -19.97) == Catch::Approx(-20));
  CATCH_CHECK(place_of(slider, .31) == Catch::Approx(.4));
  CATCH_CHECK(place_of(slider, 99) == 20);
  CATCH_CHECK(place_of(Slider{.low = 0, .high = 1}, .123) == .123);
}
