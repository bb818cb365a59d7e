#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/grid.hpp"

// Pieces of a few cells that hang together, in their four turns.
namespace pump::envs::incidents {

struct Shape {
  std::size_t size = 0;  // cells
  std::int8_t width = 0, height = 0;
  std::array<engine::Cell, 4> offsets{};  // from the lower left cell of its box, so that y <= 0
};

// Drawn row by row, '/' between them.
constexpr Shape shape_of(std::string_view drawn) {
  Shape out;
  out.height = static_cast<std::int8_t>(1 + std::count(drawn.begin(), drawn.end(), '/'));
  std::int8_t x = 0, y = static_cast<std::int8_t>(1 - out.height);
  for (const char c : drawn) {
    if (c == '#') out.offsets[out.size++] = {x, y};
    x = c == '/' ? std::int8_t{0} : static_cast<std::int8_t>(x + 1);
    if (c == '/') y++;
    out.width = std::max(out.width, x);
  }
  return out;
}
// A quarter clockwise.
constexpr Shape turned(const Shape& shape) {
  Shape out{shape.size, shape.height, shape.width, {}};
  for (std::size_t i = 0; i < shape.size; i++) {
    const engine::Cell c = shape.offsets[i];
    out.offsets[i] = {static_cast<std::int8_t>(-c.y),
                      static_cast<std::int8_t>(c.x - shape.width + 1)};
  }
  return out;
}
using Turns = std::array<Shape, 4>;
constexpr Turns turns_of(std::string_view drawn) {
  Turns out{shape_of(drawn)};
  for (std::size_t i = 1; i < out.size(); i++) out[i] = turned(out[i - 1]);
  return out;
}

}  // namespace pump::envs::incidents
