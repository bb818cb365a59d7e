#include "agents/compute.hpp"

namespace {

// The tests compute as pump does, in one thread. With one a core, Debian 13's libtorch takes 4
// times as long for networks this small, and 16 times where the cores have other work.
[[maybe_unused]] const bool initialised = (pump::agents::initialise_compute(), true);

}  // namespace
