#pragma once

#include <future>

#include "agents/compute.hpp"

namespace pump::test {

// As a new process would: with nothing that trials of this thread keep for the next one. What it
// throws is thrown here.
template <class F>
auto in_new_thread(const F& f) {
  return std::async(std::launch::async,
                    [&] {
                      agents::initialise_thread();
                      return f();
                    })
      .get();
}

}  // namespace pump::test
