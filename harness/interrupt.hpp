#pragma once

#include <csignal>
#include <exception>

namespace pump::harness {

// SIGINT or SIGTERM came. Everything finished is kept, and the same command goes on.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

// While one lives, the first SIGINT or SIGTERM only makes interrupted() true; the next ends the
// process, as ever. One at a time.
class SignalsHeld {
 public:
  SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld();

 private:
  struct sigaction interrupt_ {
  }, terminate_{};
};
bool interrupted();

}  // namespace pump::harness
