#pragma once

#include <cstdint>
#include <optional>

#include "engine/grid.hpp"

// Carrying and pushing, cell by cell.
namespace pump::engine {

// Who holds a person.
enum class Holder : std::uint8_t { nobody, rescuer, fireman };

// A person within reach can be grabbed: in the same cell or in one that shares a side with it.
constexpr bool within_reach(Cell a, Cell b) { return manhattan(a, b) <= 1; }

// Whoever carries walks at half speed: on every other step of the clock.
constexpr bool may_walk(int time, bool carrying) { return !carrying || time % 2 == 0; }

// Away from whoever pushes; none unless the two cells share a side.
constexpr std::optional<Direction> push_direction(Cell pusher, Cell pushed) {
  for (Direction direction : kDirections)
    if (neighbour(pusher, direction) == pushed) return direction;
  return std::nullopt;
}

}  // namespace pump::engine
