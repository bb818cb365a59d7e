#include "app/window_loop.hpp"

#include <chrono>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/files.hpp"
#include "viewer/display.hpp"

namespace pump::app {
namespace {

constexpr int kLeast = 320, kMost = 7680;  // pixels

// "1280x800".
std::pair<int, int> read_size(const std::string& text) {
  int width = 0, height = 0, used = 0;
  if (std::sscanf(text.c_str(), "%5dx%5d%n", &width, &height, &used) != 2 ||
      used != static_cast<int>(text.size()) || width < kLeast || width > kMost || height < kLeast ||
      height > kMost)
    throw Error(fmt::format("--size: expected WIDTHxHEIGHT, each {} to {} pixels, got \"{}\"",
                            kLeast, kMost, text));
  return {width, height};
}

}  // namespace

void WindowChoices::check() const {
  read_size(size);
  viewer::require_display();
}

viewer::WindowOptions WindowChoices::options() const {
  viewer::WindowOptions out;
  std::tie(out.width, out.height) = read_size(size);
  out.dark = theme == "dark";
  out.text = static_cast<float>(text);
  out.assets = harness::assets_directory();
  out.inspector = !bare;
  for (const std::string& layer : layers) {
    if (layer == "heat") out.layers.heat = true;
    if (layer == "visits") out.layers.visits = true;
    if (layer == "value") out.layers.value = true;
    if (layer == "arrows") out.layers.arrows = true;
  }
  return out;
}

void add_window_choices(CLI::App& command, WindowChoices& choices) {
  command.add_option("--size", choices.size, "Of the window, pixels")->capture_default_str();
  command.add_option("--theme", choices.theme, "light or dark")
      ->check(CLI::IsMember({"light", "dark"}))
      ->capture_default_str();
  command.add_option("--text", choices.text, "Size of the text, times what fits the window")
      ->check(in_range(.5, 3))
      ->capture_default_str();
  command.add_option("--layer", choices.layers, "Also show heat, visits, value or arrows")
      ->check(CLI::IsMember({"heat", "visits", "value", "arrows"}))
      ->allow_extra_args(false);
  command.add_flag("--bare", choices.bare, "The world alone, without the numbers");
}

void run_window(viewer::Window& window, harness::Watchable& shown,
                const std::function<bool()>& before) {
  using Clock = std::chrono::steady_clock;
  constexpr double kLongest = .1;  // s: after a pause of the machine nothing leaps
  for (auto last = Clock::now(); window.is_open();) {
    for (const engine::Command& command : window.commands()) shown.apply(command);
    const auto now = Clock::now();
    const double seconds = std::min(kLongest, std::chrono::duration<double>(now - last).count());
    last = now;
    shown.advance(seconds);
    if (shown.over() || (before && !before())) window.close();
    const auto desk = shown.desk();
    if (window.is_open()) window.show(shown.snapshots(), seconds, desk ? &*desk : nullptr);
  }
}

}  // namespace pump::app
