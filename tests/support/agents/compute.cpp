#include "agents/trainer.hpp"

namespace {

// The tests compute as pump does, in one thread. With one a core, Debian 13's libtorch needs 5
// times longer for these small networks, and 20 times longer where the cores have other work.
[[maybe_unused]] const bool initialised = (pump::agents::initialise_compute(), true);

}  // namespace
