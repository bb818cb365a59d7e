#include "app/window_training.hpp"

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "harness/config_value.hpp"
#include "harness/interrupt.hpp"
#include "harness/showing.hpp"

namespace pump::app {

TrainingWindow::TrainingWindow(const harness::TrialSpec& spec, const WindowChoices& choices)
    : watch_(spec), choices_(choices), thread_([this] { run(); }) {}

TrainingWindow::~TrainingWindow() {
  closing_ = true;
  if (thread_.joinable()) thread_.join();
}

harness::PolicyWatch TrainingWindow::policies() {
  return [this](std::uint64_t steps, const agents::Policy& policy) { watch_.show(steps, policy); };
}

void TrainingWindow::finish() {
  finished_ = true;
  thread_.join();
}

// A window that fails takes no training with it; but where the display itself is lost, Xlib ends
// the process, and the same command goes on from the last checkpoint.
void TrainingWindow::run() {
  try {
    show();
  } catch (const std::exception& error) {
    tell("pump: --watch: {}; training goes on without a window\n",
         harness::one_line(error.what(), 1000));
  }
}

void TrainingWindow::show() {
  agents::initialise_thread();
  std::vector<std::unique_ptr<harness::Session>> sessions;
  sessions.push_back(watch_.open([this] { return closing_ || finished_; }));
  if (!sessions.front()) return;
  harness::Showing showing(std::move(sessions));
  showing.play();
  viewer::Window window(choices_.options(), showing.snapshots());
  run_window(window, showing, [&] {
    showing.set_message(finished_ ? "training is over" : "training goes on");
    return !closing_ && !(finished_ && harness::interrupted());
  });
}

}  // namespace pump::app
