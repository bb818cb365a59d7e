#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "app/window_loop.hpp"
#include "engine/error.hpp"
#include "harness/demo/demo.hpp"
#include "harness/demo/lesson.hpp"
#include "harness/interrupt.hpp"
#include "viewer/window.hpp"

namespace pump::app {
namespace {

using engine::Command;

struct Options {
  std::string lesson, screenshot;
  int page = 1;
  bool asked = false, list = false;
  std::optional<int> step;
  std::vector<std::string> press;
  WindowChoices window;
};

int list() {
  for (const harness::Lesson& lesson : harness::all_lessons())
    print("{:16} {}{}: {}\n", lesson.name, lesson.title,
          lesson.minutes > 0 ? fmt::format(" ({} minutes)", lesson.minutes) : "", lesson.about);
  return kOk;
}

// Until everything is worked out that is under way.
void wait(harness::Demo& demo) {
  while (demo.busy() && !harness::interrupted()) {
    demo.advance(0);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  demo.advance(0);
  if (harness::interrupted()) throw harness::Interrupted();
}

// As a key of the page would be.
void press(harness::Demo& demo, const std::string& key) {
  const auto command = engine::command_of(*demo.desk(), key);
  if (!command) throw Error(fmt::format("--press: expected a key of the page, got \"{}\"", key));
  demo.apply(*command);
  wait(demo);
}

int screenshot(const Options& options, harness::Demo& demo, viewer::Window& window) {
  const auto begun = std::chrono::steady_clock::now();
  wait(demo);
  if (!options.asked) {
    if (demo.asks()) press(demo, "enter");
    for (const std::string& key : options.press) press(demo, key);
    demo.apply(options.step ? Command{Command::Kind::seek, *options.step}
                            : Command{Command::Kind::last});
  }
  if (!demo.complaint().empty()) throw Error(demo.complaint());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto desk = demo.desk();
  for (int i = 0; i < 2; i++) {  // the first finds out how large its parts are
    window.commands();
    const viewer::Picture picture = window.picture(demo.snapshots(), 0, desk ? &*desk : nullptr);
    if (i == 1) save(picture, options.screenshot);
  }
  print("{}, worked out in {:.1f} s\n", options.screenshot, took.count());
  return kOk;
}

int demo(const Options& options) {
  if (options.list) return list();
  options.window.check();
  agents::initialise_compute();
  std::optional<harness::Lesson> lesson;
  if (!options.lesson.empty()) lesson = harness::load_lesson(options.lesson);
  const std::size_t pages = lesson ? lesson->pages.size() : 1;
  if (options.page < 1 || static_cast<std::size_t>(options.page) > pages)
    throw Error(fmt::format("--page: expected 1 to {}, got {}", pages, options.page));
  const harness::SignalsHeld signals;
  std::optional<harness::Demo> demo;
  if (lesson)
    demo.emplace(*lesson, static_cast<std::size_t>(options.page) - 1);
  else
    demo.emplace(harness::all_lessons());
  auto window_options = options.window.options();
  window_options.smooth = options.screenshot.empty();
  viewer::Window window(window_options, demo->snapshots());
  if (!options.screenshot.empty()) return screenshot(options, *demo, window);
  run_window(window, *demo, [] { return !harness::interrupted(); });
  return harness::interrupted() ? kInterrupted : kOk;
}

}  // namespace

void add_demo(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(app, "demo", "Lessons for a class, and panels to make wishes with",
                  "pump demo\nExample: pump demo wish\nExample: pump demo my_lesson.yaml");
  command.add_option("NAME", options->lesson,
                     "A lesson of configs/lessons, or the path of its file; none: choose there");
  command.add_flag("--list", options->list, "Print what there is");
  command.add_option("--page", options->page, "To begin with")->capture_default_str();
  add_window_choices(command, options->window);
  command.add_option("--screenshot", options->screenshot,
                     "Write this PNG of the page, once all is worked out, and end");
  command.add_option("--press", options->press, "With it: first press this key of the page")
      ->allow_extra_args(false)
      ->needs("--screenshot");
  command.add_option("--step", options->step, "With it: the step shown; the last unless given")
      ->check(in_range(0, 1e6))
      ->needs("--screenshot");
  command.add_flag("--asked", options->asked, "With it: as it is while the question is open")
      ->needs("--screenshot")
      ->excludes("--press")
      ->excludes("--step");
  command.callback([options, &chosen] { chosen = [options] { return demo(*options); }; });
}

}  // namespace pump::app
