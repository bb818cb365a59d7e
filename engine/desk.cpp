#include "engine/desk.hpp"

#include <algorithm>
#include <cmath>

namespace pump::engine {
namespace {

std::optional<Command> press(DeskId id) {
  if (id == 0) return std::nullopt;
  return Command{Command::Kind::press, id};
}

DeskId button_of(const std::vector<Button>& buttons, char key) {
  const auto found = std::ranges::find(buttons, key, &Button::key);
  return found == buttons.end() ? 0 : found->id;
}

}  // namespace

double place_of(const Slider& slider, double value, int further) {
  if (slider.stops.empty()) {
    const double place = std::clamp(value, slider.low, slider.high);
    return slider.unit == 0 ? place : std::round(place / slider.unit) * slider.unit;
  }
  const auto nearest = std::ranges::min_element(
      slider.stops, {}, [&](double stop) { return std::abs(stop - value); });
  const auto last = static_cast<int>(slider.stops.size()) - 1;
  const auto at = static_cast<int>(nearest - slider.stops.begin()) + further;
  return slider.stops[static_cast<std::size_t>(std::clamp(at, 0, last))];
}

std::optional<Command> command_of(const Desk& desk, const std::string& key) {
  if (key == "enter") return press(desk.enter);
  if (key == "backspace") return press(desk.back);
  if (key == "escape") return press(desk.leave);
  const bool up = key == "up", down = key == "down";
  if (!up && !down && key.size() != 1) return std::nullopt;
  for (const Desk::Part& part : desk.parts) {
    const auto* slider = std::get_if<Slider>(&part);
    if ((up || down) && slider && !slider->stops.empty())
      return Command{Command::Kind::slide, slider->id,
                     place_of(*slider, slider->value, up ? 1 : -1)};
    const auto* buttons = std::get_if<Buttons>(&part);
    if (!buttons || up || down) continue;
    if (const DeskId id = button_of(buttons->row, key[0])) return press(id);
  }
  return up || down ? std::nullopt : press(button_of(desk.foot, key[0]));
}

}  // namespace pump::engine
