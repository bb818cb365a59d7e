#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "engine/ensure.hpp"

namespace pump::engine {

// A cell. x grows to the right, y downward; (0, 0) is the upper left cell of a map.
// In world units (metres) cell (x, y) is the square [x, x+1) x [y, y+1).
struct Cell {
  std::int8_t x = 0, y = 0;
  friend bool operator==(Cell, Cell) = default;
};

enum class Direction : std::uint8_t { up, down, left, right };
inline constexpr std::array<Direction, 4> kDirections = {Direction::up, Direction::down,
                                                         Direction::left, Direction::right};

constexpr Cell neighbour(Cell cell, Direction direction) {
  constexpr std::int8_t dx[] = {0, 0, -1, 1}, dy[] = {-1, 1, 0, 0};
  const auto i = static_cast<std::size_t>(direction);
  return {static_cast<std::int8_t>(cell.x + dx[i]), static_cast<std::int8_t>(cell.y + dy[i])};
}
constexpr Direction opposite(Direction d) {
  return static_cast<Direction>(static_cast<int>(d) ^ 1);
}
constexpr int manhattan(Cell a, Cell b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

// Row-major cells of a W x H map. Trivially copyable when T is.
template <class T, int W, int H>
struct Grid {
  static constexpr int kWidth = W, kHeight = H, kCells = W * H;
  std::array<T, kCells> cells{};

  static constexpr bool inside(Cell c) { return c.x >= 0 && c.y >= 0 && c.x < W && c.y < H; }
  static constexpr int index(Cell c) { return c.y * W + c.x; }
  static constexpr Cell cell(int index) {
    return {static_cast<std::int8_t>(index % W), static_cast<std::int8_t>(index / W)};
  }
  constexpr T& operator[](Cell c) { return cells[static_cast<std::size_t>(index(c))]; }
  constexpr const T& operator[](Cell c) const { return cells[static_cast<std::size_t>(index(c))]; }
};

// A set of cells of a W x H map as bits, so that fire and debris cost what they cover, not what the
// map does.
template <int W, int H>
struct CellSet {
  static constexpr int kCells = W * H, kWords = (kCells + 63) / 64;
  std::array<std::uint64_t, kWords> words{};

  constexpr bool contains(int index) const {
    return words[static_cast<std::size_t>(index >> 6)] >> (index & 63) & 1;
  }
  constexpr void insert(int index) {
    words[static_cast<std::size_t>(index >> 6)] |= std::uint64_t{1} << (index & 63);
  }
  constexpr void erase(int index) {
    words[static_cast<std::size_t>(index >> 6)] &= ~(std::uint64_t{1} << (index & 63));
  }
  constexpr bool empty() const {
    for (auto w : words)
      if (w) return false;
    return true;
  }
  constexpr int size() const {
    int n = 0;
    for (auto w : words) n += __builtin_popcountll(w);
    return n;
  }
  // Calls f(index) for every cell, in order of index.
  template <class F>
  constexpr void for_each(F&& f) const {
    for (int i = 0; i < kWords; i++)
      for (std::uint64_t w = words[static_cast<std::size_t>(i)]; w; w &= w - 1)
        f(i * 64 + __builtin_ctzll(w));
  }
  friend constexpr bool operator==(const CellSet&, const CellSet&) = default;
};

// An ASCII map: rows of equal length, one character a cell. Checked when constant-evaluated or at
// first use.
template <int W, int H>
struct AsciiMap {
  std::array<std::string_view, H> rows;
  constexpr char at(Cell c) const {
    return rows[static_cast<std::size_t>(c.y)][static_cast<std::size_t>(c.x)];
  }
  constexpr char at(int index) const { return at(Grid<char, W, H>::cell(index)); }
  constexpr bool well_formed() const {
    for (auto row : rows)
      if (row.size() != W) return false;
    return true;
  }
};

}  // namespace pump::engine
