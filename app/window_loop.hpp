#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "harness/watchable.hpp"
#include "viewer/window.hpp"

namespace pump::app {

// How a window looks, as the command line says it.
struct WindowChoices {
  std::string size = "1280x800", theme = "light";
  double text = 1;
  std::vector<std::string> layers;  // beside what is shown anyway
  bool bare = false;

  void check() const;  // pump::Error: no display
  viewer::WindowOptions options() const;
};
void add_window_choices(CLI::App& command, WindowChoices& choices);
// Until the window is closed, or nothing more is to be seen, or `before`, which is called before
// every picture, says no more.
void run_window(viewer::Window& window, harness::Watchable& shown,
                const std::function<bool()>& before = {});

}  // namespace pump::app
