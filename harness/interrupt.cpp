#include "harness/interrupt.hpp"

namespace pump::harness {

namespace {
volatile std::sig_atomic_t came = 0;
}

SignalsHeld::SignalsHeld() {
  came = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { came = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, &interrupt_);
  ::sigaction(SIGTERM, &action, &terminate_);
}

SignalsHeld::~SignalsHeld() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

bool interrupted() { return came != 0; }

}  // namespace pump::harness
