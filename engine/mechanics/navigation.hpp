#pragma once

#include <optional>

#include "engine/mechanics/cells.hpp"

namespace pump::engine {

// The first step of a shortest way over `passable` cells from `from` to any of `targets` (which
// count as passable); none when there is no way, or `from` is a target. Ties go to the direction
// named first.
template <int W, int H>
std::optional<Direction> first_step(Cell from, const CellSet<W, H>& targets,
                                    const CellSet<W, H>& passable) {
  using G = Grid<char, W, H>;
  const int start = G::index(from);
  const CellSet<W, H> around = neighbours(single<W, H>(start)) & (passable | targets);
  if (targets.contains(start)) return std::nullopt;
  for (CellSet<W, H> reached = targets;;) {
    if (intersects(reached, around))
      for (Direction direction : kDirections) {
        const Cell next = neighbour(from, direction);
        if (G::inside(next) && reached.contains(G::index(next))) return direction;
      }
    const CellSet<W, H> wider = reached | (neighbours(reached) & passable);
    if (wider == reached) return std::nullopt;
    reached = wider;
  }
}

// Every cell that can be reached from one.
template <int W, int H>
CellSet<W, H> reachable(Cell from, const CellSet<W, H>& passable) {
  CellSet<W, H> reached = single<W, H>(Grid<char, W, H>::index(from));
  for (;;) {
    const CellSet<W, H> wider = reached | (neighbours(reached) & passable);
    if (wider == reached) return reached;
    reached = wider;
  }
}

}  // namespace pump::engine
