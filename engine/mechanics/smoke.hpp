#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pump::engine {

inline constexpr int kThickSmoke = 3;  // the highest level

// Two rooms that share air.
struct Passage {
  std::int8_t a, b;
};

// Raises by one the level of every room that burns, or has a neighbour with more smoke. Smoke never
// thins out.
template <std::size_t Rooms>
void thicken_smoke(std::array<std::uint8_t, Rooms>& smoke, const std::array<bool, Rooms>& burning,
                   std::span<const Passage> passages) {
  std::array<int, Rooms> level{};
  for (std::size_t room = 0; room < Rooms; room++) level[room] = burning[room] ? kThickSmoke : 0;
  for (const Passage passage : passages) {
    const auto a = static_cast<std::size_t>(passage.a), b = static_cast<std::size_t>(passage.b);
    level[a] = std::max<int>(level[a], smoke[b]);
    level[b] = std::max<int>(level[b], smoke[a]);
  }
  for (std::size_t room = 0; room < Rooms; room++)
    if (level[room] > smoke[room]) smoke[room]++;
}

}  // namespace pump::engine
