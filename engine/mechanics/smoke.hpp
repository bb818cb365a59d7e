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

// Raises the level of every room by one towards what its own fire (one more than the burning cells
// in it) and its neighbours' smoke (one less than theirs) will make it. Smoke never thins out.
template <std::size_t Rooms>
void thicken_smoke(std::array<std::uint8_t, Rooms>& smoke,
                   const std::array<std::uint8_t, Rooms>& burning_cells,
                   std::span<const Passage> passages) {
  std::array<int, Rooms> level{};
  for (std::size_t room = 0; room < Rooms; room++)
    level[room] = burning_cells[room] > 0 ? std::min(kThickSmoke, burning_cells[room] + 1) : 0;
  for (const Passage passage : passages) {
    const auto a = static_cast<std::size_t>(passage.a), b = static_cast<std::size_t>(passage.b);
    level[a] = std::max(level[a], smoke[b] - 1);
    level[b] = std::max(level[b], smoke[a] - 1);
  }
  for (std::size_t room = 0; room < Rooms; room++)
    if (level[room] > smoke[room]) smoke[room]++;
}

}  // namespace pump::engine
