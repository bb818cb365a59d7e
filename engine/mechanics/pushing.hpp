#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/grid.hpp"

// Pushing things from cell to cell.
namespace pump::engine {

// Somebody walks onto `way`: whatever of `things` stands there, they may be several in a cell, is
// pushed on to `beyond` if that is free. False if something stays in the way.
template <class Things, class Place>
constexpr bool push(Things& things, Place way, Place beyond, bool beyond_is_free) {
  bool cleared = true;
  for (auto& thing : things) {
    if (thing != way) continue;
    if (beyond_is_free)
      thing = beyond;
    else
      cleared = false;
  }
  return cleared;
}

// Where the first N things of a map with a letter are, by index of the cell; 0 for each that it
// lacks.
template <std::size_t N, int W, int H>
constexpr std::array<std::uint8_t, N> places_of(const AsciiMap<W, H>& map, char letter) {
  static_assert(W * H <= 256);
  std::array<std::uint8_t, N> out{};
  std::size_t found = 0;
  for (int i = 0; i < W * H && found < N; i++)
    if (map.at(i) == letter) out[found++] = static_cast<std::uint8_t>(i);
  return out;
}

}  // namespace pump::engine
