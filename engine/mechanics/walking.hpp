#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/grid.hpp"

// Walking from cell to cell of a map that never changes, looked up instead of worked out.
namespace pump::engine {

// Of every cell, by index: the cell that each direction leads to, and at the end, where staying
// does.
template <int W, int H>
using Ways = std::array<std::array<std::uint8_t, kDirections.size() + 1>, W * H>;

// A step into one of `walls` or off the map leads nowhere: the walker stays.
template <int W, int H>
constexpr Ways<W, H> ways_of(const AsciiMap<W, H>& map, std::string_view walls) {
  static_assert(W * H <= 256);
  using G = Grid<char, W, H>;
  Ways<W, H> out{};
  for (int from = 0; from < G::kCells; from++) {
    auto& ways = out[static_cast<std::size_t>(from)];
    ways.fill(static_cast<std::uint8_t>(from));
    for (const Direction direction : kDirections) {
      const Cell to = neighbour(G::cell(from), direction);
      if (G::inside(to) && walls.find(map.at(to)) == std::string_view::npos)
        ways[static_cast<std::size_t>(direction)] = static_cast<std::uint8_t>(G::index(to));
    }
  }
  return out;
}

// The cells of a map that show one of the letters.
template <int W, int H>
constexpr CellSet<W, H> cells_with(const AsciiMap<W, H>& map, std::string_view letters) {
  CellSet<W, H> out;
  for (int i = 0; i < W * H; i++)
    if (letters.find(map.at(i)) != std::string_view::npos) out.insert(i);
  return out;
}

}  // namespace pump::engine
