#include "tests/support/viewer/seat.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "harness/files.hpp"
#include "tests/support/catch.hpp"

namespace pump::test {
namespace {

void hand(const std::string& does) {
  if (std::system(("xdotool " + does + " >/dev/null 2>&1").c_str()) != 0)
    CATCH_FAIL("xdotool " << does);
}

}  // namespace

viewer::WindowOptions window_options(int width, int height) {
  viewer::WindowOptions options;
  options.width = width;
  options.height = height;
  options.assets = harness::assets_directory();
  options.smooth = false;
  return options;
}

Seat::Seat(const viewer::WindowOptions& options, harness::Watchable& shown)
    : shown_(shown), window_(options, shown.snapshots()) {
  picture();
}

viewer::Picture Seat::picture() {
  const auto desk = shown_.desk();
  return window_.picture(shown_.snapshots(), 0, desk ? &*desk : nullptr);
}

void Seat::press(const std::string& keys) {
  hand("key " + keys);
  strokes_ += 1 + static_cast<int>(std::ranges::count(keys, ' '));
}

void Seat::click(int x, int y) {
  hand(fmt::format("search --name 'Outcome Pump' mousemove --window %1 {} {} click 1", x, y));
  strokes_++;
}

void Seat::resize(int width, int height) {
  hand(fmt::format("search --name 'Outcome Pump' windowsize --sync %1 {} {}", width, height));
}

int Seat::obey() {
  using namespace std::chrono_literals;
  const auto late = std::chrono::steady_clock::now() + 30s;
  int count = 0;
  constexpr int kMost = 1000;  // what never ends is found by whoever checks what came of it
  // What a click does shows some pictures later.
  for (int quiet = 0; quiet < 8 && count < kMost; quiet++) {
    for (const engine::Command& command : window_.commands()) {
      shown_.apply(command);
      count++;
      quiet = 0;
    }
    if (!window_.is_open()) return count;
    if (window_.strokes() < strokes_) quiet = 0;
    if (std::chrono::steady_clock::now() > late)
      CATCH_FAIL(fmt::format("{} of {} keys and clicks came", window_.strokes(), strokes_));
    picture();
    std::this_thread::sleep_for(10ms);
  }
  return count;
}

}  // namespace pump::test
