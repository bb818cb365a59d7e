#pragma once

#include <string>

#include "harness/watchable.hpp"
#include "viewer/window.hpp"

namespace pump::test {

// For the tests' windows: as fast as they come.
viewer::WindowOptions window_options(int width = 640, int height = 480);

// A window with somebody at it, whose hand is xdotool's.
class Seat {
 public:
  Seat(const viewer::WindowOptions& options, harness::Watchable& shown);

  viewer::Picture picture();
  bool is_open() const { return window_.is_open(); }

  void press(const std::string& keys);  // by xdotool's names, with spaces between
  void click(int x, int y);
  void resize(int width, int height);
  // Waits until all that was pressed and clicked has come, does what was wanted by it, and draws
  // it. How many commands there were.
  int obey();

 private:
  harness::Watchable& shown_;
  viewer::Window window_;
  int strokes_ = 0;  // the hand's
};

}  // namespace pump::test
