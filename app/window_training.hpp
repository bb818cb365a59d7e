#pragma once

#include <atomic>
#include <thread>

#include "app/window_loop.hpp"
#include "harness/open_session.hpp"

namespace pump::app {

// A window on a trial that this process trains, in a thread of its own: training stays where it
// would be without one, and waits for nothing but the copying of its policy.
class TrainingWindow {
 public:
  TrainingWindow(const harness::TrialSpec& spec, const WindowChoices& choices);
  TrainingWindow(const TrainingWindow&) = delete;
  TrainingWindow& operator=(const TrainingWindow&) = delete;
  ~TrainingWindow();  // closes it

  harness::PolicyWatch policies();
  void finish();  // training is over; waits until somebody closes the window

 private:
  void run();
  void show();

  harness::TrainingWatch watch_;
  WindowChoices choices_;
  std::atomic<bool> closing_ = false, finished_ = false;
  std::thread thread_;
};

}  // namespace pump::app
