#pragma once

#include <cstdint>

// Gas and smoke room by room: a level a room, small integers, so that states stay few and exact.
namespace pump::engine {

// One unit passes through an opening from the richer side while the sides differ by more than one.
constexpr void even_out(std::uint8_t& a, std::uint8_t& b) {
  if (a > b + 1) {
    a--;
    b++;
  } else if (b > a + 1) {
    b--;
    a++;
  }
}

constexpr void fill(std::uint8_t& level, int amount, int most) {
  level = static_cast<std::uint8_t>(level + amount > most ? most : level + amount);
}

}  // namespace pump::engine
