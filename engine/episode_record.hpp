#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/environment.hpp"

namespace pump::engine {

inline constexpr int kMaxSignals = 32;
inline constexpr std::size_t kMaxCarried = 24;  // bytes

// What is left of a finished episode. `signals`: flow ones summed over the episode, final ones as
// they were at its end.
struct EpisodeRecord {
  std::uint64_t total_steps = 0;  // environment steps of the whole batch when it ended
  std::uint32_t world = 0;
  std::uint32_t episode = 0;
  std::uint32_t reset_world = 0, reset_episode = 0;  // whose reset it had; see SharedResets
  // What its world remembered when it began; see Environment::carried. The rest is zero.
  std::array<std::byte, kMaxCarried> carried{};
  std::int32_t length = 0;  // steps
  Status status = Status::running;
  int reset_class = 0;
  Outcome outcome;
  double true_utility = 0;
  std::array<double, kMaxSignals> signals{};
};

}  // namespace pump::engine
